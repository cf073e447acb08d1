import { fingerprint } from '../../shared/alert/fingerprint.ts'
import type { Accepted, Outcome } from './stage.ts'
import { labelsOf } from './story.ts'

/** A post so shortly before a told end may still be on its way to the decision. */
const ON_ITS_WAY_MS = 60_000
/** A post is accepted some effects after the moment from which its end is counted. */
const EFFECTS_MS = 1000

/**
 * Of a machine that keeps refreshes in memory: no alert is told as over before the end that its sender claimed, not even
 * after the machine lost its memory.
 */
export function earlyEnds(run: Outcome): string[] {
  if (!run.story.oneMachine) return []
  const posts = Map.groupBy(run.accepted, (post) => `${post.account} ${fingerprint(labelsOf(post))}`)
  return [...run.sinks].flatMap(([name, { seen }]) => {
    const account = name.split('/')[0]!
    return seen.flatMap(({ at, alerts }) =>
      alerts
        .filter(({ status }) => status === 'resolved')
        .flatMap(({ fingerprint: print, endsAt }) => {
          const told = Date.parse(endsAt)
          const claimed = claimedEnd(posts.get(`${account} ${print}`) ?? [], told)
          if (claimed === undefined || claimed <= told + EFFECTS_MS) return []
          return [`early: ${name} heard at ${at} of ${print} as over at ${told}, claimed until ${claimed}`]
        }),
    )
  })
}

/** The end that the sender had claimed last, well before the told end. Undefined: the sender had said that it is over. */
function claimedEnd(posts: readonly Accepted[], told: number): number | undefined {
  if (posts.some(({ status, at }) => status === 'resolved' && Math.abs(at - told) <= ON_ITS_WAY_MS)) return undefined
  const last = posts.filter(({ at }) => at < told - ON_ITS_WAY_MS).at(-1)
  return last?.status === 'firing' && last.endsAfterMs !== undefined ? last.at + last.endsAfterMs : undefined
}
