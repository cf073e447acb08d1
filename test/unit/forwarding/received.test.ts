import { describe, expect, test } from 'vitest'
import { integrationToken } from '../../../shared/account/token.ts'
import { hopOf } from '../../../shared/forwarding/hop.ts'
import { signForward } from '../../../shared/forwarding/signature.ts'
import type { ForwardBody, ForwardedAlert } from '../../../shared/integrations/forward.ts'
import { bench, NOW, type Options, post, secrets, TOKEN } from '../ingest/setup.ts'

const arms: Options = { integration: { type: 'arms' } }
const seconds = NOW / 1000

const alert: ForwardedAlert = {
  labels: { alertname: 'Route changed' },
  annotations: {},
  startsAt: '2026-11-20T23:59:00.000Z',
  status: 'firing',
  origin: { account: 'branch', integration: 'default', rule: 'vpc-route-change' },
}
const body = (more: Partial<ForwardBody> = {}): string =>
  JSON.stringify({ v: 1, type: 'tocsin.forward', hops: ['branch~1'], alerts: [alert], ...more })

function signed(text: string, at = seconds, token = TOKEN): Record<string, string> {
  return {
    'webhook-id': 'f1',
    'webhook-timestamp': String(at),
    'webhook-signature': signForward(token, 'f1', at, text),
  }
}

async function send(text: string, headers: Record<string, string>, options = arms) {
  const { ingest, ...rest } = bench(options)
  const response = await ingest(post(text, { path: '', headers }))
  return { status: response.status, answer: JSON.parse(await response.text()), ...rest }
}

describe('a forward', () => {
  test('that is signed is taken, with where it came from and what it came through', async () => {
    const { status, answer, alerts } = await send(body(), signed(body()))
    expect([status, answer]).toEqual([202, { accepted: 1 }])
    expect(alerts()).toMatchObject([
      {
        account: 'acme',
        integration: 'prom',
        hops: ['branch~1'],
        alerts: [{ labels: alert.labels, origin: alert.origin }],
      },
    ])
    expect(alerts()[0]?.alerts[0]).not.toHaveProperty('endsAt')
  })

  const text = body()
  const good = signed(text)['webhook-signature'] ?? ''
  test.each<[string, Record<string, string>, string?]>([
    ['no signature', {}],
    ['an empty signature', { ...signed(text), 'webhook-signature': '' }],
    ['no id', { ...signed(text), 'webhook-id': '' }],
    ['another id', { ...signed(text), 'webhook-id': 'f2' }],
    ['no time', { ...signed(text), 'webhook-timestamp': '' }],
    ['a time that is no number', { ...signed(text), 'webhook-timestamp': '1e9' }],
    ['another time', { ...signed(text), 'webhook-timestamp': String(seconds + 1) }],
    ['six minutes ago', signed(text, seconds - 360)],
    ['in six minutes', signed(text, seconds + 360)],
    ['half a signature', { ...signed(text), 'webhook-signature': good.slice(0, good.length / 2) }],
    ['the prefix alone', { ...signed(text), 'webhook-signature': 'v1,' }],
    ['another version', { ...signed(text), 'webhook-signature': good.replace('v1,', 'v2,') }],
    ['base64 that is none', { ...signed(text), 'webhook-signature': 'v1,zz' }],
    ['the token of another integration', signed(text, seconds, integrationToken(secrets, 'acme', 'other', 0))],
    ['the body with another blank', signed(text), text.replace('{', '{ ')],
    ['the body with another hop', signed(text), text.replace('branch~1', 'branch~2')],
  ])('with %s: 401, nothing is taken', async (_title, headers, sentText = text) => {
    const { status, answer, alerts } = await send(sentText, headers)
    expect([status, answer.error.code, alerts()]).toEqual([401, 'invalid_signature', []])
  })

  test.each([
    ['four minutes ago', signed(text, seconds - 240)],
    ['in four minutes', signed(text, seconds + 240)],
    ['beside the signature of another key', { ...signed(text), 'webhook-signature': `v1,AAAA ${good}` }],
  ])('signed %s is taken', async (_title, headers) => {
    expect((await send(text, headers)).status).toBe(202)
  })

  test('that was here before is answered as taken, and goes no further', async () => {
    const looping = body({ hops: ['branch~1', hopOf(secrets, 'acme')] })
    const { status, answer, sent } = await send(looping, signed(looping))
    expect([status, answer, sent]).toEqual([202, { accepted: 0 }, []])
  })

  test('of an account that has our name in another installation is not taken for our own', async () => {
    const foreign = body({
      hops: ['acme~0000000000000000'],
      alerts: [{ ...alert, origin: { ...alert.origin, account: 'acme' } }],
    })
    const { answer, alerts } = await send(foreign, signed(foreign))
    expect(answer).toEqual({ accepted: 1 })
    // A forward cannot name an account of this installation as its origin: the origin is then the receiving
    // integration.
    expect(alerts()[0]?.alerts[0]).not.toHaveProperty('origin')
  })

  test('with labels that look like an origin has the origin of its body', async () => {
    const labels = { alertname: 'x', _aliyun_arms_userid: 'forged', _tocsin_account: 'forged' }
    const forging = body({ alerts: [{ ...alert, labels }] })
    const { alerts } = await send(forging, signed(forging))
    expect(alerts()[0]?.alerts[0]).toMatchObject({ origin: alert.origin })
    expect(alerts()[0]?.alerts[0]?.labels).not.toHaveProperty('_tocsin_account')
  })

  test('is not taken by another kind of integration', async () => {
    for (const type of ['alertmanager', 'prometheus', 'cloudtrail']) {
      const { status, alerts } = await send(body(), signed(body()), { integration: { type } })
      expect([type, status]).toEqual([type, type === 'alertmanager' ? 202 : 400])
      for (const { hops, alerts: taken } of alerts()) expect([hops, taken[0]?.origin]).toEqual([undefined, undefined])
    }
  })
})
