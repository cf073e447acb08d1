import { MINUTE } from '../../shared/base/time.ts'
import type { Policy } from '../../shared/config/config.ts'
import { defaultConfig, type Sections, sectionsOf } from '../../shared/config/sections.ts'
import { notificationTarget } from '../../shared/delivery/target.ts'
import type { ClosedIncident } from '../../shared/group/group.ts'
import type { RateRule } from '../../shared/rate/rate.ts'
import { violations, wholeTimeline } from './check.ts'
import { exceededQuotas } from './check-quotas.ts'
import { flowViolations } from './flows/check.ts'
import { hasFlow } from './flows/story.ts'
import { type Decree, type Fate, NO_FAULTS } from './process.ts'
import { ABSORBS } from './refreshing.ts'
import { runStory } from './run.ts'
import { type Answer, GOOD_SINK, type Seen } from './sink.ts'
import type { Outcome } from './stage.ts'
import { A_OVER_B, type Act, NEVER_REPEAT_MS, PATIENCE_MS, type Post, RECOVER_MS, type Story } from './story.ts'
import { wordsOfTemplate } from './words.ts'
import { EPOCH } from './world.ts'

/*
 * Runs that chance would have to be lucky to find, told exactly: which effect of which worker fails, dies or is slow,
 * and which messages have to be heard when. Besides, the promises of every seed hold too. `scripts/` has the scripts by
 * subject.
 */

export interface Script {
  /** A promise. */
  name: string
  posts: ScriptPost[]
  policies?: Partial<Policy>[]
  /** The policies after each change, the people if they change, and the channel that is removed. */
  changes?: { atMs: number; policies: Partial<Policy>[]; people?: People; without?: string; says?: string }[]
  /** The content template of `ops`: its messages say so. */
  says?: string
  /** Messages to a user in a day: `pager` is of a kind with a quota. */
  quota?: number
  /** People, and a channel `pager` that reaches them. */
  people?: People
  sendResolved?: boolean
  /** An alert that nobody repeats for so long is over. */
  recoverAfterMs?: number
  /** When `one/ops` hears the first alert of Tocsin about itself, in seconds. */
  hearsOfItself?: [from: number, until: number]
  /** Entries of the timeline that there have to be: kind, target, and code of the reason. */
  notes?: string[]
  /** Seconds at which a person claims the open incident. */
  claims?: number[]
  /** At second, what, by whom. */
  acts?: [number, Act['type'], string?][]
  /** As in `Story`. */
  oneMachine?: true
  /** As in `Story`: the integration has the setting. */
  containers?: number
  /** The receiver keeps an incident of its own for each incident. */
  keepsIncidents?: true
  /** The receiver is told of each alert by itself: so many in a message. */
  partAlerts?: number
  /** The receiver takes so many messages: as one of the kinds in `limited-kinds.ts`. */
  limited?: { type: 'robot' | 'service'; limit?: RateRule[] }
  /** `a` inhibits `b` of its group. */
  inhibits?: boolean
  /** From second, until second: the name is silenced. */
  silences?: [number, number, string][]
  /** Why the incidents closed, in order. */
  closes?: ClosedIncident['closedBecause'][]
  skewsMs?: number[]
  /** When every clock of a worker is set right. */
  setRightAtMs?: number
  /** As in `Story`. */
  hub?: { wrongByMs: number; rightAtMs: number }
  /**
   * Effects by worker and name, as the trace shows the names. The function may count: for each run there is a new
   * function.
   */
  effects?: () => Decree
  /** Requests by receiver, counted from 1, and the second. */
  answers?: (sink: string, request: number, id: string, second: number) => Answer | undefined
  stormMs?: number
  soonestCalmMs?: number
  /** As in `Story`. */
  reported?: true
  /** Bytes of alerts in a body at most: an alert of a script takes some 250. */
  bodyBytes?: number
  /**
   * From second, until second, text: the messages to `one/ops`, in order. The text is `a firing` or `a firing since 4`.
   */
  hears: Hears[]
  /** The messages to other receivers; before the colon the reason, `escalated: a firing`, if it matters. */
  hearsBy?: Record<string, Hears[]>
}

/** From second, until second, text. */
export type Hears = [number, number, string]

