import { describe, expect, test, vi } from 'vitest'
import { lambdaHttp, requestOf } from '../../../infra/aws/http.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import { context, type HttpWords, httpEvent } from '../../fakes/lambda-events.ts'

async function answer(
  words: HttpWords,
  handle: (request: Request) => Response | Promise<Response>,
  server: 'api' | 'ingest' = 'api',
) {
  const place = { server, publicUrl: 'https://tocsin.example/hub/' }
  return await lambdaHttp(async (request) => await handle(request), place)(httpEvent(words), context)
}

describe('request of an API Gateway event', () => {
  test.each<[what: string, words: HttpWords, url: string]>([
    ['path', { path: '/a/b' }, '/a/b'],
    [
      'query, repeated and encoded',
      { path: '/a', query: 'filter=a%3D%22b%22&filter=c' },
      '/a?filter=a%3D%22b%22&filter=c',
    ],
    ['a decoded question mark stays in the path', { path: '/a?b' }, '/a%3Fb'],
    ['a decoded hash stays in the path', { path: '/a#b' }, '/a%23b'],
    ['a decoded space', { path: '/a b' }, '/a%20b'],
    ['a broken escape', { path: '/%zz' }, '/%zz'],
    ['a double slash does not become a host', { path: '//evil.example/x' }, '//evil.example/x'],
  ])('%s', (_what, words, url) => {
    const { pathname, search, host } = new URL(requestOf(httpEvent(words))?.url ?? '')
    expect(pathname + search).toBe(url)
    expect(host).toBe('abcdefghij.execute-api.eu-west-1.amazonaws.com')
  })

  test('headers are found whatever their case', () => {
    const request = requestOf(httpEvent({ headers: { AUTHORIZATION: 'Bearer k', 'x-Request-ID': '7' } }))
    expect(request?.headers.get('authorization')).toBe('Bearer k')
    expect(request?.headers.get('X-Request-Id')).toBe('7')
  })

  test('cookies come back as one header', () => {
    expect(requestOf(httpEvent({ cookies: ['a=1', 'b=2'] }))?.headers.get('cookie')).toBe('a=1; b=2')
  })

  test('what cannot be a header does not fail the request', () => {
    const request = requestOf(httpEvent({ headers: { 'x-name': 'Grüße 日本', 'not a name': 'x', 'x-null': 'a\0b' } }))
    expect(Buffer.from(request?.headers.get('x-name') ?? '', 'latin1').toString()).toBe('Grüße 日本')
    expect(request?.headers.has('x-null')).toBe(false)
  })

  test.each([true, false])('a body keeps its bytes (base64: %s)', async (base64) => {
    const request = requestOf(httpEvent({ method: 'POST', body: '{"ü":"日"}', base64 }))
    expect(await request?.text()).toBe('{"ü":"日"}')
  })

  test.each(['GET', 'HEAD'])('%s has no body', (method) => {
    const event = httpEvent({ body: 'x' })
    event.requestContext.http.method = method
    expect(requestOf(event)?.body).toBeNull()
  })

  test.each(['TRACE', 'CONNECT', 'a b'])('%s is refused', async (method) => {
    const result = await answer({ method, path: '/' }, () => new Response())
    expect(result).toMatchObject({ statusCode: 400 })
  })
})

describe('a path with another slash, at the function that does not serve the path', () => {
  const served = () => new Response('served')
  test.each<[server: 'api' | 'ingest', method: string, path: string, location: string]>([
    ['api', 'POST', '//i/tsn_x/api/v2/alerts', '/i/tsn_x/api/v2/alerts'],
    ['api', 'POST', '/i//tsn_x', '/i/tsn_x'],
    ['api', 'POST', '/hub//i/tsn_x/', '/hub/i/tsn_x'],
    ['api', 'GET', '/x/../i/tsn_x', '/i/tsn_x'],
    ['ingest', 'POST', '/i/tsn_x//api/v2/silences', '/i/tsn_x/api/v2/silences'],
    ['ingest', 'POST', '/hub/i/tsn_x/-/reload/', '/hub/i/tsn_x/-/reload'],
  ])('%s: %s %s is answered with the way to %s', async (server, method, path, location) => {
    const { statusCode, headers } = await answer({ method, path, query: 'a=b%20c' }, served, server)
    expect([statusCode, headers?.location]).toEqual([307, `${location}?a=b%20c`])
  })

  test.each<[server: 'api' | 'ingest', method: string, path: string]>([
    ['api', 'GET', '//api/v1//alerts/'],
    ['api', 'GET', '/hub/api/v2/status/'],
    ['ingest', 'POST', '/i/tsn_x//api/v2/alerts/'],
    ['ingest', 'POST', '/hub/i/tsn_x'],
    // The function is not the right one, and yet the gateway knows no other.
    ['api', 'POST', '/i/tsn_x'],
    ['api', 'POST', '/hub/i/tsn_x'],
  ])('%s: %s %s is left to the function', async (server, method, path) => {
    expect(await answer({ method, path }, served, server)).toMatchObject({ statusCode: 200, body: 'served' })
  })
})

describe('answer to API Gateway', () => {
  test('text stays text, cookies are apart', async () => {
    const headers = new Headers({ 'content-type': 'application/json; charset=utf-8', 'x-one': '1' })
    headers.append('set-cookie', 'a=1; Path=/')
    headers.append('set-cookie', 'b=2')
    expect(await answer({}, () => new Response('{"a":"ü"}', { status: 202, headers }))).toEqual({
      statusCode: 202,
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-one': '1' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: '{"a":"ü"}',
      isBase64Encoded: false,
    })
  })

  test.each([
    ['an image', { 'content-type': 'image/png' }],
    ['compressed JSON', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('%s goes as base64', async (_what, headers) => {
    const bytes = new Uint8Array([0x1f, 0x8b, 0xff])
    const result = await answer({}, () => new Response(bytes, { headers: headers as Record<string, string> }))
    expect(result).toMatchObject({ body: 'H4v/', isBase64Encoded: true })
  })

  test('the largest answer of the API goes below the 6 MB of Lambda, whatever stands in it', async () => {
    const text = JSON.stringify('"\n'.repeat(LIMITS.answerBytes / 4)).slice(0, LIMITS.answerBytes)
    const result = await answer({}, () => new Response(text, { headers: { 'content-type': 'application/json' } }))
    expect(JSON.stringify(result).length).toBeLessThan(6_000_000)
    expect(Buffer.from(result.body ?? '', 'base64').toString()).toBe(text)
  })

  test('an empty answer has an empty body', async () => {
    expect(await answer({}, () => new Response(null, { status: 200 }))).toMatchObject({
      statusCode: 200,
      body: '',
      isBase64Encoded: false,
    })
  })

  test('a throw is a 500 that names the request and nothing else, and is logged', async () => {
    const logged = vi.spyOn(console, 'log').mockReturnValue()
    const result = await answer({}, () => {
      throw new Error('the table is gone')
    })
    expect(result.statusCode).toBe(500)
    expect(JSON.parse(result.body ?? '')).toEqual({
      error: { code: 'internal', message: 'Internal Server Error', requestId: context.awsRequestId },
    })
    expect(logged.mock.calls.join()).toContain('the table is gone')
    logged.mockRestore()
  })
})
