import { expect } from 'vitest'
import { type Millis, SECOND, toRfc3339, ZERO_TIME } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import type { Heard, HookBehaviour, HookName, Scenario, Step, StoryAlert } from './scenario.ts'
import { openStage, type Stage } from './stage.ts'

const HOOKS: readonly HookName[] = ['first', 'second']

/** Plays a scenario on a real host and compares the notifications of its webhooks, to the millisecond. */
export async function play(scenario: Scenario): Promise<void> {
  const stage = await openStage()
  try {
    const hooks = new Map<HookName, Webhook>()
    for (const name of HOOKS) hooks.set(name, await stage.webhook(behaviour(scenario.hooks?.[name], stage.start)))
    await configure(stage, scenario.config, hooks)
    const stop = scenario.stopAt ?? lastWindow(scenario)
    await act(stage, scenario, stop)
    for (const name of HOOKS) check(name, hooks.get(name)!, scenario, stage.start, stop)
    expect(stage.logged).toEqual([])
  } finally {
    await stage.close()
  }
}

async function configure(stage: Stage, config: string, hooks: Map<HookName, Webhook>): Promise<void> {
  const text = config.replace(/http:\/\/\{(first|second)\}/g, (_, name: HookName) => hooks.get(name)!.url)
  await done(stage.api('PUT', '/api/v1/config/alertmanager', text, 'application/yaml'))
  await done(
    stage.api('PUT', '/api/v1/config', {
      integrations: [{ id: 'default', type: 'prometheus', name: 'Default', access: 'full' }],
    }),
  )
}

async function act(stage: Stage, scenario: Scenario, stop: number): Promise<void> {
  const silences = new Map<string, string>()
  const acts = scenario.steps.map((step) => ({ at: step.at, run: () => take(stage, step, silences) }))
  if (scenario.restartAt !== undefined) acts.push({ at: scenario.restartAt, run: () => stage.restart() })
  for (const { at, run } of acts.sort((a, b) => a.at - b.at)) {
    await stage.clock.advanceTo(moment(stage.start, at))
    await run()
  }
  await stage.clock.advanceTo(moment(stage.start, stop))
}

async function take(stage: Stage, step: Step, silences: Map<string, string>): Promise<void> {
  if ('post' in step) {
    await done(
      stage.integration(
        'POST',
        '/api/v2/alerts',
        step.post.map((alert) => posted(alert, stage.start)),
      ),
    )
  } else if ('silence' in step) {
    const { ref, matchers, startsAt, endsAt } = step.silence
    const answer = await done(
      stage.integration('POST', '/api/v2/silences', {
        matchers,
        startsAt: toRfc3339(moment(stage.start, startsAt)),
        endsAt: toRfc3339(moment(stage.start, endsAt)),
        createdBy: 'admin@example.com',
        comment: 'some comment',
      }),
    )
    silences.set(ref, (JSON.parse(answer) as { silenceID: string }).silenceID)
  } else if ('expire' in step) {
    await done(stage.integration('DELETE', `/api/v2/silence/${silences.get(step.expire)}`))
  } else {
    await done(stage.integration('POST', '/-/reload'))
  }
}

async function done(answer: Promise<Response>): Promise<string> {
  const { status, url } = await answer
  const text = await (await answer).text()
  if (status >= 300) throw new Error(`${new URL(url).pathname.replace(/\/i\/[^/]+/, '/i/…')}: ${status} ${text}`)
  return text
}

function posted(alert: StoryAlert, start: Millis): object {
  const { labels, annotations, startsAt, endsAt } = alert
  return {
    labels,
    annotations,
    ...(startsAt === undefined ? {} : { startsAt: toRfc3339(moment(start, startsAt)) }),
    ...(endsAt === undefined ? {} : { endsAt: toRfc3339(moment(start, endsAt)) }),
  }
}

/** A notification in the compared form; the order of alerts counts only where the scenario states the order. */
interface Said {
  status?: string
  groupKey?: string
  alerts: string[]
}

