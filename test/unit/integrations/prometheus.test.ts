import { describe, expect, test } from 'vitest'
import { parseRfc3339 } from '../../../shared/base/rfc3339.ts'
import { finish } from '../../../shared/base/steps.ts'
import { MAX_MILLIS, MIN_MILLIS } from '../../../shared/base/time.ts'
import { prometheus } from '../../../shared/integrations/prometheus.ts'
import { isRequestUri } from '../../../shared/integrations/request-uri.ts'
import { decodeBody } from '../../../shared/integrations/severity.ts'
import { context, NOW } from './context.ts'

function decode(posted: unknown) {
  return finish(decodeBody(prometheus, posted, context({ recoverAfterMs: 0 }), {}))
}

describe('times', () => {
  const TIMES: [string, string | undefined | number][] = [
    ['2026-11-21T01:21:47.734Z', '2026-11-21T01:21:47.734Z'],
    ['2026-11-21T01:21:47Z', '2026-11-21T01:21:47.000Z'],
    ['2026-11-21T01:21:47.1Z', '2026-11-21T01:21:47.100Z'],
    ['2026-11-21T01:21:47.123456789Z', '2026-11-21T01:21:47.123Z'],
    ['2026-11-21T01:21:47,5Z', '2026-11-21T01:21:47.500Z'],
    ['2026-11-21T01:21:47.734+05:30', '2026-11-20T19:51:47.734Z'],
    ['2026-11-21T01:21:47.734-0800', '2026-11-21T09:21:47.734Z'],
    ['2026-11-21T9:00:00Z', '2026-11-21T09:00:00.000Z'],
    ['2026-11-21T01:21:47', '2026-11-21T01:21:47.000Z'],
    ['2026-11-21T01:21Z', '2026-11-21T01:21:00.000Z'],
    ['2026-11-21 01:21:47', '2026-11-21T01:21:47.000Z'],
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['2024-02-29T00:00:00.000Z', '2024-02-29T00:00:00.000Z'],
    ['0099-12-31T23:59:59.999Z', '0099-12-31T23:59:59.999Z'],
    ['1969-12-31T23:59:59.999Z', -1],
    // Go's zero time, and no other instant, is "not set".
    ['0001-01-01T00:00:00Z', MIN_MILLIS],
    ['0001-01-01T00:00:00.000Z', MIN_MILLIS],
    ['0001-01-01T01:00:00+01:00', MIN_MILLIS],
    ['0001-01-01T00:00:00.000000001Z', MIN_MILLIS + 1],
    ['0001-01-01T00:00:00+01:00', MIN_MILLIS + 1],
    ['0000-06-01T00:00:00Z', MIN_MILLIS + 1],
    ['0000-06-01T00:00:00.000Z', MIN_MILLIS + 1],
    ['9999-12-31T23:59:59.999Z', MAX_MILLIS],
    ['9999-12-31T23:59:59-23:59', MAX_MILLIS],
    ['2026-02-29T00:00:00.000Z', undefined],
    ['2026-02-30T00:00:00Z', undefined],
    ['2026-13-01T00:00:00.000Z', undefined],
    ['2026-00-01T00:00:00.000Z', undefined],
    ['2026-11-00T00:00:00.000Z', undefined],
    ['2026-11-21T24:00:00.000Z', undefined],
    ['2026-11-21T00:60:00.000Z', undefined],
    ['2026-11-21T00:00:60.000Z', undefined],
    ['2026-11-21t00:00:00z', undefined],
    ['2026-11-21T00:00:00+25:00', undefined],
    ['10000-01-01T00:00:00Z', undefined],
    [' 2026-11-21T00:00:00Z', undefined],
    ['2026-11-21T00:00:00.Z', undefined],
    ['2026-11-2１T00:00:00.000Z', undefined],
    ['1795219200', undefined],
    ['', undefined],
  ]

  test.each(TIMES)('%s', (text, expected) => {
    expect(parseRfc3339(text)).toBe(typeof expected === 'string' ? Date.parse(expected) : expected)
  })

  test('agrees with Date on every day of 10,000 years', () => {
    for (let at = MIN_MILLIS + 86_400_123; at < MAX_MILLIS; at += 86_400_000 * 97 + 12_345) {
      const text = new Date(at).toISOString()
      expect(parseRfc3339(text)).toBe(at)
      expect(parseRfc3339(text.replace('Z', '000000+00:00'))).toBe(at)
    }
  })

  test('an empty time is not set, so it cannot resolve an alert', () => {
    const posted = [{ labels: { a: 'b' }, startsAt: '', endsAt: '' }]
    expect(decode(posted)).toEqual({
      alerts: [{ labels: { a: 'b' }, annotations: {}, startsAt: NOW }],
      invalid: [],
    })
  })

  test('an alert that never ends by itself may start at any time', () => {
    const posted = [{ labels: { a: 'b' }, startsAt: '9999-12-31T23:59:59.999Z' }]
    expect(decode(posted)).toMatchObject({
      alerts: [{ startsAt: MAX_MILLIS }],
      invalid: [],
    })
  })
})

// Checked against Alertmanager's own answers.
test.each([
  ['http://p.test:9090/graph?g0.expr=a%20b&g0.tab=1', true],
  ['http://p.test/%zz', false],
  ['http://p.test/?q=%zz', true],
  ['http://a b/', false],
  ['http://p.test/ b', true],
  ['http://p.test:port/', false],
  ['http://p.test:/', true],
  ['http://[::1]:9090/', true],
  ['http://[::1/', false],
  ['http://user:pw@p.test/', true],
  ['http://', true],
  ['http://zürich.test/', true],
  ['mailto:x', true],
  ['x:y', true],
  ['/relative', true],
  ['*', true],
  ['relative', false],
  [':x', false],
  ['é', false],
  ['/é\n', false],
])('isRequestUri(%j) is %j', (text, expected) => {
  expect(isRequestUri(text)).toBe(expected)
})
