import { parseDuration } from '../base/duration.ts'
import { HOUR, type Millis } from '../base/time.ts'
import { localOf, localTimeOf, momentOf } from './local-time.ts'
import type { Rotation } from './rotation.ts'

/**
 * The user on duty at a moment; undefined when no user of the rotation can be told. `canBeTold`: whether a user exists
 * and is enabled. A disabled user is passed over: the next user in `order` takes the shift. `order` goes on in both
 * directions of time, so somebody is on duty before `start` too.
 */
export function onDuty(rotation: Rotation, at: Millis, canBeTold: (user: string) => boolean): string | undefined {
  const zone = rotation.timeZone
  const override = rotation.overrides.findLast(
    ({ from, until, user }) =>
      canBeTold(user) && momentOf(localTimeOf(from), zone) <= at && at < momentOf(localTimeOf(until), zone),
  )
  if (override !== undefined) return override.user
  const { order } = rotation
  const first = shiftAt(rotation, at)
  for (let step = 0; step < order.length; step++) {
    const user = order[modulo(first + step, order.length)]!
    if (canBeTold(user)) return user
  }
  return undefined
}

/** The next moment at which somebody else may be on duty. */
export function dutyChangesAt(rotation: Rotation, at: Millis): Millis {
  const zone = rotation.timeZone
  const handovers = rotation.overrides.flatMap(({ from, until }) =>
    [from, until].map((text) => momentOf(localTimeOf(text), zone)).filter((moment) => moment > at),
  )
  return Math.min(shiftBegins(rotation, shiftAt(rotation, at) + 1), ...handovers)
}

/** A time without a change of who is on duty. */
export interface Shift {
  from: Millis
  until: Millis
  /** Absent: no user of the rotation can be told. */
  user?: string
}

/** The number of changes in a shift at most: handovers from a user to the same user are no new shift. */
const MOST_CHANGES = 20

/** The shift from a moment on, and the following shifts. Following times of the same user are one shift. */
export function shiftsFrom(
  rotation: Rotation,
  at: Millis,
  count: number,
  canBeTold: (user: string) => boolean,
): Shift[] {
  const shifts: Shift[] = []
  let from = at
  for (let looked = 0; looked < count * MOST_CHANGES; looked++) {
    const user = onDuty(rotation, from, canBeTold)
    const until = dutyChangesAt(rotation, from)
    const last = shifts.at(-1)
    if (last !== undefined && last.user === user) last.until = until
    else if (shifts.length === count) break
    else shifts.push({ from, until, ...(user !== undefined && { user }) })
    from = until
  }
  return shifts
}

/**
 * The number of the shift, 0 for the shift that begins at `start`. The words of a boundary decide by the first moment
 * that has them: when the clock is set back and the words come again, no shift begins a second time.
 */
function shiftAt(rotation: Rotation, at: Millis): number {
  const beginning = (shift: number) => shiftBegins(rotation, shift)
  const [from, length] = [localTimeOf(rotation.start), lengthOf(rotation)]
  let shift = Math.floor((localOf(at, rotation.timeZone) - from) / length)
  // A clock is set by less than a few hours, and a shift has at least one: each loop takes few turns.
  while (beginning(shift + 1) <= at) shift++
  while (beginning(shift) > at) shift--
  return shift
}

function shiftBegins(rotation: Rotation, shift: number): Millis {
  return momentOf(localTimeOf(rotation.start) + shift * lengthOf(rotation), rotation.timeZone)
}

function lengthOf({ every }: Rotation): Millis {
  return parseDuration(every) ?? HOUR
}

function modulo(number: number, by: number): number {
  return ((number % by) + by) % by
}
