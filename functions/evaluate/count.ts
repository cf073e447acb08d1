import { digest } from '../../shared/base/hash.ts'
import type { Sighting } from '../../shared/rule/correlate.ts'
import type { Counter, RuleBook } from '../../shared/rule-book/rule-book.ts'
import { countSightings, type Window } from '../../shared/store/windows.ts'
import type { EvaluateDeps } from './deps.ts'
import type { Found, Inspected } from './inspect.ts'

/** What one window gets of a batch. */
interface Tally {
  window: Window
  counter: Counter
  seen: { sighting: Sighting; found: Found; by: Inspected }[]
}

/** Windows under way at once. */
const SIDE_BY_SIDE = 32

/**
 * Counts what was found for the correlations and notes which of them hold. `onLost`: a window could not be
 * written, so that the message has to come again.
 */
export async function countFound(
  deps: EvaluateDeps,
  account: string,
  { steps }: RuleBook,
  batch: readonly Inspected[],
  onLost: (by: Inspected, error: unknown) => void,
): Promise<void> {
  for (const counters of steps) {
    const tallies = counters.flatMap((counter) => [...talliesOf(account, counter, batch).values()])
    for (let from = 0; from < tallies.length; from += SIDE_BY_SIDE) {
      const some = tallies.slice(from, from + SIDE_BY_SIDE)
      await Promise.all(
        some.map(async (tally) => {
          await count(deps, tally).catch((error: unknown) => {
            for (const by of new Set(tally.seen.map((seen) => seen.by))) onLost(by, error)
          })
        }),
      )
    }
  }
}

async function count(deps: EvaluateDeps, { window, counter, seen }: Tally): Promise<void> {
  const holds = await countSightings(
    deps,
    window,
    seen.map(({ sighting }) => sighting),
  )
  for (const [index, { found, by }] of seen.entries()) {
    if (holds[index] !== true || found.held.has(counter.id)) continue
    found.held.add(counter.id)
    if (counter.raise !== undefined) by.raised.push({ holding: counter, record: found.record })
  }
}

/** The sightings by group. */
function talliesOf(account: string, counter: Counter, batch: readonly Inspected[]): Map<string, Tally> {
  const { correlation, key, sides } = counter
  const tallies = new Map<string, Tally>()
  for (const by of batch) {
    for (const found of by.found) {
      for (const [rule, { groupOf, countedOf }] of sides) {
        if (!found.held.has(rule)) continue
        const value = countedOf(found.record.fields)
        if (correlation.type === 'value_count' && value === undefined) continue
        const id = digest([key, ...groupOf(found.record.fields)])
        const tally = tallies.get(id) ?? { window: { account, id, correlation }, counter, seen: [] }
        tallies.set(id, tally)
        tally.seen.push({ sighting: sightingOf(counter, found, rule, value ?? ''), found, by })
      }
    }
  }
  return tallies
}

/** Of ids and values only hashes are kept: they are as long as their sender likes. */
const HASH_CHARS = 16

function sightingOf({ correlation: { type } }: Counter, { record }: Found, rule: string, value: string): Sighting {
  const seen = { time: record.time, id: digest([record.trail, record.id], HASH_CHARS) }
  if (type === 'event_count') return seen
  return type === 'value_count' ? { ...seen, value: digest([value], HASH_CHARS) } : { ...seen, rule }
}
