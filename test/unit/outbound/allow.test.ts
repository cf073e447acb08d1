import { describe, expect, test } from 'vitest'
import { isAllowed, parseAllowed } from '../../../shared/outbound/allow.ts'

describe('TOCSIN_ALLOW_TARGETS', () => {
  test.each<[entry: string, host: string, port: number, ip: string, allowed: boolean]>([
    ['10.0.0.0/8', 'hooks.internal', 8080, '10.1.2.3', true],
    ['10.0.0.0/8', 'hooks.internal', 8080, '11.1.2.3', false],
    ['10.0.0.7', '10.0.0.7', 22, '10.0.0.7', true],
    ['127.0.0.1:9099', '127.0.0.1', 9099, '127.0.0.1', true],
    ['127.0.0.1:9099', '127.0.0.1', 9098, '127.0.0.1', false],
    ['127.0.0.1:9099', '127.0.0.2', 9099, '127.0.0.2', false],
    ['127.0.0.1:9099', '::ffff:7f00:1', 9099, '::ffff:7f00:1', true],
    ['[::1]:9099', '::1', 9099, '::1', true],
    ['localhost:9099', 'localhost', 9099, '127.0.0.1', true],
    ['LocalHost.:9099', 'localhost', 9099, '::1', true],
    ['localhost:9099', 'localhost.', 9099, '127.0.0.1', true],
    ['localhost:9099', 'other', 9099, '127.0.0.1', false],
    ['fd00::/8', 'x', 80, 'fd12::1', true],
    ['::ffff:10.0.0.0/104', 'x', 80, '10.1.1.1', true],
    [' 10.0.0.0/8 ', 'x', 80, '10.1.1.1', true],
    ['', 'x', 80, '10.1.1.1', false],
  ])('"%s" for %s:%i at %s: %s', (entry, host, port, ip, allowed) => {
    expect(isAllowed(parseAllowed([entry]), host, port, ip)).toBe(allowed)
  })

  test.each(['localhost', '10.0.0.0/40', 'http://localhost:80', 'a:b', 'localhost:99:1'])(
    '"%s" is refused at start',
    (entry) => {
      expect(() => parseAllowed([entry])).toThrow(/TOCSIN_ALLOW_TARGETS/)
    },
  )
})
