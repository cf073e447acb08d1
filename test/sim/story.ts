import type { Labels } from '../../shared/alert/labels.ts'
import { type Chance, HOUR, MINUTE, type Millis } from '../../shared/base/time.ts'
import type { Channel, InhibitRule, Policy } from '../../shared/config/config.ts'
import type { Sections } from '../../shared/config/sections.ts'
import { defaultConfig, sectionsOf } from '../../shared/config/sections.ts'
import { notificationTarget } from '../../shared/delivery/target.ts'
import type { Action } from '../../shared/group/action.ts'
import type { RateRule } from '../../shared/rate/rate.ts'
import { drawChanges, drawOnward } from './changes.ts'
import { drawHub, drawStep } from './clocks.ts'
import { type FaultRates, NO_FAULTS } from './process.ts'
import { GOOD_SINK, type SinkRates } from './sink.ts'
import { between, EPOCH, pick } from './world.ts'

/*
 * The events of a run, drawn from the seed: settings, senders, people, faults and their timing. Where sends or effects
 * fail, repeatInterval is longer than any run: a repeat would heal a missed page before the check sees the miss.
 */

export interface Story {
  /** Nothing fails and nothing takes time: an Alertmanager would tell the same at the same moments. */
  clean: boolean
  accounts: string[]
  faults: FaultRates
  sink: SinkRates
  /** Chance of a second delivery of a message, some time later. */
  duplicate: number
  /** Longest extra time on the way to a queue's reader. */
  shuffleMs: number
  /** A reader takes the whole batch, and not a few messages by chance. */
  fullBatches: boolean
  /** The error of each worker's clock: there are as many workers as errors. */
  skewsMs: number[]
  /** The moment at which every clock is set right, which is a jump for a wrong clock. */
  setRightAtMs: number
  /** The clock of all workers and senders, and of the queue, is wrong by so much until a moment: then it is set right. */
  hub?: { wrongByMs: number; rightAtMs: number }
  /** Ingest and dispatch share one process, which keeps refreshes in memory. */
  oneMachine?: true
  /** Ingest runs in so many containers of AWS, which absorb refreshes. */
  containers?: number
  /** The clock of every sender is ahead by so much. */
  senderAheadMs?: number
  /** Every arrival is reported, as on one machine: messages carry no words. */
  reported?: true
  /** The table's indexes are behind by so much, until the storm is over. */
  indexLagMs: number
  sections: Sections
  /** Changes in flight, in order. */
  changes: { atMs: number; sections: Sections }[]
  silences: Silenced[]
  posts: Post[]
  /** Moments at which a person claims all open incidents. */
  claims: number[]
  /** What people do to all open incidents. */
  acts?: Act[]
  /** Bytes of alerts in a body at most; absent: as many as the product allows. An alert without `bytes` takes some 250. */
  bodyBytes?: number
  /** The limit of receivers of the kinds in `limited-kinds.ts`, and the deliveries in a digest. Absent: a tight one. */
  limit?: RateRule[]
  digest?: number
  /** Faults end then, and the messages after the storm have time to come to rest. */
  stormMs: number
  /** The run may end sooner when no target is owed a message. */
  calmMs: number
  soonestCalmMs: number
}

export interface Act {
  atMs: number
  type: Action['type']
  by: string
  to?: string
}

interface Silenced {
  atMs: number
  untilMs: number
  name: string
}

export interface Post {
  atMs: number
  account: string
  name: string
  group: string
  status: 'firing' | 'resolved'
  /** An explicit end, so long after the post. */
  endsAfterMs?: number
  /**
   * The start of the alert, independent of the time of the post: as from a sender like Prometheus, where every episode
   * of an alert may have the same start.
   */
  sinceMs?: number
  /** Length of the alert's annotation. */
  bytes: number
  /** Of a story with containers: the container that gets the post. Absent: any. */
  container?: number
}

export const RECOVER_MS = 30 * 24 * HOUR
export const NEVER_REPEAT_MS = 20 * 24 * HOUR
const SHORT_REPEAT_MS = 20_000
const LONG_REPEAT_MS = 5 * MINUTE
/** Calm and storm together are less than twice the long repeat, so that no log entry is old enough to be forgotten. */
const CLEAN_CALM_MS = 7 * MINUTE
/** Longer than a message can live, sweep and every retry of a long backoff included. */
export const PATIENCE_MS = 4 * HOUR
/** Longer than a message can be on its way, than silences last, and than sweep takes to find a due group. */
const SOONEST_MS = 30 * MINUTE

