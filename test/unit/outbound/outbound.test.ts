import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { createOutbound } from '../../../shared/outbound/outbound.ts'
import type { Outbound, OutboundRequest } from '../../../shared/outbound/request.ts'
import { selfSigned } from '../../fakes/certificate.ts'
import { startWebhook, type Webhook, type WebhookBehaviour } from '../../fakes/webhook.ts'
import { createVirtualClock } from '../../flow/virtual-clock.ts'

const START = Date.UTC(2026, 0, 5)
const clock = createVirtualClock(START, () => 0)
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function webhook(behaviour: WebhookBehaviour = {}): Promise<Webhook> {
  const started = await startWebhook({ clock, ...behaviour })
  closing.push(started.stop)
  return started
}

async function listen(server: ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closing.push(() => new Promise((closed) => server.close(closed)))
  return (server.address() as AddressInfo).port
}

/** Answers every connection through `act`. */
async function raw(act: (socket: Socket, text: string) => void): Promise<number> {
  return await listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (chunk) => act(socket, chunk.toString()))
    }),
  )
}

const outbound = (allow: string[] = ['127.0.0.0/8'], names: Record<string, string[]> = {}): Outbound =>
  createOutbound({
    clock,
    allow,
    lookup: async (host) => {
      const addresses = names[host]
      return addresses === undefined ? { ok: false, why: 'no address found' } : { ok: true, addresses }
    },
  })

const post = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  url,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{}',
  giveUpAt: clock.now() + 10_000,
  ...more,
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((turn) => setImmediate(turn))
}

describe('a request', () => {
  test('arrives with its path, headers and body, and its answer comes back', async () => {
    const hook = await webhook({ headers: { 'Retry-After': '3' } })
    const request = post(`${hook.url}/a/b?c=d`, { body: '{"é":"漢"}' })
    expect(await outbound()(request)).toEqual({
      kind: 'answer',
      status: 200,
      headers: expect.objectContaining({ 'retry-after': '3' }),
      body: '',
    })
    expect(hook.received[0]).toMatchObject({
      path: '/a/b?c=d',
      headers: { host: `127.0.0.1:${hook.port}`, 'content-type': 'application/json', connection: 'close' },
      body: { é: '漢' },
    })
  })

  test('keeps the name as Host while it connects to the address that was checked', async () => {
    const hook = await webhook()
    await outbound(['127.0.0.0/8'], { 'hooks.test': ['127.0.0.1'] })(post(`http://hooks.test:${hook.port}/`))
    expect(hook.received[0]?.headers.host).toBe(`hooks.test:${hook.port}`)
  })

  test('tries the next address when one refuses', async () => {
    const hook = await webhook()
    const names = { 'hooks.test': ['127.0.0.9', '127.0.0.1'] }
    expect(await outbound(['127.0.0.0/8'], names)(post(`http://hooks.test:${hook.port}/`))).toMatchObject({
      status: 200,
    })
  })

  test('follows no redirect', async () => {
    const inside = await webhook()
    const hook = await webhook({ status: [[START * 2, 307]], headers: { location: `${inside.url}/` } })
    expect(await outbound()(post(hook.url))).toMatchObject({ kind: 'answer', status: 307 })
    expect(inside.attempts).toEqual([])
  })

  test('reads at most 64 KiB of an answer', async () => {
    const port = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.write('x'.repeat(1024 * 1024))
    })
    const result = await outbound()(post(`http://127.0.0.1:${port}/`))
    expect(result).toMatchObject({ kind: 'answer', status: 200 })
    expect(result.kind === 'answer' && result.body.length).toBe(64 * 1024)
  })

  test('takes the status for an answer though the body never ends', async () => {
    let written = false
    const port = await raw((socket) => {
      socket.write('HTTP/1.1 500 No\r\ncontent-length: 9\r\n\r\nhalf', () => {
        written = true
      })
    })
    const sent = outbound()(post(`http://127.0.0.1:${port}/`, { giveUpAt: clock.now() + 1_000 }))
    await until(() => written)
    for (let turn = 0; turn < 50; turn += 1) await new Promise((next) => setImmediate(next))
    await clock.advanceTo(clock.now() + 1_000)
    expect(await sent).toMatchObject({ kind: 'answer', status: 500, body: 'half' })
  })
})

describe('what surely was not sent', () => {
  test('a refused connection', async () => {
    const hook = await webhook()
    await hook.stop()
    closing.length = 0
    expect(await outbound()(post(hook.url))).toEqual({
      kind: 'unsent',
      reason: 'connection',
      detail: '127.0.0.1: ECONNREFUSED',
    })
  })

  test('a name that does not resolve', async () => {
    expect(await outbound()(post('http://nowhere.test/'))).toEqual({
      kind: 'unsent',
      reason: 'connection',
      detail: 'nowhere.test: no address found',
    })
  })

  test('a lookup without an answer in time', async () => {
    const request = createOutbound({ clock, allow: [], lookup: () => new Promise(() => undefined) })
    const sent = request(post('http://slow.test/', { giveUpAt: clock.now() + 1_000 }))
    await clock.advanceTo(clock.now() + 1_000)
    expect(await sent).toMatchObject({ kind: 'unsent', reason: 'connection' })
  })

  test('a header that cannot be written', async () => {
    const hook = await webhook()
    const request = post(hook.url, { headers: { 'x-bad': 'a\r\nb' } })
    expect(await outbound()(request)).toMatchObject({ kind: 'unsent' })
    expect(hook.attempts).toEqual([])
  })
})

