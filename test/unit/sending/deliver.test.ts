import { describe, expect, test } from 'vitest'
import { createNotify, type NotifyDeps } from '../../../functions/notify/handler.ts'
import { HOUR } from '../../../shared/base/time.ts'
import { Unavailable } from '../../../shared/base/unavailable.ts'
import { channelType } from '../../../shared/channel/type.ts'
import { webhookKind } from '../../../shared/channels/webhook/kind.ts'
import type { Channel } from '../../../shared/config/config.ts'
import { claimAttempt, putDeliveries, readDelivery } from '../../../shared/group-store/deliveries.ts'
import { LEDGER_VERSION, MESSAGE_VERSION } from '../../../shared/message/message.ts'
import type { User } from '../../../shared/people/user.ts'
import { listRefused } from '../../../shared/store/refused.ts'
import { variants } from '../message/variants.ts'
import { channel, delivery, due, message, NOW, OK, run, secrets, WINDOW, type World, world } from './setup.ts'

async function opened(...args: Parameters<typeof world>): Promise<World> {
  const here = world(...args)
  await putDeliveries(here.deps.table, [delivery()], { expiresAt: NOW + 86_400_000 })
  return here
}

describe('a delivery that is due', () => {
  test('is sent and reported, and its arrival is not written beside the claim', async () => {
    const here = await opened()
    expect(await run(here, message(due()))).toEqual([])
    expect(here.asked).toMatchObject([
      { url: 'https://hooks.example.com/t0ken', headers: { 'webhook-id': 'g1-d1' }, giveUpAt: NOW + 10_000 },
    ])
    const outcome = { kind: 'arrived', at: NOW }
    const { account, group, target, delivery: id, attempt } = due()
    expect(here.outcomes).toEqual([
      { v: MESSAGE_VERSION, kind: 'outcome', account, group, target, delivery: id, attempt, outcome },
    ])
    const progress = (await readDelivery(here.deps.table, 'acme', 'g1', 'g1-d1'))?.progress
    expect(progress).toEqual({ begun: 1, begunAt: NOW })
    expect(here.counted).toEqual([
      'tocsin_notifications_total webhook arrived',
      'alertmanager_notifications_total webhook',
      'alertmanager_notification_latency_seconds webhook 0',
    ])
  })

  test('is sent once, however often the message comes', async () => {
    const here = await opened()
    expect(await run(here, message(due()), message(due(), 'm2'))).toEqual([])
    expect(await run(here, message(due(), 'm3'))).toEqual([])
    expect(here.asked).toHaveLength(1)
    expect(here.outcomes).toHaveLength(1)
  })

  test('to a user of a channel that reaches no users is dead', async () => {
    const here = world()
    here.users.push({ id: 'test01' } as User)
    await putDeliveries(here.deps.table, [{ ...delivery(), target: 'hook@test01' }], { expiresAt: NOW + HOUR })
    await run(here, message(due({ target: 'hook@test01' })))
    expect(here.asked).toEqual([])
    const detail = 'this kind of channel reaches no users'
    expect(here.outcomes).toMatchObject([{ target: 'hook@test01', outcome: { kind: 'dead', detail } }])
  })

  test('is dropped when retention took it', async () => {
    const here = world()
    expect(await run(here, message(due()))).toEqual([])
    expect(here.asked).toEqual([])
    expect(here.outcomes).toEqual([])
  })

  test('reports a refusal with its reason', async () => {
    const here = await opened({}, [channel()], {
      kind: 'answer',
      status: 429,
      headers: { 'retry-after': '9' },
      body: '',
    })
    await run(here, message(due()))
    expect(here.outcomes[0]?.outcome).toMatchObject({ kind: 'refused', reason: 'rateLimited', retryAfterMs: 9_000 })
    expect(here.counted).toEqual([
      'tocsin_notifications_total webhook refused',
      'alertmanager_notifications_total webhook',
      'alertmanager_notification_latency_seconds webhook 0',
      'tocsin_notifications_failed_total webhook rateLimited',
      'alertmanager_notifications_failed_total webhook clientError',
    ])
  })
})

