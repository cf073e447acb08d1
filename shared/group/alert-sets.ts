import type { Fingerprint } from '../alert/alert.ts'

/*
 * Sets of alerts, as lists without repetition. A list is never changed, and many targets of a group know of the same
 * alerts: such targets share a list. An operation remembers its result for each pair of lists. So a flush works once for
 * each different list and not once for each target, and targets that shared a list share the result.
 */

export type AlertSet = readonly Fingerprint[]

const NONE: AlertSet = []

/** The alerts of either list. */
export function union(a: AlertSet = NONE, b: AlertSet = NONE): AlertSet {
  if (a.length === 0) return b
  return b.length === 0 ? a : unionOfSome(a, b)
}

/** The alerts of the first list that the second list does not have. */
export function without(a: AlertSet = NONE, b: AlertSet = NONE): AlertSet {
  return a.length === 0 || b.length === 0 ? a : withoutSome(a, b)
}

/** The alerts of the first list that the second list has too. */
export function common(a: AlertSet = NONE, b: AlertSet = NONE): AlertSet {
  return a.length === 0 || b.length === 0 ? NONE : without(a, without(a, b))
}

/*
 * Most groups have few alerts, and mostly one of the lists is empty: to remember such a result would cost more than the
 * result, and the collector of garbage looks at each WeakMap.
 */

const unionOfSome = oncePerPair((a, b) => {
  const more = without(b, a)
  return more.length === 0 ? a : [...a, ...more]
})

const withoutSome = oncePerPair((a, b) => {
  const others = b.length <= FEW ? undefined : membersOf(b)
  const rest = a.filter((one) => !(others?.has(one) ?? b.includes(one)))
  return rest.length === a.length ? a : rest
})

/** So many alerts are looked through faster than a set of the alerts is made. */
const FEW = 8

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
function oncePerPair(work: (a: AlertSet, b: AlertSet) => AlertSet): (a: AlertSet, b: AlertSet) => AlertSet {
  const kept = new WeakMap<AlertSet, WeakMap<AlertSet, AlertSet>>()
  return (a, b) => {
    const results = kept.get(a) ?? new WeakMap<AlertSet, AlertSet>()
    kept.set(a, results)
    const known = results.get(b)
    if (known !== undefined) return known
    const result = work(a, b)
    results.set(b, result)
    return result
  }
}
