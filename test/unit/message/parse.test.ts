import { describe, expect, test } from 'vitest'
import { DELIVERIES_VERSION, LEDGER_VERSION, MESSAGE_VERSION } from '../../../shared/message/message.ts'
import { readDelivered, readDispatched, readRecords } from '../../../shared/message/parse.ts'

const posted = { labels: { alertname: 'a' }, annotations: {}, startsAt: 1 }
const origin = { account: 'b', integration: 'c' }
const member = {
  alert: { ...posted, endsAt: 2, timeout: true, origin },
  stamp: { at: 1, tie: 'm#0' },
  claimedEnd: 2,
}
const taken = { integration: 'prom', receivedAt: 1 }
const record = { id: 'e1', time: 1, trail: 'cloudtrail', fields: {} }

/** One message of each kind, without the envelope. */
const KINDS: [kind: string, read: (text: string) => { ok: boolean }, body: Record<string, unknown>][] = [
  ['alerts', readDispatched, { ...taken, recoverAfterMs: 0, alerts: [posted] }],
  ['refused', readDispatched, { ...taken, reason: 'no', body: '' }],
  ['wake', readDispatched, { group: 'g' }],
  ['wakes', readDispatched, { wakes: [{ group: 'g', at: 1 }, { group: 'h' }] }],
  ['outcome', readDispatched, { group: 'g', target: 't', delivery: 'd', attempt: 1, outcome: { kind: 'dead', at: 1 } }],
  ['replay', readDispatched, { group: 'g', target: 't' }],
  [
    'action',
    readDispatched,
    { group: 'g', policy: 'p', labels: {}, action: { id: 'i', type: 'claim', incident: 'n', by: 'ann', at: 1 } },
  ],
  [
    'regrouped',
    readDispatched,
    {
      ...{ revision: '1', policy: 'p', labels: {}, members: [member] },
      ...{ told: [['hook', { at: 1, firing: ['f'], until: 2 }]] },
      ...{ doubt: [['hook', { firing: [], resolved: [], until: 2 }]] },
      tombstones: [['f', { alert: { labels: {}, origin, endsAt: 1 }, stamp: { at: 1, tie: 'm#0' }, until: 2 }]],
    },
  ],
  ['reconfigured', readDispatched, {}],
  ['records', readRecords, { ...taken, recoverAfterMs: 0, records: [record] }],
  ['delivery', readDelivered, { group: 'g', target: 't', delivery: 'd', attempt: 1, deadline: 1 }],
]

const envelope = (kind: string, body: object): Record<string, unknown> => ({
  ...{ v: MESSAGE_VERSION, kind, account: 'ops' },
  ...body,
})

describe.each(KINDS)('a message of kind %s', (kind, read, body) => {
  test('is read', () => {
    const whole = envelope(kind, body)
    expect(read(JSON.stringify(whole))).toEqual({ ok: true, body: kind === 'delivery' ? [{ due: whole }] : whole })
  })

  test.each(Object.keys(body))('without %s is malformed, and says so', (name) => {
    const { [name]: _, ...without } = envelope(kind, body)
    expect(read(JSON.stringify(without))).toMatchObject({
      ok: false,
      unread: { newer: false, reason: expect.stringMatching(`^${name} has to be`), account: 'ops' },
    })
  })

  test('of a newer version only has to wait, whatever else it says', () => {
    const newer = 1 + (kind === 'delivery' ? LEDGER_VERSION : MESSAGE_VERSION)
    const reason = `version ${newer} is not known here`
    for (const more of [body, {}]) {
      const text = JSON.stringify({ ...envelope(kind, more), v: newer })
      expect(read(text)).toEqual({ ok: false, unread: { newer: true, reason } })
    }
  })

  test('is nothing for another queue', () => {
    const others = [readDispatched, readRecords, readDelivered].filter((other) => other !== read)
    for (const other of others) {
      expect(other(JSON.stringify(envelope(kind, body)))).toMatchObject({
        unread: { newer: false, reason: expect.stringContaining('kind has to be one of') },
      })
    }
  })
})

