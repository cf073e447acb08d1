import { HTTP, type CloudEvent as SdkEvent } from 'cloudevents'
import { describe, expect, test } from 'vitest'
import type { SendDeps } from '../../../../shared/channel/send.ts'
import { encodeCloudEvents } from '../../../../shared/channels/cloudevents/binding.ts'
import type { CloudEventsMode, CloudEventsSettings } from '../../../../shared/channels/cloudevents/kind.ts'
import { sendCloudEvent } from '../../../../shared/channels/cloudevents/send.ts'
import { cloudEvent } from '../../../../shared/channels/events/event.ts'
import { signWebhook } from '../../../../shared/channels/http/signature.ts'
import type { LifecycleType, Notification } from '../../../../shared/delivery/delivery.ts'
import type { OutboundRequest, OutboundResult } from '../../../../shared/outbound/request.ts'
import { createSecretBox } from '../../../../shared/secret/seal.ts'
import { BUS, firing, moment, OPTIONS, PUBLIC_URL, PUBLISHED, read, told } from '../events/story.ts'

const OK: OutboundResult = { kind: 'answer', status: 202, headers: {}, body: '' }
const URL = 'https://bus.example.com/t0ken'
const MODES: CloudEventsMode[] = ['structured', 'binary', 'batch']
const TYPES: LifecycleType[] = ['create', 'claim', 'comment', 'close']

async function send(
  settings: Partial<CloudEventsSettings> = {},
  notification: Notification = told(moment('create')),
  result: OutboundResult = OK,
) {
  const sent: OutboundRequest[] = []
  const by: SendDeps = {
    clock: { now: () => PUBLISHED, elapsed: () => 0, after: () => () => undefined },
    chance: () => 0.5,
    publicUrl: PUBLIC_URL,
    secrets: createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size)),
    request: async (asked) => {
      sent.push(asked)
      return result
    },
  }
  const what = { id: 'group-delivery', account: 'acme', notification, giveUpAt: PUBLISHED + 5_000, begunAt: PUBLISHED }
  const outcome = await sendCloudEvent({ ...BUS, url: URL, mode: 'structured', ...settings }, what, by)
  return { sent, outcome }
}

/** A request as the CloudEvents library reads it; of a list the only event. */
function understood({ headers, body }: OutboundRequest): SdkEvent<unknown> {
  const read = HTTP.toEvent({ headers, body })
  if (!Array.isArray(read)) return read as SdkEvent<unknown>
  expect(read).toHaveLength(1)
  return read[0] as SdkEvent<unknown>
}

describe('the request', () => {
  test('is a signed POST whose id is the delivery', async () => {
    const { sent, outcome } = await send({ secret: 's3cret', authorization: { type: 'Bearer', credentials: 'abc' } })
    expect(outcome).toEqual({ kind: 'arrived', at: PUBLISHED })
    const seconds = Math.floor(PUBLISHED / 1000)
    expect(sent).toEqual([
      {
        url: URL,
        method: 'POST',
        headers: {
          authorization: 'Bearer abc',
          'content-type': 'application/cloudevents+json',
          'user-agent': expect.stringMatching(/^Tocsin\//),
          'webhook-id': 'group-delivery',
          'webhook-timestamp': String(seconds),
          'webhook-signature': signWebhook('s3cret', 'group-delivery', seconds, sent[0]!.body),
        },
        body: JSON.stringify(read(told(moment('create')))),
        giveUpAt: PUBLISHED + 5_000,
      },
    ])
  })

  test('in batch mode is a list of one', async () => {
    const { sent } = await send({ mode: 'batch' })
    expect(sent[0]?.headers['content-type']).toBe('application/cloudevents-batch+json')
    expect(JSON.parse(sent[0]!.body)).toEqual([read(told(moment('create')))])
  })

  test('in binary mode has the data for its body and the attributes for headers', async () => {
    const { sent } = await send({ mode: 'binary' })
    const { data, datacontenttype, ...attributes } = read(told(moment('create')))
    const { headers, body } = sent[0]!
    expect(JSON.parse(body)).toEqual(data)
    const expected = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value])
    expect(headers).toMatchObject({ ...Object.fromEntries(expected), 'content-type': datacontenttype })
    expect(Object.keys(headers).filter((name) => name.startsWith('ce-'))).toHaveLength(expected.length)
  })

  test('in binary mode writes what a header cannot hold as the binding says', () => {
    const event = cloudEvent(told(moment('create')), BUS, OPTIONS)
    const [encoded] = encodeCloudEvents([{ ...event, subject: 'Euro € "😀" 100%\r\n~!' }], 'binary')
    expect(encoded?.headers['ce-subject']).toBe('Euro%20%E2%82%AC%20%22%F0%9F%98%80%22%20100%25%0D%0A~!')
  })

  test.each(MODES.flatMap((mode) => TYPES.map((type) => [mode, type] as const)))(
    'in %s mode is a %s event to the CloudEvents library',
    async (mode, type) => {
      const notification = told(moment(type))
      const { sent } = await send({ mode }, notification)
      const event = understood(sent[0]!)
      expect(event.validate()).toBe(true)
      // The library adds a time to an event without time.
      const { time: _time, ...rest } = JSON.parse(JSON.stringify(event))
      expect(rest).toEqual(read(notification))
    },
  )
})

