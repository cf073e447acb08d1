import { afterEach, describe, expect, test } from 'vitest'
import {
  type AlibabaEventBridgeSettings,
  alibabaEventBridgeKind,
} from '../../../../shared/channels/alibaba-eventbridge/kind.ts'
import { sendToAlibabaEventBridge } from '../../../../shared/channels/alibaba-eventbridge/send.ts'
import type { LifecycleType, Notification } from '../../../../shared/delivery/delivery.ts'
import { createOutbound } from '../../../../shared/outbound/outbound.ts'
import { formOf } from '../../../../shared/settings/form.ts'
import { type AlibabaEvent, startAlibabaEventBridge } from '../../../fakes/alibaba-eventbridge.ts'
import type { Provider, ProviderBehaviour } from '../../../fakes/provider.ts'
import { clock, sendTo } from '../events/bus-send.ts'
import { BUS, firing, moment, PUBLISHED, read, told } from '../events/story.ts'

const DIALOG = {
  endpoint: 'https://1100000000000001.eventbridge.cn-hangzhou.aliyuncs.com',
  accessKeyId: 'LTAI5tExample',
  accessKeySecret: 's3cret',
  eventBus: 'on-call',
  region: 'cn-hangzhou',
}
const DEFAULTS = { source: 'arms', typePrefix: 'aliyun:arms:alarm', timeZone: 'UTC' }

const problemsOf = (settings: unknown): string[] => {
  const parsed = alibabaEventBridgeKind.parse(settings)
  return parsed.ok ? [] : parsed.problems.map(({ path }) => path)
}

