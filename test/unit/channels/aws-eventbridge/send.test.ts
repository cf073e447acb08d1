import { afterEach, describe, expect, test } from 'vitest'
import { awsOrigin } from '../../../../shared/aws/origin.ts'
import { type AwsEventBridgeSettings, awsEventBridgeKind } from '../../../../shared/channels/aws-eventbridge/kind.ts'
import { sendToAwsEventBridge } from '../../../../shared/channels/aws-eventbridge/send.ts'
import type { LifecycleType, Notification } from '../../../../shared/delivery/delivery.ts'
import type { OutboundRequest } from '../../../../shared/outbound/request.ts'
import { formOf } from '../../../../shared/settings/form.ts'
import { type AwsEvent, startAwsEventBridge } from '../../../fakes/aws-eventbridge.ts'
import type { Provider, ProviderBehaviour } from '../../../fakes/provider.ts'
import { clock, sendTo } from '../events/bus-send.ts'
import { firing, moment, OPENED, PUBLISHED, read, told } from '../events/story.ts'

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 's3cret' }
const TEMPORARY = { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 's3cret', sessionToken: 't0ken' }
const BUS = { region: 'eu-west-1', eventBus: 'on-call', ...KEYS }
const DEFAULTS = { source: 'arms', typePrefix: 'aliyun:arms:alarm', timeZone: 'UTC' }
const ARN = 'arn:aws:events:eu-west-1:123456789012:event-bus/on-call'

const problemsOf = (settings: unknown): string[] => {
  const parsed = awsEventBridgeKind.parse(settings)
  return parsed.ok ? [] : parsed.problems.map(({ path }) => path)
}