export const A_OVER_B: InhibitRule = {
  id: 'a-over-b',
  source: [{ name: 'name', op: '=', value: 'a' }],
  target: [{ name: 'name', op: '=', value: 'b' }],
  equal: ['group'],
}

export function labelsOf({ name, group, account }: Pick<Post, 'name' | 'group' | 'account'>): Labels {
  return { name, group, account }
}

/** The annotation names its alert, so that mixed-up alerts show. */
export function annotationsOf(post: Post): Labels {
  return { about: `${post.name}/${post.group}/${post.account} `.padEnd(post.bytes, 'x') }
}

export function timesOf(
  { status, endsAfterMs, sinceMs }: Post,
  postedAt: Millis,
): { startsAt: Millis; endsAt?: Millis } {
  const startsAt = sinceMs === undefined ? postedAt : EPOCH + sinceMs
  if (status === 'resolved') return { startsAt, endsAt: postedAt }
  return endsAfterMs === undefined ? { startsAt } : { startsAt, endsAt: postedAt + endsAfterMs }
}

export function drawStory(chance: Chance, clean: boolean): Story {
  const stormMs = between(chance, 20, 120) * 1000
  // A few large alerts outgrow a head, and then a page.
  const large = chance() < 0.2
  const sections = drawSections(chance, clean, large)
  const story: Story = {
    clean,
    accounts: ['one', 'two'],
    faults: NO_FAULTS,
    sink: GOOD_SINK,
    duplicate: 0,
    shuffleMs: 0,
    fullBatches: false,
    skewsMs: [0],
    setRightAtMs: stormMs,
    indexLagMs: 0,
    sections,
    changes: [],
    silences: chance() < 0.3 ? [drawSilence(chance, stormMs)] : [],
    posts: drawPosts(chance, stormMs, large),
    claims: [],
    stormMs,
    calmMs: clean ? CLEAN_CALM_MS : PATIENCE_MS,
    soonestCalmMs: SOONEST_MS,
  }
  const trouble = clean ? story : { ...story, ...drawTrouble(chance, story) }
  // Drawn last, so the other draws of a seed do not depend on these draws.
  const standAfter = !clean && chance() < 0.1 ? chance() * 0.01 : 0
  const more = story.silences.length > 0 && chance() < 0.5 ? [drawSilence(chance, stormMs)] : []
  const silences = [...story.silences, ...more]
  const drawn = {
    ...trouble,
    ...drawSilencedEnds(chance, trouble),
    silences,
    faults: { ...trouble.faults, standAfter },
  }
  if (clean) return apart(drawn)
  const whole = { ...drawn, ...drawHub(chance, drawn) }
  const kinds = { ...whole, ...drawKinds(chance, whole) }
  const limited = { ...kinds, ...drawLimits(chance, kinds) }
  const stepped = { ...limited, ...drawStep(chance, limited) }
  return { ...stepped, changes: [...stepped.changes, ...drawOnward(chance, stepped)] }
}

/**
 * In some stories a receiver keeps incidents of its own, and in some a receiver is told of each alert by itself. Kinds
 * with incidents show a few alerts, and never tell in parts.
 */
function drawKinds(chance: Chance, { sections, changes, bodyBytes }: Story): Pick<Story, 'sections' | 'changes'> {
  const keepers = bodyBytes === undefined ? pick(chance, [[], ['ops'], ['ops', 'dev']]) : []
  const partAlerts = pick(chance, [undefined, undefined, 1, 2])
  const more = (id: string): Partial<Channel> => {
    if (keepers.includes(id)) return { keepsIncidents: true, mostAlerts: 50 }
    return partAlerts === undefined ? {} : { partAlerts }
  }
  const drawn = (before: Sections): Sections => {
    return { ...before, channels: before.channels.map((channel) => ({ ...channel, ...more(channel.id) })) }
  }
  return { sections: drawn(sections), changes: changes.map((one) => ({ ...one, sections: drawn(one.sections) })) }
}