describe('what a bus answers', () => {
  test.each<[OutboundResult, object]>([
    [{ ...OK, status: 200 }, { kind: 'arrived' }],
    [{ ...OK, status: 204 }, { kind: 'arrived' }],
    [
      { ...OK, status: 400, body: 't0ken' },
      { kind: 'dead', reason: 'clientError' },
    ],
    [
      { ...OK, status: 401 },
      { kind: 'dead', reason: 'authError' },
    ],
    [
      { ...OK, status: 410 },
      { kind: 'dead', reason: 'gone' },
    ],
    [
      { ...OK, status: 429, headers: { 'retry-after': '7' } },
      { kind: 'refused', retryAfterMs: 7_000 },
    ],
    [
      { ...OK, status: 503 },
      { kind: 'refused', reason: 'serverError' },
    ],
    [{ kind: 'unknown', reason: 'timeout', detail: 'no answer in time' }, { kind: 'ambiguous' }],
    [
      { kind: 'unsent', reason: 'forbiddenTarget', detail: 'private' },
      { kind: 'dead', reason: 'forbiddenTarget' },
    ],
  ])('%j', async (result, outcome) => {
    const { outcome: got } = await send({ secret: 's3cret' }, undefined, result)
    expect(got).toMatchObject(outcome)
    expect(JSON.stringify(got)).not.toMatch(/t0ken|s3cret/)
  })
})

describe('an event that is too large for a bus', () => {
  const many = Array.from({ length: 300 }, (_, index) =>
    firing({ labels: { alertname: 'DiskFull', host: `db-${index}`, severity: index === 299 ? 'critical' : 'info' } }),
  )

  test('shows as many alerts as 64 KiB hold, counts the others and still knows the worst', async () => {
    const { sent } = await send({}, told(moment('create'), many, 2))
    const { data } = JSON.parse(sent[0]!.body).data
    expect(Buffer.byteLength(sent[0]!.body)).toBeLessThanOrEqual(64 * 1024)
    expect(Buffer.byteLength(sent[0]!.body)).toBeGreaterThan(63 * 1024)
    expect(data.alerts.length + data.truncatedAlerts).toBe(302)
    expect(data).toMatchObject({ status: 'firing', level: 'P1' })
    expect(data.commonLabels).toMatchObject({ alertname: 'DiskFull', severity: 'info' })
  })

  test('is sent without alerts when not one of them fits', async () => {
    const huge = firing({ annotations: { message: 'x'.repeat(70_000) } })
    const { sent } = await send({}, told(moment('create'), [huge]))
    expect(JSON.parse(sent[0]!.body).data.data).toMatchObject({ alerts: [], truncatedAlerts: 1, commonLabels: {} })
  })
})

test('a bus is sent no notification', async () => {
  const { event: _event, ...notification } = told(moment('create'))
  const { sent, outcome } = await send({}, { ...notification, reason: 'first' })
  expect(sent).toEqual([])
  expect(outcome).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
})
