import { resolve } from 'node:path'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import type { Host } from '../../infra/machine/host.ts'
import { HOUR, MINUTE } from '../../shared/base/time.ts'
import { startHostHere } from '../e2e/host-here.ts'
import { until } from '../e2e/wait.ts'
import { startWebhook, type Webhook } from '../fakes/webhook.ts'
import { temporaryDirectory } from '../fault/host-process.ts'
import { openWindow, startChromium, type Window } from './chromium.ts'

/* One host and one browser for all suites; each suite has accounts of its own. */

const ADMIN_KEY = 'the-admin-of-the-console-tests'
/** Pictures for people to look at; no test compares them. */
export const PICTURES = resolve(import.meta.dirname, '../../test-report/console')

export interface World {
  browser: Browser
  host: Host
  hook: Webhook
  /** Answers 503 to everything. */
  broken: Webhook
  account(name: string): Promise<Account>
  stop(): Promise<void>
}

export interface Account {
  id: string
  key: string
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>
  /** Posts alerts into the integration `prometheus`. */
  post(alerts: readonly Sample[]): Promise<void>
  /** A window that is signed in. */
  open(options?: BrowserContextOptions, name?: string): Promise<Window>
}

export interface Sample {
  labels: Record<string, string>
  annotations?: Record<string, string>
  minutesAgo?: number
  resolved?: boolean
}

export async function startWorld(): Promise<World> {
  const data = temporaryDirectory()
  const [hook, broken] = [await startWebhook(), await startWebhook({ status: [[Number.MAX_SAFE_INTEGER, 503]] })]
  const host = await startHostHere({ dataDir: data.path, allowTargets: ['127.0.0.0/8'], adminKey: ADMIN_KEY })
  const browser = await startChromium()
  let accounts = 0
  return {
    ...{ browser, host, hook, broken },
    account: async (name) => {
      const response = await fetch(`${host.url}/api/v1/accounts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ id: `${name.toLowerCase()}-${++accounts}`, name }),
      })
      if (response.status !== 201) throw new Error(`no account: ${response.status}`)
      const made = (await response.json()) as { id: string; apiKey: string }
      return openAccount(made.id, made.apiKey, host, browser)
    },
    stop: async () => {
      await browser.close()
      await Promise.all([host.stop(), hook.stop(), broken.stop()])
      data.remove()
    },
  }
}

export function openAccount(id: string, key: string, host: Host, browser: Browser): Account {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const api: Account['api'] = async (method, path, body) => {
    const response = await fetch(host.url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`)
    return text === '' ? {} : JSON.parse(text)
  }
  return {
    ...{ id, key, api },
    post: async (alerts) => {
      const { url } = await api<{ url: string }>('GET', '/api/v1/integrations/prometheus')
      const now = Date.now()
      const body = alerts.map(({ labels, annotations = {}, minutesAgo = 1, resolved = false }) => ({
        ...{ labels, annotations, generatorURL: 'https://prometheus.example.net/graph?g0.expr=up' },
        startsAt: new Date(now - minutesAgo * MINUTE).toISOString(),
        endsAt: new Date(resolved ? now : now + HOUR).toISOString(),
      }))
      const response = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(body) })
      if (response.status !== 200) throw new Error(`not taken: ${response.status} ${await response.text()}`)
    },
    open: async (options, name = 'mei') => {
      const window = await openWindow(browser, host.url, options)
      const { url } = await api<{ url: string }>('POST', '/api/v1/sign-in-links')
      await window.page.goto(url)
      const given = window.page.getByLabel(/Your name|您的姓名/)
      if ((await given.count()) > 0) await given.fill(name)
      await window.page.getByRole('button', { name: /^(Sign in|登录)/ }).click()
      await window.page.waitForURL(`${host.url}/`)
      return window
    },
  }
}

