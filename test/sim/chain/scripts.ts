import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import { NO_FAULTS } from '../process.ts'
import { GOOD_SINK } from '../sink.ts'
import { mulberry32 } from '../world.ts'
import { type ChainStory, drawChain, type Post, SITES } from './story.ts'

/** Stories that chance would have to be lucky to find. A seed gives their links, and the jitter of retries. */
export const CHAIN_SCRIPTS = { race, recovered } satisfies Record<string, (seed: number) => ChainStory>

/**
 * Exactly as many records as the count needs, each posted by itself and all at once, so that workers write
 * one window at the same time. The script has no faults, so no record is evaluated again.
 */
function race(seed: number): ChainStory {
  const story = drawChain(mulberry32(seed), true)
  const moments = Array.from({ length: 8 }, (_, moment) => 10 * SECOND * (moment + 1))
  const posts = moments.flatMap((atMs, moment) =>
    SITES.flatMap((site) =>
      Array.from({ length: 3 }, (_, n): Post => {
        const record = { id: `e${moment}-${n}`, timeMs: atMs - n, name: 'Get', user: `u${moment}`, denied: true }
        return { atMs, site, records: [record] }
      }),
    ),
  )
  return {
    ...story,
    posts,
    senders: 3,
    burst: { count: 3, seconds: 5 },
    faults: { ...NO_FAULTS, latencyMs: 20 },
    sink: GOOD_SINK,
    skewsMs: [0, 0, 0],
    stormMs: 120 * SECOND,
  }
}

/**
 * The installations do not answer until the first alert of a site has recovered. A second alert, which lies in the same
 * shard of forwarding, fires until the forward is tried again.
 */
function recovered(seed: number): ChainStory {
  const site = 'B/one'
  const burst = (user: string, atMs: number): Post => ({
    atMs,
    site,
    records: Array.from({ length: 3 }, (_, n) => {
      return { id: `${user}-${atMs}-${n}`, timeMs: atMs - n, name: 'Get', user, denied: true }
    }),
  })
  return {
    ...drawChain(mulberry32(seed), true),
    links: [{ from: site, to: 'A/one', sources: 'own' }],
    // Without a label of the site, the alerts of these two users have the same shard.
    alike: true,
    posts: [burst('bob', SECOND), ...[170, 340, 510].map((second) => burst('robot', second * SECOND))],
    trailRecoverMs: 3 * MINUTE,
    burst: { count: 3, seconds: 5 },
    hubDownMs: [0, 182 * SECOND],
  }
}