describe('time', () => {
  test.each([
    [0, NOW + 10_000],
    [WINDOW - 5_000, NOW + WINDOW - 2_000],
  ])('a send begun %i ms into its window is given up with a margin to the deadline', async (late, giveUpAt) => {
    const here = await opened()
    here.now = NOW + late
    await run(here, message(due()))
    expect(here.asked[0]?.giveUpAt).toBe(giveUpAt)
  })

  test('the margin is at most a quarter of a short window', async () => {
    const here = await opened()
    await run(here, message(due({ deadline: NOW + 400 })))
    expect(here.asked[0]?.giveUpAt).toBe(NOW + 300)
  })

  test.each([WINDOW - 2_000, WINDOW, WINDOW * 9])('%i ms late nothing is sent, and surely was not', async (late) => {
    const here = await opened()
    here.now = NOW + late
    await run(here, message(due()))
    expect(here.asked).toEqual([])
    expect(here.outcomes[0]?.outcome).toMatchObject({ kind: 'refused', reason: 'timeout' })
  })

  test.each([
    [NOW + 30_000, NOW + 10_000],
    [NOW + 9_000, NOW + 6_000],
  ])('of a process that ends at %i, a send is given up before', async (endsAt, giveUpAt) => {
    const here = await opened()
    await createNotify(here.deps)([message(due())], endsAt)
    expect(here.asked[0]?.giveUpAt).toBe(giveUpAt)
  })

  test('of a process that is about to end, nothing is sent, and surely was not', async () => {
    const here = await opened()
    expect(await createNotify(here.deps)([message(due())], NOW + 3_000)).toEqual({ failed: [] })
    expect(here.asked).toEqual([])
    expect(here.outcomes[0]?.outcome).toMatchObject({ kind: 'refused', reason: 'timeout' })
  })

  test('a slow target holds up no other of the batch', async () => {
    const slow = { ...channel(), id: 'slow', settings: { url: secrets.seal('https://slow.example.com/') } }
    let release = (): void => undefined
    const here: World = await opened(
      {
        request: async (request) => {
          here.asked.push(request)
          if (request.url.includes('slow')) await new Promise<void>((done) => (release = done))
          return OK
        },
      },
      [channel(), slow],
    )
    await putDeliveries(here.deps.table, [{ ...delivery('g1-d2'), target: 'slow' }], { expiresAt: NOW })
    const batch = run(here, message(due({ delivery: 'g1-d2', target: 'slow' }), 'm0'), message(due()))
    while (here.outcomes.length === 0) await new Promise((turn) => setImmediate(turn))
    expect(here.outcomes[0]?.delivery).toBe('g1-d1')
    release()
    expect(await batch).toEqual([])
    expect(here.outcomes).toHaveLength(2)
  })
})

