import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Webhook } from '../../fakes/webhook.ts'
import { until } from '../wait.ts'
import { REGION } from './ministack.ts'
import type { Answer } from './requests.ts'

/** An account of the deployed hub, over HTTP alone. */
export interface Hub {
  account: string
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string; answer: Answer }>
  /** The URL of an integration, as the hub shows the URL. */
  integrationUrl(id: string): Promise<string>
}

export async function makeAccount(apiUrl: string, adminKey: string, account: string): Promise<Hub> {
  const made = await request(apiUrl, adminKey, 'POST', '/api/v1/accounts', { id: account, name: account })
  expect(made, made.text).toMatchObject({ status: 201, answer: { id: account } })
  const key = made.answer.apiKey
  return {
    account,
    ask: (method, path, body) => request(apiUrl, key, method, path, body),
    integrationUrl: async (id) => (await request(apiUrl, key, 'GET', `/api/v1/integrations/${id}`)).answer.url,
  }
}

/**
 * One webhook, at a path with the account's name, told of every alert at once and grouped by alert name; and the bus
 * of the stage, if the stage has a bus: a refused bus would be tried without end.
 */
export async function configure(hub: Hub, webhook: Webhook, bus?: string): Promise<void> {
  const config = {
    integrations: [
      { id: 'prom', type: 'prometheus', name: 'Prometheus' },
      { id: 'arms', type: 'arms', name: 'Forwarded' },
      { id: 'trail', type: 'cloudtrail', name: 'CloudTrail' },
    ],
    channels: [
      { id: 'hook', type: 'webhook', url: `${webhook.url}/${hub.account}` },
      ...(bus === undefined ? [] : [{ id: 'bus', type: 'aws-eventbridge', region: REGION, eventBus: bus }]),
    ],
    policies: [policy('everything', '!=', '0s', bus), policy('slow', '=', '15s', bus)],
    rules: [
      { id: 'routes', template: 'cloudtrail/route-change' },
      { id: 'logins', template: 'cloudtrail/console-login-failures', parameters: { threshold: 1 } },
      { id: 'trails', template: 'cloudtrail/trail-stopped' },
      { id: 'keys', template: 'cloudtrail/kms-key-disabled' },
    ],
  }
  const put = await hub.ask('PUT', '/api/v1/config', config)
  expect(put, put.text).toMatchObject({ status: 200 })
}

/** The wait of this group is long enough for a replacement of the functions meanwhile. */
export const SLOW = 'UnderWay'

function policy(id: string, op: '=' | '!=', groupWait: string, bus: string | undefined) {
  const match = [{ label: 'alertname', op, value: SLOW }]
  return {
    id,
    match,
    groupBy: ['alertname'],
    groupWait,
    groupInterval: '1s',
    notify: [{ channel: 'hook' }],
    ...(bus === undefined ? {} : { lifecycle: ['bus'] }),
  }
}

/** Posts alerts of one name, as Prometheus posts; returns the status of the answer. */
export async function fire(
  integrationUrl: string,
  alertname: string,
  more: { endsAt?: string; count?: number; annotations?: Record<string, string> } = {},
): Promise<number> {
  const { count = 1, ...rest } = more
  const alerts = Array.from({ length: count }, (_, index) => ({ labels: { alertname, host: `h${index}` }, ...rest }))
  const headers = { 'content-type': 'application/json' }
  const posted = { method: 'POST', headers, body: JSON.stringify(alerts) }
  const response = await fetch(`${integrationUrl}/api/v2/alerts`, posted)
  await response.text()
  return response.status
}

/** A record of a trail: an action of ann, just now. */
export function entry(more: Record<string, unknown>): Record<string, unknown> {
  const userIdentity = {
    type: 'IAMUser',
    accountId: '123456789012',
    userName: 'ann',
    arn: 'arn:aws:iam::123456789012:user/ann',
  }
  return {
    eventVersion: '1.08',
    eventID: randomUUID(),
    eventTime: new Date().toISOString(),
    awsRegion: 'eu-west-1',
    recipientAccountId: '123456789012',
    userIdentity,
    ...more,
  }
}

/** Posts to an integration of type `cloudtrail`; returns the status of the answer. */
export async function record(trailUrl: string, more: Record<string, unknown>): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(trailUrl, { method: 'POST', headers, body: JSON.stringify({ Records: [entry(more)] }) })
  await response.text()
  return response.status
}

export const ROUTE = { eventSource: 'ec2.amazonaws.com', eventName: 'CreateRoute' }
export const TRAIL_STOPPED = { eventSource: 'cloudtrail.amazonaws.com', eventName: 'StopLogging' }
export const KEY_DISABLED = { eventSource: 'kms.amazonaws.com', eventName: 'DisableKey' }
export const FAILED_LOGIN = {
  eventSource: 'signin.amazonaws.com',
  eventName: 'ConsoleLogin',
  responseElements: { ConsoleLogin: 'Failure' },
}

/** Notifications of one alert name at an account's webhook, in order. */
export function told({ received }: Webhook, alertname: string, account = 'ops'): string[] {
  return received.flatMap(({ path, body }) => {
    const { status, groupLabels } = body as { status: string; groupLabels: Record<string, string> }
    return path === `/${account}` && groupLabels.alertname === alertname ? [status] : []
  })
}

export async function untilTold(webhook: Webhook, alertname: string, wanted: string[], account = 'ops'): Promise<void> {
  const enough = () => told(webhook, alertname, account).length >= wanted.length
  await until(`${alertname} told to ${account}: ${wanted}`, enough, 45_000)
  expect(told(webhook, alertname, account)).toEqual(wanted)
}

async function request(apiUrl: string, key: string, method: string, path: string, body?: unknown) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await fetch(apiUrl + path, init)
  const text = await response.text()
  return { status: response.status, text, answer: jsonOf(text) }
}

function jsonOf(text: string): Answer {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
