import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SendDeps } from '../../../../shared/channel/send.ts'
import { signWebhook } from '../../../../shared/channels/http/signature.ts'
import { webhookBody } from '../../../../shared/channels/webhook/body.ts'
import { sendWebhook } from '../../../../shared/channels/webhook/send.ts'
import type { Notification, NotifiedAlert } from '../../../../shared/delivery/delivery.ts'
import type { OutboundRequest, OutboundResult } from '../../../../shared/outbound/request.ts'
import { createSecretBox } from '../../../../shared/secret/seal.ts'

const NOW = Date.UTC(2026, 0, 14, 8, 4, 30, 123)
const OK: OutboundResult = { kind: 'answer', status: 200, headers: {}, body: '' }

function wire(result: OutboundResult = OK): { sent: OutboundRequest[]; by: SendDeps } {
  const sent: OutboundRequest[] = []
  const request = async (asked: OutboundRequest): Promise<OutboundResult> => {
    sent.push(asked)
    return result
  }
  const clock = { now: () => NOW, elapsed: () => 0, after: () => () => undefined }
  const secrets = createSecretBox(Buffer.alloc(32), (size) => Buffer.alloc(size))
  return { sent, by: { clock, chance: () => 0.5, publicUrl: 'https://tocsin.example.com/', request, secrets } }
}

const alert = (more: Partial<NotifiedAlert> = {}): NotifiedAlert => ({
  fingerprint: '8f1c6a0b2f3d4e5a',
  labels: { severity: 'critical', alertname: 'HostDown', instance: 'a' },
  annotations: { summary: 'down' },
  startsAt: NOW - 300_000,
  ...more,
})

const notification = (more: Partial<Notification> = {}): Notification => ({
  receiver: 'hub',
  groupKey: '{}:{alertname="HostDown"}',
  groupLabels: { alertname: 'HostDown' },
  reason: 'first',
  alerts: [alert()],
  truncated: 0,
  ...more,
})

const what = (more: Partial<Notification> = {}) => ({
  id: 'group-delivery',
  account: 'default',
  notification: notification(more),
  giveUpAt: NOW + 5_000,
  begunAt: NOW,
})

interface Body {
  status: string
  alerts: { status: string; endsAt: string; labels: Record<string, string> }[]
  commonLabels: object
  commonAnnotations: object
  truncatedAlerts: number
  notification_reason: string
  receiver: string
}
const bodyOf = (more: Partial<Notification>, maxAlerts?: number) =>
  JSON.parse(JSON.stringify(webhookBody(notification(more), 'https://t.example.com', maxAlerts))) as Body

