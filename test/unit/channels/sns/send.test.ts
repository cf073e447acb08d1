import { afterEach, describe, expect, test } from 'vitest'
import { snsKind } from '../../../../shared/channels/sns/kind.ts'
import { sendToSns } from '../../../../shared/channels/sns/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import type { Settings } from '../../../../shared/settings/field.ts'
import type { Provider, ProviderBehaviour } from '../../../fakes/provider.ts'
import { type SnsMessage, startSns } from '../../../fakes/sns.ts'
import { alert, notification } from '../email/story.ts'
import { clock, sendTo } from '../events/bus-send.ts'
import { PUBLISHED } from '../events/story.ts'

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:on-call'
const FIFO = `${TOPIC}.fifo`
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 's3cret' }
const TEMPORARY = { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 's3cret', sessionToken: 't0ken' }

let sns: Provider<SnsMessage>
afterEach(async () => await sns?.stop())

async function open(more: ProviderBehaviour & { aSecond?: number } = {}): Promise<void> {
  const key = (sessionToken?: string) => ({
    secretAccessKey: 's3cret',
    may: [TOPIC, FIFO, `${TOPIC}-gone`],
    ...(sessionToken && { sessionToken }),
  })
  const keys = { [KEYS.accessKeyId]: key(), [TEMPORARY.accessKeyId]: key('t0ken') }
  sns = await startSns({ clock, region: 'eu-west-1', keys, topics: [TOPIC, FIFO], ...more })
}

function settings(given: Settings = {}) {
  const read = snsKind.parse({ topicArn: TOPIC, endpoint: sns.url, ...KEYS, ...given })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.settings
}

const send = (told: Notification = notification(), given: Settings = {}) => sendTo(sendToSns, settings(given), told)

describe('a message', () => {
  test('is the body of a webhook, with the title for its subject', async () => {
    await open()
    expect(await send()).toEqual({ kind: 'arrived', at: PUBLISHED })
    const { subject, message } = sns.received[0]!
    expect(subject).toBe('[FIRING:1] P1 HostDown (Databases)')
    expect(JSON.parse(message)).toMatchObject({
      version: '4',
      status: 'firing',
      alerts: [{ fingerprint: '8f1c6a0b2f3d4e5a' }],
    })
  })

  test.each<[string, Settings]>([
    ['temporary keys', TEMPORARY],
    ['the region beside the ARN', { region: 'eu-west-1' }],
  ])('is taken with %s', async (_how, given) => {
    await open()
    expect(await send(notification(), given)).toMatchObject({ kind: 'arrived' })
  })

  test('has no subject in letters that SNS refuses', async () => {
    await open()
    const told = notification({ groupLabels: { alertname: '磁盘' }, policy: { id: 'p', name: '数据库' } })
    expect(await send(told)).toMatchObject({ kind: 'arrived' })
    expect(sns.received[0]?.subject).toBeUndefined()
  })

  test('to a topic .fifo has a group and an id, and counts once', async () => {
    await open()
    const what = { id: 'group-delivery', notification: notification() }
    for (let count = 0; count < 2; count++) {
      const outcome = await sendTo(
        (given, content, deps) => sendToSns(given, { ...content, id: what.id }, deps),
        settings({ topicArn: FIFO }),
        what.notification,
      )
      expect(outcome).toMatchObject({ kind: 'arrived' })
    }
    expect(sns.received).toHaveLength(1)
    expect(sns.received[0]?.groupId).toMatch(/^[0-9a-f]{32}$/)
  })

  test('of one alert that is larger than a message has its values cut, and every alert', async () => {
    await open()
    const labels = { alertname: 'HostDown', instance: '磁'.repeat(100_000) }
    const told = notification({ alerts: [alert({ labels, annotations: { summary: '😀'.repeat(200_000) } })] })
    expect(await send(told)).toMatchObject({ kind: 'arrived' })
    const { alerts } = JSON.parse(sns.received[0]!.message) as { alerts: { fingerprint: string; labels: object }[] }
    expect(alerts[0]).toMatchObject({ fingerprint: '8f1c6a0b2f3d4e5a', labels: { alertname: 'HostDown' } })
    expect(sns.received[0]?.message.isWellFormed()).toBe(true)
  })

  test('tells in parts what a message cannot hold', async () => {
    await open()
    expect(snsKind.bodyBytes?.(settings())).toBe(160 * 1024)
    expect(snsKind.mostAlerts).toBeUndefined()
  })
})

test('a channel without keys is sent to by the role of the function, at its own address', async () => {
  await open()
  const { accessKeyId: _id, secretAccessKey: _key, endpoint: _endpoint, ...bare } = settings()
  const role = () => ({ ...TEMPORARY, endpoints: { sns: sns.url } })
  expect(await sendTo(sendToSns, bare, notification(), { role })).toMatchObject({ kind: 'arrived' })
  expect(await sendTo(sendToSns, bare, notification())).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
})

describe('a refusal', () => {
  test.each<[string, Settings, string]>([
    ['an unknown key', { accessKeyId: 'AKIAIOSFODNN7NOBODY1' }, 'dead authError: status 403 InvalidClientTokenId'],
    ['another secret', { secretAccessKey: 'other' }, 'dead authError: status 403 SignatureDoesNotMatch'],
    ['another region', { region: 'eu-west-2' }, 'dead authError: status 403 SignatureDoesNotMatch'],
    ['no right', { topicArn: `${TOPIC}-other` }, 'dead authError: status 403 AuthorizationError'],
    ['no topic', { topicArn: `${TOPIC}-gone` }, 'dead clientError: status 404 NotFound'],
  ])('for %s is told by its code', async (_what, given, meaning) => {
    await open()
    const got = await send(notification(), given)
    const detail = got.kind === 'arrived' ? '' : got.detail.replace('127.0.0.1: ', '')
    expect(got.kind === 'arrived' ? got.kind : `${got.kind} ${got.reason}: ${detail}`).toBe(meaning)
    expect(JSON.stringify(got)).not.toMatch(/s3cret|t0ken|the text of/)
  })

  test('above the rate is tried again', async () => {
    await open({ aSecond: 1 })
    await send()
    expect(await send()).toMatchObject({
      kind: 'refused',
      reason: 'rateLimited',
      detail: '127.0.0.1: status 400 Throttling',
    })
  })
})

test.each<[Settings, string[]]>([
  [{ topicArn: TOPIC }, []],
  [{ targetArn: `${TOPIC.replace('on-call', 'endpoint/GCM/app/1')}` }, []],
  [{}, ['topicArn']],
  [{ topicArn: TOPIC, targetArn: TOPIC }, ['targetArn']],
  [{ topicArn: 'on-call' }, ['topicArn']],
  [{ topicArn: TOPIC.replace('sns', 'sqs') }, ['topicArn']],
  [{ topicArn: TOPIC, endpoint: 'https://sns.example' }, ['endpoint']],
  [{ topicArn: TOPIC, accessKeyId: KEYS.accessKeyId }, ['secretAccessKey']],
])('settings %j are refused at %j', (given, paths) => {
  const read = snsKind.parse(given)
  expect(read.ok ? [] : read.problems.map(({ path }) => path)).toEqual(paths)
})