/** The alerts of an evening for the pictures: groups of four levels, a silenced group, a group without a target. */
export async function anEvening(account: Account, hook: Webhook, broken: Webhook): Promise<void> {
  const notify = [{ channel: 'on-call' }]
  const quick = { groupWait: '0s', groupInterval: '5s' }
  await account.api('PUT', '/api/v1/config', {
    integrations: [{ id: 'prometheus', type: 'prometheus', name: 'Prometheus' }],
    channels: [
      { id: 'on-call', type: 'webhook', url: hook.url },
      { id: 'ticketing', type: 'webhook', url: broken.url },
      { id: 'bus', type: 'cloudevents', url: hook.url },
      { id: 'messages', type: 'inbox' },
    ],
    users: [
      { id: 'mei-liu', name: 'Liu Mei' },
      { id: 'jo-kim', name: 'Jo Kim' },
    ],
    userGroups: [
      {
        ...{ id: 'night-watch', name: 'Night watch', members: ['mei-liu', 'jo-kim'] },
        rotation: { start: '2026-01-05T09:00', every: '1w', timeZone: 'Asia/Shanghai', order: ['mei-liu', 'jo-kim'] },
      },
      { id: 'everybody', members: ['mei-liu', 'jo-kim'] },
    ],
    calendars: [{ id: 'office', timeZone: 'Asia/Shanghai', daysOff: ['2026-10-01:2026-10-07'] }],
    policies: [
      {
        ...{
          id: 'payments',
          match: [{ label: 'team', value: 'payments' }],
          groupBy: ['alertname', 'cluster'],
          ...quick,
        },
        notify: [...notify, { channel: 'ticketing' }],
      },
      {
        id: 'platform',
        match: [{ label: 'team', value: 'platform' }],
        groupBy: ['alertname', 'team'],
        ...quick,
        notify: [...notify, { channel: 'messages', users: ['mei-liu'] }],
        lifecycle: ['bus'],
      },
      {
        ...{ id: 'night', name: 'Night', match: [{ label: 'shift', value: 'night' }], calendar: 'office' },
        flow: [
          {
            if: { any: [{ field: 'level', op: '>=', value: 'P2' }] },
            // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
            then: [
              { channel: 'messages', onDuty: ['night-watch'] },
              { channel: 'on-call', period: 'offtime' },
            ],
            end: true,
          },
          // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
          { then: [{ channel: 'on-call' }] },
        ],
        // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
        escalation: [{ unclaimed: '15m', flow: [{ then: [{ channel: 'messages', groups: ['everybody'] }] }] }],
      },
    ],
  })
  const of =
    (alertname: string, severity: string, team: string) => (more: Record<string, string>, summary: string) => ({
      ...{ labels: { alertname, severity, team, ...more }, annotations: { summary } },
    })
  const checkout = of('CheckoutErrorRate', 'critical', 'payments')
  const latency = of('HighLatency', 'error', 'platform')
  const disk = of('NodeDiskPressure', 'warning', 'platform')
  await account.post([
    ...['api-7d9f', 'api-b41c', 'worker-77e1', 'worker-9c3d'].map((pod, index) => ({
      ...checkout({ cluster: 'hz-1', service: 'checkout', pod }, `${12 + index} % of checkouts fail with 5xx`),
      minutesAgo: 5 - index,
    })),
    { ...checkout({ cluster: 'hz-2', service: 'checkout', pod: 'api-93aa' }, '3 % of checkouts fail'), minutesAgo: 4 },
    ...['search', 'feed', 'profile', 'cart', '商城', 'login'].map((service, index) => ({
      ...latency({ cluster: 'hz-1', service, quantile: '0.99' }, `p99 above 2 s (now ${2 + index / 10} s)`),
      minutesAgo: 77 - index,
    })),
    ...['node-12', 'node-03', 'node-11'].map((node) => ({
      ...disk({ cluster: 'hz-1', node }, `${node}: /var has less than 8 % free`),
      minutesAgo: 192,
    })),
    { ...of('CertificateExpiresSoon', 'info', 'platform')({ domain: '商城.example.net' }, '证书将在 6 天内过期') },
  ])
  await until('the groups are listed', async () => {
    const { items } = await account.api<{ items: unknown[] }>('GET', '/api/v1/groups')
    return items.length === 5
  })
  await account.api('POST', '/api/v1/silences', {
    matchers: [{ label: 'alertname', value: 'NodeDiskPressure' }],
    ...{ duration: '2h', by: 'jo', comment: 'disks are being swapped, OPS-2231' },
  })
}