describe('what cannot be sent', () => {
  test.each<[what: string, channels: Channel[]]>([
    ['a channel that is gone', []],
    ['a kind that nobody knows', [{ ...channel(), type: 'pigeon' }]],
    ['settings that are not valid', [channel({ url: secrets.seal('ftp://t0ken') })]],
    ['a secret under another key', [channel({ url: 'sealed:v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })]],
  ])('%s is dead', async (_what, channels) => {
    const here = await opened({}, channels)
    expect(await run(here, message(due()))).toEqual([])
    expect(here.asked).toEqual([])
    expect(here.outcomes[0]?.outcome).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
    expect(JSON.stringify(here.outcomes)).not.toContain('t0ken')
  })

  test('a sender with a bug leaves it in doubt and tells no secret', async () => {
    const broken = channelType(webhookKind, async () => async () => {
      throw new TypeError('t0ken')
    })
    const logged: Record<string, string>[] = []
    const here = await opened({ channels: new Map([['webhook', broken]]), log: (entry) => logged.push(entry) })
    expect(await run(here, message(due()))).toEqual([])
    expect(here.outcomes[0]?.outcome).toMatchObject({ kind: 'ambiguous', reason: 'other' })
    expect(logged).toMatchObject([
      { function: 'notify', what: 'g1-d1', error: expect.stringMatching(/^TypeError\n +at /) },
    ])
    expect(JSON.stringify([here.outcomes, logged])).not.toContain('t0ken')
  })

  test.each<[what: string, error: Error, text: RegExp]>([
    ['a bug', new RangeError('t0ken'), /^RangeError\n +at /],
    [
      'a table that is away',
      new Unavailable('table', 'get', 'throttled'),
      /^Unavailable: table: get failed: throttled\n/,
    ],
  ])('%s before the claim hands the message back and is in the log', async (_what, error, text) => {
    const logged: Record<string, string>[] = []
    const configs = { current: () => Promise.reject(error) }
    const here = await opened({ configs, log: (entry) => logged.push(entry) })
    expect(await run(here, message(due(), 'm0'))).toEqual(['m0'])
    expect(logged).toMatchObject([{ function: 'notify', what: 'm0', error: expect.stringMatching(text) }])
    expect(JSON.stringify(logged)).not.toContain('t0ken')
  })
})

describe('messages that nobody can read', () => {
  test.each<[what: string, body: object | string]>([
    ['not JSON', '{'],
    ['not an object', 'null'],
    ['another kind', { ...due(), kind: 'wake' }],
    ['an unknown kind', { ...due(), kind: 'parcel' }],
    ['no attempt', { ...due(), attempt: '1' }],
  ])('%s: refused, and its neighbours are sent', async (_what, body) => {
    const logged: Record<string, string>[] = []
    const here = await opened({ log: (entry) => logged.push(entry) })
    const batch = [message(body, 'bad'), message(due(), 'good')]
    expect(await run(here, ...batch)).toEqual([])
    expect(here.outcomes).toHaveLength(1)
    expect(here.counted).toContain('tocsin_messages_unreadable_total deliveries malformed')
    expect(logged).toMatchObject([{ function: 'notify', what: 'bad' }])
    const { items } = await listRefused(here.deps.table, 'acme', { limit: 9 })
    expect(items.map(({ id }) => id)).toEqual(typeof body === 'string' ? [] : ['deliveries-bad'])
  })

  test('they are done with, whatever is wrong with one part of them', async () => {
    const here = await opened()
    for (const body of variants(due())) expect(await run(here, message(body)), body).toEqual([])
  })

  test('one that cannot be kept now comes again, and twice it is kept once', async () => {
    const here = await opened()
    const { table } = here.deps
    here.deps.table = { ...table, put: () => Promise.reject(new Error('throttled')) }
    const bad = message({ ...due(), deadline: null }, 'bad')
    expect(await run(here, bad)).toEqual(['bad'])
    here.deps.table = table
    expect(await run(here, bad)).toEqual([])
    expect(await run(here, bad)).toEqual([])
    const reason = 'a message of the queue deliveries cannot be read: deadline has to be a number'
    expect((await listRefused(table, 'acme', { limit: 9 })).items).toMatchObject([{ id: 'deliveries-bad', reason }])
  })
})

describe('messages that come again', () => {
  test('of a newer version', async () => {
    const here = await opened()
    expect(await run(here, message({ ...due(), v: LEDGER_VERSION + 1 }, 'newer'), message(due()))).toEqual(['newer'])
    expect(here.outcomes).toHaveLength(1)
  })

  test('those whose configuration cannot be read: nothing was begun for them', async () => {
    const configs = { current: () => Promise.reject(new Error('throttled')) }
    const here = await opened({ configs })
    expect(await run(here, message(due()))).toEqual(['m1'])
    expect(await claimAttempt(here.deps.table, 'acme', 'g1', 'g1-d1', 1, NOW)).toMatchObject({ kind: 'claimed' })
  })

  test('those whose claim is lost to the table', async () => {
    const here = await opened()
    here.deps.table = { ...here.deps.table, put: () => Promise.reject(new Error('throttled')) }
    expect(await run(here, message(due()))).toEqual(['m1'])
    expect(here.asked).toEqual([])
  })

  test.each([
    ['throws', () => Promise.reject(new Error('down'))],
    ['does not take it', async () => ({ failed: [0] })],
  ])('but not one whose report was lost: the queue %s', async (_what, send) => {
    const here = await opened({ dispatchQueue: { send } })
    expect(await run(here, message(due()))).toEqual([])
    expect(here.asked).toHaveLength(1)
    expect(here.counted).toContain('tocsin_outcomes_lost_total report')
  })
})

test('what was sent before the clock was set back is refused: its group may have given it up', async () => {
  const here = await opened()
  const { deadline, ...rest } = due()
  const body = { ...rest, deadline: deadline + HOUR }
  expect(await run(here, { ...message(body), sentAt: NOW + HOUR })).toEqual([])
  expect(here.asked).toEqual([])
  expect(here.outcomes).toMatchObject([{ outcome: { kind: 'refused', detail: 'no time left before the deadline' } }])
})

describe('an attempt that was begun by a process that ended', () => {
  const begun = NOW - 1000
  const abandoned = async (more: Partial<NotifyDeps>): Promise<World> => {
    const here = await opened(more)
    await claimAttempt(here.deps.table, 'acme', 'g1', 'g1-d1', 1, begun)
    expect(await run(here, message(due()))).toEqual([])
    expect(here.asked).toEqual([])
    return here
  }

  test('is ambiguous at once where one process at a time works', async () => {
    const here = await abandoned({ aloneSince: () => begun + 1 })
    expect(here.outcomes).toMatchObject([{ delivery: 'g1-d1', attempt: 1, outcome: { kind: 'ambiguous' } }])
  })

  test('has the outcome that was kept, when only the report was lost', async () => {
    const here = await opened({ aloneSince: () => NOW + 1 }, undefined, {
      kind: 'answer',
      status: 503,
      headers: {},
      body: '',
    })
    await run(here, message(due()))
    await run(here, message(due()))
    expect(here.asked).toHaveLength(1)
    expect(here.outcomes.map(({ outcome }) => outcome.kind)).toEqual(['refused', 'refused'])
  })

  test('is ambiguous though it may have arrived, and no mark beside its claim hides an arrival', async () => {
    const here = await opened({ aloneSince: () => NOW + 1 })
    await run(here, message(due()))
    await run(here, message(due()))
    expect(here.asked).toHaveLength(1)
    expect(here.outcomes.map(({ outcome }) => outcome.kind)).toEqual(['arrived', 'ambiguous'])
    expect((await readDelivery(here.deps.table, 'acme', 'g1', 'g1-d1'))?.progress).toEqual({ begun: 1, begunAt: NOW })
  })

  test.each([
    ['there can be several processes', {}],
    ['this process began it', { aloneSince: () => begun }],
  ])('is left to its deadline when %s', async (_when, more) => {
    expect((await abandoned(more)).outcomes).toEqual([])
  })
})
