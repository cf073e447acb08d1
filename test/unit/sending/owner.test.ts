import { describe, expect, test } from 'vitest'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { createNotify, type NotifyDeps } from '../../../functions/notify/handler.ts'
import { DAY, MINUTE, type Millis, SECOND } from '../../../shared/base/time.ts'
import type { Outcome } from '../../../shared/delivery/outcome.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { loadGroup } from '../../../shared/group-store/heads.ts'
import type { AlertsReceived } from '../../../shared/message/message.ts'
import { createRegistry } from '../../../shared/metrics/registry.ts'
import type { OutMessage, Queue } from '../../../shared/queue/port.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import { createOwner } from '../../../shared/sending/owner.ts'
import { createConfigs, readConfig, saveConfig } from '../../../shared/store/configs.ts'
import { readPaused } from '../../../shared/store/paused.ts'
import { memoryTable } from '../../sim/table.ts'

const NOW = Date.UTC(2026, 0, 5)
const GONE = { kind: 'dead', at: NOW, reason: 'gone', detail: 'status 410' } as const
const ARRIVED: Outcome = { kind: 'arrived', at: NOW }

/** An owner over the table model, and what it sent. */
function world() {
  const time = { now: NOW }
  const clock = { now: () => time.now, at: () => () => undefined }
  const table = memoryTable(clock)
  const sent: AlertsReceived[] = []
  const queue = { fails: false }
  const dispatchQueue: Queue = {
    send: async (messages) => {
      if (queue.fails) return { failed: messages.map((_, index) => index) }
      sent.push(...messages.map(({ body }) => JSON.parse(body) as AlertsReceived))
      return { failed: [] }
    },
  }
  const owner = createOwner({ table, dispatchQueue, clock })
  const hear = (group: string, outcome: Outcome, target = 'hook') =>
    owner.hear({ account: 'a', group, target }, 'webhook', outcome)
  /** `firing` or `resolved` of each. */
  const said = () => sent.map(({ alerts: [alert] }) => (alert!.endsAt === undefined ? 'firing' : 'resolved'))
  return { time, clock, table, sent, queue, owner, hear, said }
}

describe('the owner hears of a pause', () => {
  test('by an alert of the account, which is the same one however often it is said', async () => {
    const { sent, hear } = world()
    await hear('g1', GONE)
    await hear('g1', GONE)
    await hear('g2', GONE, 'lifecycle:hook')
    const labels = { alertname: 'TocsinTargetPaused', channel: 'hook', kind: 'webhook', severity: 'warning' }
    expect(sent).toHaveLength(3)
    for (const message of sent) {
      expect(message).toMatchObject({ account: 'a', integration: 'tocsin:', recoverAfterMs: 0, receivedAt: NOW })
      expect(message.alerts[0]).toMatchObject({ labels, startsAt: NOW })
      expect(message.alerts[0]).not.toHaveProperty('endsAt')
      expect([message.rule, message.hops]).toEqual([undefined, undefined])
    }
  })

  test('and when it works again: when the last place has heard something', async () => {
    const { hear, said, table, time } = world()
    await hear('g1', GONE)
    await hear('g2', GONE)
    time.now += MINUTE
    await hear('g3', ARRIVED)
    await hear('g1', ARRIVED)
    expect(said()).toEqual(['firing', 'firing'])
    await hear('g2', ARRIVED)
    expect(said()).toEqual(['firing', 'firing', 'resolved'])
    expect(await readPaused(table, 'a', 'hook')).toBeUndefined()
    await hear('g2', ARRIVED)
    expect(said()).toHaveLength(3)
  })

  test('what a group has forgotten holds nothing up', async () => {
    const { hear, said, time } = world()
    await hear('g1', GONE)
    time.now += 4 * MINUTE
    await hear('g2', ARRIVED)
    expect(said()).toEqual(['firing'])
    time.now += 2 * MINUTE
    // There is no such group any more.
    await hear('g2', ARRIVED)
    expect(said()).toEqual(['firing', 'resolved'])
  })

  test('of other channels and accounts nothing follows', async () => {
    const { hear, owner, said, time } = world()
    await hear('g1', GONE, '__proto__')
    time.now += 10 * MINUTE
    await hear('g1', ARRIVED, 'hook')
    await owner.hear({ account: 'b', group: 'g1', target: '__proto__' }, 'webhook', ARRIVED)
    expect(said()).toEqual(['firing'])
    await hear('g1', ARRIVED, '__proto__')
    expect(said()).toEqual(['firing', 'resolved'])
  })

  test.each<[string, Outcome]>([
    ['refused', { kind: 'refused', at: NOW, reason: 'serverError', detail: 'status 503' }],
    ['dead', { kind: 'dead', at: NOW, reason: 'clientError', detail: 'status 400' }],
    ['ambiguous', { kind: 'ambiguous', at: NOW, reason: 'timeout', detail: 'no answer' }],
  ])('not of an attempt that is %s', async (_what, outcome) => {
    const { hear, sent, table } = world()
    await hear('g1', outcome)
    expect([sent, table.everything()]).toEqual([[], []])
  })

  test('again, when the queue did not take the alert: it throws, and what was noted is told the next time', async () => {
    const { hear, said, queue } = world()
    queue.fails = true
    await expect(hear('g1', GONE)).rejects.toThrow('the queue')
    queue.fails = false
    await hear('g1', GONE)
    queue.fails = true
    await expect(hear('g1', ARRIVED)).rejects.toThrow('the queue')
    queue.fails = false
    await hear('g1', ARRIVED)
    expect(said()).toEqual(['firing', 'resolved'])
  })

  test('a thousand places are one item that does not grow for ever', async () => {
    const { hear, said, table } = world()
    for (let group = 0; group < 1000; group++) await hear(`g${group}`, GONE)
    expect((await readPaused(table, 'a', 'hook'))?.places).toHaveLength(50)
    for (let group = 0; group < 50; group++) await hear(`g${group}`, ARRIVED)
    expect(said().at(-1)).toBe('resolved')
  })

  test('a worker asks of a channel that works every half a minute, not at every arrival', async () => {
    const { hear, table, time } = world()
    let gets = 0
    const { get } = table
    table.get = (key) => {
      gets++
      return get(key)
    }
    for (let times = 0; times < 600; times++) {
      await hear('g1', ARRIVED)
      time.now += 100
    }
    expect(gets).toBe(2)
  })
})

