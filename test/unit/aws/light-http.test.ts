import { describe, expect, test } from 'vitest'
import * as light from '../../../infra/aws/light-http.ts'

/*
 * The classes of ingest's bundle beside Node's own: the same calls have the same results.
 */

const CLASSES = { light, node: { Headers, Request, Response } } as const
type Classes = (typeof CLASSES)['light']

/** The result of a call, or that the call throws. */
async function resultOf(call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    return error instanceof TypeError ? 'TypeError' : error
  }
}

async function expectSame(call: (classes: Classes) => unknown): Promise<unknown> {
  const ours = await resultOf(() => call(CLASSES.light))
  expect(ours).toEqual(await resultOf(() => call(CLASSES.node as unknown as Classes)))
  return ours
}

describe('headers', () => {
  test.each([
    ['Content-Type', 'application/json'],
    ['X-Empty', ''],
    ['x-blank', ' \t a b \r\n '],
    ['x-latin', 'ä\u00ff'],
    ['x-tab', 'a\tb'],
    ['x-beyond', 'Ā'],
    ['x-line', 'a\nb'],
    ['x-return', 'a\rb'],
    ['x-nul', 'a\0b'],
    ['x-bell', 'a\x07b'],
    ['', 'a'],
    ['a b', 'a'],
    ['ä', 'a'],
    ['a:', 'a'],
    ["a!#$%&'*+.^_`|~-9", 'a'],
  ])('%j: %j', async (name, value) => {
    await expectSame(({ Headers }) => {
      const headers = new Headers()
      headers.append(name, value)
      const found = [headers.get(name), headers.get(name.toUpperCase()), headers.get('absent'), [...headers]]
      return [...found, headers.has(name), headers.has('absent')]
    })
    await expectSame(({ Headers }) => new Headers().get(name))
    await expectSame(({ Headers }) => {
      const headers = new Headers({ z: '1', [name]: 'old' })
      headers.set(name, value)
      headers.set('b', '2')
      headers.delete('z')
      return [...headers.entries()]
    })
  })

  test('that come twice are joined, except cookies', async () => {
    const joined = await expectSame(({ Headers }) => {
      const headers = new Headers({ accept: 'a' })
      headers.append('Accept', ' b ')
      headers.append('set-cookie', 'a=1')
      headers.append('Set-Cookie', 'b=2')
      return [headers.get('accept'), [...headers], [...new Headers(headers)], headers.getSetCookie()]
    })
    const cookies = [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]
    expect(joined).toEqual(['a, b', ...Array(2).fill([['accept', 'a, b'], ...cookies]), ['a=1', 'b=2']])
  })
})

describe('a request', () => {
  test.each([
    ['https://tocsin.example/i/token?a=b#c', 'POST'],
    ['https://TOCSIN.example:443/a/../b/%2e/ c"<>', 'post'],
    ['https://tocsin.example/ä', 'Patch'],
    ['https://tocsin.example', 'QUERY'],
    ['/no-origin', 'POST'],
    ['https://tocsin.example', 'TRACE'],
    ['https://tocsin.example', 'connect'],
    ['https://tocsin.example', 'A B'],
  ])('to %s with the method %s', async (url, method) => {
    await expectSame(({ Request }) => {
      const request = new Request(url, { method, headers: { 'X-A': 'b' } })
      return [request.url, request.method, request.headers.get('x-a'), request.body]
    })
  })

  test.each([undefined, '', 'text', '漢'.repeat(100_000)])('with a body', async (text) => {
    const read = await expectSame(async ({ Request }) => {
      const body = text === undefined ? undefined : new TextEncoder().encode(text)
      const made = () => new Request('https://tocsin.example/', { method: 'POST', headers: {}, body })
      const chunks: Uint8Array[] = []
      for await (const chunk of made().body ?? []) chunks.push(chunk)
      const streamed = new Request('https://tocsin.example/', {
        ...{ method: 'POST', headers: {}, duplex: 'half' },
        body: made().body,
      })
      return [Buffer.from(await made().bytes()).toString(), Buffer.concat(chunks).toString(), await streamed.text()]
    })
    expect(read).toEqual([text ?? '', text ?? '', text ?? ''])
  })
})

describe('a response', () => {
  test.each([
    [null, { status: 200, headers: { 'cache-control': 'no-store' } }],
    [null, { status: 307, headers: { location: '/a', 'Cache-Control': 'no-store' } }],
    ['{"a":"漢"}', { status: 503, headers: { 'content-type': 'application/json', 'retry-after': '5' } }],
    ['', { status: 400, headers: { 'content-type': 'application/json' } }],
    ['a', { status: 200, headers: { 'content-type': 'a\nb' } }],
  ])('%j %j', async (body, init) => {
    await expectSame(async ({ Response }) => {
      const made = () => new Response(body, init)
      const { status, headers } = made()
      return [status, [...headers], Buffer.from(await made().arrayBuffer()).toString(), await made().text()]
    })
    await expectSame(({ Response }) => new Response('{"a":"漢"}', init).json())
  })
})
