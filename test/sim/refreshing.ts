import { type Chance, MINUTE } from '../../shared/base/time.ts'
import { type Decree, NO_FAULTS } from './process.ts'
import { drawStory, type Post, type Story } from './story.ts'
import { between, mulberry32, pick } from './world.ts'

/*
 * Stories of senders that repeat. Most are stories of one machine, whose senders repeat each alert with a later end, as Prometheus does, until the alert is over.
 * The machine keeps refreshes in memory, and loses its memory when the process dies.
 */

/** Most posts of a story without faults: `apart` gives each post a place of its own in a second. */
const MOST_POSTS = 45

/** The last claimed end of a story without faults has to lie before its end. */
const LATEST_MS = 150_000

export function drawRefreshStory(chance: Chance, clean: boolean): Story {
  const story = drawStory(chance, clean)
  const posts = story.accounts.flatMap((account) => drawEpisodes(chance, account))
  posts.sort((a, b) => a.atMs - b.atMs)
  const refreshed = {
    ...story,
    posts: clean ? spread(posts.filter(({ atMs }) => atMs < LATEST_MS).slice(0, MOST_POSTS)) : posts,
  }
  return onOneMachine(chance, refreshed, clean)
}

/** The setting of an integration. */
export const ABSORBS = { absorbRefreshes: true }

/**
 * Stories of AWS in which senders repeat their alerts and containers of ingest absorb refreshes. The containers
 * fail, die and stand still; what comes behind the queue is in time, so that an alert ends early by nothing else.
 */
export function drawAbsorbedStory(chance: Chance, clean: boolean): Story {
  const story = drawStory(chance, clean)
  const posts = story.accounts.flatMap((account) => drawEpisodes(chance, account))
  const absorbing = ({ sections }: Pick<Story, 'sections'>): Story['sections'] => ({
    ...sections,
    integrations: sections.integrations.map((integration) => ({ ...integration, settings: ABSORBS })),
  })
  return {
    ...story,
    posts: posts.sort((a, b) => a.atMs - b.atMs),
    sections: absorbing(story),
    changes: story.changes.map((change) => ({ ...change, sections: absorbing(change) })),
    containers: between(chance, 1, 4),
    senderAheadMs: pick(chance, [0, 0, 0, 45_000, 10 * MINUTE]),
    faults: clean ? NO_FAULTS : { ...NO_FAULTS, decree: ingestFails(between(chance, 0, 1_000_000)) },
    hub: undefined,
    skewsMs: [0],
    setRightAtMs: Number.POSITIVE_INFINITY,
    shuffleMs: Math.min(story.shuffleMs, 2000),
    stormMs: 5 * MINUTE,
  }
}

function ingestFails(seed: number): Decree {
  const chance = mulberry32(seed)
  const most = pick(chance, [0.1, 0.5])
  return (by) => {
    if (by !== 'ingest' || chance() >= most) return undefined
    return pick(chance, ['fails', 'loses its answer', 'takes none', 'sends twice', 'dies before', 'dies after', 7000])
  }
}

/** A story of one machine without refreshes: the process loses a part of a turn. */
export function drawMachineStory(chance: Chance, clean: boolean): Story {
  return onOneMachine(chance, drawStory(chance, clean), clean)
}

function onOneMachine(chance: Chance, story: Story, clean: boolean): Story {
  const machine: Story = {
    ...story,
    oneMachine: true,
    hub: undefined,
    skewsMs: [0],
    setRightAtMs: Number.POSITIVE_INFINITY,
    indexLagMs: 0,
  }
  if (clean) return machine
  // One memory and one disk fear the end of the process and a failed commit. Other faults would hold a refresh up on the
  // queue, as everywhere; and where the process stands still, its ingest stands still, too.
  const crash = pick(chance, [0, 0.002, 0.005])
  const faults = {
    ...NO_FAULTS,
    crashBefore: crash,
    crashAfter: crash,
    commitFails: pick(chance, [0, 0.01, 0.03]),
    latencyMs: pick(chance, [0, 5, 50]),
  }
  return { ...machine, faults, shuffleMs: Math.min(story.shuffleMs, 2000), stormMs: 3 * MINUTE }
}

/** The episodes of a few alerts: the beginning, refreshes, and an end that is said or left to the claimed time. */
function drawEpisodes(chance: Chance, account: string): Post[] {
  const names = ['a', 'b', 'c'].slice(0, between(chance, 1, 3))
  return names.flatMap((name) => {
    const group = pick(chance, ['g', 'h'])
    const claimMs = between(chance, 80, 200) * 1000 + 7
    const everyMs = between(chance, 5, 30) * 1000
    const posts: Post[] = []
    let atMs = between(chance, 0, 20_000)
    for (let episode = 0; episode < between(chance, 1, 2); episode++) {
      const about = { account, name, group, bytes: 0, sinceMs: atMs }
      const times = between(chance, 2, 12)
      for (let time = 0; time < times; time++, atMs += everyMs + between(chance, 0, 900)) {
        posts.push({ ...about, atMs, status: 'firing', endsAfterMs: claimMs })
      }
      if (chance() < 0.6) posts.push({ ...about, atMs, status: 'resolved' })
      atMs += between(chance, 1, 40_000)
    }
    return posts
  })
}

/** No two posts in one millisecond, as `apart` in `story.ts` does for other stories. */
function spread(posts: readonly Post[]): Post[] {
  const moved = new Map<number, number>()
  const placed = posts.map((post, index) => {
    const atMs = Math.floor(post.atMs / 1000) * 1000 + 10 + 20 * index
    moved.set(post.atMs, moved.get(post.atMs) ?? atMs)
    return { ...post, atMs }
  })
  const since = (ms: number): number => moved.get(ms) ?? ms
  return placed.map((post) => ({ ...post, sinceMs: since(post.sinceMs!) })).sort((a, b) => a.atMs - b.atMs)
}
