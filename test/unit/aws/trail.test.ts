import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ObjectAddress, ReadObject } from '../../../infra/aws/object.ts'
import { trailHandler } from '../../../infra/aws/trail.ts'
import { httpAndTrail, trailOf } from '../../../infra/aws/trail-source.ts'
import { isGzip } from '../../../shared/base/gzip.ts'
import { context, httpEvent, sqsEvent } from '../../fakes/lambda-events.ts'

const KEY = 'AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/21/123456789012_CloudTrail_eu-west-1_x.json.gz'
const notification = (...keys: string[]) =>
  JSON.stringify({
    Records: keys.map((key) => ({ eventSource: 'aws:s3', s3: { bucket: { name: 'b' }, object: { key } } })),
  })

beforeEach(() => {
  vi.spyOn(console, 'log').mockReturnValue()
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** The queue's handler over files by key, with the bodies that the intake got, and the refusals. */
function source(files: Record<string, ReadObject | Error> = {}, takes = (_text: string) => true) {
  const taken: string[] = []
  const refused: string[] = []
  const read: string[] = []
  const named: (string | undefined)[] = []
  const intake = {
    async take(body: Uint8Array, file?: string) {
      const text = Buffer.from(isGzip(body) ? gunzipSync(body) : body).toString()
      if (takes(text)) taken.push(text)
      named.push(file)
      return takes(text)
    },
    async refuse(message: string) {
      refused.push(message)
      return true
    },
  }
  const handle = trailHandler({
    intake,
    async read({ bucket, key }: ObjectAddress) {
      read.push(`${bucket}/${key}`)
      const file = files[key]
      if (file instanceof Error) throw file
      return file ?? 'gone'
    },
  })
  const get = async (...bodies: string[]) =>
    (await handle(bodies.map((body, index) => ({ id: `m${index}`, body, receives: 1, sentAt: 0 })))).failed
  return { taken, refused, read, named, get }
}

const file = (...ids: string[]) => gzipSync(JSON.stringify({ Records: ids.map((eventID) => ({ eventID })) }))

describe('files of a trail', () => {
  test('are read and taken, zipped or not', async () => {
    const other = KEY.replace('_x', '_y')
    const here = source({ [KEY]: file('e1'), [other]: gunzipSync(file('e2')) })
    expect(await here.get(notification(KEY), notification(other))).toEqual([])
    expect(here.taken).toEqual(['{"Records":[{"eventID":"e1"}]}', '{"Records":[{"eventID":"e2"}]}'])
  })

  test('have names as a form writes them', async () => {
    const here = source()
    await here.get(notification(`a+b%2Bc/${KEY}`), notification(`%zz/${KEY}`))
    expect(here.read).toEqual([`b/a b+c/${KEY}`, `b/%zz/${KEY}`])
  })

  test.each([
    ['digests', KEY.replace('/CloudTrail/', '/CloudTrail-Digest/')],
    ['what Insights found', KEY.replace('/CloudTrail/', '/CloudTrail-Insight/')],
    ['what is not zipped', KEY.replace('.gz', '')],
    ['what lies elsewhere', 'CloudTrail/a.json.gz'],
  ])('are not %s', async (_what, key) => {
    const here = source({ [key]: file('e1') })
    expect(await here.get(notification(key))).toEqual([])
    expect([here.read, here.taken]).toEqual([[], []])
  })

  test('that are gone are let go, that cannot be read now come again', async () => {
    const here = source({ [KEY]: new Error('s3:GetObject: 403 AccessDenied') })
    expect(await here.get(notification(KEY.replace('_x', '_gone')), notification(KEY))).toEqual(['m1'])
  })

  test('reach the intake as they are stored, with their names for its reasons', async () => {
    const other = KEY.replace('_x', '_y')
    const here = source({ [KEY]: file('e1'), [other]: file('e2') })
    expect(await here.get(notification(KEY, other), JSON.stringify({ 'detail-type': 'x' }))).toEqual([])
    expect(here.named).toEqual([KEY, other, undefined])
  })

  test('that are too large are refused, and not tried again', async () => {
    const here = source({ [KEY]: 'too-large' })
    expect(await here.get(notification(KEY))).toEqual([])
    expect(here.refused).toEqual([expect.stringContaining('is larger than 67108864 bytes')])
  })

  test('that are not taken whole come again whole', async () => {
    const here = source({ [KEY]: file('e1') }, () => false)
    expect(await here.get(notification(KEY))).toEqual(['m0'])
  })

  test("S3's own test is nothing", async () => {
    const here = source()
    expect(await here.get(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' }))).toEqual([])
    expect(here.taken).toEqual([])
  })
})

describe('events of a trail', () => {
  const event = (n: number) =>
    JSON.stringify({ 'detail-type': 'AWS API Call via CloudTrail', detail: { eventID: `e${n}` } })

  test('of one batch are taken as one body', async () => {
    const here = source()
    expect(await here.get(event(1), event(2))).toEqual([])
    expect(here.taken).toEqual([`[${event(1)},${event(2)}]`])
  })

  test('that the queue did not take come again, and files of the batch do not', async () => {
    const here = source({ [KEY]: file('e1') }, (text) => text.startsWith('{"Records"'))
    expect(await here.get(event(1), notification(KEY), event(2))).toEqual(['m0', 'm2'])
    expect(here.taken).toHaveLength(1)
  })

  test('what is neither is taken as it is, to be refused with its reason', async () => {
    const here = source()
    expect(await here.get('not JSON', event(1), '{"Records":[{"s3":{}}]}')).toEqual([])
    expect(here.taken).toEqual(['not JSON', `[${event(1)},{"Records":[{"s3":{}}]}]`])
  })
})

describe('the function', () => {
  const ok = async () => new Response('ok')
  const PLACE = { server: 'api', publicUrl: 'https://tocsin.example' } as const

  test('answers the gateway as before, with and without a trail', async () => {
    const take = async () => true
    for (const trail of [undefined, { intake: { take, refuse: take }, read: async () => 'gone' as const }]) {
      expect(await httpAndTrail(ok, PLACE, trail)(httpEvent(), context)).toMatchObject({ statusCode: 200, body: 'ok' })
    }
  })

  test('works on the queue where there is a trail, and fails where there should be none', async () => {
    const took: string[] = []
    const intake = {
      take: async (body: Uint8Array) => took.push(Buffer.from(body).toString()) > 0,
      refuse: async () => true,
    }
    const event = sqsEvent([{ id: 'a', body: '{}' }])
    const trail = { intake, read: async () => 'gone' as const }
    expect(await httpAndTrail(ok, PLACE, trail)(event, context)).toEqual({ batchItemFailures: [] })
    expect(took).toEqual(['[{}]'])
    await expect(httpAndTrail(ok, PLACE, undefined)(event, context)).rejects.toThrow('no queue')
  })

  test.each(['ops', 'ops/', '/trail', 'a/b/c'])('does not start with a trail of nobody: %j', (named) => {
    expect(() => trailOf(named, () => ({}) as never)).toThrow('TOCSIN_TRAIL_INTEGRATION has to be account/integration')
    expect(trailOf(undefined, () => ({}) as never)).toBeUndefined()
  })
})
