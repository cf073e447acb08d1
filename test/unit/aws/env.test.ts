import { afterEach, describe, expect, test, vi } from 'vitest'
import { env, listOf, optionalEnv, role } from '../../../infra/aws/env.ts'
import { tableFailuresLogged } from '../../../infra/aws/failures-logged.ts'
import { logMetrics } from '../../../infra/aws/metrics.ts'
import { systemClock } from '../../../infra/clock.ts'
import type { Version } from '../../../shared/table/version.ts'
import { memoryTable } from '../../sim/table.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('environment of a function', () => {
  test.each([undefined, ''])('a missing variable (%j) ends the start by its name', (value) => {
    vi.stubEnv('TABLE_NAME', value)
    expect(() => env('TABLE_NAME')).toThrow('the environment variable TABLE_NAME is not set')
    expect(optionalEnv('TABLE_NAME')).toBeUndefined()
  })

  test('a list is by comma or space', () => {
    expect(listOf(' 127.0.0.1:80, 10.0.0.0/8  ::1,')).toEqual(['127.0.0.1:80', '10.0.0.0/8', '::1'])
    expect(listOf(undefined)).toEqual([])
  })
})

describe('the role of a function', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 's3cret' }
  const more = { AWS_SESSION_TOKEN: 'token', AWS_ENDPOINT_URL_EVENTBRIDGE: 'https://vpce.example' }

  test.each<[Record<string, string>, object | undefined]>([
    [{}, undefined],
    [{ AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' }, undefined],
    [keys, { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 's3cret', endpoints: {} }],
    [
      { ...keys, ...more },
      {
        accessKeyId: 'AKIAEXAMPLE',
        secretAccessKey: 's3cret',
        sessionToken: 'token',
        endpoints: { events: 'https://vpce.example' },
      },
    ],
  ])('is what Lambda says: %j', (environment, expected) => {
    for (const name of Object.keys({ ...keys, ...more })) vi.stubEnv(name, environment[name] ?? '')
    expect(role()).toEqual(expected)
  })
})

test('what one invocation counted is written once', () => {
  const lines: unknown[] = []
  const metrics = logMetrics((counted) => lines.push(counted))
  metrics.add('tocsin_sweep_wakes_total', { channel: 'ops' })
  metrics.add('tocsin_sweep_wakes_total', { channel: 'ops' }, 2)
  metrics.set('tocsin_queue_messages', {}, 4)
  metrics.observe('alertmanager_notification_latency_seconds', { integration: 'webhook' }, 2)
  metrics.observe('alertmanager_notification_latency_seconds', { integration: 'webhook' }, 3)
  metrics.flush()
  metrics.flush()
  expect(lines).toEqual([
    [
      { name: 'tocsin_sweep_wakes_total', labels: { channel: 'ops' }, value: 3 },
      { name: 'tocsin_queue_messages', labels: {}, value: 4 },
      { name: 'alertmanager_notification_latency_seconds_sum', labels: { integration: 'webhook' }, value: 5 },
      { name: 'alertmanager_notification_latency_seconds_count', labels: { integration: 'webhook' }, value: 2 },
    ],
  ])
})

describe('a port whose failures are logged', () => {
  test('answers and throws as it did before, and says what the service said', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line))
    const key = { partition: 'a', sort: 'b' }
    const item = { ...key, body: '{}', version: '1.a' as Version }
    const port = tableFailuresLogged({
      ...memoryTable(systemClock),
      wholeBytes: 7,
      get: async () => item,
      put: async () => Promise.reject(new Error('not authorized to perform: dynamodb:PutItem')),
    })
    expect([await port.get(key), port.wholeBytes]).toEqual([item, 7])
    await expect(port.put(item, 'absent')).rejects.toThrow('not authorized')
    vi.restoreAllMocks()
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 'error', message: 'table: put failed', error: expect.stringContaining('dynamodb:PutItem') },
    ])
  })
})
