import { HTTP } from 'cloudevents'
import { afterEach, describe, expect, test } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import { type AlibabaEvent, startAlibabaEventBridge } from '../fakes/alibaba-eventbridge.ts'
import { type AwsEvent, startAwsEventBridge } from '../fakes/aws-eventbridge.ts'
import type { Provider, ProviderBehaviour } from '../fakes/provider.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { at, fireAndResolve, post } from './one-alert.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
let ali: Provider<AlibabaEvent>
let aws: Provider<AwsEvent>
let hook: Webhook
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
  await ali.stop()
  await aws.stop()
})

const ALI_KEYS = { accessKeyId: 'LTAI5tExample', accessKeySecret: 'ali-s3cret' }
const AWS_KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'aws-s3cret' }

interface Behaviours {
  ali?: ProviderBehaviour
  aws?: ProviderBehaviour
  settings?: { ali?: object; aws?: object }
}

/** A policy with a webhook for notifications and a bus of each cloud for life-cycle events. */
async function open({ settings, ...behaviours }: Behaviours = {}): Promise<void> {
  stage = await openStage({ publicUrl: 'https://tocsin.example' })
  const { clock } = stage
  hook = await stage.webhook()
  ali = await startAlibabaEventBridge({ clock, ...ALI_KEYS, buses: { armstest: ['arms'] }, ...behaviours.ali })
  const { accessKeyId, secretAccessKey } = AWS_KEYS
  aws = await startAwsEventBridge({
    clock,
    region: 'eu-west-1',
    keys: { [accessKeyId]: { secretAccessKey, buses: ['on-call'] } },
    buses: ['on-call'],
    ...behaviours.aws,
  })
  await configure(settings)
}

async function configure(settings: Behaviours['settings'] = {}): Promise<void> {
  const timeZone = 'Asia/Shanghai'
  const channels = [
    { id: 'hook', type: 'webhook', url: hook.url },
    {
      ...{ id: 'ali', type: 'alibaba-eventbridge', endpoint: ali.url, ...ALI_KEYS },
      ...{ eventBus: 'armstest', region: 'cn-hangzhou', source: 'arms', timeZone, ...settings.ali },
    },
    {
      ...{ id: 'aws', type: 'aws-eventbridge', endpoint: aws.url, ...AWS_KEYS },
      ...{ eventBus: 'on-call', region: 'eu-west-1', timeZone, ...settings.aws },
    },
  ]
  const policy = { id: 'databases', owner: 'storage', groupBy: ['alertname'], groupWait: '5s', groupInterval: '30s' }
  const policies = [{ ...policy, notify: [{ channel: 'hook' }], lifecycle: ['ali', 'aws'] }]
  const answer = await stage.api('PUT', '/api/v1/config', { channels, policies })
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])
}

const until = (ms: Millis): Millis => Date.UTC(2026, 0, 5) + ms

const pass = (when: Millis): Promise<void> => stage.clock.advanceTo(stage.start + when)

type Story = [type: string, at: Millis][]
const short = (type: string): string => type.replace('aliyun:arms:alarm:', '')
const atAlibaba = (): Story => ali.received.map(({ type, at }) => [short(type), at - stage.start])
const atAws = (): Story => aws.received.map((event) => [short(event['detail-type']), event.at - stage.start])
const types = (story: Story): string[] => story.map(([type]) => type)
const toldAt = (): Story => hook.received.map(({ at, body }) => [(body as { status: string }).status, at - stage.start])

const EVENTS: Story = [
  ['create', 6 * SECOND],
  ['close', 66 * SECOND],
]
const ON_TIME: Story = [
  ['firing', 6 * SECOND],
  ['resolved', 66 * SECOND],
]

interface Listed {
  id: string
  type: string
  channel: string
  state: string
  delivery: string
  attempts: number
  outcome?: { kind: string; reason?: string; detail?: string }
  event?: Record<string, unknown>
}