interface WebhookBody {
  status: string
  groupKey: string
  alerts: { labels: object; annotations: object; startsAt: string; endsAt: string }[]
}

function check(name: HookName, hook: Webhook, scenario: Scenario, start: Millis, stop: number): void {
  const arrived = hook.received
    .map(({ at, body }) => ({ at: (at - start) / SECOND, body: body as WebhookBody }))
    .filter(({ at }) => at < stop)
  const wanted = scenario.hears[name] ?? []
  for (const heard of wanted) {
    const inWindow = arrived.filter(({ at }) => at >= heard.from && at <= heard.to)
    const said = inWindow.map(({ body }) => saidBy(body, heard))
    if (heard.alerts.length === 0) expect(said, `${name}, ${heard.from} s to ${heard.to} s`).toEqual([])
    else expect(said, `${name}, ${heard.from} s to ${heard.to} s`).toContainEqual(saidAs(heard, start))
  }
  const alerts = arrived.reduce((sum, { body }) => sum + body.alerts.length, 0)
  const times = arrived.map(({ at }) => `${at} s`).join(', ')
  expect(alerts, `alerts in all messages to ${name}, which came at ${times}`).toBe(
    wanted.reduce((sum, heard) => sum + heard.alerts.length, 0),
  )
  checkAttempts(name, hook, scenario, start)
}

function checkAttempts(name: HookName, hook: Webhook, scenario: Scenario, start: Millis): void {
  const limits = scenario.attempts?.[name]
  if (!limits) return
  const made = hook.attempts.filter((at) => at < moment(start, limits.before)).length
  expect(made, `attempts at ${name}`).toBeGreaterThanOrEqual(limits.min)
  expect(made, `attempts at ${name}`).toBeLessThanOrEqual(limits.max)
}

function saidBy(body: WebhookBody, { ordered, status, groupKey }: Heard): Said {
  const alerts = body.alerts.map(({ labels, annotations, startsAt, endsAt }) =>
    canonical(labels, annotations, Date.parse(startsAt), endsAt === ZERO_TIME ? undefined : Date.parse(endsAt)),
  )
  return {
    alerts: ordered ? alerts : alerts.sort(),
    ...(status === undefined ? {} : { status: body.status }),
    ...(groupKey === undefined ? {} : { groupKey: body.groupKey }),
  }
}

function saidAs({ alerts, ordered, status, groupKey }: Heard, start: Millis): Said {
  const at = (seconds: number | undefined): Millis | undefined =>
    seconds === undefined ? undefined : moment(start, seconds)
  const texts = alerts.map((alert) => canonical(alert.labels, alert.annotations, at(alert.startsAt), at(alert.endsAt)))
  return {
    alerts: ordered ? texts : texts.sort(),
    ...(status === undefined ? {} : { status }),
    ...(groupKey === undefined ? {} : { groupKey }),
  }
}

function canonical(
  labels: object,
  annotations: object,
  startsAt: Millis | undefined,
  endsAt: Millis | undefined,
): string {
  const sorted = (record: object): unknown => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([sorted(labels), sorted(annotations), startsAt, endsAt])
}

function behaviour(of: HookBehaviour | undefined, start: Millis): HookBehaviour {
  if (!of) return {}
  return {
    ...of,
    ...(of.dropUntil === undefined ? {} : { dropUntil: moment(start, of.dropUntil) }),
    ...(of.hangUntil === undefined ? {} : { hangUntil: moment(start, of.hangUntil) }),
    ...(of.status
      ? { status: of.status.map(([until, status]) => [moment(start, until), status] as [number, number]) }
      : {}),
  }
}

function lastWindow({ hears }: Scenario): number {
  return Math.max(...Object.values(hears).flatMap((list) => list.map(({ to }) => to)))
}

function moment(start: Millis, seconds: number): Millis {
  return start + Math.round(seconds * SECOND)
}
