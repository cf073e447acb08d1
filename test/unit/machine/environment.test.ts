import { describe, expect, test } from 'vitest'
import { parseEnvironment, parseKey } from '../../../infra/machine/environment.ts'

describe('the environment of npm start', () => {
  test('without any variable it listens on this machine only and keeps data beside it', () => {
    expect(parseEnvironment({})).toEqual({
      ok: true,
      environment: { port: 8080, host: '127.0.0.1', dataDir: './.tocsin', allowTargets: [] },
    })
  })

  test('an empty variable is an absent one', () => {
    expect(parseEnvironment({ PORT: '', TOCSIN_API_KEY: '', TOCSIN_PUBLIC_URL: '' })).toEqual(parseEnvironment({}))
  })

  test('links are built from the public URL without its last slash', () => {
    expect(parseEnvironment({ TOCSIN_PUBLIC_URL: 'https://alerts.example.com/tocsin/' })).toMatchObject({
      environment: { publicUrl: 'https://alerts.example.com/tocsin' },
    })
  })

  test.each([
    [{ PORT: '80a' }, 'PORT is "80a": it has to be a port number from 0 to 65535'],
    [{ PORT: '65536' }, 'PORT is "65536": it has to be a port number from 0 to 65535'],
    [{ PORT: '-1' }, 'PORT is "-1": it has to be a port number from 0 to 65535'],
    [{ HOST: 'a b' }, 'HOST is "a b": it has to be an address or host name to listen on'],
    [{ TOCSIN_PUBLIC_URL: 'ftp://x' }, 'TOCSIN_PUBLIC_URL is not valid: it has to be an http(s) URL'],
    [{ TOCSIN_PUBLIC_URL: 'http://a:b@x' }, 'TOCSIN_PUBLIC_URL is not valid: it has to be an http(s) URL'],
    [{ TOCSIN_API_KEY: 'se cret' }, 'TOCSIN_API_KEY is not valid'],
    [{ TOCSIN_ADMIN_KEY: 'secret\u0007' }, 'TOCSIN_ADMIN_KEY is not valid'],
    [{ TOCSIN_SECRETS_KEY: 'secret' }, 'TOCSIN_SECRETS_KEY is not valid: it has to be 32 bytes in hex or base64'],
    [{ TOCSIN_ALLOW_TARGETS: 'what is this' }, 'TOCSIN_ALLOW_TARGETS'],
  ])('%j is refused in one line', (env, line) => {
    const parsed = parseEnvironment(env)
    expect(parsed.ok ? undefined : parsed.error).toContain(line)
    expect(parsed.ok ? undefined : parsed.error).not.toMatch(/\n|secret/)
  })

  test('a key of 32 bytes may be hex or base64 of either alphabet', () => {
    const key = Buffer.alloc(32, 0xfb)
    for (const text of ['hex', 'base64', 'base64url'] as const) expect(parseKey(key.toString(text))).toEqual(key)
    expect(parseKey('00')).toBeUndefined()
  })
})