describe('settings of a bus of Alibaba Cloud', () => {
  test('are those of the dialog that people know', () => {
    expect(alibabaEventBridgeKind.parse(DIALOG)).toEqual({ ok: true, settings: { ...DIALOG, timeZone: 'UTC' } })
    const more = { source: 'tocsin', typePrefix: 'com.example.alarm', timeZone: 'Asia/Shanghai', timeoutMs: 500 }
    expect(alibabaEventBridgeKind.parse({ ...DIALOG, ...more })).toEqual({ ok: true, settings: { ...DIALOG, ...more } })
  })

  test.each<[unknown, string[]]>([
    [null, ['']],
    [{}, ['endpoint', 'accessKeyId', 'accessKeySecret', 'eventBus', 'region']],
    [{ ...DIALOG, endpoint: '1100.eventbridge.cn-hangzhou.aliyuncs.com' }, ['endpoint']],
    [{ ...DIALOG, endpoint: 'http://1100.eventbridge.cn-hangzhou.aliyuncs.com' }, ['endpoint']],
    [{ ...DIALOG, endpoint: `${DIALOG.endpoint}/openapi` }, ['endpoint']],
    [{ ...DIALOG, endpoint: `${DIALOG.endpoint}/?` }, ['endpoint']],
    [{ ...DIALOG, endpoint: `${DIALOG.endpoint}#x` }, ['endpoint']],
    [{ ...DIALOG, endpoint: 'https://u:p@bus.example/' }, ['endpoint']],
    [{ ...DIALOG, accessKeyId: 'a b' }, ['accessKeyId']],
    [{ ...DIALOG, accessKeyId: 'a\r\nb' }, ['accessKeyId']],
    [{ ...DIALOG, accessKeySecret: '' }, ['accessKeySecret']],
    [{ ...DIALOG, securityToken: '' }, ['securityToken']],
    [{ ...DIALOG, securityToken: 'a\r\nx-acs-b: c' }, ['securityToken']],
    [{ ...DIALOG, eventBus: 'x'.repeat(128) }, ['eventBus']],
    [{ ...DIALOG, region: 'é' }, ['region']],
    [{ ...DIALOG, region: 'a\nb' }, ['region']],
    [{ ...DIALOG, source: 'a b' }, ['source']],
    [{ ...DIALOG, timeZone: 'Mars' }, ['timeZone']],
    [{ ...DIALOG, url: 'https://bus.example/' }, ['url']],
    [JSON.parse(`{"__proto__":{"a":1},${JSON.stringify(DIALOG).slice(1)}`), ['__proto__']],
  ])('%j is refused at its path', (settings, paths) => {
    expect(problemsOf(settings)).toEqual(paths)
  })

  test('leave an operator who opened an address of their own the choice of http', () => {
    expect(problemsOf({ ...DIALOG, endpoint: 'http://bus.internal:8080/' })).toEqual([])
  })

  test('have secrets, which go to the endpoint that they were given for', () => {
    const form = formOf(alibabaEventBridgeKind.fields)
    expect([{}, { tells: 'alerts' }].map((given) => alibabaEventBridgeKind.lifecycle?.(given))).toEqual([true, false])
    expect(form.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(['accessKeySecret', 'securityToken'])
    expect(form.filter(({ address }) => address).map(({ name }) => name)).toEqual(['endpoint'])
  })
})

let bus: Provider<AlibabaEvent>
afterEach(async () => await bus?.stop())

async function open(behaviour: ProviderBehaviour = {}, securityToken?: string): Promise<Provider<AlibabaEvent>> {
  const { accessKeyId, accessKeySecret } = DIALOG
  bus = await startAlibabaEventBridge({
    clock,
    accessKeyId,
    accessKeySecret,
    buses: { 'on-call': ['arms'] },
    ...(securityToken === undefined ? {} : { securityToken }),
    ...behaviour,
  })
  return bus
}

const settings = (more: Partial<AlibabaEventBridgeSettings> = {}): AlibabaEventBridgeSettings => ({
  ...DIALOG,
  ...DEFAULTS,
  timeZone: BUS.timeZone,
  endpoint: bus.url,
  ...more,
})

const send = (more: Partial<AlibabaEventBridgeSettings> = {}, notification?: Notification) =>
  sendTo(sendToAlibabaEventBridge, settings(more), notification)

describe('an event', () => {
  test.each<LifecycleType>(['create', 'claim', 'comment', 'close'])(
    '%s is taken, as others are sent it',
    async (type) => {
      await open()
      expect(await send({}, told(moment(type)))).toEqual({ kind: 'arrived', at: PUBLISHED })
      const { at, aliyunpublishaddr, ...event } = bus.received[0]!
      // The fake writes the value that the field has elsewhere.
      expect(event).toEqual(read(told(moment(type))))
      expect([at, aliyunpublishaddr]).toEqual([PUBLISHED, '127.0.0.1'])
    },
  )

  test('of many alerts is as large as the bus takes', async () => {
    await open()
    const many = Array.from({ length: 300 }, (_, index) => firing({ labels: { alertname: 'A', host: `db-${index}` } }))
    expect(await send({}, told(moment('create'), many))).toMatchObject({ kind: 'arrived' })
    expect(bus.received[0]?.data).toMatchObject({ data: { truncatedAlerts: expect.any(Number) } })
  })

  test.each([
    ['are taken', 'CAISexample+/=', { kind: 'arrived' }],
    ['are refused for now without the token', undefined, { kind: 'refused', reason: 'authError' }],
    ['are refused for now with another token', 'CAISother', { kind: 'refused', reason: 'authError' }],
  ])('signed by temporary keys: they %s', async (_how, securityToken, outcome) => {
    await open({}, 'CAISexample+/=')
    expect(await send({ securityToken })).toMatchObject(outcome)
  })

  test('is sent twice under two nonces', async () => {
    await open()
    await send()
    await send()
    expect(bus.received.map(({ id }) => id)).toEqual([moment('create').id, moment('create').id])
  })
})

describe('what the bus refuses', () => {
  test.each<[string, Partial<AlibabaEventBridgeSettings>, string]>([
    ['another key', { accessKeyId: 'LTAI5tOther' }, 'refused authError: 127.0.0.1: status 403 InvalidAccessKeyId'],
    ['another secret', { accessKeySecret: 'other' }, 'refused authError: 127.0.0.1: status 403 SignatureDoesNotMatch'],
    [
      'another bus',
      { eventBus: 'gone' },
      'refused clientError: 127.0.0.1: the bus did not take the event: EventBusNotExist',
    ],
    [
      'another source',
      { source: 'x' },
      'refused clientError: 127.0.0.1: the bus did not take the event: EventSourceNotExist',
    ],
  ])('%s is told by its code, without a secret', async (_what, more, told) => {
    await open()
    const got = await send(more)
    expect(got.kind === 'arrived' ? got.kind : `${got.kind} ${got.reason}: ${got.detail}`).toBe(told)
    expect(bus.received).toEqual([])
    expect(JSON.stringify(got)).not.toMatch(/s3cret|the text of/)
  })

  test('in an answer of 200 has not arrived', async () => {
    await open({ failing: [[PUBLISHED + 1, 'InternalError']] })
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'serverError' })
    expect(bus.received).toEqual([])
  })

  test('for being down or too busy is tried again', async () => {
    await open({ down: [[PUBLISHED + 1, 503]] })
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'serverError' })
    bus.behave({ down: [[PUBLISHED + 1, 429]] })
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'rateLimited' })
  })

  test('for the time of day is tried again, and the clocks are named', async () => {
    await open({ aheadMs: 20 * 60_000 })
    const got = await send()
    expect(got).toMatchObject({ kind: 'refused', reason: 'authError' })
    expect(got).toMatchObject({ detail: expect.stringContaining('20 minutes apart') })
  })

  test('or took and did not answer may have arrived', async () => {
    await open({ resetFirst: 1 })
    expect(await send()).toMatchObject({ kind: 'ambiguous', reason: 'connection' })
    expect(bus.received).toHaveLength(1)
  })
})

test('nothing goes to a bus in the clear that the operator did not open', async () => {
  await open()
  const request = createOutbound({ clock, allow: [], lookup: async () => ({ ok: true, addresses: ['1.1.1.1'] }) })
  const got = await sendTo(sendToAlibabaEventBridge, settings({ endpoint: 'http://bus.test/' }), undefined, { request })
  expect(got).toMatchObject({ kind: 'dead', reason: 'forbiddenTarget', detail: 'bus.test: only https:// is allowed' })
})

test('a bus is sent no notification', async () => {
  await open()
  const { event: _event, ...notification } = told(moment('create'))
  expect(await send({}, notification)).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
  expect(bus.attempts).toEqual([])
})
