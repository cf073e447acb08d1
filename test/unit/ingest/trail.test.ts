import { describe, expect, test } from 'vitest'
import { bench, NOW } from './setup.ts'

const cloudtrail = { integration: { type: 'cloudtrail' } } as const
const record = (n: number, more: object = {}) => ({ eventID: `e${n}`, eventTime: '2026-11-20T21:00:00Z', ...more })
const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const event = (n: number) => ({ 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.ec2', detail: record(n) })

describe("what this account's own trail has", () => {
  test.each([
    ['a file', { Records: [record(1), record(2)] }],
    ['events', [event(1), event(2)]],
  ])('%s: goes to the rules as if it had been posted', async (_what, body) => {
    const here = bench(cloudtrail)
    expect(await here.trail.take(bytes(body))).toBe(true)
    expect(here.records()).toMatchObject([{ account: 'acme', integration: 'prom', receivedAt: NOW }])
    expect(here.records()[0]?.records.map(({ id }) => id)).toEqual(['e1', 'e2'])
  })

  test('taken twice, has the same records, which are known by their ids', async () => {
    const here = bench(cloudtrail)
    for (let time = 1; time <= 2; time++) expect(await here.trail.take(bytes({ Records: [record(1)] }))).toBe(true)
    const [first, second] = here.records()
    expect(second).toEqual(first)
  })

  test('is refused in part or whole as a post is, and then kept by nobody else', async () => {
    const here = bench(cloudtrail)
    expect(await here.trail.take(bytes({ Records: [record(1), { no: 'id' }] }))).toBe(true)
    expect(await here.trail.take(Buffer.from('not JSON'))).toBe(true)
    expect(await here.trail.refuse('a.json.gz is not a whole gzip stream')).toBe(true)
    expect(here.records()).toHaveLength(1)
    expect(here.refused().map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^\[1\] /),
      expect.stringContaining('invalid character'),
      'a.json.gz is not a whole gzip stream',
    ])
  })

  test('of a paused integration is refused', async () => {
    const here = bench({ integration: { type: 'cloudtrail', paused: true } })
    expect(await here.trail.take(bytes({ Records: [record(1)] }))).toBe(true)
    expect([here.records(), here.refused().length]).toEqual([[], 1])
  })

  test('comes again when the queue does not take it', async () => {
    const here = bench({ ...cloudtrail, send: async (messages) => ({ failed: messages.map((_, index) => index) }) })
    expect(await here.trail.take(bytes({ Records: [record(1)] }))).toBe(false)
  })

  test.each<[what: string, options: Parameters<typeof bench>[0]]>([
    ['an integration that is not there', { ...cloudtrail, trail: 'gone' }],
    ['an integration that takes no records', { integration: { type: 'prometheus' } }],
    ['a table that is away', { ...cloudtrail, current: () => Promise.reject(new Error('away')) }],
  ])('comes again because of %s: nothing is lost meanwhile', async (_what, options) => {
    const here = bench(options)
    await expect(here.trail.take(bytes({ Records: [record(1)] }))).rejects.toThrow()
    expect(here.sent).toEqual([])
  })
})
