import { type Labels, label, sortedNames } from '../alert/labels.ts'

/** As Go writes maps: in the order of the keys. */
export function sorted(labels: Labels): Labels {
  return Object.fromEntries(sortedNames(labels).map((name) => [name, label(labels, name)]))
}

/** What all sets have alike. An empty annotation that all have is common too, one that some lack is not. */
export function common(sets: readonly Labels[]): Labels {
  const [first, ...others] = sets
  if (first === undefined) return {}
  const names = sortedNames(first).filter((name) =>
    others.every((set) => Object.hasOwn(set, name) && set[name] === first[name]),
  )
  return Object.fromEntries(names.map((name) => [name, label(first, name)]))
}
