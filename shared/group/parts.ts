import type { Fingerprint } from '../alert/alert.ts'
import { howManyFit } from '../base/fitting.ts'
import type { Millis } from '../base/time.ts'
import { type AlertSet, union, without } from './alert-sets.ts'
import type { Part, Words } from './words.ts'

/*
 * A body has a largest size, and a target that is told of every alert is told of a larger group in parts: successive
 * deliveries, each opened after the arrival of the last delivery. A part has alerts that the target is owed, the oldest
 * news first, and as many alerts as fit. Alerts that fire come first where the target knows of none that fires: a part with
 * ends alone would open a ticket in which nothing fires. The target knows of all other alerts as much as before, so the other alerts stay
 * owed: an untold alert leaves no group, and the comparison after the arrival finds the rest. A target that is told of
 * each alert by itself is told in parts always, so that no alert is told again beside the news of another alert.
 *
 * Owed is a beginning or an end that the target does not surely know. A repeat and a replay tell known alerts, so the
 * knowledge of the target does not say how far a repeat has come. Both go through the firing alerts by fingerprint, and
 * the state of the target keeps the place where the next part begins. So a round of parts comes to an end: each part that
 * arrives has at least an owed alert, or an alert after the beginning of the part, and no alert becomes owed again
 * without news.
 */

/** Bytes of alerts in a body at most. */
export const BODY_BYTES = 4 * 1024 * 1024

/** The size of a part. */
export interface PartSize {
  bytes: number
  /** Absent: as many alerts as the bytes hold. */
  alerts?: number | undefined
}

/** The next part for a target that is owed these alerts. `from`: firing alerts from there on are told again. */
export function nextPart(words: Words, owed: AlertSet, from: Fingerprint | undefined, size: PartSize): Part {
  const key = `${size.bytes} ${size.alerts} ${from}`
  const known = words.parts.get(owed)?.get(key)
  if (known !== undefined) return known
  const part = makePart(words, owed, from, size)
  words.parts.set(owed, new Map(words.parts.get(owed)).set(key, part))
  return part
}

function makePart(words: Words, owed: AlertSet, from: Fingerprint | undefined, { bytes, alerts }: PartSize): Part {
  const places = new Map(words.alerts.map(({ fingerprint }, place) => [fingerprint, place]))
  const placeOf = (fingerprint: Fingerprint): number => places.get(fingerprint)!
  const newsOf = (fingerprint: Fingerprint): Millis => {
    const { startsAt, endsAt } = words.alerts[placeOf(fingerprint)]!
    return endsAt ?? startsAt
  }
  const first = owed.filter((one) => places.has(one)).sort((a, b) => newsOf(a) - newsOf(b) || compare(a, b))
  const all = [...places.keys()]
  const again = from === undefined ? [] : words.firing.filter((one) => one >= from).sort(compare)
  const wanted = union(first, again)
  // Without news here, the target hears that an alert is over which is not here any more.
  const candidates = wanted.length > 0 ? wanted : all
  const sizes = candidates.map((one) => words.sizes[placeOf(one)]!)
  // The first alert is always told, of any size.
  const carried = candidates.slice(0, Math.max(1, Math.min(howManyFit(sizes, bytes), alerts ?? candidates.length)))
  return {
    alerts: carried.map((one) => words.given[placeOf(one)]!),
    left: without(all, carried),
    more: wanted.length > carried.length,
    from: without(again, carried)[0],
  }
}

function compare(a: Fingerprint, b: Fingerprint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