/** Facts from prometheus/alertmanager notify/webhook and template, Apache-2.0. */
describe('the body', () => {
  test("is Alertmanager's, field by field and in its order", () => {
    const text = JSON.stringify(webhookBody(notification(), 'https://tocsin.example.com/'), undefined, 1)
    expect(text.replace(/\n\s*/g, ' ')).toBe(
      [
        '{ "receiver": "hub", "status": "firing", "alerts": [ { "status": "firing",',
        '"labels": { "alertname": "HostDown", "instance": "a", "severity": "critical" },',
        '"annotations": { "summary": "down" }, "startsAt": "2026-01-14T07:59:30.123Z",',
        '"endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": "8f1c6a0b2f3d4e5a" } ],',
        '"groupLabels": { "alertname": "HostDown" },',
        '"commonLabels": { "alertname": "HostDown", "instance": "a", "severity": "critical" },',
        '"commonAnnotations": { "summary": "down" }, "routeLabels": {}, "externalURL": "https://tocsin.example.com",',
        '"version": "4", "groupKey": "{}:{alertname=\\"HostDown\\"}", "truncatedAlerts": 0,',
        '"notification_reason": "first notification" }',
      ].join(' '),
    )
  })

  test('is resolved only when nothing fires', () => {
    const resolved = alert({ endsAt: NOW, labels: { alertname: 'HostDown', instance: 'b' } })
    expect(bodyOf({ alerts: [resolved], reason: 'all-resolved' })).toMatchObject({
      status: 'resolved',
      alerts: [{ status: 'resolved', endsAt: '2026-01-14T08:04:30.123Z' }],
      notification_reason: 'all alerts resolved',
    })
    expect(bodyOf({ alerts: [resolved, alert()] })).toMatchObject({
      status: 'firing',
      commonLabels: { alertname: 'HostDown' },
    })
  })

  test('still fires when the alerts that fire are the ones that were cut off', () => {
    const resolved = alert({ endsAt: NOW })
    expect(bodyOf({ alerts: [resolved, alert()] }, 1)).toMatchObject({ status: 'firing', truncatedAlerts: 1 })
    expect(bodyOf({ alerts: [resolved], truncated: 3, reason: 'repeat' })).toMatchObject({ status: 'firing' })
  })

  test('counts what the cap and maxAlerts left out, and sums up what it shows', () => {
    const alerts = ['a', 'b', 'c'].map((instance) => alert({ labels: { alertname: 'HostDown', instance } }))
    const body = bodyOf({ alerts, truncated: 4 }, 1)
    expect(body.alerts).toHaveLength(1)
    expect(body.truncatedAlerts).toBe(6)
    expect(body.commonLabels).toEqual({ alertname: 'HostDown', instance: 'a' })
    expect(bodyOf({ alerts }, 0).alerts).toHaveLength(3)
  })

  test('has the labels of the route, by name', () => {
    const labels = { team: 'db', app: 'shop' }
    expect(JSON.stringify(bodyOf({ routeLabels: labels }))).toContain('"routeLabels":{"app":"shop","team":"db"}')
  })

  test.each([
    ['team X-pager', 'team X-pager'],
    ['team.X', 'team\\.X'],
    ['a+b(c)[d]{e}^$|*?\\', 'a\\+b\\(c\\)\\[d\\]\\{e\\}\\^\\$\\|\\*\\?\\\\'],
  ])('quotes the receiver %s as Go does', (receiver, quoted) => {
    expect(bodyOf({ receiver }).receiver).toBe(quoted)
  })

  test.each([
    ['new-alerts', 'new alerts added'],
    ['some-resolved', 'some alerts resolved'],
    ['claim', 'claimed by a person'],
    ['repeat', 'repeat interval elapsed'],
    ['replay', 'replay requested'],
  ] as const)('gives the reason %s as "%s"', (reason, words) => {
    expect(bodyOf({ reason }).notification_reason).toBe(words)
  })

  test('carries labels with any name', () => {
    const labels = JSON.parse('{"__proto__":"p","constructor":"c","a\\"b":"\\n"}')
    const body = webhookBody(notification({ alerts: [alert({ labels })] }), '') as { alerts: { labels: object }[] }
    expect(JSON.stringify(body.alerts[0]?.labels)).toBe('{"__proto__":"p","a\\"b":"\\n","constructor":"c"}')
    expect(JSON.stringify(body)).toContain('"commonLabels":{"__proto__":"p"')
  })

  const data = process.env.TOCSIN_TEST_DATA
  test.skipIf(data === undefined).each([0, 1, 2, 3, 4])('has the shape of a captured one (%i)', (index) => {
    const { body } = JSON.parse(readFileSync(join(data!, 'fixtures', `webhook-${index}.json`), 'utf8'))
    const alerts = body.alerts.map((shown: Record<string, string> & { labels: object; annotations: object }) => ({
      ...shown,
      startsAt: Date.parse(shown.startsAt!),
      endsAt: shown.status === 'firing' ? undefined : Date.parse(shown.endsAt!),
    }))
    const { receiver, groupKey, groupLabels } = body
    const ours = webhookBody(
      { receiver, groupKey, groupLabels, reason: 'first', alerts, truncated: 0 },
      body.externalURL,
    )
    // Go leaves trailing zeros of a second's fraction out.
    const text = JSON.stringify(ours).replace(/(\.\d*?)0+Z"/g, (_, digits) => `${digits === '.' ? '' : digits}Z"`)
    const { notification_reason, routeLabels, ...rest } = JSON.parse(text)
    expect(JSON.stringify(rest)).toBe(JSON.stringify(body))
    expect([notification_reason, routeLabels]).toEqual(['first notification', {}])
  })
})

describe('the request', () => {
  test('is a signed POST whose id is the delivery', async () => {
    const { sent, by } = wire()
    const url = 'https://hooks.example.com/t0ken'
    expect(await sendWebhook({ url, secret: 'whsec_c2VjcmV0' }, what(), by)).toEqual({ kind: 'arrived', at: NOW })
    const seconds = Math.floor(NOW / 1000)
    expect(sent).toEqual([
      {
        url,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': expect.stringMatching(/^Tocsin\/\d+\.\d+\.\d+$/),
          'webhook-id': 'group-delivery',
          'webhook-timestamp': String(seconds),
          'webhook-signature': signWebhook('whsec_c2VjcmV0', 'group-delivery', seconds, sent[0]!.body),
        },
        body: JSON.stringify(webhookBody(notification(), by.publicUrl)),
        giveUpAt: NOW + 5_000,
      },
    ])
  })

  test('is in the words of a content template', async () => {
    const { sent, by } = wire()
    await sendWebhook({ url: 'https://h.example.com' }, { ...what(), rendered: { content: '{"project":"p"}' } }, by)
    expect(sent[0]?.body).toBe('{"project":"p"}')
  })

  test('says why no content template was used', async () => {
    const { sent, by } = wire()
    const note = 'template short could not be used'
    await sendWebhook({ url: 'https://h.example.com' }, { ...what(), note }, by)
    expect(JSON.parse(sent[0]!.body)).toEqual({ ...webhookBody(notification(), by.publicUrl), note })
  })

  test('is not signed without a secret', async () => {
    const { sent, by } = wire()
    await sendWebhook({ url: 'https://h.example.com' }, what(), by)
    expect(sent[0]?.headers).not.toHaveProperty('webhook-signature')
  })

  test.each([
    [{ basicAuth: { username: 'u', password: 'p:é' } }, `Basic ${Buffer.from('u:p:é').toString('base64')}`],
    [{ authorization: { type: 'Bearer', credentials: 'abc' } }, 'Bearer abc'],
  ])('carries credentials %#', async (settings, header) => {
    const { sent, by } = wire()
    await sendWebhook({ url: 'https://h.example.com', headers: { 'X-Team': 'sre' }, ...settings }, what(), by)
    expect(sent[0]?.headers).toMatchObject({ authorization: header, 'X-Team': 'sre' })
  })

  test.each<OutboundResult>([
    { kind: 'answer', status: 404, headers: {}, body: 'no t0ken' },
    { kind: 'answer', status: 503, headers: { 'retry-after': '5' }, body: 't0ken' },
  ])('tells of a failure only the host and the status', async (result) => {
    const { by } = wire(result)
    const settings = { url: 'https://hooks.example.com/t0ken?key=t0ken', secret: 't0ken' }
    const outcome = await sendWebhook(settings, what(), by)
    expect(JSON.stringify(outcome)).not.toContain('t0ken')
    expect(outcome).toMatchObject({ detail: expect.stringContaining('hooks.example.com') })
  })
})