export type People = Partial<Pick<Sections, 'users' | 'userGroups' | 'calendars'>>

/** At second, text: `a` fires, `-a` is resolved. */
export type ScriptPost = [number, string, Partial<Post>?]

const POLICY: Policy = {
  id: 'all',
  name: 'all',
  match: [],
  groupBy: ['group'],
  groupWaitMs: 1000,
  groupIntervalMs: 10_000,
  repeatIntervalMs: NEVER_REPEAT_MS,
  targets: [notificationTarget('ops')],
  lifecycle: [],
  muteTimes: [],
  activeTimes: [],
  silencedEnds: 'told',
  receiver: 'all',
  routeKey: '{}',
}

export async function runScript(script: Script): Promise<{ run: Outcome; found: string[] }> {
  const run = await runStory(1, storyOf(script))
  const found = await (hasFlow(run.story) ? flowViolations(run) : violations(run))
  found.push(...exceededQuotas(run))
  for (const [target, hears] of Object.entries({ ops: script.hears, ...script.hearsBy })) {
    found.push(...heardOtherwise(run, target, hears))
  }
  if (script.hearsOfItself !== undefined)
    found.push(...heardOfItself(run.sinks.get('one/ops')!.own, script.hearsOfItself))
  found.push(...notNoted(run, script.notes ?? []))
  if (script.closes !== undefined) found.push(...closedOtherwise(run, script.closes))
  return { run, found }
}

function heardOtherwise({ sinks }: Outcome, target: string, hears: readonly Hears[]): string[] {
  const found: string[] = []
  const seen = sinks.get(`one/${target}`)?.seen ?? []
  const name = target === 'ops' ? '' : ` ${target}`
  for (let index = 0; index < Math.max(seen.length, hears.length); index++) {
    const [heard, wanted] = [seen[index], hears[index]]
    const told = heard === undefined ? 'nothing' : `"${heard.reason}: ${wordsOf(heard, true)}" at ${secondOf(heard)}`
    if (heard === undefined || wanted === undefined) {
      found.push(`script:${name} heard ${told}, not ${wanted === undefined ? 'nothing' : `"${wanted[2]}"`}`)
      continue
    }
    const [from, until, what] = wanted
    const said = wordsOf(heard, what.includes('since'))
    const words = what.includes(': ') ? `${heard.reason}: ${said}` : said
    const fits = what === words && secondOf(heard) >= from && secondOf(heard) <= until
    if (!fits) found.push(`script:${name} heard ${told}, not "${what}" at ${from} to ${until}`)
  }
  return found
}

function closedOtherwise({ everything }: Outcome, closes: readonly string[]): string[] {
  const items = everything().filter(({ sort }) => sort.startsWith('incident#'))
  const closed = items.map(({ body }) => JSON.parse(body) as Pick<ClosedIncident, 'closedAt' | 'closedBecause'>)
  const why = closed.sort((a, b) => a.closedAt - b.closedAt).map(({ closedBecause }) => closedBecause)
  return why.join() === closes.join() ? [] : [`script: incidents closed as ${why.join()}, not ${closes.join()}`]
}

function heardOfItself([first]: Seen[], [from, until]: [number, number]): string[] {
  const second = first && secondOf(first)
  return second !== undefined && second >= from && second <= until
    ? []
    : [`script: heard of Tocsin itself at ${second}`]
}

function notNoted(run: Outcome, notes: readonly string[]): string[] {
  const entries = wholeTimeline(run, 'one').map(({ kind, target, reason }) => `${kind} ${target} ${reason.code}`)
  return notes.filter((note) => !entries.includes(note)).map((note) => `script: the timeline has no entry "${note}"`)
}

function secondOf({ at }: Seen): number {
  return (at - EPOCH) / 1000
}

function wordsOf({ alerts }: Seen, since: boolean): string {
  const words = alerts.map(({ labels, status, startsAt }) => {
    return `${labels.name} ${status}${since ? ` since ${(Date.parse(startsAt) - EPOCH) / 1000}` : ''}`
  })
  return words.join(', ')
}

