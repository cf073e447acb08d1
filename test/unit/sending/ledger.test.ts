import { describe, expect, test } from 'vitest'
import type { NotifyDeps } from '../../../functions/notify/handler.ts'
import { putLedgers } from '../../../shared/group-store/ledger.ts'
import { claimAttempts, readClaims } from '../../../shared/group-store/ledger-claims.ts'
import { type DeliveryDue, LEDGER_VERSION } from '../../../shared/message/message.ts'
import { packWords } from '../../../shared/message/words.ts'
import type { OutboundResult } from '../../../shared/outbound/request.ts'
import type { InMessage } from '../../../shared/queue/port.ts'
import { channel, delivery, due, message, NOW, OK, run, type World, world } from './setup.ts'

describe('deliveries of a ledger', () => {
  const LEDGER = 'l1.0'
  const IDS = ['g1-d1', 'g1-d2', 'g1-d3']
  const fromLedger = (id: string, more: Partial<DeliveryDue> = {}): InMessage =>
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
