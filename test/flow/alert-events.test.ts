import { afterEach, describe, expect, test } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import { type AlibabaEvent, startAlibabaEventBridge } from '../fakes/alibaba-eventbridge.ts'
import { type AwsEvent, startAwsEventBridge } from '../fakes/aws-eventbridge.ts'
import type { Provider, ProviderBehaviour } from '../fakes/provider.ts'
import type { Webhook, WebhookOptions } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

interface AlertEvent {
  id: string
  type: string
  data: { labels: { host: string }; status: string }
}

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

/** A policy whose notifications go to a bus of each cloud and to a receiver of CloudEvents, an event for each alert. */
async function open(behaviour: ProviderBehaviour = {}, answers: WebhookOptions = {}): Promise<void> {
  stage = await openStage({ publicUrl: 'https://tocsin.example' })
  const { clock } = stage
  const aliKeys = { accessKeyId: 'LTAI5tExample', accessKeySecret: 'ali-s3cret' }
  const awsKeys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'aws-s3cret' }
  hook = await stage.webhook(answers)
  ali = await startAlibabaEventBridge({ clock, ...aliKeys, buses: { armstest: ['acs.sls.alert'] }, ...behaviour })
  const keys = { [awsKeys.accessKeyId]: { secretAccessKey: awsKeys.secretAccessKey, buses: ['on-call'] } }
  aws = await startAwsEventBridge({ clock, region: 'eu-west-1', keys, buses: ['on-call'], ...behaviour })
  const tells = 'alerts'
  const channels = [
    {
      id: 'ali',
      type: 'alibaba-eventbridge',
      tells,
      endpoint: ali.url,
      ...aliKeys,
      eventBus: 'armstest',
      region: 'cn-hangzhou',
    },
    {
      id: 'aws',
      type: 'aws-eventbridge',
      tells,
      endpoint: aws.url,
      ...awsKeys,
      eventBus: 'on-call',
      region: 'eu-west-1',
    },
    { id: 'http', type: 'cloudevents', tells, url: hook.url },
  ]
  const notify = channels.map(({ id }) => ({ channel: id }))
  const policies = [
    { id: 'hosts', groupBy: ['alertname'], groupWait: '5s', groupInterval: '30s', repeatInterval: '1h', notify },
  ]
  const answer = await stage.api('PUT', '/api/v1/config', { channels, policies })
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])
}

async function post(when: Millis, from: number, count: number, endsAfter = 3 * 60 * MINUTE): Promise<void> {
  await stage.clock.advanceTo(stage.start + when)
  const [startsAt, endsAt] = [SECOND, when + endsAfter].map((ms) => new Date(stage.start + ms).toISOString())
  const alerts = Array.from({ length: count }, (_, place) => {
    return {
      labels: { alertname: 'HostDown', host: `h${from + place}`, severity: 'critical' },
      annotations: {},
      startsAt,
      endsAt,
    }
  })
  expect((await stage.integration('POST', '', alerts)).status).toBe(202)
}

const pass = (when: Millis): Promise<void> => stage.clock.advanceTo(stage.start + when)

/** What each of the three was told: `h1 Firing`. */
function told(): string[][] {
  const lists = [ali.received, aws.received.map(({ detail }) => detail), hook.received.map(({ body }) => body)]
  return lists.map((events) => {
    return (events as unknown as AlertEvent[]).map(({ type, data }) => `${data.labels.host} ${type.split(':').at(-1)}`)
  })
}

const hosts = (from: number, count: number, word: string): string[] =>
  Array.from({ length: count }, (_, place) => `h${from + place} ${word}`)

describe('a bus that is told alerts', () => {
  test('gets each beginning and each end once, and no alert beside the news of another', async () => {
    await open()
    await post(SECOND, 0, 25)
    await pass(20 * SECOND)
    for (const one of told()) expect(one.sort()).toEqual(hosts(0, 25, 'Firing').sort())
    await post(40 * SECOND, 25, 1)
    await post(50 * SECOND, 3, 1, 0)
    await pass(5 * MINUTE)
    const all = [...hosts(0, 26, 'Firing'), 'h3 Resolved'].sort()
    for (const one of told()) expect(one.sort()).toEqual(all)
    // 10 and 16 in a request, and one by one.
    expect([ali.attempts.length, aws.attempts.length, hook.received.length]).toEqual([3, 4, 27])
  })

  test('gets events of the same id from each attempt, and every event in the end', async () => {
    const until = Date.UTC(2026, 0, 5) + 2 * MINUTE
    await open({ failing: [[until, 'InternalFailure']] }, { resetFirst: 3 })
    await post(SECOND, 0, 12)
    await pass(30 * MINUTE)
    for (const one of told()) expect([...new Set(one)].sort()).toEqual(hosts(0, 12, 'Firing').sort())
    const ids = hook.received.map(({ body }) => (body as AlertEvent).id)
    expect(new Set(ids).size).toBe(12)
    expect(new Set(aws.received.map(({ detail }) => detail.id)).size).toBe(12)
  })

  test('is named in notify, and not in lifecycle', async () => {
    await open()
    const put = (policy: object) => stage.api('PUT', '/api/v1/config', { policies: [{ id: 'hosts', ...policy }] })
    expect((await put({ lifecycle: ['aws'] })).status).toBe(422)
    expect((await put({ notify: [{ channel: 'aws' }] })).status).toBe(200)
  })
})