describe('a target that takes nothing for five days', () => {
  /** Dispatch and notify by hand: each message at its time, by a channel that refuses everything. */
  async function days(): Promise<{ pausedAt: Millis; toldAt: Millis[]; reports: number }> {
    const time = { now: NOW }
    const clock = { now: () => time.now, at: () => () => undefined }
    const table = memoryTable(clock)
    const secrets = createSecretBox(Buffer.alloc(32, 7), (size) => Buffer.alloc(size, 1))
    const { config } = await readConfig(table, 'a')
    const written = {
      channels: [{ id: 'hook', type: 'webhook', url: 'https://hooks.example/x' }],
      policies: [{ id: 'all', groupWait: '0s', notify: [{ channel: 'hook' }] }],
    }
    const parsed = readTocsinYml(written, config, secrets)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    await saveConfig(table, 'a', parsed.next, { now: NOW })
    const queues = { alerts: [] as OutMessage[], deliveries: [] as OutMessage[] }
    const queueOf = (name: keyof typeof queues): Queue => ({
      send: async (messages) => {
        // A delayed one is the alarm clock, which goes by hand here.
        queues[name].push(...messages.filter(({ delayMs }) => delayMs === undefined))
        return { failed: [] }
      },
    })
    const [dispatchQueue, deliveries] = [queueOf('alerts'), queueOf('deliveries')]
    const configs = createConfigs({ table, clock })
    const common = { table, dispatchQueue, configs, clock, chance: () => 0.5, metrics: createRegistry() }
    const dispatch = createDispatch({ ...common, deliveries, forwards: deliveries })
    const refusing: NotifyDeps['request'] = async () => ({ kind: 'answer', status: 503, headers: {}, body: '' })
    const notify = createNotify({
      ...common,
      secrets,
      publicUrl: 'https://x.example',
      request: refusing,
      tellsOwner: true,
    })
    let id = 0
    const batch = (bodies: string[]) => bodies.map((body) => ({ id: `m${++id}`, body, receives: 1, sentAt: time.now }))
    const toldAt: Millis[] = []
    let reports = 0
    const alert = { labels: { alertname: 'Down' }, annotations: {}, startsAt: NOW, endsAt: NOW + 30 * DAY }
    const first = { v: 1, kind: 'alerts', account: 'a', integration: 'default', receivedAt: NOW, recoverAfterMs: 0 }
    await dispatchQueue.send([{ account: 'a', body: JSON.stringify({ ...first, alerts: [alert] }) }])
    for (let rounds = 0; rounds < 1000; rounds++) {
      while (queues.alerts.length + queues.deliveries.length > 0) {
        const bodies = queues.alerts.splice(0).map(({ body }) => body)
        const paused = bodies.filter((body) => body.includes('TocsinTargetPaused'))
        toldAt.push(...paused.map(() => time.now))
        reports += bodies.filter((body) => body.includes('"outcome"')).length
        // What Tocsin says of itself would go the same way: it is heard, and goes no further here.
        await dispatch(batch(bodies.filter((body) => !paused.includes(body))))
        await notify(batch(queues.deliveries.splice(0).map(({ body }) => body)))
      }
      const [{ partition } = { partition: '' }] = (await table.list('a#groups', { limit: 1 })).keys
      const group = (await loadGroup(table, 'a', partition.split('#').at(-1)!))!.group
      const { paused, retry } = group.targets.get('hook')!
      if (paused !== undefined) return { pausedAt: paused.at, toldAt, reports }
      time.now = Math.max(time.now + SECOND, retry!.notBefore)
      await dispatchQueue.send([
        { account: 'a', body: JSON.stringify({ v: 1, kind: 'wake', account: 'a', group: group.id }) },
      ])
    }
    throw new Error('it was never paused')
  }

  test('is paused by its group, and the owner has heard of it by then, once', async () => {
    const { pausedAt, toldAt, reports } = await days()
    expect(pausedAt - NOW).toBeGreaterThanOrEqual(5 * DAY)
    expect(toldAt).toEqual([pausedAt])
    expect(reports).toBeGreaterThan(20)
  })
})
