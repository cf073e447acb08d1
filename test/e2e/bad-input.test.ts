import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { LIMITS } from '../../shared/base/limits.ts'
import { OWNER_KEY } from '../fault/host-process.ts'
import { DOCUMENTS, SILENCES } from './bad-input-documents.ts'
import { PEOPLE, TABLES } from './bad-input-people.ts'
import { ACCESS, BODIES, type Form, WRONG_TOKENS } from './bad-input-requests.ts'
import { type Answer, json, startWorld, type World } from './bad-input-world.ts'

/*
 * Every bad input has one written answer. After every bad input: nothing of the input is applied, no secret is in the
 * answer, the process is as well as before, and the log is empty.
 */

let world: World
let revision: string
beforeAll(async () => {
  world = await startWorld()
}, 30_000)
afterAll(async () => {
  expect(world.host.stderr()).toBe('')
  await world.stop()
})

/** An empty change changes nothing, and the answer is the present revision. */
async function currentRevision(): Promise<string> {
  return (await world.ask({ ...json('PUT', '/api/v1/config', {}), key: OWNER_KEY })).json.revision
}

async function alerts(): Promise<string> {
  const all = [OWNER_KEY, world.other.key].map((key) => world.ask({ path: '/api/v2/alerts', key }))
  return (await Promise.all(all)).map(({ text }) => text).join()
}

beforeEach(async () => {
  revision = await currentRevision()
})
afterEach(async () => {
  const began = performance.now()
  expect((await world.ask({ path: '/-/healthy' })).status).toBe(200)
  expect(performance.now() - began).toBeLessThan(1000)
  expect(await currentRevision()).toBe(revision)
})

function expectClean(answer: Answer): void {
  expect(answer.status).toBeLessThan(500)
  const told = answer.text + JSON.stringify(answer.headers)
  for (const secret of world.secrets) expect(told).not.toContain(secret)
  expect(told).not.toMatch(/\bat [\w.]+ \(|node_modules|\.ts:\d/)
  expect(answer.text.length).toBeLessThan(4000)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
}

function expectForm(answer: Answer, form: Form, code?: string | number): void {
  switch (form) {
    case 'own':
      expect(answer.json).toEqual({ error: expect.objectContaining({ code, message: expect.any(String) }) })
      return expect(answer.json.error.requestId).toMatch(/^[0-9a-f]{16}$/)
    case 'alertmanager':
      return expect(answer.json).toEqual({ code: code ?? expect.any(Number), message: expect.any(String) })
    case 'text':
      return expect(answer.json).toEqual(expect.any(String))
    case 'none':
      return expect(answer.text).toBe('')
    default:
      throw new Error(form satisfies never)
  }
}

describe('a wrong token', () => {
  test.each(WRONG_TOKENS)('%s: 401, with the same body for every wrong token', async (_title, token) => {
    for (const below of ['', '/', '/api/v2/alerts']) {
      const answer = await world.ask({ ...json('POST', `/i/${token(world)}${below}`, []) })
      expectClean(answer)
      const { requestId, ...error } = answer.json.error
      expect([answer.status, error]).toEqual([
        401,
        { code: 'unauthorized', message: 'this integration URL is not valid' },
      ])
    }
    const read = await world.ask({ path: `/i/${token(world)}/api/v2/status` })
    expectClean(read)
    expect([read.status, read.json.error.message]).toEqual([401, 'this integration URL is not valid'])
    expect(await alerts()).toBe('[],[]')
  })
})

describe.each([
  ['posted bodies', BODIES],
  ['access', ACCESS],
  ['silences', SILENCES],
])('%s', (_what, rows) => {
  test.each(rows)('%s: %3$i', async (_title, ask, status, form, code) => {
    const answer = await world.ask({
      ...ask(world),
      headers: { origin: 'https://evil.example', ...ask(world).headers },
    })
    expect([answer.status, answer.text]).toEqual([status, expect.any(String)])
    expectClean(answer)
    expectForm(answer, form, code)
    expect(await alerts()).toBe('[],[]')
    expect((await world.ask({ path: '/api/v2/silences', key: OWNER_KEY })).json).toEqual([])
  })
})

describe('a document', () => {
  test.each(DOCUMENTS)('%s: 422, with the path of the problem', async (_title, ask, at) => {
    const answer = await world.ask(ask())
    expect([answer.status, answer.json?.error?.details?.[0]?.path]).toEqual([422, at])
    expectClean(answer)
    expectForm(answer, 'own', 'invalid')
  })

  test.each([...PEOPLE, ...TABLES])('%s: 422, with every place', async (_title, ask, at) => {
    const answer = await world.ask(ask())
    const places = answer.json?.error?.details?.map(({ path }: { path: string }) => path)
    expect([answer.status, places?.sort()]).toEqual([422, at.toSorted()])
    expectClean(answer)
    expectForm(answer, 'own', 'invalid')
  })

  test('of more than five megabytes: 413', async () => {
    const body = JSON.stringify({ policies: [], x: 'x'.repeat(LIMITS.documentBytes) })
    const answer = await world.ask({ ...json('PUT', '/api/v1/config', {}), key: OWNER_KEY, body })
    expect(answer.status).toBe(413)
    expectForm(answer, 'own', 'too_large')
  })
})

/** Input that never becomes a request: the answer is in our form, and the connection is closed. */
const WIRE: [title: string, text: string, status: number][] = [
  [
    'two forms of the length',
    'POST /i/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
  ],
  ['two lengths', 'POST /i/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n', 400],
  ['an unknown transfer coding', 'POST /i/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n', 400],
  ['5 GB, announced', 'POST /i/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\n', 413],
  ['a header of 64 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(65_536)}\r\n\r\n`, 431],
  ['2,000 headers', `GET / HTTP/1.1\r\nHost: x\r\n${'a:b\r\n'.repeat(2000)}\r\n`, 431],
  ['TRACE', 'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['a whole URL as the path', 'GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['a header continued on the next line', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n', 400],
  ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n', 400],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['an unknown expectation', 'POST /i/x HTTP/1.1\r\nHost: x\r\nExpect: more\r\nContent-Length: 2\r\n\r\n', 417],
  ['no HTTP at all', '\u0016\u0003\u0001\u0002\r\n\r\n', 400],
]

describe('on the wire', () => {
  test.each(WIRE)('%s: %3$i, and the connection is closed', async (_title, text, status) => {
    const told = await untilClosed(text)
    expect(Number(told.split(' ')[1])).toBe(status)
    expect(told.match(/^HTTP\/1\.1 /gm)).toHaveLength(1)
    const { error } = JSON.parse(told.slice(told.indexOf('\r\n\r\n')))
    expect(error).toEqual({
      code: expect.any(String),
      message: expect.any(String),
      requestId: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
  })
})

function untilClosed(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = ''
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1', () => socket.write(text, 'latin1'))
    socket.setEncoding('latin1').on('data', (data) => (told += data))
    socket.on('close', () => resolve(told))
    socket.on('error', reject)
  })
}