describe('what may have been taken', () => {
  test('a connection that is reset after the request', async () => {
    const hook = await webhook({ resetFirst: 1 })
    expect(await outbound()(post(hook.url))).toEqual({
      kind: 'unknown',
      reason: 'connection',
      detail: '127.0.0.1: ECONNRESET',
    })
  })

  test('a connection that is closed without an answer', async () => {
    const port = await raw((socket) => socket.end())
    expect(await outbound()(post(`http://127.0.0.1:${port}/`))).toMatchObject({ kind: 'unknown', reason: 'connection' })
  })

  test('an answer that is not HTTP', async () => {
    const port = await raw((socket) => socket.end('220 mail.example.com ESMTP\r\n'))
    expect(await outbound()(post(`http://127.0.0.1:${port}/`))).toMatchObject({ kind: 'unknown', reason: 'connection' })
  })

  test('no answer by the moment it is given up, by the clock it was given', async () => {
    const hook = await webhook({ hangUntil: START * 2, hangMs: 60_000 })
    const giveUpAt = clock.now() + 5_000
    const sent = outbound()(post(hook.url, { giveUpAt }))
    await until(() => hook.hanging() === 1)
    await clock.advanceTo(giveUpAt)
    expect(await sent).toEqual({ kind: 'unknown', reason: 'timeout', detail: '127.0.0.1: no answer in time' })
    await until(() => hook.hanging() === 0)
  })
})

describe('a target that is not public is never connected to', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://0.0.0.0:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://017700000001:PORT/',
    'http://①②⑦.⓪.⓪.①:PORT/',
    'http://inside.test:PORT/',
    'http://mixed.test:PORT/',
    'http://mapped.test:PORT/',
    'http://user:secret@127.0.0.1:PORT/',
    'http://good.example\\@127.0.0.1:PORT/',
    'http://127.0.0.\n1:PORT/',
    'ftp://127.0.0.1:PORT/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'no url',
    '',
  ])('%s', async (url) => {
    const hook = await webhook()
    const names = {
      'inside.test': ['127.0.0.1'],
      'mixed.test': ['8.8.8.8', '127.0.0.1'],
      'mapped.test': ['::ffff:127.0.0.1'],
    }
    const result = await outbound([], names)(post(url.replace('PORT', String(hook.port))))
    expect(result).toMatchObject({ kind: 'unsent', reason: 'forbiddenTarget' })
    expect(JSON.stringify(result)).not.toContain('secret')
    expect(hook.attempts).toEqual([])
  })

  test.each([22, 25, 6379, 9001, 11211])('nor port %i of a public address', async (port) => {
    expect(await outbound()(post(`http://8.8.8.8:${port}/`))).toMatchObject({ reason: 'forbiddenTarget' })
  })

  test('what the operator opened is reached, and only that', async () => {
    const [open, shut] = [await webhook(), await webhook()]
    const request = outbound([`127.0.0.1:${open.port}`])
    expect(await request(post(open.url))).toMatchObject({ status: 200 })
    expect(await request(post(shut.url))).toMatchObject({ reason: 'forbiddenTarget' })
    expect(shut.attempts).toEqual([])
  })
})

describe('what may not go in the clear', () => {
  test('goes nowhere over http://, but to what the operator opened', async () => {
    const hook = await webhook()
    const names = { 'bus.test': ['1.1.1.1'], 'opened.test': ['127.0.0.1'] }
    const request = outbound([`opened.test:${hook.port}`], names)
    expect(await request(post('http://bus.test/', { secure: true }))).toEqual({
      kind: 'unsent',
      reason: 'forbiddenTarget',
      detail: 'bus.test: only https:// is allowed',
    })
    expect(await request(post(`http://opened.test:${hook.port}/`, { secure: true }))).toMatchObject({ status: 200 })
    expect(hook.received).toHaveLength(1)
  })
})

describe('TLS', () => {
  const certificate = selfSigned('hooks.test')
  async function tlsServer(): Promise<{ port: number; asked: (string | false | undefined)[] }> {
    const asked: (string | false | undefined)[] = []
    const server = createTlsServer(certificate, (request, response) => {
      asked.push((request.socket as { servername?: string | false }).servername)
      response.end('ok')
    })
    server.on('tlsClientError', () => undefined)
    return { port: await listen(server), asked }
  }
  const names = { 'hooks.test': ['127.0.0.1'], 'other.test': ['127.0.0.1'] }

  test('asks for the name, not the address', async () => {
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, certificate.cert])
    closing.push(() => setDefaultCACertificates(trusted))
    const { port, asked } = await tlsServer()
    expect(await outbound(undefined, names)(post(`https://hooks.test:${port}/`))).toMatchObject({ status: 200 })
    expect(asked).toEqual(['hooks.test'])
    expect(await outbound(undefined, names)(post(`https://other.test:${port}/`))).toMatchObject({ kind: 'unsent' })
  })

  test('sends nothing to a server whose certificate nobody vouches for', async () => {
    const { port, asked } = await tlsServer()
    expect(await outbound(undefined, names)(post(`https://hooks.test:${port}/`))).toEqual({
      kind: 'unsent',
      reason: 'connection',
      detail: 'hooks.test: DEPTH_ZERO_SELF_SIGNED_CERT',
    })
    expect(asked).toEqual([])
  })
})

