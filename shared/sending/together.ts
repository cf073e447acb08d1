import { digest } from '../base/hash.ts'
import type { Millis } from '../base/time.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { viewOf } from '../message-view/view.ts'
import { type Attempt, type AttemptDeps, type Begun, type BegunAttempt, byPlace } from './attempt.ts'
import { begin } from './begin.ts'
import { finish, latestOf, sendBegun } from './finish.ts'
import type { Written } from './write.ts'

/**
 * Attempts by the same message. Every attempt is claimed and reported at its own place, and the claimed attempts share
 * the outcome. Throws when the first attempt was not begun; the messages of the further deliveries come again.
 * `beginBy`: no message begins later.
 */
export async function attemptTogether(made: readonly Attempt[], beginBy: Millis, deps: AttemptDeps): Promise<void> {
  let fault: unknown
  const begun = await Promise.all(
    byPlace(made).map(async (some): Promise<Begun | undefined> => {
      try {
        return await begin(some, deps)
      } catch (error) {
        if (some.includes(made[0]!)) fault = error
        else for (const { due } of some) deps.noteFault?.(due.delivery, error)
        return undefined
      }
    }),
  )
  const places = begun.filter((one) => one !== undefined)
  const all = places.flatMap(({ attempts }) => attempts)
  const inTime = all.filter((one) => deps.clock.now() < latestOf(one, deps))
  const sent = inTime.length === 0 ? undefined : sendTogether(inTime, beginBy, deps)
  const outcomeOf = async (one: BegunAttempt): Promise<Outcome> =>
    await (sent !== undefined && inTime.includes(one) ? sent : sendBegun(one, deps, Number.NEGATIVE_INFINITY))
  await Promise.all(places.map((place) => finish(place, outcomeOf, deps)))
  if (fault !== undefined) throw fault
}

/** The earliest deadline of the attempts is the deadline of the message. */
async function sendTogether(all: readonly BegunAttempt[], beginBy: Millis, deps: AttemptDeps): Promise<Outcome> {
  const [first] = all as [BegunAttempt]
  const latest = Math.min(...all.map((one) => latestOf(one, deps)))
  if (all.length === 1) return await sendBegun(first, deps, latest, { beginBy })
  const ids = all.map(({ made: { due } }) => `${due.delivery} ${due.attempt}`).sort()
  const delivery = { ...first.delivery, id: `digest-${digest(ids, 24)}` }
  const written = { digest: all.map((one) => one.delivery), ...mentionOf(all) }
  const outcome = await sendBegun({ ...first, delivery, written }, deps, latest, { beginBy })
  if (outcome.kind !== 'arrived') return outcome
  const others = all.length - 1
  return { ...outcome, note: outcome.note ?? `told in one message with ${others} other${others === 1 ? '' : 's'}` }
}

/** A message that tells of several deliveries calls the people of every delivery that fires. */
function mentionOf(all: readonly BegunAttempt[]): Pick<Written, 'mention'> {
  const firing = all.filter(({ delivery }) => viewOf(delivery.notification).status === 'firing')
  const mentions = firing.flatMap(({ written }) => written.mention ?? [])
  if (mentions.length === 0) return {}
  const users = new Map(mentions.flatMap((one) => one.users.map((user) => [user.id, user] as const)))
  return { mention: { users: [...users.values()], all: mentions.some((one) => one.all) } }
}
