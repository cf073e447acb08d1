import { describe, expect, test } from 'vitest'
import { webhookKind } from '../../../../shared/channels/webhook/kind.ts'
import { urlProblem } from '../../../../shared/outbound/url.ts'

const url = 'https://hooks.example.com/T0/B0'

describe('target URLs', () => {
  test.each([
    url,
    'http://127.0.0.1:9099',
    'http://127.0.0.1:9099/',
    'http://[::1]:9099/x',
    'HTTPS://Hooks.Example.com/Path?q=A%20b',
    'https://hooks.example.com:443/x',
    'http://hooks.example.com:80',
    'https://xn--bcher-kva.example/',
    'http://169.254.169.254/latest',
  ])('may be %s: where it leads is checked when it is connected to', (text) => {
    expect(urlProblem(text)).toBeUndefined()
  })

  test.each([
    '',
    'hooks.example.com',
    'file:///etc/passwd',
    'gopher://example.com/',
    'data:text/plain,x',
    'ftp://example.com/',
    'javascript:alert(1)',
    'ws://example.com/',
    'https://good.example@127.0.0.1/',
    'https://user:pass@example.com/',
    'http://good.example\\@127.0.0.1/',
    'http://ex\r\nample.com/',
    'http://exam\tple.com/',
    ' http://example.com/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://①②⑦.⓪.⓪.①/',
    'http://127.0.0.1./',
    'http://0/',
    'http://[::ffff:169.254.169.254]/',
    'http://0xa9fea9fe/',
    'http:/example.com/',
    'http:example.com',
    'http:\\\\example.com',
    'https://example.com/a/../b',
    'https://example.com/a b',
    'http://exa%6dple.com/',
    `https://example.com/${'x'.repeat(5000)}`,
  ])('may not be %j', (text) => {
    expect(urlProblem(text)).toBeTypeOf('string')
  })

  test('are not repeated in the problem: they carry tokens', () => {
    expect(urlProblem('https://example.com/token 4711')).not.toContain('4711')
  })
})

describe('webhook settings', () => {
  const problemsOf = (settings: unknown) => {
    const parsed = webhookKind.parse(settings)
    return parsed.ok ? [] : parsed.problems.map(({ path }) => path)
  }

  test('take every field', () => {
    const settings = {
      url,
      secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
      headers: { 'X-Team': 'ops' },
      basicAuth: { username: 'u', password: 'p' },
      timeoutMs: 500,
      maxAlerts: 3,
    }
    expect(webhookKind.parse(settings)).toEqual({ ok: true, settings })
  })

  test('an authorization is a bearer unless said', () => {
    expect(webhookKind.parse({ url, authorization: { credentials: 'x' } })).toMatchObject({
      settings: { authorization: { type: 'Bearer', credentials: 'x' } },
    })
  })

  test.each<[unknown, string[]]>([
    [{}, ['url']],
    [null, ['']],
    [{ url, x: 1 }, ['x']],
    [JSON.parse(`{"url":"${url}","__proto__":{"a":1}}`), ['__proto__']],
    [{ url: 'x' }, ['url']],
    [{ url, secret: '' }, ['secret']],
    [{ url, secret: 'whsec_' }, ['secret']],
    [{ url, secret: 'whsec_!!' }, ['secret']],
    [{ url, headers: { Authorization: 'x' } }, ['headers.Authorization']],
    [{ url, headers: { 'content-type': 'x' } }, ['headers.content-type']],
    [{ url, headers: { 'webhook-id': 'x' } }, ['headers.webhook-id']],
    [{ url, headers: { 'a b': 'x' } }, ['headers["a b"]']],
    [{ url, headers: { a: 'x\r\ny: z' } }, ['headers.a']],
    [{ url, headers: { a: 'x', A: 'y' } }, ['headers.A']],
    [{ url, headers: [] }, ['headers']],
    [{ url, basicAuth: { username: 'u', password: '' } }, ['basicAuth.password']],
    [{ url, authorization: { type: 'a b', credentials: 'x' } }, ['authorization.type']],
    [{ url, authorization: { credentials: 'x\n' } }, ['authorization.credentials']],
    [{ url, basicAuth: { username: 'u', password: 'p' }, authorization: { credentials: 'x' } }, ['authorization']],
    [{ url, timeoutMs: 0 }, ['timeoutMs']],
    [{ url, maxAlerts: -1 }, ['maxAlerts']],
    [{ url, maxAlerts: 1.5 }, ['maxAlerts']],
  ])('%j is refused at its path', (settings, paths) => {
    expect(problemsOf(settings)).toEqual(paths)
  })

  test.each([
    [{ url }, undefined],
    [{ url, maxAlerts: 0 }, undefined],
    [{ url, maxAlerts: 7 }, 7],
  ])('%j: %s alerts in a body count as told for the rest', (given, most) => {
    const read = webhookKind.parse(given)
    expect(read.ok && webhookKind.mostAlerts?.(read.settings)).toBe(most)
  })

  test('a send takes 10 s unless said, and never outlives its worker', () => {
    expect(webhookKind.timeoutMs({ url })).toBe(10_000)
    expect(webhookKind.timeoutMs({ url, timeoutMs: 500 })).toBe(500)
    expect(webhookKind.timeoutMs({ url, timeoutMs: 3_600_000 })).toBe(25_000)
  })
})
