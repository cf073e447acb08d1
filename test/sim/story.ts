import type { Chance } from '../../shared/base/time.ts'
import type { Channel, Policy } from '../../shared/config/config.ts'
import type { Sections } from '../../shared/config/sections.ts'
import { defaultConfig, sectionsOf } from '../../shared/config/sections.ts'
import type { FaultRates } from './process.ts'
import type { SinkRates } from './sink.ts'
import { between, pick } from './world.ts'

/*
 * What happens in one run, drawn from the seed: settings, senders, people, faults and their timing.
 * repeatInterval is longer than any run: a repeat would heal a missed page before the check sees it.
 */

export interface Story {
  accounts: string[]
  faults: FaultRates
  sink: SinkRates
  /** Chance that a message is delivered a second time, some time later. */
  duplicate: number
  /** Longest extra time on the way to a queue's reader. */
  shuffleMs: number
  skewMs: number
  workers: number
  sections: Sections
  /** The same account after a change in flight, if there is one. */
  changed?: Sections
  changeAtMs: number
  silence?: { atMs: number; untilMs: number; name: string }
  posts: Post[]
  stormMs: number
}

export interface Post {
  atMs: number
  account: string
  name: string
  group: string
  status: 'firing' | 'resolved'
  /** An explicit end, so long after the post. */
  endsAfterMs?: number
}

const RECOVER_MS = 30 * 24 * 3600_000
const REPEAT_MS = 20 * 24 * 3600_000

export function drawStory(chance: Chance, clean: boolean): Story {
  const maybe = (most: number): number => (clean || chance() < 0.25 ? 0 : chance() * most)
  const stormMs = between(chance, 20, 120) * 1000
  const sections = drawSections(chance, clean)
  const changes = !clean && chance() < 0.3
  const silenced = !clean && chance() < 0.3
  return {
    accounts: ['one', 'two'],
    faults: {
      errorBefore: maybe(0.03),
      errorAfter: maybe(0.03),
      crashBefore: maybe(0.01),
      crashAfter: maybe(0.01),
      partial: maybe(0.1),
      latencyMs: clean ? 0 : pick(chance, [0, 5, 50, 400]),
    },
    sink: {
      refuse: maybe(0.4),
      reject: maybe(0.2),
      lostAnswer: maybe(0.3),
      hang: maybe(0.2),
      down: maybe(0.3),
      latencyMs: clean ? 0 : pick(chance, [0, 20, 3000]),
    },
    duplicate: maybe(0.3),
    shuffleMs: clean ? 0 : pick(chance, [0, 100, 2000, 20_000]),
    skewMs: clean ? 0 : pick(chance, [0, 0, 500, 3000]),
    workers: clean ? 1 : between(chance, 1, 3),
    sections,
    ...(changes ? { changed: regrouped(chance, sections) } : {}),
    changeAtMs: Math.floor(chance() * stormMs),
    ...(silenced ? { silence: drawSilence(chance, stormMs) } : {}),
    posts: drawPosts(chance, stormMs, clean),
    stormMs,
  }
}

function drawSections(chance: Chance, clean: boolean): Sections {
  const channels = ['ops', 'dev'].map(
    (id): Channel => ({
      id,
      type: 'webhook',
      sendResolved: chance() < 0.75,
      settings: { url: `http://192.0.2.1/${id}`, timeoutMs: pick(chance, [1000, 5000, 10_000]) },
    }),
  )
  const policies = [drawPolicy(chance, 'all', ['ops', 'dev'])]
  if (chance() < 0.5) policies.push(drawPolicy(chance, 'extra', ['dev']))
  const integrations = sectionsOf(defaultConfig('one')).integrations.map((integration) => ({
    ...integration,
    autoRecoverAfterMs: RECOVER_MS,
  }))
  const inhibitRules =
    !clean && chance() < 0.3
      ? [
          {
            id: 'a-over-b',
            source: [{ name: 'name', op: '=' as const, value: 'a' }],
            target: [{ name: 'name', op: '=' as const, value: 'b' }],
            equal: ['group'],
          },
        ]
      : []
  return { integrations, channels, policies, inhibitRules, timeIntervals: [], rules: [] }
}

function drawPolicy(chance: Chance, id: string, targets: string[]): Policy {
  return {
    id,
    name: id,
    match: [],
    groupBy: pick(chance, [['group'], [], 'all' as const]),
    groupWaitMs: pick(chance, [0, 1000, 3000]),
    groupIntervalMs: pick(chance, [1000, 3000, 11_000, 30_000]),
    repeatIntervalMs: REPEAT_MS,
    targets,
    lifecycle: [],
    muteTimes: [],
    activeTimes: [],
    receiver: id,
    routeKey: `{}/{${id}}`,
  }
}

/** Another grouping, another policy, or only other timing. */
function regrouped(chance: Chance, before: Sections): Sections {
  const [first, ...rest] = before.policies
  const changed = pick(chance, [
    { ...first!, groupBy: pick(chance, [['group'], [], ['group', 'name']]) },
    { ...first!, id: 'renamed' },
    { ...first!, groupWaitMs: 500 },
  ])
  return { ...before, policies: [changed, ...rest] }
}

function drawSilence(chance: Chance, stormMs: number) {
  const atMs = Math.floor(chance() * stormMs)
  return { atMs, untilMs: atMs + between(chance, 5, 200) * 1000, name: pick(chance, ['a', 'b', 'c']) }
}

function drawPosts(chance: Chance, stormMs: number, clean: boolean): Post[] {
  const count = between(chance, 5, 40)
  // Few alerts that flap much find other mistakes than many that do not.
  const names = ['a', 'b', 'c', 'd'].slice(0, between(chance, 1, 4))
  const posts = Array.from({ length: count }, (): Post => {
    const status = chance() < 0.6 ? 'firing' : 'resolved'
    const ends = status === 'firing' && chance() < 0.2
    return {
      atMs: Math.floor(chance() * stormMs),
      account: clean || chance() < 0.7 ? 'one' : 'two',
      name: pick(chance, names),
      group: pick(chance, ['g', 'h']),
      status,
      ...(ends ? { endsAfterMs: between(chance, 1, 20) * 1000 + 7 } : {}),
    }
  })
  return posts.sort((a, b) => a.atMs - b.atMs)
}