/** In some stories receivers take a limited number of messages. A receiver with incidents wants each message by itself. */
function drawLimits(chance: Chance, { sections, changes }: Story): Pick<Story, 'sections' | 'changes'> {
  const types = pick(chance, [{}, {}, { ops: 'robot' }, { ops: 'service' }, { ops: 'robot', dev: 'service' }])
  const typeOf = ({ id, type, keepsIncidents }: Channel): string => {
    const drawn = (types as Record<string, string>)[id] ?? type
    return drawn === 'robot' && keepsIncidents ? 'service' : drawn
  }
  const drawn = (before: Sections): Sections => {
    return { ...before, channels: before.channels.map((channel) => ({ ...channel, type: typeOf(channel) })) }
  }
  return { sections: drawn(sections), changes: changes.map((one) => ({ ...one, sections: drawn(one.sections) })) }
}

/** Most stories tell the ends of muted alerts; in some, some policies do as Alertmanager, or every policy. */
function drawSilencedEnds(chance: Chance, { sections, changes }: Story): Pick<Story, 'sections' | 'changes'> {
  const dropped = pick(chance, [[], [], [], ['all', 'renamed'], ['extra'], ['all', 'renamed', 'extra']])
  const drawn = (before: Sections): Sections => {
    const policies = before.policies.map((policy): Policy => {
      return { ...policy, silencedEnds: dropped.includes(policy.id) ? 'dropped' : 'told' }
    })
    return { ...before, policies }
  }
  return {
    sections: drawn(sections),
    changes: changes.map(({ atMs, sections }) => ({ atMs, sections: drawn(sections) })),
  }
}

function drawTrouble(chance: Chance, { stormMs, sections }: Story): Partial<Story> {
  const maybe = (most: number): number => (chance() < 0.25 ? 0 : chance() * most)
  const skew = pick(chance, [0, 0, 500, 3000])
  return {
    faults: {
      errorBefore: maybe(0.03),
      errorAfter: maybe(0.03),
      crashBefore: maybe(0.01),
      crashAfter: maybe(0.01),
      standAfter: 0,
      partial: maybe(0.1),
      latencyMs: pick(chance, [0, 5, 50, 400]),
    },
    sink: {
      refuse: maybe(0.4),
      reject: maybe(0.2),
      lostAnswer: maybe(0.3),
      hang: maybe(0.2),
      down: maybe(0.3),
      latencyMs: pick(chance, [0, 20, 3000]),
    },
    duplicate: maybe(0.3),
    shuffleMs: pick(chance, [0, 100, 2000, 20_000]),
    skewsMs: [0, skew, -skew].slice(0, between(chance, 1, 3)),
    changes: drawChanges(chance, { sections, stormMs }, () => drawExtra(chance, [NEVER_REPEAT_MS])),
    setRightAtMs: chance() < 0.5 ? Math.floor(chance() * stormMs) : Number.POSITIVE_INFINITY,
    indexLagMs: pick(chance, [0, 0, 500, 5000]),
    claims: Array.from({ length: between(chance, 0, 3) }, () => Math.floor(chance() * stormMs)),
    // A body of one alert, of two or of three.
    bodyBytes: pick(chance, [undefined, undefined, undefined, 300, 600, 900]),
  }
}

function drawSections(chance: Chance, clean: boolean, large: boolean): Sections {
  const channels = ['ops', 'dev'].map(
    (id): Channel => ({
      id,
      type: 'webhook',
      sendResolved: chance() < 0.75,
      settings: { url: `http://192.0.2.1/${id}`, timeoutMs: pick(chance, [1000, 5000, 10_000]) },
    }),
  )
  const repeats = clean ? [NEVER_REPEAT_MS, SHORT_REPEAT_MS, LONG_REPEAT_MS] : [NEVER_REPEAT_MS]
  const together = large ? { groupBy: pick(chance, [[], [], ['group']]) } : {}
  const policies = [{ ...drawPolicy(chance, 'all', ['ops', 'dev'], repeats), ...together }]
  if (chance() < 0.5) policies.push(drawExtra(chance, repeats))
  const integrations = sectionsOf(defaultConfig()).integrations.map((integration) => ({
    ...integration,
    autoRecoverAfterMs: RECOVER_MS,
  }))
  const inhibitRules = chance() < 0.3 ? [A_OVER_B] : []
  return { ...sectionsOf(defaultConfig()), integrations, channels, policies, inhibitRules }
}

