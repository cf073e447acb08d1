import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { integrationToken } from '../../../shared/account/token.ts'
import { Unavailable } from '../../../shared/base/unavailable.ts'
import { MESSAGE_BYTES } from '../../../shared/queue/port.ts'
import { type Body, bench, NOW, type Posting, post, secrets, TOKEN } from './setup.ts'

const ROW = '[{"labels":{"alertname":"Row"}}]'
const MIB = 1024 * 1024

async function answerTo(body: Body, posting: Posting = { path: '' }): Promise<[number, string]> {
  const response = await bench().ingest(post(body, posting))
  const text = await response.text()
  return [response.status, text === '' ? '' : (JSON.parse(text).error?.code ?? text)]
}

/** Endless blanks, made on demand. */
function endlessly(bytes: number): { stream: ReadableStream; pulls: () => number } {
  let pulls = 0
  const pull = (to: ReadableStreamDefaultController): void => {
    pulls++
    to.enqueue(new Uint8Array(bytes).fill(32))
  }
  return { stream: new ReadableStream({ pull }, { highWaterMark: 0 }), pulls: () => pulls }
}

describe('who may post', () => {
  const wrong: [string, string][] = [
    ['no token', ''],
    ['some text', 'hello'],
    ['a prefix alone', 'tsn_'],
    ['another letter', TOKEN.slice(0, 20) + (TOKEN[20] === 'A' ? 'B' : 'A') + TOKEN.slice(21)],
    ['another case', TOKEN.toLowerCase()],
    ['a newline after it', `${TOKEN}%0A`],
    ['padding', `${TOKEN}=`],
    ['an unknown account', integrationToken({ mac: () => Buffer.alloc(32) }, 'nobody', 'prom', 2)],
    ['a rotated one', integrationToken(secrets, 'acme', 'prom', 1)],
    ['a deleted integration', integrationToken(secrets, 'acme', 'gone', 1)],
    ['2,000 letters', `tsn_${'A'.repeat(2000)}`],
  ]

  test.each(wrong)('%s: 401, one constant body', async (_title, token) => {
    for (const path of ['', '/api/v2/alerts', '/nope']) {
      const { ingest, sent } = bench()
      const response = await ingest(post(ROW, { token, path }))
      expect([response.status, await response.text()]).toEqual([
        401,
        '{"error":{"code":"unauthorized","message":"this integration URL is not valid","requestId":"req-1"}}',
      ])
      expect(sent).toEqual([])
    }
  })

  test('a token that is newer than the configuration at hand works', async () => {
    expect(await answerTo(ROW, { path: '', token: integrationToken(secrets, 'acme', 'prom', 3) })).toEqual([
      202,
      '{"accepted":1}',
    ])
  })

  test.each<[string, generation: number, endsIn: number, status: number]>([
    ['the one before the last rotation works until the overlap ends', 1, 1, 202],
    ['and not a moment longer', 1, 0, 401],
    ['one from before that does not', 0, 1, 401],
    ['the new one does', 2, 0, 202],
  ])('of rotated tokens %s', async (_title, generation, endsIn, status) => {
    const { ingest } = bench({ integration: { previous: { generation: 1, until: NOW + endsIn } } })
    const token = integrationToken(secrets, 'acme', 'prom', generation)
    expect((await ingest(post(ROW, { token, path: '' }))).status).toBe(status)
  })

  test('no changed letter makes a token that works', async () => {
    const { ingest } = bench()
    await fc.assert(
      fc.asyncProperty(fc.nat(TOKEN.length - 1), fc.string({ minLength: 1, maxLength: 2 }), async (at, text) => {
        const token = TOKEN.slice(0, at) + encodeURIComponent(text.toWellFormed()) + TOKEN.slice(at + 1)
        fc.pre(token !== TOKEN)
        expect([401, 404]).toContain((await ingest(post(ROW, { token, path: '' }))).status)
      }),
      { numRuns: 300 },
    )
  })

  test('a paused integration says so, and its owner sees it', async () => {
    const { ingest, refused, alerts } = bench({ integration: { paused: true } })
    const response = await ingest(post(ROW, { path: '' }))
    expect([response.status, await response.json()]).toMatchObject([403, { error: { code: 'paused' } }])
    expect([alerts(), refused().length]).toEqual([[], 1])
  })

  test.each(['PUT', 'GET', 'DELETE', 'PATCH'])('%s: 405', async (method) => {
    const body = method === 'GET' ? undefined : ROW
    expect(await answerTo(body, { path: '', method, headers: { 'x-http-method-override': 'POST' } })).toEqual([
      405,
      'method_not_allowed',
    ])
  })

  test('an unknown path below the token: 404', async () => {
    expect(await answerTo(ROW, { path: '/..%2f' })).toEqual([404, 'not_found'])
  })
})

