import type { Fingerprint } from '../alert/alert.ts'

/*
 * Sets of alerts, as lists without repetition. A list is never changed, and many targets of a group know of the same
 * alerts: such targets share a list. An operation remembers its result for each pair of lists. So a flush works once for
 * each different list and not once for each target, and targets that shared a list share the result.
 */

export type AlertSet = readonly Fingerprint[]

const NONE: AlertSet = []

/** The alerts of either list. */
export const union = oncePerPair((a, b) => {
  const more = without(b, a)
  if (more.length === 0) return a
  return a.length === 0 ? more : [...a, ...more]
})

/** The alerts of the first list that the second list does not have. */
export const without = oncePerPair((a, b) => {
  const others = membersOf(b)
  const rest = a.filter((one) => !others.has(one))
  return rest.length === a.length ? a : rest
})

/** The alerts of the first list that the second list has too. */
export const common = oncePerPair((a, b) => without(a, without(a, b)))

const sets = new WeakMap<AlertSet, ReadonlySet<Fingerprint>>()

/** A long list is compared with many short ones when its alerts move to as many groups. */
function membersOf(list: AlertSet): ReadonlySet<Fingerprint> {
  const set = sets.get(list) ?? new Set(list)
  sets.set(list, set)
  return set
}

/** Gives equal lists as one list. */
export function sharedLists(): (set: AlertSet) => AlertSet {
  const known = new Map<string, AlertSet>()
  return (set) => {
    const text = set.join()
    const list = known.get(text) ?? set
    known.set(text, list)
    return list
  }
}

/** A result is kept for as long as both of its lists. */
function oncePerPair(work: (a: AlertSet, b: AlertSet) => AlertSet): (a?: AlertSet, b?: AlertSet) => AlertSet {
  const kept = new WeakMap<AlertSet, WeakMap<AlertSet, AlertSet>>()
  return (a = NONE, b = NONE) => {
    const results = kept.get(a) ?? new WeakMap<AlertSet, AlertSet>()
    kept.set(a, results)
    const known = results.get(b)
    if (known !== undefined) return known
    const result = work(a, b)
    results.set(b, result)
    return result
  }
}
