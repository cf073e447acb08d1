/** A scenario about notifications. Times are seconds after the start of the scenario. */
export interface Scenario {
  name: string
  /** alertmanager.yml (JSON is YAML); `http://{first}` and `http://{second}` stand for the webhooks. */
  config: string
  hooks?: Partial<Record<HookName, HookBehaviour>>
  steps: Step[]
  /** The host is stopped and started on the same data directory. */
  restartAt?: number
  /** Only messages before this moment count. Absent: the end of the last window. */
  stopAt?: number
  /** Expected notifications of each webhook. Every alert of every notification has to be expected. */
  hears: Partial<Record<HookName, Heard[]>>
  /** Number of requests that reached a webhook before a moment, whatever the answer. */
  attempts?: Partial<Record<HookName, { before: number; min: number; max: number }>>
}

export type HookName = 'first' | 'second'

export interface HookBehaviour {
  /** Answers 200 and forgets the message, until then. */
  dropUntil?: number
  /** Answers only after `hangMs`, until then. */
  hangUntil?: number
  hangMs?: number
  /** [until, status]: refuses with the status until then. */
  status?: [number, number][]
  /** Number of connections reset at first. */
  resetFirst?: number
}

export type Step = { at: number } & (
  | { post: StoryAlert[] }
  | { silence: StorySilence }
  | { expire: string }
  | { reload: true }
)

/** An alert as posted, or as expected in a notification. */
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

/** One notification in [from, to]; without alerts: no notification in the window. */
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

/** `silence(2, 's', 'alertname=x', [2, 100])`; `=~` makes the value a regular expression. */
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

/** An alertmanager.yml with a receiver for each webhook of the scenario; `extra` adds or replaces sections. */
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
