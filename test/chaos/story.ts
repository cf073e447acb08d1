import { type Millis, SECOND } from '../../shared/base/time.ts'
import { between, mulberry32, pick } from '../sim/world.ts'

/*
 * Posted alerts: about fifty groups in three accounts. An alert begins to fire in the first seconds; a part of the
 * alerts end, and a part of the ended alerts begin again. The posts of an account are sequential, as Prometheus
 * posts.
 */

export const ACCOUNTS = ['one', 'two', 'three']
/** The account whose webhook never answers, and whose escalations go to a name that is not found. */
export const SLOW = 'slow'
const GROUPS = 50
const SLOW_CHANGES = 40
const FIRE_MS = 8 * SECOND
const END_MS = 8 * SECOND

export interface Change {
  at: Millis
  account: string
  group: string
  name: string
  startsAt: Millis
  /** Absent: fires until a later post says otherwise. */
  endsAt?: Millis
}

export interface Post {
  at: Millis
  account: string
  changes: Change[]
}

export function planStory(seed: number, alerts: number, start: Millis): Post[] {
  const chance = mulberry32(seed + 77)
  const changes: Change[] = []
  for (let id = 0; id < alerts; id++) {
    // Uneven on purpose: a few groups outgrow one item, most have a handful of alerts.
    const number = Math.floor(GROUPS * chance() ** 3)
    const about = { account: ACCOUNTS[number % ACCOUNTS.length]!, group: `group-${number}`, name: `alert-${id}` }
    let startsAt = start + between(chance, 0, FIRE_MS)
    changes.push({ ...about, at: startsAt, startsAt })
    while (chance() < 0.35) {
      const endsAt = startsAt + between(chance, 1, END_MS)
      changes.push({ ...about, at: endsAt, startsAt, endsAt })
      if (chance() < 0.6) break
      startsAt = endsAt + between(chance, 1, END_MS)
      changes.push({ ...about, at: startsAt, startsAt })
    }
  }
  const posts = ACCOUNTS.flatMap((account) => postsOf(account, changes, chance))
  // The account with slow targets has few alerts, in the groups of another account.
  const few = changes.filter(({ account }) => account === ACCOUNTS[0]).slice(0, SLOW_CHANGES)
  const own = few.map((change) => ({ ...change, account: SLOW, name: `${SLOW}-${change.name}` }))
  return [...posts, ...postsOf(SLOW, own, chance)]
}

/** Prometheus gathers new alerts, up to this number. */
function postsOf(account: string, changes: readonly Change[], chance: () => number): Post[] {
  const own = changes.filter((change) => change.account === account).sort((a, b) => a.at - b.at)
  const posts: Post[] = []
  while (own.length > 0) {
    const some = own.splice(0, pick(chance, [3, 20, 40, 64, 64]))
    // A batch has an alert only once: its latest known state.
    const last = new Map(some.map((change) => [change.name, change]))
    posts.push({ at: some.at(-1)!.at, account, changes: [...last.values()] })
  }
  return posts
}
