import { describe, expect, test } from 'vitest'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { createPausedChannels } from '../../../functions/dispatch/paused-channels.ts'
import { createNotify, type NotifyDeps } from '../../../functions/notify/handler.ts'
import { finish } from '../../../shared/base/steps.ts'
import { DAY, MINUTE, type Millis, SECOND } from '../../../shared/base/time.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import type { Pause, TargetState } from '../../../shared/group/target-state.ts'
import { type LoadedGroup, loadGroup } from '../../../shared/group-store/heads.ts'
import type { AlertsReceived } from '../../../shared/message/message.ts'
import { createRegistry } from '../../../shared/metrics/registry.ts'
import type { OutMessage, Queue } from '../../../shared/queue/port.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import { readPaused } from '../../../shared/store/paused.ts'
import { readConfig, saveConfig } from '../../../shared/store/whole-config.ts'
import { memoryTable } from '../../sim/table.ts'

const NOW = Date.UTC(2026, 0, 5)
const PAUSED: Pause = { at: NOW, reason: { code: 'target-gone' } }
const WEBHOOK = { id: 'hook', type: 'webhook', sendResolved: true, settings: {} }

/** Paused channels over the table model, the alerts that were sent, and what the groups say of their targets. */
function world() {
  const time = { now: NOW }
  const clock = { now: () => time.now, elapsed: () => time.now, after: () => () => undefined }
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
  const states = new Map<string, TargetState>()
  const heads = {
    read: async (account: string, group: string) => {
      const targets = new Map(
        [...states].flatMap(([key, state]) => (key === `${account}/${group}` ? [['hook', state]] : [])) as [
          string,
          TargetState,
        ][],
      )
      return targets.size === 0 ? undefined : ({ group: { targets } } as unknown as LoadedGroup)
    },
  }
  const channels = createPausedChannels({ table, dispatchQueue, clock }, heads)
  const pause = async (group: string, target = 'hook') => {
    states.set(`a/${group}`, { count: 1, paused: PAUSED, unproven: true })
    await channels.raise({ account: 'a', group }, [{ target, pause: PAUSED }], () => WEBHOOK)
  }
  /** Something arrived from a group whose target was paused before, or from another group. */
  const arrive = async (group: string, target = 'hook', account = 'a') => {
    const endsPause = states.get(`${account}/${group}`)?.unproven === true
    if (endsPause) states.set(`${account}/${group}`, { count: 1 })
    await channels.arrived({ account, group }, [{ target, endsPause }])
  }
  /** `firing` or `resolved` of each. */
  const said = () => sent.map(({ alerts: [alert] }) => (alert!.endsAt === undefined ? 'firing' : 'resolved'))
  return { time, clock, table, sent, queue, states, pause, arrive, said }
}

