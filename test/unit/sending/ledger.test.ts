import { describe, expect, test } from 'vitest'
import type { NotifyDeps } from '../../../functions/notify/handler.ts'
import { putLedgers } from '../../../shared/group-store/ledger.ts'
import { claimAttempts, readClaims } from '../../../shared/group-store/ledger-claims.ts'
import { dueMessages } from '../../../shared/message/due.ts'
import { type DeliveryMessage, LEDGER_VERSION } from '../../../shared/message/message.ts'
import { packWords } from '../../../shared/message/words.ts'
import type { OutboundResult } from '../../../shared/outbound/request.ts'
import type { InMessage, OutMessage } from '../../../shared/queue/port.ts'
import { channel, delivery, due, message, NOW, OK, run, type World, world } from './setup.ts'

describe('deliveries of a ledger', () => {
  const LEDGER = 'l1.0'
  const IDS = ['g1-d1', 'g1-d2', 'g1-d3']
  const fromLedger = (id: string, more: Partial<DeliveryMessage> = {}): InMessage =>
    message(due({ v: LEDGER_VERSION, delivery: id, ledger: LEDGER, ...more }), `m-${id}-${JSON.stringify(more)}`)
  const words = packWords(delivery().notification, 8 * 1024)!

  async function kept(more: Partial<NotifyDeps> = {}, result: OutboundResult = OK) {
    const here = world(more, [channel()], result)
    const times = { openedAt: NOW, expiresAt: NOW + 86_400_000 }
    await putLedgers(here.deps.table, [IDS.map((id) => delivery(id))], { ...times, name: 'l1' })
    const { table } = here.deps
    const [puts, gets]: [string[], string[]] = [[], []]
    const counting: typeof table = {
      ...table,
      get: async (key) => {
        gets.push(key.sort)
        return await table.get(key)
      },
      put: async (item, when) => {
        puts.push(item.sort)
        return await table.put(item, when)
      },
    }
    here.deps.table = counting
    return { here, puts, gets }
  }
  const sentIds = (here: World) => here.asked.map(({ headers }) => headers['webhook-id']).sort()

  test('are claimed by one write, sent each, and reported each', async () => {
    const { here, puts, gets } = await kept()
    expect(await run(here, ...IDS.map((id) => fromLedger(id)))).toEqual([])
    expect(sentIds(here)).toEqual(IDS)
    expect(here.outcomes.map(({ delivery }) => delivery).sort()).toEqual(IDS)
    expect(puts).toEqual([`claims#${LEDGER}`])
    expect(gets).toEqual([`ledger#${LEDGER}`])
  })

  test('keep the arrivals of lazy messages together, and report none', async () => {
    const { here, puts } = await kept()
    await run(here, ...IDS.map((id) => fromLedger(id, { lazy: true })))
    expect(here.outcomes).toEqual([])
    expect(puts).toEqual([`claims#${LEDGER}`, `claims#${LEDGER}`])
    const claims = await readClaims(here.deps.table, 'acme', LEDGER)
    expect(IDS.map((id) => claims(id).last?.kind)).toEqual(['arrived', 'arrived', 'arrived'])
  })

  test('report what is no arrival, of lazy messages too', async () => {
    const { here } = await kept({}, { kind: 'answer', status: 503, headers: {}, body: '' })
    await run(here, fromLedger('g1-d1', { lazy: true }))
    expect(here.outcomes.map(({ delivery, outcome }) => [delivery, outcome.kind])).toEqual([['g1-d1', 'refused']])
  })

  test('report the arrivals of lazy messages that cannot be kept', async () => {
    const { here } = await kept()
    const { table } = here.deps
    let puts = 0
    here.deps.table = {
      ...table,
      put: async (item, when) => {
        if (++puts > 1) throw new Error('the table is away')
        return await table.put(item, when)
      },
    }
    await run(here, ...IDS.map((id) => fromLedger(id, { lazy: true })))
    expect(here.outcomes.map(({ delivery, outcome }) => [delivery, outcome.kind])).toEqual(
      IDS.map((id) => [id, 'arrived']),
    )
  })

  test('need no read when the messages carry the words', async () => {
    const { here, gets } = await kept()
    await run(here, ...IDS.map((id) => fromLedger(id, { words })))
    expect(sentIds(here)).toEqual(IDS)
    expect(gets).toEqual([])
  })

  test('are sent by the ledger when the carried words are broken', async () => {
    const { here } = await kept()
    await run(here, fromLedger('g1-d1', { words: '%%' }))
    expect(sentIds(here)).toEqual(['g1-d1'])
  })

  test('are sent once, in whatever batches the copies of their messages come', async () => {
    const { here } = await kept()
    await run(here, fromLedger('g1-d1'), fromLedger('g1-d1', { words }), fromLedger('g1-d2'))
    await Promise.all([run(here, ...IDS.map((id) => fromLedger(id))), run(here, fromLedger('g1-d3', { words }))])
    expect(sentIds(here)).toEqual(IDS)
    expect(here.outcomes).toHaveLength(3)
  })

  test('have each attempt once: a later attempt is sent, an earlier one no more', async () => {
    const { here } = await kept()
    await run(here, fromLedger('g1-d1', { attempt: 2 }))
    await run(here, fromLedger('g1-d1', { attempt: 1 }), fromLedger('g1-d1', { attempt: 3 }))
    expect(here.outcomes.map(({ attempt }) => attempt)).toEqual([2, 3])
  })

  test('that are refused have their outcomes written together', async () => {
    const { here, puts } = await kept({}, { kind: 'answer', status: 503, headers: {}, body: '' })
    await run(here, ...IDS.map((id) => fromLedger(id)))
    expect(puts).toEqual([`claims#${LEDGER}`, `claims#${LEDGER}`])
    const progress = await readClaims(here.deps.table, 'acme', LEDGER)
    for (const id of IDS) expect(progress(id)).toMatchObject({ begun: 1, begunAt: NOW, last: { kind: 'refused' } })
  })

  test('have an arrival written beside the claim when the queue did not take its report', async () => {
    const { here, puts } = await kept({ dispatchQueue: { send: async () => ({ failed: [0] }) } })
    await run(here, ...IDS.map((id) => fromLedger(id)))
    expect(puts).toEqual([`claims#${LEDGER}`, `claims#${LEDGER}`])
    const progress = await readClaims(here.deps.table, 'acme', LEDGER)
    for (const id of IDS) expect(progress(id)).toMatchObject({ begun: 1, last: { kind: 'arrived' } })
  })

  test('whose ledger is gone are dropped', async () => {
    const { here } = await kept()
    expect(await run(here, fromLedger('g1-d1', { ledger: 'l0.0' }), fromLedger('g9-d9'))).toEqual([])
    expect(here.asked).toEqual([])
    expect(here.counted.filter((line) => line.includes('missing'))).toHaveLength(2)
  })

  test('come again, all of them, when their claim is lost to the table', async () => {
    const { here } = await kept()
    here.deps.table = { ...here.deps.table, put: () => Promise.reject(new Error('throttled')) }
    const messages = IDS.map((id) => fromLedger(id))
    expect(await run(here, ...messages)).toEqual(messages.map(({ id }) => id))
    expect(here.asked).toEqual([])
  })

  test('are ambiguous at once when the only process on the table has ended', async () => {
    const { here } = await kept({ aloneSince: () => NOW })
    const times = { at: NOW - 1000, expiresAt: NOW + 86_400_000 }
    await claimAttempts(here.deps.table, 'acme', LEDGER, [{ delivery: 'g1-d1', attempt: 1 }], times)
    await run(here, fromLedger('g1-d1'), fromLedger('g1-d2'))
    expect(sentIds(here)).toEqual(['g1-d2'])
    expect(here.outcomes.map(({ delivery, outcome }) => `${delivery} ${outcome.kind}`).sort()).toEqual([
      'g1-d1 ambiguous',
      'g1-d2 arrived',
    ])
  })
})