test('a delivery in a ledger has a version of its own', () => {
  const body = { group: 'g', target: 't', delivery: 'd', attempt: 1, deadline: 1, ledger: 'l' }
  const whole = { ...envelope('delivery', body), v: LEDGER_VERSION }
  expect(readDelivered(JSON.stringify({ ...whole, words: '%%' }))).toEqual({ ok: true, body: [{ due: whole }] })
  expect(readDelivered(JSON.stringify({ ...whole, ledger: '' }))).toMatchObject({ unread: { newer: false } })
})

test('deliveries of a ledger in one message have a version of their own', () => {
  const one = { group: 'g', target: 't', delivery: 'd', attempt: 1, deadline: 1, says: 0 }
  const whole = { ...envelope('deliveries', { ledger: 'l', deliveries: [one], words: '%%' }), v: DELIVERIES_VERSION }
  expect(readDelivered(JSON.stringify(whole))).toMatchObject({
    ok: true,
    body: [{ due: { delivery: 'd', ledger: 'l' } }],
  })
  const reason = `version ${DELIVERIES_VERSION + 1} is not known here`
  expect(readDelivered(JSON.stringify({ ...whole, v: DELIVERIES_VERSION + 1 }))).toEqual({
    ok: false,
    unread: { newer: true, reason },
  })
  for (const wrong of [{ ledger: '' }, { deliveries: [{ ...one, attempt: '1' }] }, { words: undefined }]) {
    expect(readDelivered(JSON.stringify({ ...whole, ...wrong }))).toMatchObject({ unread: { newer: false } })
  }
})

const alerts = (more: object): string => JSON.stringify(envelope('alerts', { ...KINDS[0]![2], ...more }))

test.each<[what: string, text: string, reason: string]>([
  ['no JSON', '{', 'it is not JSON'],
  ['nothing', '', 'it is not JSON'],
  ['a list', '[]', 'it is not an object'],
  ['null', 'null', 'it is not an object'],
  ['no version', alerts({ v: undefined }), 'v is no version'],
  ['a version in words', alerts({ v: '1' }), 'v is no version'],
  ['version 0', alerts({ v: 0 }), 'v is no version'],
  ['an unknown kind', alerts({ kind: '__proto__' }), 'kind has to be one of alerts,'],
  ['an account that cannot be', alerts({ account: '../b' }), 'account is not the id of one'],
  ['alerts that are none', alerts({ alerts: [posted, 7] }), 'alerts[1] has to be an object'],
  [
    'a label that is no text',
    alerts({ alerts: [{ ...posted, labels: { a: 'b', c: 1 } }] }),
    'alerts[0].labels has to be an object of texts',
  ],
  [
    'a time beyond all times',
    alerts({}).replace('"receivedAt":1', '"receivedAt":1e999'),
    'receivedAt has to be a number',
  ],
  ['a name from a prototype', alerts({ alerts: undefined, toString: 1 }), 'alerts has to be a list'],
])('%s is malformed', (_what, text, reason) => {
  expect(readDispatched(text)).toMatchObject({
    ok: false,
    unread: { newer: false, reason: expect.stringContaining(reason) },
  })
})

test('labels are called what their senders like', () => {
  const labels = '{"__proto__":"a","constructor":"b"}'
  const read = readDispatched(alerts({}).replace('{"alertname":"a"}', labels))
  expect(read.ok && JSON.stringify(read.body)).toContain(labels)
})

test('whose it is is told as far as it can be', () => {
  const unread = (text: string) => {
    const read = readDispatched(text)
    return read.ok || read.unread.newer ? {} : { account: read.unread.account, integration: read.unread.integration }
  }
  expect(unread(alerts({ alerts: 7 }))).toEqual({ account: 'ops', integration: 'prom' })
  expect(unread(alerts({ alerts: 7, integration: 7 }))).toEqual({ account: 'ops' })
  expect(unread(alerts({ account: '*', integration: 'prom' }))).toEqual({ integration: 'prom' })
  expect(unread('x')).toEqual({})
})
