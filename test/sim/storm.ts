import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import type { RateRule } from '../../shared/rate/rate.ts'
import { violations } from './check.ts'
import { type FaultRates, NO_FAULTS } from './process.ts'
import { runStory } from './run.ts'
import { storyOf } from './scripts.ts'
import { GOOD_SINK, type SinkRates } from './sink.ts'

/*
 * Many groups begin to fire at once, and one robot is to say all of it, which takes 20 messages a minute.
 */

const GROUPS = 150
const ROBOT: RateRule[] = [{ most: 20, windowMs: MINUTE }]
const MOST_IN_DIGEST = 40
/** All groups fire within this time. */
const WITHIN_MS = 2 * SECOND

export interface StormFigures {
  found: string[]
  /** Milliseconds from the post of an alert until the robot said it: in the median, and at worst. */
  medianMs: Millis
  worstMs: Millis
  /** Requests to the robot, and the deliveries that it took. */
  requests: number
  deliveries: number
}

export async function runStorm(seed: number, trouble = false): Promise<StormFigures> {
  const posts = Array.from({ length: GROUPS }, (_, index) => {
    const second = 1 + (index * WITHIN_MS) / GROUPS / SECOND
    return [second, 'a', { group: `g${index}` }] as [number, string, { group: string }]
  })
  const story = storyOf({ posts, skewsMs: trouble ? [0, 2000, -2000] : [0, 0, 0], stormMs: 5 * MINUTE })
  const channels = story.sections.channels.map((channel) => ({ ...channel, type: 'robot' }))
  const run = await runStory(seed, {
    ...story,
    sections: { ...story.sections, channels },
    limit: ROBOT,
    digest: MOST_IN_DIGEST,
    ...(trouble && { faults: FAULTS, sink: SINK, duplicate: 0.1, shuffleMs: 500, fullBatches: false }),
  })
  const { seen, asked } = run.sinks.get('one/ops')!
  const postedAt = new Map(run.accepted.toReversed().map((post) => [post.group, post.at]))
  const waits = [...postedAt].map(([group, at]) => {
    const first = seen.find(({ alerts }) => alerts.some(({ labels }) => labels.group === group))
    return (first?.at ?? Number.POSITIVE_INFINITY) - at
  })
  waits.sort((one, other) => one - other)
  return {
    found: await violations(run),
    medianMs: waits[Math.floor(waits.length / 2)]!,
    worstMs: waits.at(-1)!,
    requests: asked.length,
    deliveries: seen.length,
  }
}

const FAULTS: FaultRates = {
  ...NO_FAULTS,
  errorBefore: 0.003,
  errorAfter: 0.003,
  crashBefore: 0.0003,
  crashAfter: 0.0003,
  partial: 0.02,
  latencyMs: 50,
}
const SINK: SinkRates = { ...GOOD_SINK, refuse: 0.05, lostAnswer: 0.05, latencyMs: 200 }
