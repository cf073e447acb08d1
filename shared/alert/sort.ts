import type { Labels } from './labels.ts'
import { compareUtf8, label, sortedNames } from './labels.ts'

/**
 * Order of alerts in a notification: by `job`, by `instance` (alerts without the label last), then by the whole label
 * set.
 */
export function compareAlerts(a: Labels, b: Labels): number {
  return compareOptional(a, b, 'job') || compareOptional(a, b, 'instance') || compareLabels(a, b)
}

function compareOptional(a: Labels, b: Labels, name: string): number {
  const inA = Object.hasOwn(a, name)
  const inB = Object.hasOwn(b, name)
  if (inA && inB) return compareUtf8(label(a, name), label(b, name))
  return inA ? -1 : inB ? 1 : 0
}

/**
 * The order of Go's `model.LabelSet.Before`: fewer labels first; then, name by name, the set without the name comes
 * first, and values decide between sets that both have the name.
 */
export function compareLabels(a: Labels, b: Labels): number {
  const namesOfA = sortedNames(a)
  const namesOfB = sortedNames(b)
  if (namesOfA.length !== namesOfB.length) return namesOfA.length - namesOfB.length
  for (const [index, name] of namesOfA.entries()) {
    const byName = compareUtf8(name, namesOfB[index]!)
    // The smaller name is missing in the other set.
    if (byName !== 0) return -byName
    const byValue = compareUtf8(label(a, name), label(b, name))
    if (byValue !== 0) return byValue
  }
  return 0
}
