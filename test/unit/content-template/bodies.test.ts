import { describe, expect, test } from 'vitest'
import type { RenderedMessage } from '../../../shared/channel/send.ts'
import { awsEventBridgeKind } from '../../../shared/channels/aws-eventbridge/kind.ts'
import { sendToAwsEventBridge } from '../../../shared/channels/aws-eventbridge/send.ts'
import { functionKind } from '../../../shared/channels/function/kind.ts'
import { runFunction } from '../../../shared/channels/function/send.ts'
import { snsKind } from '../../../shared/channels/sns/kind.ts'
import { sendToSns } from '../../../shared/channels/sns/send.ts'
import { sampleNotification } from '../../../shared/content-template/sample.ts'
import type { Notification } from '../../../shared/delivery/delivery.ts'
import { startAwsEventBridge } from '../../fakes/aws-eventbridge.ts'
import { startLambda } from '../../fakes/lambda.ts'
import { startSns } from '../../fakes/sns.ts'
import { clock, sendTo } from '../channels/events/bus-send.ts'
import { type Asked, written } from './story.ts'

const KiB = 1024
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 's3cret' }

/** So many alerts, of which a template makes a hundred times as much text. */
function many(count: number): Notification {
  const told = sampleNotification('firing')
  const alerts = Array.from({ length: count }, (_, at) => ({
    ...told.alerts[0]!,
    fingerprint: `f${at}`,
    labels: { number: String(at), alertname: `alert ${at}` },
  }))
  return { ...told, alerts }
}

const LARGE = `{"n": "{{ alert.labels.number }}", "text": "{{ "磁" * 10000 }}"}`

function messagesOf(kind: string, content: string, asked: Asked): readonly RenderedMessage[] {
  const result = written(kind, content, asked)
  if (!result.ok) throw new Error(result.reason)
  const { content: first, single = [{ id: '', content: first }] } = result.rendered
  expect(single[0]?.content).toBe(first)
  return single
}

describe('texts of templates that are larger together than a body', () => {
  const ASYNC = { provider: 'aws', asynchronous: true }

  test.each<[kind: string, asked: Asked, most: number, bodies: number]>([
    ['function', { settings: ASYNC }, 256 * KiB, 5],
    ['function', { settings: { provider: 'aws' } }, 6 * KiB * KiB, 1],
    ['function', { settings: { provider: 'alibaba' } }, 6 * KiB * KiB, 1],
    ['webhook', { mode: 'batch' }, 4 * KiB * KiB, 1],
  ])('%s %j: are JSON arrays within the limit, with every alert', (kind, asked, most, bodies) => {
    const messages = messagesOf(kind, LARGE, { ...asked, told: many(40), target: 't' })
    for (const { content } of messages) expect(Buffer.byteLength(content)).toBeLessThanOrEqual(most)
    const told = messages.flatMap(({ content }) => (JSON.parse(content) as { n: string }[]).map(({ n }) => n))
    expect(told).toEqual(many(40).alerts.map(({ labels }) => labels.number))
    expect(messages).toHaveLength(bodies)
  })

  test('have an id each, the same for the same alerts', () => {
    const idsOf = (told: Notification) =>
      messagesOf('function', LARGE, { settings: ASYNC, told, target: 't' }).map(({ id }) => id)
    const ids = idsOf(many(40))
    expect(new Set(ids).size).toBe(ids.length)
    expect(idsOf({ ...many(40), reason: 'replay' })).toEqual(ids)
    expect(idsOf(many(41)).slice(0, 3)).toEqual(ids.slice(0, 3))
  })

  test('of a topic are lines, in several messages', () => {
    const messages = messagesOf('sns', `{{ alert.labels.number }} ${'x'.repeat(20_000)}`, { told: many(30) })
    expect(messages.length).toBe(3)
    const lines = messages.flatMap(({ content }) => content.split('\n')).map((line) => line.split(' ')[0])
    expect(lines).toEqual(many(30).alerts.map(({ labels }) => labels.number))
  })

  test.each<[string, Asked]>([
    ['function', { settings: ASYNC }],
    ['sns', {}],
    ['aws-eventbridge', {}],
  ])('%s: a text that alone has no room leaves the built-in text', (kind, asked) => {
    const result = written(kind, '{{ "磁" * 100000 }}', { ...asked, told: many(1) })
    expect(result).toEqual({ ok: false, reason: 'its content is too long' })
  })
})