function drawPolicy(chance: Chance, id: string, targets: string[], repeats: number[]): Policy {
  return {
    id,
    name: id,
    match: [],
    groupBy: pick(chance, [['group'], [], 'all' as const]),
    groupWaitMs: pick(chance, [0, 1000, 3000]),
    groupIntervalMs: pick(chance, [1000, 3000, 11_000, 30_000]),
    repeatIntervalMs: pick(chance, repeats),
    targets: targets.map(notificationTarget),
    lifecycle: [],
    muteTimes: [],
    activeTimes: [],
    silencedEnds: 'told',
    receiver: id,
    routeKey: `{}/{${id}}`,
  }
}

/** A policy beside the policy of every alert, so the alerts that each target has to know stay the same. */
function drawExtra(chance: Chance, repeats: number[]): Policy {
  const match = chance() < 0.3 ? [{ name: 'name', op: '=' as const, value: pick(chance, ['a', 'b']) }] : []
  return { ...drawPolicy(chance, 'extra', ['dev'], repeats), match }
}

function drawSilence(chance: Chance, stormMs: number): Silenced {
  const atMs = Math.floor(chance() * stormMs)
  return { atMs, untilMs: atMs + between(chance, 5, 200) * 1000, name: pick(chance, ['a', 'b', 'c']) }
}

function drawPosts(chance: Chance, stormMs: number, large: boolean): Post[] {
  const count = between(chance, 5, 40)
  // Few alerts that flap much find other mistakes than many steady alerts.
  const names = large ? ['a', 'b', 'c', 'd', 'e', 'f'] : ['a', 'b', 'c', 'd'].slice(0, between(chance, 1, 4))
  const bytes = large ? between(chance, 1000, 8000) : 0
  const steady = chance() < 0.3
  const posts = Array.from({ length: count }, (): Post => {
    const status = chance() < 0.6 ? 'firing' : 'resolved'
    const ends = status === 'firing' && chance() < 0.2
    return {
      atMs: Math.floor(chance() * stormMs),
      account: chance() < 0.7 ? 'one' : 'two',
      name: pick(chance, names),
      group: pick(chance, ['g', 'h']),
      status,
      ...(ends ? { endsAfterMs: between(chance, 1, 20) * 1000 + 7 } : {}),
      bytes,
    }
  })
  posts.sort((a, b) => a.atMs - b.atMs)
  const began = new Map<string, number>()
  for (const post of steady ? posts : []) {
    const about = JSON.stringify(labelsOf(post))
    began.set(about, began.get(about) ?? post.atMs)
    post.sinceMs = began.get(about)!
  }
  return posts
}

/**
 * Moves the posts of a story apart: no two events in the same millisecond, as all intervals are whole seconds. For an
 * alert that comes with a tick Alertmanager does not say on which side of the tick the alert falls. Besides, no alert
 * is muted for so long that the log forgets.
 */
function apart(story: Story): Story {
  const within = (ms: number, rest: number): number => Math.floor(ms / 1000) * 1000 + rest
  const moved = new Map<number, number>()
  const posts = story.posts.map((post, index) => {
    moved.set(post.atMs, moved.get(post.atMs) ?? within(post.atMs, 10 + 20 * index))
    return { ...post, atMs: within(post.atMs, 10 + 20 * index) }
  })
  for (const post of posts) if (post.sinceMs !== undefined) post.sinceMs = moved.get(post.sinceMs)!
  posts.sort((a, b) => a.atMs - b.atMs)
  const { silences, sections } = story
  const mutes = silences.length > 0 || sections.inhibitRules.length > 0
  const policies = sections.policies.map((policy) =>
    mutes && policy.repeatIntervalMs === SHORT_REPEAT_MS ? { ...policy, repeatIntervalMs: LONG_REPEAT_MS } : policy,
  )
  const moments = silences.map(({ atMs, untilMs, name }): Silenced => {
    return { name, atMs: within(atMs, 903), untilMs: within(untilMs, 903) }
  })
  return { ...story, posts, sections: { ...sections, policies }, silences: moments }
}
