import { afterEach, describe, expect, test, vi } from 'vitest'
import { env, envKey, optionalEnv } from '../../../infra/aws/env.ts'
import { logMetrics } from '../../../infra/aws/metrics.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('environment of a function', () => {
  test.each([undefined, ''])('a missing variable (%j) ends the start by its name', (value) => {
    vi.stubEnv('TABLE_NAME', value)
    expect(() => env('TABLE_NAME')).toThrow('the environment variable TABLE_NAME is not set')
    expect(optionalEnv('TABLE_NAME')).toBeUndefined()
  })

  test.each([
    ['standard', Buffer.alloc(32, 255).toString('base64')],
    ['URL alphabet', Buffer.alloc(32, 255).toString('base64url')],
  ])('a key in base64 (%s)', (_what, text) => {
    vi.stubEnv('SECRETS_KEY', text)
    expect(envKey('SECRETS_KEY')).toEqual(Buffer.alloc(32, 255))
  })

  test('a key that is none is refused and not shown', () => {
    vi.stubEnv('SECRETS_KEY', 'hunter2')
    expect(() => envKey('SECRETS_KEY')).toThrow(/SECRETS_KEY has to be 32 bytes/)
    expect(() => envKey('SECRETS_KEY')).not.toThrow(/hunter2/)
  })
})

test('what one invocation counted is written once', () => {
  const lines: unknown[] = []
  const metrics = logMetrics((counted) => lines.push(counted))
  metrics.add('sent', { channel: 'ops' })
  metrics.add('sent', { channel: 'ops' }, 2)
  metrics.set('open', {}, 4)
  metrics.flush()
  metrics.flush()
  expect(lines).toEqual([
    [
      { name: 'sent', labels: { channel: 'ops' }, value: 3 },
      { name: 'open', labels: {}, value: 4 },
    ],
  ])
})
