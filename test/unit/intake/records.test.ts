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

  test('a stream of Firehose hears what it takes for delivered, once its records are in the queue', async () => {
    const headers = { 'x-amz-firehose-request-id': 'ed4acda5-034f' }
    const data = (value: unknown): object => ({ data: Buffer.from(JSON.stringify(value)).toString('base64') })
    const body = (...records: unknown[]): string =>
      JSON.stringify({ requestId: 'ed4acda5-034f', timestamp: 1, records: records.map(data) })
    const taken = { requestId: 'ed4acda5-034f', timestamp: NOW }
    const { status, answer, records } = await send(body(record(1), record(2)), headers)
    expect([status, answer, ids(records())]).toEqual([200, taken, ['e1', 'e2']])
    const broken = await send(body(record(1), { eventID: 'e2' }), headers)
    expect([broken.status, broken.answer, ids(broken.records())]).toEqual([200, taken, ['e1']])
    expect(broken.refused()).toHaveLength(1)
    const refused = await send('5', headers)
    expect([refused.status, refused.answer]).toMatchObject([
      400,
      { ...taken, errorMessage: 'expected records: an object, a list or lines' },
    ])
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
    ['another charset', '[]', 415, 'unsupported_media_type', { 'content-type': 'text/plain; charset=utf-16' }],
  ])('%s', async (_title, body, status, code, headers = {}) => {
    const { records, ...answered } = await send(body, headers)
    expect([answered.status, answered.answer.error.code, records()]).toEqual([status, code, []])
  })

  test.each<[string, Uint8Array, number, string]>([
    ['more than 64 MiB', gzipSync(Buffer.alloc(64 * MIB + 1, ' ')), 413, 'the body is larger than 67108864 bytes'],
    [
      'a gzip stream that is cut',
      gzipSync(largeFile(900)).subarray(0, -10),
      400,
      'the body is not a whole gzip stream',
    ],
    ['a gzip stream in a gzip stream', gzipSync(gzipSync('[]')), 400, 'the body is packed with gzip twice'],
  ])('%s is refused whole', async (_title, body, status, message) => {
    const { records, answer, ...answered } = await send(body)
    expect([answered.status, answer.error.message, records()]).toEqual([status, message, []])
  })

  test('a million small mistakes cost one sentence', async () => {
    for (const body of [
      `[${'1,'.repeat(1_000_000)}1]`,
      '{}\n'.repeat(1_000_000),
      '{}\n'.repeat(50_000),
      '1\n'.repeat(200_000),
    ]) {
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

const MIB = 1024 * 1024

/** A file of a busy trail, as S3 has the file unpacked: 8 KiB a record, so 900 records are 7 MiB. */
function largeFile(count: number): string {
  const records = Array.from({ length: count }, (_, n) => record(n, { userAgent: 'é'.repeat(4000) }))
  return JSON.stringify({ Records: records })
}

describe('a large body', () => {
  const all = (count: number): string[] => Array.from({ length: count }, (_, n) => `e${n}`)

  test.each<[string, (text: string) => string | Uint8Array]>([
    ['packed', gzipSync],
    ['as it is', (text) => text],
    ['with a byte order mark', (text) => `\ufeff${text}`],
    [
      'with its records behind other fields',
      (text) =>
        text
          .replace('{', '{"version":1,')
          .slice(0, 1.5 * MIB)
          .replace(/,\{[^{]*$/, ']}'),
    ],
    ['on lines', (text) => text.slice('{"Records":['.length, -2).replaceAll('},{', '}\n{')],
  ])('is taken in pieces, %s', async (_how, bodyOf) => {
    const { status, answer, sent, records } = await send(bodyOf(largeFile(900)))
    const taken = ids(records())
    expect([status, answer]).toEqual([202, { accepted: taken.length }])
    expect(taken).toEqual(all(taken.length))
    expect(taken.length).toBeGreaterThan(300)
    expect(sent.length).toBeGreaterThan(3)
    for (const { body } of sent) expect(body.length).toBeLessThan(MESSAGE_BYTES)
    for (const { records: some } of records())
      expect(some.every(({ fields }) => fields.userAgent === 'é'.repeat(4000))).toBe(true)
  })

  test('has the order of its receipt, as a small body has', async () => {
    const options: Options = { ...cloudtrail, orderOf: () => ({ order: NOW + 5 }) }
    for (const body of [JSON.stringify([record(1)]), largeFile(900)]) {
      const { records } = await send(body, {}, options)
      expect(new Set(records().map(({ order }) => order))).toEqual(new Set([NOW + 5]))
    }
  })

  test('of 64 MiB is taken', async () => {
    const records = Array.from({ length: 400 }, (_, n) => record(n, { userAgent: 'x'.repeat(163_000) }))
    const text = JSON.stringify({ Records: records })
    expect(text.length).toBeGreaterThan(62 * MIB)
    const { status, answer, sent } = await send(gzipSync(text))
    expect([status, answer]).toEqual([202, { accepted: 400 }])
    expect(sent.reduce((sum, { body }) => sum + body.length, 0)).toBeGreaterThan(text.length)
    for (const { body } of sent) expect(body.length).toBeLessThan(MESSAGE_BYTES)
  })

  test('lets other work have its turn after every quarter of a MiB', async () => {
    const text = largeFile(900)
    for (const body of [text, gzipSync(text)]) {
      let turns = 0
      const count = (): void => {
        turns++
        waiting = setImmediate(count)
      }
      let waiting = setImmediate(count)
      expect((await send(body)).status).toBe(202)
      clearImmediate(waiting)
      expect(turns).toBeGreaterThan(text.length / (MIB / 4))
    }
  })

  test('has each piece in the queue before the next is sent, and is accepted only whole', async () => {
    const calls: number[] = []
    let open = 0
    const options: Options = {
      ...cloudtrail,
      async send() {
        calls.push(++open)
        await new Promise((done) => setImmediate(done))
        open--
        return calls.length === 4 ? { failed: [0] } : { failed: [] }
      },
    }
    const { status, answer } = await send(largeFile(900), {}, options)
    expect([status, answer.error.code, calls]).toEqual([503, 'unavailable', [1, 1, 1, 1]])
  })

  test('that is repeated has the same records, which are known by their ids', async () => {
    const body = gzipSync(largeFile(300))
    const [first, second] = [await send(body), await send(body)]
    expect(ids(second.records())).toEqual(ids(first.records()))
  })

  test('has its broken items named by their places, and the others taken', async () => {
    const records: unknown[] = Array.from({ length: 900 }, (_, n) => record(n, { userAgent: 'x'.repeat(1000) }))
    records[7] = 7
    records[400] = { eventID: 'late' }
    records[700] = ['x', { eventID: 'e', eventTime: '2026-11-20T21:00:00Z' }]
    records[899] = 'text, with "quotes" and ] brackets'
    const { status, answer, records: taken, refused } = await send(JSON.stringify({ Records: records }))
    expect([status, answer.error.message]).toEqual([400, '4 of 900 records are not valid; the others were accepted'])
    expect(answer.error.details).toEqual([
      { path: '[7]', message: 'the record: expected an object, got number' },
      { path: '[400]', message: 'eventTime is missing' },
      { path: '[700]', message: 'the record: expected an object, got array' },
      { path: '[899]', message: expect.stringContaining('the record: expected an object, got "text') },
    ])
    expect(ids(taken())).toHaveLength(896)
    expect(refused()).toHaveLength(1)
  })

  test('that is cut in the middle has the records before the cut', async () => {
    const { status, answer, records } = await send(largeFile(900).slice(0, 3 * MIB))
    expect([status, answer.error.details[0].message]).toEqual([
      400,
      expect.stringMatching(/^line 1: the text ends in the middle of a list/),
    ])
    expect(ids(records()).length).toBeGreaterThan(300)
  })

  test('that gives up says how much it took', async () => {
    const good = Array.from({ length: 2000 }, (_, n) => JSON.stringify(record(n, { userAgent: 'x'.repeat(1000) })))
    const { status, answer, records } = await send(`${good.join('\n')}\n${'{"x":1}\n'.repeat(300_000)}`)
    expect([status, answer.error.code]).toEqual([400, 'invalid_body'])
    expect(answer.error.message).toBe(
      'more than 20000 records are not valid, the first: eventID is missing; 2000 records before were accepted',
    )
    expect(ids(records())).toHaveLength(2000)
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
