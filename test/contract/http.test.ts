import { connect } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type HttpServer, listen, type Patience } from '../../infra/machine/http.ts'
import { jsonList } from '../../shared/base/answers.ts'
import type { Log } from '../../shared/base/log.ts'
import { Unavailable } from '../../shared/base/unavailable.ts'

const servers: HttpServer[] = []
const lines: string[] = []

async function start(
  handle: (request: Request) => Promise<Response>,
  patience?: Patience,
  durable = async () => {},
): Promise<HttpServer> {
  const log: Log = (entry) => lines.push(JSON.stringify(entry))
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    origin: 'http://tocsin.test',
    serving: () => ({ handle, durable }),
    newId: () => 'id',
    log,
    ...(patience ? { patience } : {}),
  })
  servers.push(server)
  return server
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop(0)
  expect(lines.splice(0)).toEqual([])
})

const echo = async (request: Request): Promise<Response> =>
  Response.json({ method: request.method, url: request.url, body: await request.text() })

/** The whole output of the server until the connection closes. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('latin1')
    socket.on('data', (data) => (answer += data))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

const statusOf = (answer: string): number => Number(answer.split(' ')[1])

test('a request reaches the handler whole, and its address is ours whatever the Host header says', async () => {
  const { port } = await start(echo)
  const answer = await fetch(`http://127.0.0.1:${port}/i/abc?x=1`, { method: 'POST', body: 'hello' })
  expect(await answer.json()).toEqual({ method: 'POST', url: 'http://tocsin.test/i/abc?x=1', body: 'hello' })
})

test('the body can be read as a stream', async () => {
  const { port } = await start(async (request) => new Response(request.body))
  const text = 'x'.repeat(300_000)
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: text })
  expect(await answer.text()).toBe(text)
})

describe('before its state is durable', () => {
  /** A commit: the test decides about the end of the commit. */
  const commit = () => {
    const one = Promise.withResolvers<void>()
    return { ...one, durable: () => one.promise }
  }
  const turns = async (): Promise<void> => {
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve))
  }

  test.each([
    ['a body', () => Response.json({ a: 1 }), '{"a":1}'],
    ['no body', () => new Response(null, { status: 204 }), ''],
    ['a long body', () => new Response(stream(['one ', 'two ', 'three'])), 'one two three'],
  ])('no byte of an answer with %s leaves', async (_what, answer, text) => {
    const { resolve, durable } = commit()
    const { port } = await start(async () => answer(), undefined, durable)
    let answered = false
    const asked = fetch(`http://127.0.0.1:${port}/`).then((response) => {
      answered = true
      return response.text()
    })
    await turns()
    expect(answered).toBe(false)
    resolve()
    expect(await asked).toBe(text)
  })

  test('each piece of a long body waits for what it tells', async () => {
    const commits = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let waits = 0
    const durable = (): Promise<void> => commits[waits++]!.promise
    const { port } = await start(async () => new Response(stream(['one ', 'two ', 'three'])), undefined, durable)
    for (const { resolve } of commits.slice(0, 2)) resolve()
    const { body } = await fetch(`http://127.0.0.1:${port}/`)
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
    let read = ''
    while (!read.includes('two ')) read += (await reader.read()).value
    await turns()
    expect([read, waits]).toEqual(['one two ', 3])
    commits[2]!.resolve()
    expect((await reader.read()).value).toBe('three')
  })

  test('an answer whose state is lost is 503, and nothing of it leaves', async () => {
    const lost = new Unavailable('table', 'commit', new Error('disk full'))
    const handle = async (): Promise<Response> => new Response('secret', { headers: { 'x-secret': '1' } })
    const { port } = await start(handle, undefined, () => Promise.reject(lost))
    const answer = await exchange(port, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n')
    expect(statusOf(answer)).toBe(503)
    expect(answer).toMatch(/retry-after: 5/i)
    expect(answer).toContain('"code":"unavailable"')
    expect(answer).not.toContain('secret')
    expect(lines.splice(0)).toEqual([expect.stringContaining('commit failed')])
  })
})

function stream(texts: readonly string[]): ReadableStream<Uint8Array> {
  const left = [...texts]
  return new ReadableStream({
    pull(controller) {
      const next = left.shift()
      if (next === undefined) controller.close()
      else controller.enqueue(Buffer.from(next))
    },
  })
}

const MANY = 30_000
function* items(until = MANY): Generator<{ n: number; text: string }, void> {
  for (let n = 0; n < MANY; n++) {
    if (n === until) throw new Error('a bug in the middle')
    yield { n, text: 'x'.repeat(50) }
  }
}

test('a long list comes whole, piece by piece, and other requests are answered in between', async () => {
  const order: string[] = []
  const { port } = await start(async ({ url }) => {
    if (!url.endsWith('/list')) return Response.json('short')
    return jsonList(200, items())
  })
  const ask = async (path: string): Promise<unknown> => {
    const answer = await (await fetch(`http://127.0.0.1:${port}/${path}`)).json()
    order.push(path)
    return answer
  }
  const list = ask('list')
  await ask('short')
  expect(await list).toEqual([...items()])
  expect(order).toEqual(['short', 'list'])
})