describe('an answer that is not strict HTTP counts by its status', () => {
  test.each([
    ['lines that end with a bare line feed', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', 200],
    ['no reason and no headers', 'HTTP/1.1 204\n\n', 204],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nthis is no header\r\n\r\nok', 200],
    ['a space in the name of a header', 'HTTP/1.1 200 OK\r\nContent Length: 2\r\n\r\nok', 200],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok', 200],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\nok', 200],
    ['a length that is no number', 'HTTP/1.1 202 Accepted\r\ncontent-length: two\r\n\r\nok', 202],
    ['a version of its own', 'HTTP/1.2 200 OK\r\n\r\n', 200],
    ['headers beyond every limit', `HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n`, 200],
    ['a refusal', 'HTTP/1.1 503 Busy\nRetry-After: 7\n\n', 503],
    ['an interim answer before', 'HTTP/1.1 103 Early Hints\nLink: a\n\nHTTP/1.1 200 OK\n\n', 200],
  ])('%s', async (_what, answer, status) => {
    const port = await raw((socket) => socket.end(answer))
    expect(await outbound()(post(`http://127.0.0.1:${port}/`))).toMatchObject({ kind: 'answer', status })
  })

  test('with its headers and its body', async () => {
    const port = await raw((socket) => socket.end('HTTP/1.1 503 Busy\nRetry-After: 7\nX-A: b\n\nlater, "é"'))
    expect(await outbound()(post(`http://127.0.0.1:${port}/`))).toEqual({
      kind: 'answer',
      status: 503,
      headers: { 'retry-after': '7', 'x-a': 'b' },
      body: 'later, "é"',
    })
  })

  test.each([
    ['no status line', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\n\n'],
    ['a status that is none', 'HTTP/1.1 099 OK\n\n'],
    ['an interim answer alone', 'HTTP/1.1 100 Continue\n\n'],
    ['an end in the middle of the headers', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ])('%s is no answer', async (_what, answer) => {
    const port = await raw((socket) => socket.end(answer))
    expect(await outbound()(post(`http://127.0.0.1:${port}/`))).toMatchObject({ kind: 'unknown', reason: 'connection' })
  })
})

describe('a process that stood still', () => {
  test('takes the answer that came meanwhile, before it says that none came in time', async () => {
    let answered = false
    const port = await raw((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n', () => (answered = true)))
    const timers: (() => void)[] = []
    const own = {
      ...clock,
      after: (_ms: number, then: () => void) => {
        timers.push(then)
        return () => undefined
      },
    }
    const request = createOutbound({ clock: own, allow: ['127.0.0.0/8'] })
    const sent = request(post(`http://127.0.0.1:${port}/`))
    // The time-out fires in the turn in which the answer is on its way, and not read yet.
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!answered) return void setImmediate(look)
        for (const then of timers) then()
        resolve()
      }
      look()
    })
    expect(await sent).toMatchObject({ kind: 'answer', status: 200 })
  })
})

test('a process that stood still while it connected sends nothing after its time', async () => {
  const got: string[] = []
  const port = await raw((_socket, text) => got.push(text))
  let stood = false
  const own = {
    now: clock.now,
    elapsed: () => (stood ? 60_000 : 0),
    after: () => {
      stood = true
      return () => undefined
    },
  }
  const sent = createOutbound({ clock: own, allow: ['127.0.0.0/8'] })(post(`http://127.0.0.1:${port}/`))
  expect(await sent).toEqual({ kind: 'unsent', reason: 'connection', detail: '127.0.0.1: no connection in time' })
  expect(got).toEqual([])
})

describe('a clock that is set while a request is under way', () => {
  test.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('%s changes nothing of the time-out', async (_which, byMs) => {
    const own = createVirtualClock(START, () => 0)
    const hook = await webhook({ hangUntil: START * 2, hangMs: 60_000 })
    const request = createOutbound({ clock: own, allow: ['127.0.0.0/8'] })
    let result: unknown
    const sent = request(post(hook.url, { giveUpAt: own.now() + 5_000 })).then((got) => (result = got))
    await until(() => hook.hanging() === 1)
    own.step(byMs)
    await own.advanceTo(own.now() + 4_999)
    expect(result).toBeUndefined()
    await own.advanceTo(own.now() + 1)
    expect(await sent).toMatchObject({ kind: 'unknown', reason: 'timeout' })
  })
})
