import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { MESSAGE_BYTES } from '../../../shared/queue/port.ts'
import { bench, NOW, type Options, post } from '../ingest/setup.ts'
import { DELIVERIES, recordOf, UNREADABLE, WITHOUT_RECORDS } from '../record/deliveries.ts'

const cloudtrail: Options = { integration: { type: 'cloudtrail' } }
const record = (n: number | string, more: object = {}) => ({
  eventID: `e${n}`,
  eventTime: '2026-11-20T21:00:00Z',
  ...more,
})
const lines = (...items: unknown[]): string => items.map((item) => JSON.stringify(item)).join('\n')

async function send(body: string | Uint8Array, headers: Record<string, string> = {}, options = cloudtrail) {
  const { ingest, ...rest } = bench(options)
  const response = await ingest(post(body, { path: '', headers }))
  return { status: response.status, answer: JSON.parse(await response.text()), ...rest }
}

const ids = (messages: { records: { id: string }[] }[]): string[] =>
  messages.flatMap(({ records }) => records.map(({ id }) => id))

describe('audit records', () => {
  test('go to the rules and not to dispatch, with what alerts of theirs will need', async () => {
    const { status, answer, records, alerts } = await send(JSON.stringify({ Records: [record(1), record(2)] }))
    expect([status, answer]).toEqual([202, { accepted: 2 }])
    expect(records()).toEqual([
      {
        v: 1,
        kind: 'records',
        account: 'acme',
        integration: 'prom',
        receivedAt: NOW,
        recoverAfterMs: 300_000,
        records: [1, 2].map((n) => ({
          id: `e${n}`,
          time: Date.UTC(2026, 10, 20, 21),
          trail: 'cloudtrail',
          fields: record(n),
        })),
      },
    ])
    expect(alerts()).toEqual([])
  })

  test.each([
    ['lines', lines(record(1), record(2)), ['e1', 'e2']],
    [
      'lines with blanks between and a newline at the end',
      `\n${lines(record(1))}\r\n \n${lines(record(2))}\n`,
      ['e1', 'e2'],
    ],
    ['lines of files', lines({ Records: [record(1)] }, { Records: [record(2)] }), ['e1', 'e2']],
    ['a list', JSON.stringify([record(1), record(2)]), ['e1', 'e2']],
    ['one', JSON.stringify(record(1)), ['e1']],
    ['one over several lines', JSON.stringify(record(1), null, 2), ['e1']],
    ['an empty file', '{"Records":[]}', []],
    ['an empty list', '[]', []],
  ])('come as %s', async (_title, body, expected) => {
    const { status, records } = await send(body)
    expect([status, ids(records())]).toEqual([202, expected])
  })

  test.each(DELIVERIES)('come by each way of delivery: $what', async ({ body, of }) => {
    const { status, answer, records } = await send(body, {}, { integration: { type: of } })
    expect([status, answer]).toEqual([202, { accepted: 2 }])
    expect(records().flatMap((message) => message.records.map(({ fields }) => fields))).toEqual([
      recordOf(of, 1),
      recordOf(of, 2),
    ])
  })

  test.each(WITHOUT_RECORDS)('are none in $what, which is accepted', async ({ body }) => {
    for (const type of ['cloudtrail', 'actiontrail']) {
      const { status, answer, sent } = await send(body, {}, { integration: { type } })
      expect([status, answer, sent]).toEqual([202, { accepted: 0 }, []])
    }
  })

  test.each(UNREADABLE)('are none in $what, and the answer says why', async ({ body, reason }) => {
    const { status, answer, records } = await send(body)
    expect([status, records()]).toEqual([400, []])
    expect(answer.error.details).toEqual([{ path: '[0]', message: expect.stringContaining(reason) }])
  })

  test('stand for many events where CloudTrail aggregates them', async () => {
    const aggregated = {
      eventId: 'a1',
      eventCategory: 'Aggregated',
      eventType: 'AwsAggregatedEvent',
      timeWindow: { windowStart: '2026-03-02T08:00:00Z', windowEnd: '2026-03-02T08:05:00Z', windowSize: 'PT5M' },
    }
    const { status, records } = await send(JSON.stringify({ Records: [aggregated, record(1)] }))
    expect(status).toBe(202)
    expect(records()[0]?.records.map(({ id, time }) => [id, time])).toEqual([
      ['a1', Date.UTC(2026, 2, 2, 8)],
      ['e1', expect.any(Number)],
    ])
    const { answer } = await send(JSON.stringify([{ ...aggregated, timeWindow: {} }, { eventId: 'x' }]))
    expect(answer.error.details.map(({ message }: { message: string }) => message)).toEqual([
      'timeWindow.windowStart is missing',
      'eventID is missing',
    ])
  })

  test('come as gzip, and by whatever name their senders call it', async () => {
    for (const type of ['application/x-ndjson', 'application/octet-stream', 'text/plain', 'application/x-gzip']) {
      const { status } = await send(gzipSync(lines(record(1), record(2))), {
        'content-encoding': 'gzip',
        'content-type': type,
      })
      expect(status).toBe(202)
    }
  })

  test('one that is broken is named and kept for the owner, its neighbours are taken', async () => {
    const body = `${lines(record(1))}\n{"eventID":\n${lines(record(3), {}, record(5))}`
    const { status, answer, records, refused } = await send(body)
    expect(status).toBe(400)
    expect(answer.error).toMatchObject({
      code: 'invalid_records',
      message: '2 of 5 records are not valid; the others were accepted',
      details: [
        { path: '[1]', message: 'line 2: the text ends in the middle of a record' },
        { path: '[3]', message: 'eventID is missing' },
      ],
    })
    expect(ids(records())).toEqual(['e1', 'e3', 'e5'])
    expect(refused().map(({ reason }) => reason)).toEqual([
      '[1] line 2: the text ends in the middle of a record\n[3] eventID is missing',
    ])
  })

  test.each<[string, string, number, string, Record<string, string>?]>([
    ['nothing', '', 400, 'empty_body'],
    ['a word', '"x"', 400, 'invalid_body'],
    ['null', 'null', 400, 'invalid_body'],
    ['prose', 'two\nlines', 400, 'invalid_json'],
    ['half an object over several lines', '{\n"eventID": "a",\n', 400, 'invalid_json'],
    ['a list with a mistake in it', '[\n1,\n2,\n]', 400, 'invalid_json'],
    ['33 deep', `{"eventID":"a","x":${'['.repeat(32)}${']'.repeat(32)}}`, 400, 'too_deep'],
    ['33 deep on a line', `${lines(record(1))}\n${'['.repeat(33)}${']'.repeat(33)}`, 400, 'too_deep'],
    ['more than 4 MiB', `{"Records":[]}${' '.repeat(4 * 1024 * 1024)}`, 413, 'too_large'],
    ['another charset', '[]', 415, 'unsupported_media_type', { 'content-type': 'text/plain; charset=utf-16' }],
  ])('%s', async (_title, body, status, code, headers = {}) => {
    const { records, ...answered } = await send(body, headers)
    expect([answered.status, answered.answer.error.code, records()]).toEqual([status, code, []])
  })

  test('a million small mistakes cost one sentence', async () => {
    for (const body of [`[${'1,'.repeat(1_000_000)}1]`, '{}\n'.repeat(1_000_000)]) {
      const { status, answer } = await send(body)
      expect([status, answer.error.code]).toEqual([400, 'invalid_body'])
      expect(JSON.stringify(answer).length).toBeLessThan(300)
    }
  })

  test('of many mistakes the first hundred are named', async () => {
    const { answer } = await send(JSON.stringify(Array.from({ length: 5000 }, () => ({}))))
    expect(answer.error.message).toBe('5000 of 5000 records are not valid; the others were accepted')
    expect(answer.error.details).toHaveLength(100)
  })

  test('many, and large ones, are split and arrive in order; one that fits no message is named', async () => {
    const many = Array.from({ length: 2500 }, (_, n) => record(n, { userAgent: 'x'.repeat(1000) }))
    const { status, sent, records } = await send(JSON.stringify({ Records: many }))
    expect([status, sent.length > 2]).toEqual([202, true])
    for (const { body } of sent) expect(body.length).toBeLessThan(MESSAGE_BYTES)
    expect(ids(records())).toEqual(many.map(({ eventID }) => eventID))

    const huge = [record(1), {}, record(2, { userAgent: 'x'.repeat(1_100_000) }), record(3)]
    const answered = await send(JSON.stringify(huge))
    expect([answered.status, ids(answered.records())]).toEqual([400, ['e1', 'e3']])
    expect(answered.answer.error.details.map(({ path }: { path: string }) => path)).toEqual(['[1]', '[2]'])
  })

  test('2xx only when every part is in the queue', async () => {
    let calls = 0
    const options: Options = { ...cloudtrail, send: async () => (++calls === 2 ? { failed: [0] } : { failed: [] }) }
    const many = Array.from({ length: 3000 }, (_, n) => record(n, { userAgent: 'x'.repeat(1000) }))
    expect((await send(JSON.stringify(many), {}, options)).status).toBe(503)
  })

  test('names of the prototype are fields like others', async () => {
    const { status, sent } = await send('{"eventID":"a","eventTime":"2026-11-20T21:00:00Z","__proto__":{"x":1}}')
    expect([status, sent[0]?.body.includes('"__proto__":{"x":1}')]).toEqual([202, true])
    expect((await send('{"__proto__":{"eventID":"a","eventTime":"2026-11-20T21:00:00Z"}}')).status).toBe(400)
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  test('a text inside of a record is no way around the limit on nesting', async () => {
    const event = `{"eventId":"a","eventTime":"2026-11-20T21:00:00Z","x":${'['.repeat(40)}${']'.repeat(40)}}`
    const { status, answer } = await send(JSON.stringify({ event }), {}, { integration: { type: 'actiontrail' } })
    expect([status, answer.error.details[0].message]).toEqual([400, 'event is not readable: nested more than 32 deep'])
  })
})

const data = process.env.TOCSIN_TEST_DATA

describe.skipIf(data === undefined)(
  `real records${data === undefined ? ' (skipped: TOCSIN_TEST_DATA is not set)' : ''}`,
  () => {
    test('every one of a CloudTrail log is taken, as it is', async () => {
      const text = gunzipSync(readFileSync(join(data ?? '', 'cloudtrail/invictus.ndjson.gz'))).toString()
      const real = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      for (let from = 0; from < real.length; from += 500) {
        const part = real.slice(from, from + 500)
        const { status, records } = await send(lines(...part))
        expect(status).toBe(202)
        expect(records().flatMap((message) => message.records.map(({ fields }) => fields))).toEqual(part)
      }
    })

    test('every published ActionTrail event is taken; one was printed without its id and time', async () => {
      const text = readFileSync(join(data ?? '', 'actiontrail/samples.ndjson'), 'utf8')
      const { status, answer, records } = await send(text, {}, { integration: { type: 'actiontrail' } })
      expect([status, answer.error.details]).toEqual([400, [{ path: '[2]', message: 'eventId is missing' }]])
      expect(ids(records())).toHaveLength(7)
    })
  },
)