/* The fakes refuse what is larger than the service takes. */

const told = many(60)
const words = (kind: string, content: string, asked: Asked = {}) => {
  const result = written(kind, content, { told, target: 't', ...asked })
  if (!result.ok) throw new Error(result.reason)
  return result.rendered
}

function settingsOf<S>(
  kind: { parse(given: unknown): { ok: true; settings: S } | { ok: false; problems: unknown } },
  given: object,
): S {
  const read = kind.parse(given)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.settings
}

test('a function that is queued takes every alert', async () => {
  const functions = { 'on-alert': 'works' } as const
  const keys = { [KEYS.accessKeyId]: { secretAccessKey: 's3cret', may: ['on-alert'] } }
  await using lambda = stopped(await startLambda({ clock, region: 'eu-west-1', keys, functions }))
  const settings = { provider: 'aws', functionName: 'on-alert', region: 'eu-west-1', asynchronous: true }
  const rendered = words('function', LARGE, { settings })
  const outcome = await sendTo(
    (given, content, deps) => runFunction(given, { ...content, rendered }, deps),
    settingsOf(functionKind, { ...settings, ...KEYS, endpoint: lambda.url }),
    told,
  )
  expect(outcome).toMatchObject({ kind: 'arrived' })
  expect(lambda.received.flatMap(({ event }) => event)).toHaveLength(60)
})

test('a topic takes every alert', async () => {
  const topicArn = 'arn:aws:sns:eu-west-1:123456789012:on-call'
  const keys = { [KEYS.accessKeyId]: { secretAccessKey: 's3cret', may: [topicArn] } }
  await using sns = stopped(await startSns({ clock, region: 'eu-west-1', keys, topics: [topicArn] }))
  const rendered = words('sns', LARGE)
  const outcome = await sendTo(
    (given, content, deps) => sendToSns(given, { ...content, rendered }, deps),
    settingsOf(snsKind, { topicArn, ...KEYS, endpoint: sns.url }),
    told,
  )
  expect(outcome).toMatchObject({ kind: 'arrived' })
  expect(sns.received.length).toBeGreaterThan(1)
  const lines = sns.received.flatMap(({ message }) => message.split('\n'))
  expect(lines.map((line) => (JSON.parse(line) as { n: string }).n)).toEqual(
    told.alerts.map((one) => one.labels.number),
  )
})

test('a bus takes an event for each alert, with its subject and its data in the words of a template', async () => {
  const keys = { [KEYS.accessKeyId]: { secretAccessKey: 's3cret', buses: ['on-call'] } }
  const part = { ...told, alerts: told.alerts.slice(0, 10) }
  await using bus = stopped(await startAwsEventBridge({ clock, region: 'eu-west-1', keys, buses: ['on-call'] }))
  const rendered = words('aws-eventbridge', LARGE.replace('10000', '19000'), {
    told: part,
    title: 'No. {{ alert.labels.number }}',
  })
  const given = { region: 'eu-west-1', eventBus: 'on-call', tells: 'alerts', ...KEYS, endpoint: bus.url }
  const outcome = await sendTo(
    (settings, content, deps) => sendToAwsEventBridge(settings, { ...content, rendered }, deps),
    settingsOf(awsEventBridgeKind, given),
    part,
  )
  expect(outcome).toMatchObject({ kind: 'arrived' })
  const seen = bus.received.map(({ detail }) => detail as { id: string; subject: string; data: { n: string } })
  expect(seen.map(({ subject, data }) => [subject, data.n])).toEqual(
    part.alerts.map((_, at) => [`No. ${at}`, String(at)]),
  )
  expect(new Set(seen.map(({ id }) => id)).size).toBe(10)
})

function stopped<P extends { stop(): Promise<unknown> }>(provider: P): P & AsyncDisposable {
  return Object.assign(provider, { [Symbol.asyncDispose]: async () => void (await provider.stop()) })
}
