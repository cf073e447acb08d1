import { type Labels, label, sortedNames } from '../alert/labels.ts'

/** Labels in the order of their names, as Go writes maps. */
export function sorted(labels: Labels): Labels {
  return Object.fromEntries(sortedNames(labels).map((name) => [name, label(labels, name)]))
}

/** Names and values that every set has. An empty annotation in every set is common; an absent annotation is not. */
export function common(sets: readonly Labels[]): Labels {
  const [first, ...rest] = sets
  if (first === undefined) return {}
  const names = sortedNames(first).filter((name) =>
    rest.every((set) => Object.hasOwn(set, name) && set[name] === first[name]),
  )
  return Object.fromEntries(names.map((name) => [name, label(first, name)]))
}