describe('bodies', () => {
  const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  const nested = (depth: number) => `[{"labels":{"a":"[[[\\"["},"x":${deep(depth - 2)}}]`
  const rows: [title: string, body: Body, status: number, code: string][] = [
    ['nothing', undefined, 400, 'empty_body'],
    ['an empty list', '[]', 202, '{"accepted":0}'],
    ['one alert', ROW, 202, '{"accepted":1}'],
    ['a byte order mark', `\ufeff${ROW}`, 202, '{"accepted":1}'],
    ['bytes that are not UTF-8', new Uint8Array([0x5b, 0xff, 0xfe, 0x5d]), 400, 'invalid_utf8'],
    [
      'a byte that is not UTF-8 in a label',
      Buffer.from('[{"labels":{"a":"caf\xe9"}},{"labels":{"a":"b"}}]', 'latin1'),
      202,
      '{"accepted":2}',
    ],
    ['UTF-16', Buffer.from(`\ufeff${ROW}`, 'utf16le'), 400, 'invalid_utf8'],
    ['more after the end', `${ROW} x`, 400, 'invalid_json'],
    ['a comma too many', '[{},]', 400, 'invalid_json'],
    ['32 deep', nested(32), 202, '{"accepted":1}'],
    ['33 deep', nested(33), 400, 'too_deep'],
    ['100,000 deep', '['.repeat(100_000), 400, 'too_deep'],
    ['1,000,000 deep', '{"a":'.repeat(1_000_000).slice(0, 4 * MIB), 400, 'too_deep'],
    ['a name twice: the last', '[{"labels":{"a":"1","a":"2"}}]', 202, '{"accepted":1}'],
    ['one byte too many', `${ROW}${' '.repeat(4 * MIB - ROW.length + 1)}`, 413, 'too_large'],
    ['just not too many', `${ROW}${' '.repeat(4 * MIB - ROW.length)}`, 202, '{"accepted":1}'],
  ]

  test.each(rows)('%s', async (_title, body, status, code) => {
    expect(await answerTo(body)).toEqual([status, code])
  })

  test('depth is found without parsing', async () => {
    const begin = performance.now()
    await answerTo('['.repeat(1_000_000))
    expect(performance.now() - begin).toBeLessThan(500)
  })

  test('a stated length beyond the limit is refused before anything is read', async () => {
    const { stream: endless, pulls } = endlessly(1024)
    expect(await answerTo(endless, { path: '', headers: { 'content-length': '5000000000' } })).toEqual([
      413,
      'too_large',
    ])
    expect(pulls()).toBe(0)
  })

  test('a body without a length is cut off at the limit', async () => {
    const { stream: endless, pulls } = endlessly(MIB)
    expect(await answerTo(endless)).toEqual([413, 'too_large'])
    expect(pulls()).toBe(5)
  })

  test('a connection that ends before the body is whole is the fault of the sender, and no error', async () => {
    const reset = Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
    const cut = new ReadableStream({ pull: (to) => to.error(reset) })
    expect(await answerTo(cut)).toEqual([400, 'incomplete_body'])
  })

  test.each([
    ['gzip', gzipSync(ROW), 202, '{"accepted":1}'],
    ['GZIP', gzipSync(ROW), 202, '{"accepted":1}'],
    ['', gzipSync(ROW), 202, '{"accepted":1}'],
    ['', gzipSync(ROW).subarray(0, 30), 400, 'invalid_gzip'],
    ['identity', gzipSync(Buffer.alloc(200 * MIB)), 413, 'too_large'],
    ['identity', ROW, 202, '{"accepted":1}'],
    ['gzip', gzipSync(ROW).subarray(0, 30), 400, 'invalid_gzip'],
    ['gzip', ROW, 400, 'invalid_gzip'],
    ['gzip', gzipSync(Buffer.alloc(200 * MIB)), 413, 'too_large'],
    ['br', ROW, 415, 'unsupported_encoding'],
    ['deflate', ROW, 415, 'unsupported_encoding'],
    ['gzip, gzip', gzipSync(gzipSync(ROW)), 415, 'unsupported_encoding'],
    ['x-foo', ROW, 415, 'unsupported_encoding'],
  ])('content encoding %s: %#', async (encoding, body, status, code) => {
    expect(await answerTo(body, { path: '', headers: { 'content-encoding': encoding } })).toEqual([status, code])
  })

  test('names of the prototype are labels like others, and change nothing else', async () => {
    const { ingest, sent } = bench()
    const labels = '{"__proto__":"evil","constructor":"c","toString":"t"}'
    const response = await ingest(
      post(`[{"labels":${labels},"annotations":${labels},"__proto__":{"labels":{"a":"b"}}}]`),
    )
    expect(response.status).toBe(200)
    expect(sent[0]!.body).toContain(`"labels":${labels},"annotations":${labels}`)
    expect(({} as Record<string, unknown>).evil).toBeUndefined()
    const inherited = await ingest(post('[{"__proto__":{"labels":{"a":"b"}}}]'))
    expect(inherited.status).toBe(422)
    const one = await ingest(post('[{"labels":{"__proto__":"x","gone":"","n":null}}]'))
    expect(one.status).toBe(200)
    expect(sent.at(-1)!.body).toContain('"labels":{"__proto__":"x"}')
  })

  test('odd characters travel as ASCII and arrive unharmed, lone surrogates replaced', async () => {
    const { ingest, sent, alerts } = bench()
    const text = '\u0000\ufffe\uffff\u007f' + '🔔'.repeat(10_000)
    const response = await ingest(post(`[{"labels":{"a":${JSON.stringify(text)},"b\\ud800":"x\\udc00y"}}]`))
    expect(response.status).toBe(200)
    expect(Buffer.byteLength(sent[0]!.body)).toBe(sent[0]!.body.length)
    expect(alerts()[0]!.alerts[0]!.labels).toEqual({ a: text, 'b\ufffd': 'x\ufffdy' })
  })

  test('never answers 5xx and never throws, whatever the JSON is', async () => {
    const { ingest } = bench()
    const strange = fc.oneof(
      fc.json({ maxDepth: 6, stringUnit: 'binary' }),
      fc.json().map((text) => `[${text}]`),
      fc.json().map((text) => `[{"labels":${text},"startsAt":${text}}]`),
      fc
        .dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))
        .map((labels) => JSON.stringify([{ labels, annotations: labels }])),
      fc.string().map((time) => JSON.stringify([{ labels: { a: 'b' }, endsAt: time, generatorURL: time }])),
      fc.string({ unit: 'binary' }),
    )
    await fc.assert(
      fc.asyncProperty(strange, fc.constantFrom('', '/api/v2/alerts'), async (body, path) => {
        const response = await ingest(post(body, { path }))
        expect(response.status).toBeLessThan(500)
        const text = await response.text()
        if (text !== '') JSON.parse(text)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('what the queue does', () => {
  test('a queue that fails, wholly or for one part: 503, try again, no details', async () => {
    const rows: Parameters<typeof bench>[0][] = [
      { send: () => Promise.reject(new Unavailable('queue', 'send', new Error('https://queue.internal/secret'))) },
      { send: async () => ({ failed: [0] }) },
      { current: () => Promise.reject(new Unavailable('table', 'get', new Error('table is away'))) },
    ]
    for (const options of rows) {
      const response = await bench(options).ingest(post(ROW, { path: '' }))
      expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
        503,
        '5',
        '{"error":{"code":"unavailable","message":"not accepted; try again","requestId":"req-1"}}',
      ])
    }
  })

  test('on the path of Alertmanager the answer is a bare string, as its handlers fail', async () => {
    const response = await bench({ send: async () => ({ failed: [0] }) }).ingest(post(ROW))
    expect([response.status, await response.text()]).toEqual([503, '"not accepted; try again"\n'])
  })

  test('a dependency that is away is in the log, once and by its name', async () => {
    const away = new Unavailable('table', 'get', new Error('disk is full'))
    const { ingest, logged } = bench({ current: () => Promise.reject(away) })
    await ingest(post(ROW))
    expect(logged).toEqual([
      {
        at: '2026-11-21T00:00:00.000Z',
        function: 'ingest',
        what: 'POST /i/{token}/api/v2/alerts',
        requestId: 'req-1',
        dependency: 'table',
        error: expect.stringContaining('Unavailable: table: get failed: Error: disk is full\n'),
      },
    ])
    expect(JSON.stringify(logged)).not.toContain(TOKEN)
  })

  test('a bug is 500, and its stack is in the log under the request id of the answer', async () => {
    const bug = new TypeError('Cannot read properties of undefined')
    const { ingest, logged } = bench({ current: () => Promise.reject(bug) })
    const response = await ingest(post(ROW, { path: '' }))
    expect([response.status, ((await response.json()) as { error: unknown }).error]).toEqual([
      500,
      {
        code: 'internal',
        message: 'not accepted: an error of Tocsin itself; its log has the reason under req-1',
        requestId: 'req-1',
      },
    ])
    expect(logged).toHaveLength(1)
    expect(logged[0]).toMatchObject({ requestId: 'req-1', error: expect.stringMatching(/^TypeError: .*\n {4}at /) })
  })

  test('a type that only a newer version knows is 503: that version is being deployed', async () => {
    const { ingest, logged } = bench({ integration: { type: 'of-tomorrow' } })
    expect((await ingest(post(ROW, { path: '' }))).status).toBe(503)
    expect(logged).toMatchObject([{ what: 'prom', error: expect.stringContaining('of-tomorrow') }])
  })

  test('a copy for the owner that is lost changes no answer', async () => {
    const response = await bench({ send: () => Promise.reject(new Error('away')) }).ingest(post('[{'))
    expect(response.status).toBe(400)
  })

  test('a body that cannot be read is kept for its owner, the first 64 KiB of it', async () => {
    const { ingest, refused } = bench()
    await ingest(post(`{"a":"${'x'.repeat(100_000)}`))
    const kept = Buffer.from(refused()[0]!.body, 'base64').toString()
    expect([kept.length, kept.slice(0, 7), refused()[0]!.reason]).toEqual([65_536, '{"a":"x', 'unexpected EOF'])
  })

  test('many alerts, and large ones, are split; all of them arrive in order', async () => {
    for (const [count, size] of [
      [1000, 10],
      [60, 50_000],
    ] as const) {
      const { ingest, sent, alerts } = bench()
      const posted = Array.from({ length: count }, (_, n) => ({
        labels: { n: `n${n}` },
        annotations: { text: 'x'.repeat(size) },
      }))
      const response = await ingest(post(JSON.stringify(posted), { path: '' }))
      expect(await response.json()).toEqual({ accepted: count })
      expect(sent.length).toBeGreaterThan(1)
      for (const { body } of sent) expect(body.length).toBeLessThan(MESSAGE_BYTES)
      for (const message of alerts()) expect(message.alerts.length).toBeLessThanOrEqual(256)
      expect(alerts().flatMap((message) => message.alerts.map((alert) => alert.labels.n))).toEqual(
        posted.map(({ labels }) => labels.n),
      )
    }
  })

  test('an alert of more than 320 KiB is named, the others are taken', async () => {
    const { ingest, alerts } = bench()
    const huge = { labels: { n: 'huge' }, annotations: { text: 'x'.repeat(320 * 1024) } }
    const response = await ingest(
      post(JSON.stringify([{ labels: {} }, { labels: { n: 'a' } }, huge, { labels: { n: 'b' } }]), { path: '' }),
    )
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: { details: { path: string }[] } }
    expect(error.details.map(({ path }) => path)).toEqual(['[0]', '[2]'])
    expect(alerts().flatMap((message) => message.alerts.map((alert) => alert.labels.n))).toEqual(['a', 'b'])
  })

  test.each([
    ['letters', 'x', 327_000, 202],
    ['one letter of three bytes', '界', 109_000, 202],
    ['too many of three bytes', '界', 110_000, 400],
    ['escapes of six bytes', '\u0000', 54_000, 202],
    ['too many escapes', '\u0000', 55_000, 400],
    ['quotes', '"', 165_000, 400],
  ])('the 320 KiB of an alert are its JSON in UTF-8: %s', async (_title, letter, count, status) => {
    const one = [{ labels: { n: 'a' }, annotations: { text: letter.repeat(count) } }]
    expect((await bench().ingest(post(JSON.stringify(one), { path: '' }))).status).toBe(status)
    const many = [...Array.from({ length: 300 }, (_, n) => ({ labels: { n: `n${n}` } })), ...one]
    const response = await bench().ingest(post(JSON.stringify(many), { path: '' }))
    expect([response.status, await response.text()]).toEqual([
      status,
      status === 202 ? '{"accepted":301}' : expect.stringContaining('"path":"[300]"'),
    ])
  })
})
