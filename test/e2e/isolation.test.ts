import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Host } from '../../infra/machine/host.ts'
import { type NameServer, startNameServer } from '../fakes/name-server.ts'
import { startWebhook, type Webhook } from '../fakes/webhook.ts'
import { OWNER_KEY, temporaryDirectory } from '../fault/host-process.ts'
import { startHostHere } from './host-here.ts'
import { until } from './wait.ts'

/*
 * One slow destination delays no other: the whole host, with real time, a real name server that never answers for one
 * name, and a real target that takes connections and never answers. The test measures no time: a slow destination stays
 * slow for longer than the test, so a message that arrives was not delayed.
 */

const ADMIN_KEY = 'the-admin-of-this-test'
const MANY = 400
const LIMIT_MS = 60_000

let data: ReturnType<typeof temporaryDirectory>
let host: Host
let names: NameServer
let good: Webhook
let hole: { url: string; connections(): number; stop(): void }

beforeEach(async () => {
  data = temporaryDirectory()
  names = await startNameServer({ 'slow.test': 'silent', 'good.test': ['127.0.0.1'] })
  good = await startWebhook()
  hole = await startHole()
  host = await startHostHere({
    dataDir: data.path,
    allowTargets: ['127.0.0.0/8'],
    nameServers: [names.address],
    adminKey: ADMIN_KEY,
    apiKey: OWNER_KEY,
  })
})
afterEach(async () => {
  hole.stop()
  await Promise.all([host.stop(), good.stop(), names.stop()])
  data.remove()
})

/** A target that takes every connection and never answers. */
async function startHole(): Promise<typeof hole> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const stop = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, connections: () => sockets.size, stop }
}

interface Answer {
  apiKey: string
  url: string
  items: object[]
}

async function ask(key: string, method: string, path: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const text = body === undefined ? {} : { body: JSON.stringify(body) }
  const answer = await fetch(new URL(path, host.url), { method, headers, ...text })
  expect([answer.status < 300, answer.ok ? '' : await answer.text()]).toEqual([true, ''])
  return (await answer.json()) as Answer
}

/** Channels by id; the label `to` of an alert names its channel, and every alert is a group of its own. */
async function configure(key: string, urls: Record<string, string>): Promise<void> {
  const ids = Object.keys(urls)
  await ask(key, 'PUT', '/api/v1/config', {
    integrations: [{ id: 'in', type: 'prometheus' }],
    channels: ids.map((id) => ({ id, type: 'webhook', url: urls[id], timeoutMs: 25_000 })),
    policies: ids.map((id) => ({
      id,
      groupBy: ['alertname'],
      groupWait: '0s',
      groupInterval: '5m',
      match: [{ label: 'to', op: '=', value: id }],
      notify: [{ channel: id }],
    })),
  })
}

async function post(key: string, to: string, name: string, count: number): Promise<void> {
  const { url } = await ask(key, 'GET', '/api/v1/integrations/in')
  const alerts = Array.from({ length: count }, (_, index) => ({ labels: { alertname: `${name}-${index}`, to } }))
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(alerts) })
  expect(answer.status).toBe(200)
}

/** The number of alerts by whose name the good target heard. */
const heard = (name: string): number =>
  good.received.filter(({ text }) => text.includes(`"alertname":"${name}-`)).length

test('400 attempts that hang delay neither another channel nor another account', {
  timeout: 3 * LIMIT_MS,
}, async () => {
  const { apiKey: other } = await ask(ADMIN_KEY, 'POST', '/api/v1/accounts', { id: 'other', name: 'Other' })
  await configure(OWNER_KEY, { hangs: hole.url, works: good.url })
  await configure(other, { works: good.url })
  await post(OWNER_KEY, 'hangs', 'Hang', MANY)
  await until('attempts hang', () => hole.connections() >= 32, LIMIT_MS)
  await post(OWNER_KEY, 'works', 'Own', 20)
  await post(other, 'works', 'Other', 20)
  await until('both are told', () => heard('Own') === 20 && heard('Other') === 20, LIMIT_MS)
  expect(good.received).toHaveLength(40)
  expect(hole.connections()).toBeGreaterThan(0)
})

test('a name without an answer delays no other name, and is blamed alone', { timeout: 3 * LIMIT_MS }, async () => {
  const { apiKey: other } = await ask(ADMIN_KEY, 'POST', '/api/v1/accounts', { id: 'other', name: 'Other' })
  await configure(OWNER_KEY, { slow: `http://slow.test:${good.port}/`, works: `http://good.test:${good.port}/` })
  await configure(other, { works: `http://good.test:${good.port}/` })
  await post(OWNER_KEY, 'slow', 'Slow', 100)
  await until('lookups wait', () => names.asked.filter((asked) => asked.startsWith('slow.test')).length > 32, LIMIT_MS)
  await post(OWNER_KEY, 'works', 'Own', 20)
  await post(other, 'works', 'Other', 20)
  await until('both are told', () => heard('Own') === 20 && heard('Other') === 20, LIMIT_MS)
  const failed = await until(
    'the slow name is blamed',
    async () => {
      const { items } = await ask(OWNER_KEY, 'GET', '/api/v1/deliveries?state=failed')
      return items.length > 0 && items
    },
    LIMIT_MS,
  )
  expect(JSON.stringify(failed)).toContain('slow.test: its name servers gave no answer in time')
  for (const key of [OWNER_KEY, other]) {
    const { items } = await ask(key, 'GET', '/api/v1/deliveries?state=failed')
    expect(JSON.stringify(items)).not.toContain('good.test')
  }
})