describe('an account hears of a paused channel', () => {
  test('by an alert of the account, which is the same one however often it is said', async () => {
    const { sent, pause } = world()
    await pause('g1')
    await pause('g1')
    await pause('g2', 'lifecycle:hook')
    const labels = { alertname: 'TocsinTargetPaused', channel: 'hook', kind: 'webhook', severity: 'warning' }
    expect(sent).toHaveLength(3)
    for (const message of sent) {
      expect(message).toMatchObject({ account: 'a', integration: 'tocsin:', recoverAfterMs: 0, receivedAt: NOW })
      expect(message.alerts[0]).toMatchObject({ labels, startsAt: NOW })
      expect(message.alerts[0]).not.toHaveProperty('endsAt')
      expect([message.rule, message.hops]).toEqual([undefined, undefined])
    }
  })

  test('that is a user on the channel by an alert that names the user, since the channel works', async () => {
    const { sent, pause, arrive, said } = world()
    await pause('g1', 'mail@test01')
    expect(sent[0]?.alerts[0]).toMatchObject({
      labels: { alertname: 'TocsinTargetPaused', channel: 'mail', user: 'test01' },
      annotations: { summary: 'Tocsin sends nothing more to test01 by mail: it said that it is gone (410)' },
    })
    await arrive('g2', 'mail@test02')
    await arrive('g3', 'mail')
    expect(said()).toEqual(['firing'])
    await arrive('g1', 'mail@test01')
    expect(said()).toEqual(['firing', 'resolved'])
  })

  test('and when it works again: when the last place has heard something', async () => {
    const { pause, arrive, said, table, time } = world()
    await pause('g1')
    await pause('g2')
    time.now += MINUTE
    await arrive('g3')
    await arrive('g1')
    expect(said()).toEqual(['firing', 'firing'])
    await arrive('g2')
    expect(said()).toEqual(['firing', 'firing', 'resolved'])
    expect(await readPaused(table, 'a', { channel: 'hook' })).toBeUndefined()
    await arrive('g2')
    expect(said()).toHaveLength(3)
  })

  test('not over when a pause was lifted, but when something has arrived since', async () => {
    const { pause, arrive, said, states, time } = world()
    await pause('g1')
    states.set('a/g1', { count: 1, unproven: true })
    time.now += 10 * MINUTE
    await arrive('g2')
    expect(said()).toEqual(['firing'])
    await arrive('g1')
    expect(said()).toEqual(['firing', 'resolved'])
  })

  test('a group that is forgotten holds nothing up', async () => {
    const { pause, arrive, said, states, time } = world()
    await pause('g1')
    await arrive('g2')
    expect(said()).toEqual(['firing'])
    states.clear()
    time.now += 2 * MINUTE
    await arrive('g2')
    expect(said()).toEqual(['firing', 'resolved'])
  })

  test('of other channels and accounts nothing follows', async () => {
    const { pause, arrive, said, time, states } = world()
    await pause('g1', '__proto__')
    time.now += 10 * MINUTE
    await arrive('g3', 'hook')
    await arrive('g1', '__proto__', 'b')
    expect(said()).toEqual(['firing'])
    states.clear()
    await arrive('g1', '__proto__')
    expect(said()).toEqual(['firing', 'resolved'])
  })

  test('again, when the queue did not take the alert: it throws, and what was noted is told the next time', async () => {
    const { pause, arrive, said, queue } = world()
    queue.fails = true
    await expect(pause('g1')).rejects.toThrow('the queue')
    queue.fails = false
    await pause('g1')
    queue.fails = true
    await expect(arrive('g1')).rejects.toThrow('the queue')
    queue.fails = false
    await arrive('g1')
    expect(said()).toEqual(['firing', 'resolved'])
  })

  test('a thousand places are one item that does not grow for ever', async () => {
    const { pause, arrive, said, table } = world()
    for (let group = 0; group < 1000; group++) await pause(`g${group}`)
    expect((await readPaused(table, 'a', { channel: 'hook' }))?.places).toHaveLength(50)
    for (let group = 0; group < 50; group++) await arrive(`g${group}`)
    expect(said().at(-1)).toBe('resolved')
  })

  test('a worker asks of a channel that works every half a minute, not at every arrival', async () => {
    const { arrive, table, time } = world()
    let gets = 0
    const { get } = table
    table.get = (key) => {
      gets++
      return get(key)
    }
    for (let times = 0; times < 600; times++) {
      await arrive('g1')
      time.now += 100
    }
    expect(gets).toBe(2)
  })
})

describe('a target that takes nothing for five days', () => {
  /** Dispatch and notify by hand: each message at its time, by a channel that refuses everything. */
  async function days(): Promise<{ pausedAt: Millis; toldAt: Millis[]; reports: number }> {
    const time = { now: NOW }
    const clock = { now: () => time.now, elapsed: () => time.now, after: () => () => undefined }
    const table = memoryTable(clock)
    const secrets = createSecretBox(Buffer.alloc(32, 7), (size) => Buffer.alloc(size, 1))
    const { config } = await readConfig({ table, secrets }, 'a')
    const written = {
      channels: [{ id: 'hook', type: 'webhook', url: 'https://hooks.example/x' }],
      policies: [{ id: 'all', groupWait: '0s', notify: [{ channel: 'hook' }] }],
    }
    const parsed = finish(readTocsinYml(written, config, secrets))
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    await saveConfig({ table, secrets }, 'a', parsed.next, { now: NOW })
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
      deliveries,
      secrets,
      publicUrl: 'https://x.example',
      request: refusing,
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