async function listed(query = ''): Promise<Listed[]> {
  const answer = await stage.api('GET', `/api/v1/events${query}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { items: Listed[] }).items
}

describe('two buses, one of each cloud', () => {
  test('are told the whole life of an incident, each event once and on time', async () => {
    await open()
    await fireAndResolve(stage)
    await pass(10 * MINUTE)
    expect(atAlibaba()).toEqual(EVENTS)
    expect(atAws()).toEqual(EVENTS)
    expect(toldAt()).toEqual(ON_TIME)
    expect([...ali.attempts, ...aws.attempts].map(({ came }) => came)).toEqual(['taken', 'taken', 'taken', 'taken'])
  })

  test('get the same data, apart from the name of the place, as a CloudEvent that the library accepts', async () => {
    await open()
    await fireAndResolve(stage)
    await pass(2 * MINUTE)
    const fromAws = aws.received.map(({ detail }) => detail)
    // A bus of Alibaba Cloud writes its owner; elsewhere the account of the incident stands there.
    const owner = { aliyunaccountid: '1100000000000001', aliyunoriginalaccountid: '1100000000000001' }
    for (const [index, { at: _at, aliyunpublishaddr: _address, ...event }] of ali.received.entries()) {
      expect(fromAws[index]).toMatchObject({ aliyunaccountid: 'default', aliyunoriginalaccountid: 'default' })
      const place = { aliyuneventbusname: 'armstest', aliyunregionid: 'cn-hangzhou', ...owner }
      expect(event).toEqual({ ...fromAws[index], ...place })
      const headers = { 'content-type': 'application/cloudevents+json' }
      expect(HTTP.toEvent({ headers, body: JSON.stringify(fromAws[index]) })).toMatchObject({ source: 'arms' })
    }
    expect(aws.received).toMatchObject([
      { bus: 'on-call', source: 'arms', 'detail-type': 'aliyun:arms:alarm:create', time: (stage.start + 6_000) / 1000 },
      { bus: 'on-call', source: 'arms', 'detail-type': 'aliyun:arms:alarm:close', time: (stage.start + 66_000) / 1000 },
    ])
    expect(fromAws[0]).toMatchObject({ data: { owner: 'storage', data: { startTime: '2026-01-05 08:00:01' } } })
  })

  test('get the actions of people', async () => {
    await open()
    await post(stage, SECOND, { endsAt: at(stage, 10 * MINUTE) })
    await pass(20 * SECOND)
    const [{ id: created } = { id: '' }] = await listed('?type=create')
    const incident = created.replace('_create', '')
    for (const [what, body] of Object.entries({ claim: { by: 'mei' }, comment: { by: 'jo', comment: 'on it' } })) {
      expect((await stage.api('POST', `/api/v1/incidents/${incident}/${what}`, body)).status).toBe(202)
      await stage.clock.settle()
    }
    await pass(MINUTE)
    expect(types(atAlibaba())).toEqual(['create', 'claim', 'comment'])
    expect(types(atAws())).toEqual(['create', 'claim', 'comment'])
    expect(aws.received[2]?.detail).toMatchObject({ data: { handler: 'mei', operator: 'jo', comment: 'on it' } })
    expect((await listed(`?incident=${incident}`)).map(({ type }) => type).sort()).toEqual(
      ['claim', 'claim', 'comment', 'comment', 'create', 'create'].sort(),
    )
  })

  test('the api lists the events as they were sent', async () => {
    await open()
    await fireAndResolve(stage)
    await pass(2 * MINUTE)
    const events = await listed()
    expect(events.map(({ type, channel, state }) => `${type} ${channel} ${state}`).sort()).toEqual([
      'close ali arrived',
      'close aws arrived',
      'create ali arrived',
      'create aws arrived',
    ])
    const of = (channel: string) =>
      events
        .filter((event) => event.channel === channel)
        .map(({ event }) => event)
        .reverse()
    expect(of('aws')).toEqual(aws.received.map(({ detail }) => detail))
    expect(ali.received).toMatchObject(of('ali') as object[])
    // A sent event keeps its content after a change of the channel.
    await configure({ aws: { source: 'other', timeZone: 'UTC' } })
    expect((await listed()).map(({ event }) => event)).toEqual(events.map(({ event }) => event))
    expect(JSON.stringify(events)).not.toMatch(/s3cret/)
  })
})

describe('a bus that does not accept an event', () => {
  test.each<[string, Behaviours]>([
    ['is down', { ali: { down: [[until(3 * MINUTE), 503]] } }],
    ['answers 200, and the entry failed', { ali: { failing: [[until(3 * MINUTE), 'InternalError']] } }],
    ['has a clock ahead of ours', { ali: { aheadMs: 20 * MINUTE } }],
    ['says with 400 that it is too busy', { aws: { down: [[until(3 * MINUTE), 400]] } }],
    ['answers 200, and the entry was throttled', { aws: { failing: [[until(3 * MINUTE), 'ThrottlingException']] } }],
    ['has a clock behind ours', { aws: { aheadMs: -20 * MINUTE } }],
  ])('%s: gets both events later, in order, each once, and delays nobody', async (_what, behaviours) => {
    await open(behaviours)
    const [troubled, well] = behaviours.ali ? [ali, atAws] : [aws, atAlibaba]
    const story = behaviours.ali ? atAlibaba : atAws
    await fireAndResolve(stage)
    await pass(3 * MINUTE)
    expect(story()).toEqual([])
    const failing = (await listed('?type=create')).find(({ channel }) => channel === (behaviours.ali ? 'ali' : 'aws'))
    expect(failing).toMatchObject({ state: 'failed', outcome: { kind: 'refused' } })
    troubled.behave({})
    await pass(8 * MINUTE)
    expect(types(story())).toEqual(['create', 'close'])
    expect(story()[0]?.[1]).toBeGreaterThanOrEqual(3 * MINUTE)
    expect(troubled.attempts.length).toBeGreaterThan(4)
    expect(well()).toEqual(EVENTS)
    expect(toldAt()).toEqual(ON_TIME)
  })

  test('refuses the keys: gets both events in order once the keys are right', async () => {
    await open({ settings: { ali: { accessKeySecret: 'wrong' }, aws: { secretAccessKey: 'wrong' } } })
    await fireAndResolve(stage)
    await pass(2 * MINUTE)
    const created = await listed('?type=create')
    expect(created.map(({ state, outcome }) => `${state} ${outcome?.reason} ${outcome?.detail}`).sort()).toEqual([
      'failed authError 127.0.0.1: status 400 InvalidSignatureException',
      'failed authError 127.0.0.1: status 403 SignatureDoesNotMatch',
    ])
    await configure()
    await pass(10 * MINUTE)
    expect(types(atAlibaba())).toEqual(['create', 'close'])
    expect(types(atAws())).toEqual(['create', 'close'])
    expect(toldAt()).toEqual(ON_TIME)
  })

  test('accepted an event and lost the answer: is sent the event again under the same id', async () => {
    await open({ ali: { resetFirst: 1 }, aws: { resetFirst: 1 } })
    await fireAndResolve(stage)
    await pass(10 * MINUTE)
    expect(types(atAlibaba())).toEqual(['create', 'create', 'close'])
    expect(ali.received[0]?.id).toBe(ali.received[1]?.id)
    expect(types(atAws())).toEqual(['create', 'create', 'close'])
    expect(aws.received[0]?.detail.id).toBe(aws.received[1]?.detail.id)
  })

  test('does not exist under its name: gets both events once the name is right', async () => {
    await open({ settings: { ali: { eventBus: 'gone' } } })
    await fireAndResolve(stage)
    await pass(5 * MINUTE)
    expect(await listed('?type=create')).toContainEqual(
      expect.objectContaining({
        channel: 'ali',
        state: 'failed',
        outcome: expect.objectContaining({ detail: '127.0.0.1: the bus did not take the event: EventBusNotExist' }),
      }),
    )
    await configure()
    await pass(15 * MINUTE)
    expect(types(atAlibaba())).toEqual(['create', 'close'])
    expect(ali.received.map(({ aliyuneventbusname }) => aliyuneventbusname)).toEqual(['armstest', 'armstest'])
  })

  test('has no keys on one machine: the api names the missing keys', async () => {
    await open()
    const bare = { region: 'eu-west-1', eventBus: 'on-call' }
    const channels = [
      { id: 'hook', type: 'webhook', url: hook.url },
      { id: 'aws', type: 'aws-eventbridge', ...bare },
    ]
    const policies = [
      { id: 'databases', groupBy: [], groupWait: '5s', notify: [{ channel: 'hook' }], lifecycle: ['aws'] },
    ]
    expect((await stage.api('PUT', '/api/v1/config', { channels, policies })).status).toBe(200)
    await post(stage, SECOND, { endsAt: at(stage, 10 * MINUTE) })
    await pass(10 * SECOND)
    const [event] = await listed()
    expect(event).toMatchObject({ state: 'dead', outcome: { reason: 'misconfigured' } })
    expect(event?.outcome?.detail).toContain('accessKeyId')
    expect(aws.attempts).toEqual([])
  })
})
