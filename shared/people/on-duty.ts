import { parseDuration } from '../base/duration.ts'
import { HOUR, type Millis } from '../base/time.ts'
import { localOf, momentOf } from './local-time.ts'
import { localTimeOf, type Rotation } from './rotation.ts'

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

/**
 * The number of the shift, 0 for the shift that begins at `start`. The words of a boundary decide by the first moment
 * that has them: when the clock is set back and the words come again, no shift begins a second time.
 */
function shiftAt({ start, every, timeZone }: Rotation, at: Millis): number {
  const [from, length] = [localTimeOf(start), parseDuration(every) ?? HOUR]
  const beginning = (shift: number) => momentOf(from + shift * length, timeZone)
  let shift = Math.floor((localOf(at, timeZone) - from) / length)
  // A clock is set by less than a few hours, and a shift has at least one: each loop takes few turns.
  while (beginning(shift + 1) <= at) shift++
  while (beginning(shift) > at) shift--
  return shift
}

function modulo(number: number, by: number): number {
  return ((number % by) + by) % by
}