test('other requests are answered while the items of a list are left out', async () => {
  let answered = false
  function* items(): Generator<string | undefined, void> {
    for (let n = 0; n < 10_000_000 && !answered; n++) yield undefined
    yield answered ? 'after the other request' : 'before'
  }
  const { port } = await start(async ({ url }) => {
    if (url.endsWith('/list')) return jsonList(200, items())
    answered = true
    return Response.json('short')
  })
  const list = fetch(`http://127.0.0.1:${port}/list`)
  await (await fetch(`http://127.0.0.1:${port}/short`)).json()
  expect(await (await list).json()).toEqual(['after the other request'])
})

test('an error in the middle of a long list breaks the connection, and is logged', async () => {
  const { port } = await start(async () => jsonList(200, items(20_000)))
  const answer = await fetch(`http://127.0.0.1:${port}/`)
  await expect(answer.text()).rejects.toThrow()
  expect(lines.splice(0)).toEqual([expect.stringContaining('a bug in the middle')])
})

test('a client that goes away in the middle of a long list ends the list', async () => {
  let made = 0
  function* endless(): Generator<string, void> {
    for (;;) yield String(made++).padStart(1000)
  }
  const { port } = await start(async () => jsonList(200, endless()))
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
    socket.once('data', () => socket.destroy())
    socket.once('close', () => resolve())
  })
  await vi.waitFor(() => expect(servers.at(-1)!.open()).toBe(0), 20_000)
})

test('HEAD of a long list has no body', async () => {
  const { port } = await start(async () => jsonList(200, items()))
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD' })
  expect([answer.status, await answer.text()]).toEqual([200, ''])
})

test.each([
  ['two hosts', 'Host: other.test\r\n', 400],
  ['two ways to say the length', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', 400],
  ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n', 400],
  ['an unknown transfer coding', 'Transfer-Encoding: xchunked\r\n', 400],
  ['a header of 64 KiB', `X-Long: ${'a'.repeat(65_536)}\r\n`, 431],
  ['2,000 headers', 'a:b\r\n'.repeat(2000), 431],
  ['a body announced as too large', 'Content-Length: 5000000000\r\n', 413],
])('%s is refused and the connection closed', async (_name, headers, status) => {
  const { port } = await start(async () => Response.json({}))
  const answer = await exchange(port, `POST /i/x HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)
  expect(statusOf(answer)).toBe(status)
})

test.each(['TRACE / HTTP/1.1', 'CONNECT example.com:443 HTTP/1.1'])('%s is not allowed', async (line) => {
  const { port } = await start(echo)
  expect(statusOf(await exchange(port, `${line}\r\nHost: x\r\n\r\n`))).toBe(405)
})

test('an absolute request target is refused', async () => {
  const { port } = await start(echo)
  expect(statusOf(await exchange(port, 'GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n'))).toBe(400)
})

test('a chunked body that outgrows the limit is answered 413', async () => {
  const { port } = await start(echo)
  const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`
  const answer = await exchange(
    port,
    `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(11)}`,
  )
  expect(statusOf(answer)).toBe(413)
})

const hasty: Patience = { headersMs: 60, requestMs: 60, checkMs: 10 }

test.each([
  ['headers', 'POST / HTTP/1.1\r\nHos'],
  ['a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc'],
])('%s that never end are answered 408 and closed, and others are served meanwhile', async (_name, text) => {
  const { port } = await start(echo, hasty)
  const slow = Array.from({ length: 100 }, () => exchange(port, text))
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200)
  for (const answer of await Promise.all(slow)) expect(statusOf(answer)).toBe(408)
})

test('a connection is kept after an answer and closed after an error', async () => {
  const { port } = await start(
    async (request) => new Response(null, { status: request.url.endsWith('/no') ? 404 : 200 }),
  )
  const answer = await exchange(
    port,
    'GET /yes HTTP/1.1\r\nHost: x\r\n\r\nGET /no HTTP/1.1\r\nHost: x\r\n\r\nGET /yes HTTP/1.1\r\nHost: x\r\n\r\n',
  )
  expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404'])
})

test('stopping answers what was asked before it takes nothing new', async () => {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<Response>()
  const server = await start(() => {
    asked.resolve()
    return answered.promise
  })
  const url = `http://127.0.0.1:${server.port}/`
  const answer = fetch(url)
  await asked.promise
  const stopped = server.stop(5000)
  await expect(fetch(url)).rejects.toThrow()
  answered.resolve(new Response('done'))
  expect(await (await answer).text()).toBe('done')
  await stopped
})

test('a handler that throws is a 500 without a word about why, and a line in the log', async () => {
  const { port } = await start(() => Promise.reject(new Error('secret reason')))
  const answer = await fetch(`http://127.0.0.1:${port}/`)
  expect([answer.status, await answer.text()]).toEqual([
    500,
    '{"error":{"code":"internal","message":"Internal Server Error","requestId":"id"}}',
  ])
  expect(lines.splice(0).join()).toMatch(/"requestId":"id".*secret reason/)
})