describe('deliveries in one message', () => {
  const ids = ['g1-d1', 'g1-d2', 'g1-d3']
  const { notification } = delivery()
  const shared = (more: Partial<InMessage> = {}): InMessage => {
    const some = ids.map((id) => ({
      due: due({ v: LEDGER_VERSION, delivery: id, ledger: 'l1.0' }),
      said: { notification },
    }))
    const [{ body }, ...others] = dueMessages(some, 8 * 1024) as [OutMessage, ...OutMessage[]]
    expect(others).toEqual([])
    return { ...message(body, 'shared'), ...more }
  }
  const queue = (failed: number[] = []) => {
    const sent: OutMessage[] = []
    const deliveries: NotifyDeps['deliveries'] = {
      carries: 8 * 1024,
      send: async (messages) => {
        sent.push(...messages)
        return { failed }
      },
    }
    return { sent, deliveries }
  }
  const bodies = (sent: readonly OutMessage[]) => sent.map(({ body }) => JSON.parse(body) as DeliveryMessage)
  const ready = async ({ deliveries }: Pick<NotifyDeps, 'deliveries'>): Promise<World> => {
    const here = world({ deliveries })
    await putLedgers(here.deps.table, [ids.map((id) => delivery(id))], {
      openedAt: NOW,
      expiresAt: NOW + 9e7,
      name: 'l1',
    })
    return here
  }

  test('are each sent and reported', async () => {
    const { deliveries, sent } = queue()
    const here = await ready({ deliveries })
    expect(await run(here, shared())).toEqual([])
    expect(here.outcomes.map(({ delivery }) => delivery).sort()).toEqual(ids)
    expect(sent).toEqual([])
  })

  test('come again alone, some seconds later, when none was begun, and then count by themselves', async () => {
    const { deliveries, sent } = queue()
    const here = await ready({ deliveries })
    const { table } = here.deps
    here.deps.table = { ...table, put: () => Promise.reject(new Error('throttled')) }
    expect(await run(here, shared())).toEqual([])
    expect(here.asked).toEqual([])
    expect(sent.map(({ delayMs, lane }) => [delayMs, lane])).toEqual(ids.map(() => [5000, 'hook']))
    expect(bodies(sent).map(({ kind, delivery, attempt, ledger }) => [kind, delivery, attempt, ledger])).toEqual(
      ids.map((id) => ['delivery', id, 1, 'l1.0']),
    )
    // A single message is handed back by the queue, which counts its receives.
    expect(await run(here, message(sent[0]!.body, 'single'))).toEqual(['single'])
    here.deps.table = table
    expect(await run(here, ...sent.map(({ body }, index) => message(body, `m${index}`)))).toEqual([])
    expect(here.outcomes.map(({ delivery }) => delivery).sort()).toEqual(ids)
  })

  test('go on while one of them comes again alone: its settings could not be read', async () => {
    const { deliveries, sent } = queue()
    const here = await ready({ deliveries })
    const { current } = here.deps.configs
    let reads = 0
    here.deps.configs = {
      current: async (account) => (++reads === 2 ? await Promise.reject(new Error('away')) : await current(account)),
    }
    expect(await run(here, shared())).toEqual([])
    expect(here.outcomes.map(({ delivery }) => delivery).sort()).toEqual(['g1-d1', 'g1-d3'])
    expect(bodies(sent).map(({ delivery }) => delivery)).toEqual(['g1-d2'])
  })

  test('come again together when the queue does not take their own messages', async () => {
    for (const deliveries of [queue([1]).deliveries, { send: () => Promise.reject(new Error('the queue is away')) }]) {
      const here = await ready({ deliveries })
      here.deps.table = { ...here.deps.table, put: () => Promise.reject(new Error('throttled')) }
      expect(await run(here, shared())).toEqual(['shared'])
    }
  })

  test('have messages of their own, and nothing is sent, when a worker has died with the message', async () => {
    const { deliveries, sent } = queue()
    const here = await ready({ deliveries })
    expect(await run(here, shared({ receives: 2 }))).toEqual([])
    expect(here.asked).toEqual([])
    expect(bodies(sent).map(({ delivery }) => delivery)).toEqual(ids)
  })

  test('are sent once, whatever copies of the message and of the single ones come', async () => {
    const { deliveries, sent } = queue()
    const here = await ready({ deliveries })
    await run(here, shared({ receives: 2 }))
    await Promise.all([run(here, shared(), shared()), run(here, ...sent.map(({ body }, n) => message(body, `m${n}`)))])
    expect(here.outcomes.map(({ delivery }) => delivery).sort()).toEqual(ids)
  })
})
