import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Heard, HookBehaviour, HookName, Scenario, Step, StoryAlert } from './scenario.ts'

/**
 * The scenarios of a reference folder (`TOCSIN_TEST_DATA/../alertmanager/scenarios.json`), in our form. Scenarios
 * with a start delay or replicas are left out.
 */
export function referenceScenarios(dataDir: string): Scenario[] {
  const text = readFileSync(join(dataDir, '..', 'alertmanager', 'scenarios.json'), 'utf8')
  const { scenarios } = JSON.parse(text) as { scenarios: Reference[] }
  return scenarios.filter(({ args, replicas }) => !args && !replicas).map(scenarioOf)
}

interface Reference {
  name: string
  config: string
  args?: string[]
  replicas?: number
  webhooks?: Record<string, HookBehaviour>
  actions: ReferenceAction[]
  restartAt?: number
  stopAt?: number
  attempts?: Record<string, { before: number; min: number; max: number }>
  expect: Record<string, ReferenceHeard[]>
}

interface ReferenceAction {
  at: number
  post?: ReferenceAlert[]
  silence?: {
    ref: string
    matchers: { name: string; value: string; isRegex: boolean }[]
    startsAt: number
    endsAt: number
  }
  expireSilence?: string
  reload?: true
}

interface ReferenceAlert extends Omit<StoryAlert, 'annotations'> {
  annotations?: Record<string, string>
}

interface ReferenceHeard extends Omit<Heard, 'from' | 'to' | 'alerts'> {
  between: [number, number]
  alerts: ReferenceAlert[]
}

const HOOKS: Record<string, HookName> = { wh0: 'first', wh1: 'second' }

function scenarioOf(reference: Reference): Scenario {
  const { name, config, webhooks, actions, restartAt, stopAt, attempts, expect } = reference
  return {
    name,
    config: config.replaceAll('{{wh0}}', '{first}').replaceAll('{{wh1}}', '{second}'),
    steps: actions.map(stepOf),
    hears: byHook(expect, (list) =>
      list.map(({ between: [from, to], alerts, ...rest }) => ({ ...rest, from, to, alerts: alerts.map(storyAlert) })),
    ),
    hooks: byHook(webhooks ?? {}, (behaviour) => behaviour),
    attempts: byHook(attempts ?? {}, (limits) => limits),
    ...(restartAt === undefined ? {} : { restartAt }),
    ...(stopAt === undefined ? {} : { stopAt }),
  }
}

function stepOf(action: ReferenceAction): Step {
  const { at, post, silence, expireSilence, reload } = action
  if (post) return { at, post: post.map(storyAlert) }
  if (silence) return { at, silence }
  if (expireSilence) return { at, expire: expireSilence }
  if (reload) return { at, reload }
  throw new Error(`an action this suite does not know: ${JSON.stringify(action)}`)
}

function storyAlert(alert: ReferenceAlert): StoryAlert {
  return { ...alert, annotations: alert.annotations ?? {} }
}

function byHook<From, To>(record: Record<string, From>, map: (from: From) => To): Partial<Record<HookName, To>> {
  return Object.fromEntries(Object.entries(record).map(([name, from]) => [HOOKS[name], map(from)]))
}
