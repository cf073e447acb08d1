import { SECOND } from '../../../shared/base/time.ts'
import { NO_FAULTS } from '../process.ts'
import { GOOD_SINK } from '../sink.ts'
import { mulberry32 } from '../world.ts'
import { type ChainStory, drawChain, type Post, SITES } from './story.ts'

/**
 * A script: exactly as many records as the count needs, each posted by itself and all at once, so that workers write
 * one window at the same time. The script has no faults, so no record is evaluated again.
 */
export function race(seed: number): ChainStory {
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