describe('settings of a bus of Amazon', () => {
  test('need a region and nothing else', () => {
    const settings = { region: 'eu-west-1', eventBus: 'default', timeZone: 'UTC' }
    expect(awsEventBridgeKind.parse({ region: 'eu-west-1' })).toEqual({ ok: true, settings })
  })

  test('take every field', () => {
    const settings = {
      region: 'us-gov-west-1',
      endpoint: 'https://vpce-1.events.us-gov-west-1.vpce.amazonaws.com',
      eventBus: ARN,
      ...TEMPORARY,
      tells: 'lifecycle',
      source: 'com.example/tocsin',
      typePrefix: 'alarm',
      timeZone: 'Asia/Shanghai',
      accountId: '123456789012',
      publishAddress: '2001:db8::7',
      links: true,
      timeoutMs: 500,
    }
    expect(awsEventBridgeKind.parse(settings)).toEqual({ ok: true, settings })
    expect(Object.keys(awsEventBridgeKind.fields).sort()).toEqual(Object.keys(settings).sort())
  })

  test.each<[unknown, string[]]>([
    [null, ['']],
    [{}, ['region']],
    [{ ...BUS, region: 'mars' }, ['region']],
    [{ ...BUS, region: 'eu-west-1.evil.example/' }, ['region']],
    [{ ...BUS, eventBus: '' }, ['eventBus']],
    [{ ...BUS, eventBus: 'a b' }, ['eventBus']],
    [{ ...BUS, eventBus: 'arn:aws:sqs:eu-west-1:123456789012:on-call' }, ['eventBus']],
    [{ ...BUS, secretAccessKey: undefined, accessKeyId: undefined, sessionToken: 'x\ny' }, ['sessionToken']],
    [{ region: 'eu-west-1', accessKeyId: KEYS.accessKeyId }, ['secretAccessKey']],
    [{ region: 'eu-west-1', secretAccessKey: 'x' }, ['accessKeyId']],
    [{ region: 'eu-west-1', sessionToken: 'x' }, ['sessionToken']],
    [{ region: 'eu-west-1', endpoint: 'https://bus.example' }, ['endpoint']],
    [{ ...BUS, accessKeyId: 'short' }, ['accessKeyId']],
    [{ ...BUS, secretAccessKey: '' }, ['secretAccessKey']],
    [{ ...BUS, endpoint: 'https://bus.example/path' }, ['endpoint']],
    [{ ...BUS, endpoint: 'http://events.eu-west-1.amazonaws.com' }, ['endpoint']],
    [{ ...BUS, source: 'aws.events' }, ['source']],
    [{ ...BUS, source: 'a b' }, ['source']],
    [{ ...BUS, url: 'https://bus.example/' }, ['url']],
  ])('%j is refused at its path', (settings, paths) => {
    expect(problemsOf(settings)).toEqual(paths)
  })

  test.each([
    ['eu-west-1', 'https://events.eu-west-1.amazonaws.com'],
    ['us-gov-west-1', 'https://events.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'https://events.cn-north-1.amazonaws.com.cn'],
  ])('%s is at %s', (region, url) => {
    expect(awsOrigin('events', region)).toBe(url)
  })

  test('keep secret what signs, for the region and the endpoint that it was given for', () => {
    const named = (which: 'secret' | 'address') =>
      formOf(awsEventBridgeKind.fields)
        .filter((field) => field[which])
        .map(({ name }) => name)
    expect([{}, { tells: 'alerts' }].map((given) => awsEventBridgeKind.lifecycle?.(given))).toEqual([true, false])
    expect(named('secret')).toEqual(['secretAccessKey', 'sessionToken'])
    expect(named('address')).toEqual(['region', 'endpoint'])
  })
})

let bus: Provider<AwsEvent>
afterEach(async () => await bus?.stop())

async function open(behaviour: ProviderBehaviour = {}): Promise<void> {
  const keyOf = (sessionToken?: string) => ({
    secretAccessKey: 's3cret',
    buses: ['on-call', 'gone'],
    ...(sessionToken === undefined ? {} : { sessionToken }),
  })
  const keys = { [KEYS.accessKeyId]: keyOf(), [TEMPORARY.accessKeyId]: keyOf('t0ken') }
  bus = await startAwsEventBridge({ clock, region: 'eu-west-1', keys, buses: ['on-call', 'default'], ...behaviour })
}

const settings = (more: Partial<AwsEventBridgeSettings> = {}): AwsEventBridgeSettings => ({
  ...BUS,
  ...DEFAULTS,
  timeZone: 'Asia/Shanghai',
  endpoint: bus.url,
  ...more,
})

const send = (more: Partial<AwsEventBridgeSettings> = {}, notification?: Notification) =>
  sendTo(sendToAwsEventBridge, settings(more), notification)

describe('an event', () => {
  test.each<LifecycleType>(['create', 'claim', 'comment', 'close'])(
    '%s has the CloudEvent for its detail',
    async (type) => {
      await open()
      const notification = told(moment(type))
      expect(await send({ accountId: '123456789012' }, notification)).toEqual({ kind: 'arrived', at: PUBLISHED })
      const detail = read(notification, {
        ...DEFAULTS,
        timeZone: 'Asia/Shanghai',
        eventBus: 'on-call',
        region: 'eu-west-1',
        accountId: '123456789012',
      })
      const time = Math.floor(moment(type).at / 1000)
      const detailType = `aliyun:arms:alarm:${type}`
      expect(bus.received).toEqual([
        { at: PUBLISHED, bus: 'on-call', source: 'arms', 'detail-type': detailType, time, detail },
      ])
    },
  )

  test.each<[string, Partial<AwsEventBridgeSettings>]>([
    ['by the ARN of its bus', { eventBus: ARN }],
    ['with temporary keys', TEMPORARY],
  ])('is taken %s', async (_how, more) => {
    await open()
    expect(await send(more)).toMatchObject({ kind: 'arrived' })
    expect(bus.received[0]).toMatchObject({
      bus: 'on-call',
      time: OPENED / 1000,
      detail: { aliyuneventbusname: 'on-call' },
    })
  })

  test('of many alerts is as large as the bus takes', async () => {
    await open()
    const many = Array.from({ length: 300 }, (_, index) => firing({ labels: { alertname: 'A', host: `db-${index}` } }))
    expect(await send({}, told(moment('create'), many))).toMatchObject({ kind: 'arrived' })
  })

  test('goes to AWS itself and over https when no endpoint is given', async () => {
    await open()
    const asked: OutboundRequest[] = []
    const request = async (sent: OutboundRequest) => {
      asked.push(sent)
      return { kind: 'answer' as const, status: 200, headers: {}, body: '{"FailedEntryCount":0}' }
    }
    const { endpoint: _endpoint, ...usual } = settings()
    await sendTo(sendToAwsEventBridge, usual, undefined, { request })
    const headers = { host: 'events.eu-west-1.amazonaws.com', 'x-amz-target': 'AWSEvents.PutEvents' }
    expect(asked).toMatchObject([{ url: 'https://events.eu-west-1.amazonaws.com/', secure: true, headers }])
  })
})

describe('a channel without keys', () => {
  const { accessKeyId: _id, secretAccessKey: _key, ...bare } = BUS
  const role = () => ({ ...TEMPORARY, endpoints: { events: bus.url } })

  test('is sent to with the role of the function', async () => {
    await open()
    const got = await sendTo(sendToAwsEventBridge, { ...bare, ...DEFAULTS }, undefined, { role })
    expect(got).toMatchObject({ kind: 'arrived' })
    expect(bus.received).toHaveLength(1)
  })

  test('may tell only what that role may', async () => {
    await open()
    const got = await sendTo(sendToAwsEventBridge, { ...bare, ...DEFAULTS, eventBus: 'default' }, undefined, { role })
    expect(got).toMatchObject({
      kind: 'refused',
      reason: 'authError',
      detail: '127.0.0.1: status 400 AccessDeniedException',
    })
  })

  test('is dead where no function has a role, and says why', async () => {
    await open()
    for (const more of [{}, { role: () => undefined }]) {
      const got = await sendTo(sendToAwsEventBridge, { ...bare, ...DEFAULTS }, undefined, more)
      expect(got).toMatchObject({
        kind: 'dead',
        reason: 'misconfigured',
        detail: expect.stringContaining('accessKeyId'),
      })
    }
    expect(bus.attempts).toEqual([])
  })

  test('and one with keys never uses the role', async () => {
    await open()
    const got = await sendTo(sendToAwsEventBridge, settings({ secretAccessKey: 'other' }), undefined, { role })
    expect(got).toMatchObject({ kind: 'refused', reason: 'authError' })
  })
})

describe('what the bus refuses', () => {
  test.each<[string, Partial<AwsEventBridgeSettings>, string]>([
    [
      'an unknown key',
      { accessKeyId: 'AKIAIOSFODNN7NOBODY1' },
      'refused authError: status 400 UnrecognizedClientException',
    ],
    ['another secret', { secretAccessKey: 'other' }, 'refused authError: status 400 InvalidSignatureException'],
    ['another token', { ...TEMPORARY, sessionToken: 'x' }, 'refused authError: status 400 UnrecognizedClientException'],
    ['another region', { region: 'eu-west-2' }, 'refused authError: status 400 InvalidSignatureException'],
    ['a bus that the key may not use', { eventBus: 'default' }, 'refused authError: status 400 AccessDeniedException'],
  ])('%s is told by its code, without a secret', async (_what, more, meaning) => {
    await open()
    const got = await send(more)
    const detail = got.kind === 'arrived' ? '' : got.detail.replace('127.0.0.1: ', '')
    expect(got.kind === 'arrived' ? got.kind : `${got.kind} ${got.reason}: ${detail}`).toBe(meaning)
    expect(bus.received).toEqual([])
    expect(JSON.stringify(got)).not.toMatch(/s3cret|t0ken|the text of/)
  })

  test.each([
    ['InternalFailure', 'refused', 'serverError'],
    ['ThrottlingException', 'refused', 'rateLimited'],
    ['NotAuthorizedForDetailTypeException', 'refused', 'authError'],
    ['MalformedDetail', 'dead', 'clientError'],
  ])('in an answer of 200 has not arrived: %s', async (code, kind, reason) => {
    await open({ failing: [[PUBLISHED + 1, code]] })
    expect(await send()).toMatchObject({ kind, reason })
    expect(bus.received).toEqual([])
  })

  test('for being busy is tried again', async () => {
    await open({ down: [[PUBLISHED + 1, 429]] })
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'rateLimited' })
  })

  test('for the time of day is tried again, and the clocks are named', async () => {
    await open({ aheadMs: -20 * 60_000 })
    const got = await send()
    expect(got).toMatchObject({ kind: 'refused', reason: 'authError' })
    expect(got).toMatchObject({ detail: expect.stringContaining('20 minutes apart') })
  })

  test('is not known of a bus that is not there: AWS takes the event and forgets it', async () => {
    await open()
    expect(await send({ eventBus: 'gone' })).toMatchObject({ kind: 'arrived' })
    expect(bus.received).toEqual([])
  })
})

test('a bus is sent no notification', async () => {
  await open()
  const { event: _event, ...notification } = told(moment('create'))
  expect(await send({}, notification)).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
  expect(bus.attempts).toEqual([])
})
