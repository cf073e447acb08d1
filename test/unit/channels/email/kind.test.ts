import { describe, expect, test } from 'vitest'
import { emailKind } from '../../../../shared/channels/email/kind.ts'
import { selfSigned } from '../../../fakes/certificate.ts'

const given = { host: 'mail.example.com', from: 'tocsin@example.com', to: ['ops@example.com'] }
const problemsOf = (more: object): string[] => {
  const read = emailKind.parse({ ...given, ...more })
  return read.ok ? [] : read.problems.map(({ path }) => path).sort()
}

describe('the settings', () => {
  test.each<[object, string[]]>([
    [{}, []],
    [{ host: '192.0.2.1' }, []],
    [{ host: '2001:db8::1' }, []],
    [{ from: 'Tocsin 告警 <tocsin@example.com>' }, []],
    [{ ca: selfSigned('mail.example.com').cert }, []],
    [{ username: 'u', password: 'p', tls: 'implicit' }, []],
    [{ host: undefined }, ['host']],
    [{ username: 'u' }, ['password']],
    [{ password: 'p' }, ['username']],
    [{ tls: 'none', username: 'u', password: 'p' }, ['username']],
    [{ tls: 'none', ca: selfSigned('mail.example.com').cert }, ['ca']],
    [{ username: 'a\u0000b', password: 'p' }, ['username']],
    [{ ca: selfSigned('mail.example.com').key }, ['ca']],
    [{ ca: 'no certificate' }, ['ca']],
    [{ to: undefined }, []],
    [{ to: [] }, ['to']],
    [{ to: ['ops@example.com', 'OPS@example.com'] }, ['to[1]']],
    [{ to: ['ops@example.com\r\nRCPT TO:<x@example.com>'] }, ['to[0]']],
    [{ to: ['ops@example.com', 'no mailbox', 'ops@exämple.com'] }, ['to[1]', 'to[2]']],
    [{ to: Array.from({ length: 51 }, (_, index) => `m${index}@example.com`) }, ['to']],
    [{ from: 'a"b <tocsin@example.com>' }, ['from']],
    [{ from: 'a\r\nBcc: x@example.com <tocsin@example.com>' }, ['from']],
    [{ host: 'mail.example.com:25' }, ['host']],
    [{ host: 'https://mail.example.com' }, ['host']],
    [{ host: '127.1' }, ['host']],
    [{ host: '0x7f.1' }, ['host']],
    [
      { port: 0, language: 'fr', timeZone: 'Nowhere', tls: 'none', username: 'u' },
      'language password port timeZone username'.split(' '),
    ],
  ])('%#', (more, paths) => {
    expect(problemsOf(more)).toEqual(paths)
  })
})
