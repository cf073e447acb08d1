import { fingerprint } from '../../shared/alert/fingerprint.ts'
import { MINUTE, type Millis } from '../../shared/base/time.ts'
import type { Accepted, Outcome } from './stage.ts'
import { labelsOf, type Story } from './story.ts'
import { EPOCH } from './world.ts'

/** A post so shortly before a told end may still be on its way to the decision. Of one machine, and of AWS. */
const [ON_ITS_WAY_MS, TO_THE_QUEUE_MS] = [60_000, 20_000]
/** A post is accepted some effects after the moment from which its end is counted. */
const EFFECTS_MS = 1000

/**
 * Where refreshes are kept in memory, no alert is told as over before the end that its sender claimed, not even after
 * the machine lost its memory. Where refreshes are absorbed, no alert is told as over sooner after a post of its sender
 * than in three fifths of the claimed time, or in the claimed time without two minutes.
 */
export function earlyEnds({ story, accepted, sinks }: Outcome): string[] {
  if (!story.oneMachine && story.containers === undefined) return []
  const posts = byAlert(accepted)
  return [...sinks].flatMap(([name, { seen }]) => {
    const account = name.split('/')[0]!
    return seen.flatMap(({ at, alerts }) =>
      alerts
        .filter(({ status }) => status === 'resolved')
        .flatMap(({ fingerprint: print, endsAt }) => {
          const told = Date.parse(endsAt)
          const earliest = earliestEnd(story, posts.get(`${account} ${print}`) ?? [], told)
          if (earliest === undefined || earliest <= told + EFFECTS_MS) return []
          return [`early: ${name} heard at ${at} of ${print} as over at ${told}, claimed until ${earliest}`]
        }),
    )
  })
}

/** Where refreshes are absorbed, an end that the sender gave is told as the sender gave it. */
export function lostEnds({ story, accepted, sinks }: Outcome): string[] {
  // The end of a sender whose clock is ahead lies ahead, and the end that was claimed counts.
  if (story.containers === undefined || story.senderAheadMs !== 0) return []
  return [...byAlert(accepted)].flatMap(([alert, posts]) => {
    const [account, print] = alert.split(' ')
    const { status, at: given } = posts.at(-1)!
    if (status !== 'resolved') return []
    return [...sinks].flatMap(([name, { seen }]) => {
      if (name.split('/')[0] !== account) return []
      const heard = seen.flatMap(({ alerts }) => alerts).filter((one) => one.fingerprint === print)
      const { status, endsAt } = heard.at(-1) ?? {}
      if (status !== 'resolved' || Date.parse(endsAt!) <= given) return []
      return [`lost: ${name} heard of ${print} as over at ${Date.parse(endsAt!)}, given as over at ${given}`]
    })
  })
}

function byAlert(accepted: readonly Accepted[]): Map<string, Accepted[]> {
  return Map.groupBy(accepted, (post) => `${post.account} ${fingerprint(labelsOf(post))}`)
}

/** The earliest end after the last post, well before the told end. Undefined: the sender had said that it is over. */
function earliestEnd(story: Story, posts: readonly Accepted[], told: Millis): Millis | undefined {
  const wayMs = story.oneMachine ? ON_ITS_WAY_MS : TO_THE_QUEUE_MS
  // A post that fails is repeated, and may have been taken by then.
  const isNear = ({ atMs, at }: Accepted): boolean => told >= EPOCH + atMs - wayMs && told <= at + wayMs
  if (posts.some((post) => post.status === 'resolved' && isNear(post))) return undefined
  const last = posts.filter(({ at }) => at < told - wayMs).at(-1)
  if (last?.status !== 'firing' || last.endsAfterMs === undefined) return undefined
  const claimed = last.endsAfterMs + (story.senderAheadMs ?? 0)
  return last.at + claimed - (story.oneMachine ? 0 : Math.min(0.4 * claimed, 2 * MINUTE))
}
