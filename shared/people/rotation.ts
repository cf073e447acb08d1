import * as z from 'zod'
import { parseDuration } from '../base/duration.ts'
import { HOUR } from '../base/time.ts'
import type { Problem } from '../problem/problem.ts'
import { whenSound } from '../problem/when-sound.ts'
import { checkedText } from '../settings/checked-text.ts'
import { isLeftOut, localTimeOf, parseLocal } from './local-time.ts'
import { personId } from './names.ts'
import { timeZone } from './zone.ts'

/** Entries of `order`, and of `overrides`. */
const MOST = 100
/** The shortest shift. */
const SHORTEST_MS = HOUR

const localTime = checkedText((text) =>
  parseLocal(text) === undefined ? 'is not a local time, such as 2026-01-05T09:00' : undefined,
)

const override = z.strictObject({ from: localTime, until: localTime, user: personId }).superRefine(
  ({ from, until }, context) => {
    if (localTimeOf(from) >= localTimeOf(until)) {
      context.addIssue({ code: 'custom', path: ['until'], message: 'must be after from' })
    }
  },
  whenSound('from', 'until'),
)

/** The users of a group on duty, one after the other, for a shift. Times are local times of the zone. */
export const rotationSchema = z
  .strictObject({
    start: localTime.describe('The beginning of a shift of the first user in `order`'),
    every: checkedText((text) => {
      const ms = parseDuration(text)
      if (ms === undefined) return 'is not a duration, such as 12h, 1d or 1w'
      return ms < SHORTEST_MS ? 'must be at least 1h' : undefined
    }).describe('The length of a shift'),
    timeZone: timeZone.default('UTC'),
    order: z.array(personId).min(1, 'must name a user').max(MOST, `at most ${MOST} entries are allowed`),
    overrides: z
      .array(override)
      .max(MOST, `at most ${MOST} entries are allowed`)
      .default([])
      .describe('Users who take over for a time; of two that overlap, the later entry counts'),
  })
  .meta({ id: 'Rotation' })

export type Rotation = z.output<typeof rotationSchema>

/** Paths begin at the rotation. */
export function rotationWarnings({ start, timeZone: zone, overrides }: Rotation): Problem[] {
  const gap = isLeftOut(localTimeOf(start), zone)
    ? [{ path: 'start', message: `is left out by a change of the clock in ${zone}: the shift begins after the change` }]
    : []
  const overlaps = overrides.flatMap((later, place) => {
    const earlier = overrides.findIndex(
      ({ from, until }, other) => other < place && from < later.until && later.from < until,
    )
    if (earlier < 0) return []
    return [{ path: `overrides[${place}]`, message: `overlaps overrides[${earlier}]: this later entry counts` }]
  })
  return [...gap, ...overlaps]
}