export function storyOf(script: Omit<Script, 'name' | 'hears'>): Story {
  const { policies = [{}], changes = [], answers, effects, sendResolved = true } = script
  const settings = { url: 'http://192.0.2.1/ops', timeoutMs: 5000 }
  const keeps = script.keepsIncidents && { keepsIncidents: script.keepsIncidents, mostAlerts: 50 }
  const parts = script.partAlerts !== undefined && { partAlerts: script.partAlerts }
  const worded = script.says !== undefined && { type: 'worded', template: 'words' }
  const pagerType = script.quota === undefined ? 'pager' : 'sms'
  const channels = [
    { id: 'ops', type: script.limited?.type ?? 'webhook', sendResolved, settings, ...keeps, ...parts, ...worded },
    ...(script.people === undefined ? [] : [{ id: 'pager', type: pagerType, sendResolved: true, settings }]),
  ]
  const integrations = sectionsOf(defaultConfig()).integrations.map((integration) => {
    const settings = script.containers === undefined ? integration.settings : ABSORBS
    return { ...integration, autoRecoverAfterMs: script.recoverAfterMs ?? RECOVER_MS, settings }
  })
  const sectionsWith = (
    list: Partial<Policy>[],
    people = script.people,
    removed = '',
    says = script.says,
  ): Sections => ({
    ...sectionsOf(defaultConfig()),
    ...people,
    integrations,
    channels: channels.filter(({ id }) => id !== removed),
    ...(says !== undefined && { templates: [wordsOfTemplate(says)] }),
    ...(script.quota !== undefined && { quotas: { sms: script.quota } }),
    inhibitRules: script.inhibits === true ? [A_OVER_B] : [],
    policies: list.map((policy) => ({ ...POLICY, ...policy })),
  })
  return {
    clean: false,
    ...(script.oneMachine && { oneMachine: true }),
    ...(script.containers !== undefined && { containers: script.containers }),
    ...(script.reported && { reported: true }),
    accounts: ['one'],
    faults: { ...NO_FAULTS, ...(effects === undefined ? {} : { decree: effects() }) },
    sink: {
      ...GOOD_SINK,
      ...(answers && { decree: (sink, request, id, at) => answers(sink, request, id, (at - EPOCH) / 1000) }),
    },
    duplicate: 0,
    shuffleMs: 0,
    fullBatches: true,
    skewsMs: script.skewsMs ?? [0],
    setRightAtMs: script.setRightAtMs ?? Number.POSITIVE_INFINITY,
    ...(script.hub === undefined ? {} : { hub: script.hub }),
    indexLagMs: 0,
    sections: sectionsWith(policies),
    changes: changes.map(({ atMs, policies, people, without, says }) => {
      return { atMs, sections: sectionsWith(policies, people, without, says) }
    }),
    silences: (script.silences ?? []).map(([from, until, name]) => ({
      atMs: from * 1000,
      untilMs: until * 1000,
      name,
    })),
    posts: script.posts.map(postOf),
    claims: (script.claims ?? []).map((second) => second * 1000),
    acts: (script.acts ?? []).map(([second, type, by = 'mei']) => ({ atMs: second * 1000, type, by })),
    bodyBytes: script.bodyBytes,
    ...(script.limited?.limit && { limit: script.limited.limit }),
    stormMs: script.stormMs ?? 10 * MINUTE,
    calmMs: PATIENCE_MS,
    soonestCalmMs: script.soonestCalmMs ?? 30 * MINUTE,
  }
}

function postOf([atSeconds, what, more]: ScriptPost): Post {
  const status = what.startsWith('-') ? 'resolved' : 'firing'
  const name = what.replace(/^-/, '')
  return { atMs: Math.round(atSeconds * 1000), account: 'one', name, group: 'g', status, bytes: 0, ...more }
}

/** The n-th effect of this name by a worker of this name. */
export function nth(worker: string, effect: RegExp, which: number, fate: Fate): () => Decree {
  return () => {
    let count = 0
    return (by, name) => (by.startsWith(worker) && effect.test(name) && ++count === which ? fate : undefined)
  }
}

/** Every effect of this name by such a worker, from a second until another. */
export function during(from: number, until: number, worker: string, effect: RegExp, fate: Fate): Decree {
  return (by, name, at) => {
    const second = (at - EPOCH) / 1000
    return second >= from && second < until && by.startsWith(worker) && effect.test(name) ? fate : undefined
  }
}
