/** How a story about notifications is written down. Times are seconds after the start of the story. */
export interface Scenario {
  name: string
  /** alertmanager.yml (JSON is YAML); `http://{first}` and `http://{second}` stand for the webhooks. */
  config: string
  hooks?: Partial<Record<HookName, HookBehaviour>>
  steps: Step[]
  /** The host is stopped and started on the same data directory. */
  restartAt?: number
  /** Messages before then count, no later ones. Absent: the end of the last window. */
  stopAt?: number
  /** What each webhook hears. Every alert of every message has to be accounted for. */
  hears: Partial<Record<HookName, Heard[]>>
  /** Requests that reached a webhook before a moment, answered well or not. */
  attempts?: Partial<Record<HookName, { before: number; min: number; max: number }>>
}

export type HookName = 'first' | 'second'

export interface HookBehaviour {
  /** Takes messages with 200 and forgets them until then. */
  dropUntil?: number
  /** Answers only after `hangMs` until then. */
  hangUntil?: number
  hangMs?: number
  /** [until, status]: refuses with that status until then. */
  status?: [number, number][]
  /** Resets that many connections first. */
  resetFirst?: number
}

export type Step = { at: number } & (
  | { post: StoryAlert[] }
  | { silence: StorySilence }
  | { expire: string }
  | { reload: true }
)

/** An alert that is posted, or heard of. */
export interface StoryAlert {
  labels: Record<string, string>
  annotations: Record<string, string>
  startsAt?: number
  endsAt?: number
}

export interface StorySilence {
  ref: string
  matchers: { name: string; value: string; isRegex: boolean }[]
  startsAt: number
  endsAt: number
}

/** One message in [from, to]; without alerts: none in that window. */
export interface Heard {
  from: number
  to: number
  alerts: StoryAlert[]
  ordered?: boolean
  status?: string
  groupKey?: string
}

/** `alert('down zone=a', 1, 3)`: a bare word is the alertname. */
export function alert(labels: string, startsAt?: number, endsAt?: number, note?: string): StoryAlert {
  const pairs = labels
    .split(' ')
    .map((word) => (word.includes('=') ? (word.split('=') as [string, string]) : ['alertname', word]))
  return {
    labels: Object.fromEntries(pairs),
    annotations: note === undefined ? {} : { ann: note },
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
  }
}

export function post(at: number, ...alerts: StoryAlert[]): Step {
  return { at, post: alerts }
}

/** `silence(2, 's', 'alertname=x', [2, 100])`; `=~` makes it a regular expression. */
export function silence(at: number, ref: string, matcher: string, [startsAt, endsAt]: [number, number]): Step {
  const [name = '', value = ''] = matcher.split(/=~?/)
  return { at, silence: { ref, matchers: [{ name, value, isRegex: matcher.includes('=~') }], startsAt, endsAt } }
}

export function hears(from: number, to: number, ...alerts: StoryAlert[]): Heard {
  return { from, to, alerts }
}

interface Timing {
  by: string[]
  wait?: string
  every?: string
  repeat?: string
}

/** An alertmanager.yml with one receiver per webhook that the story needs; `extra` adds or replaces sections. */
export function config(
  { by, wait, every, repeat }: Timing,
  extra: { route?: object; hook?: object; receivers?: object[] } & Record<string, unknown> = {},
): string {
  const { route, hook, receivers, ...sections } = extra
  return JSON.stringify({
    ...sections,
    route: {
      receiver: 'main',
      group_by: by,
      ...(wait && { group_wait: wait }),
      ...(every && { group_interval: every }),
      ...(repeat && { repeat_interval: repeat }),
      ...route,
    },
    receivers: receivers ?? [receiver('main', 'first', hook)],
  })
}

export function receiver(name: string, hook?: HookName, settings?: object): object {
  return hook ? { name, webhook_configs: [{ url: `http://{${hook}}`, ...settings }] } : { name }
}
