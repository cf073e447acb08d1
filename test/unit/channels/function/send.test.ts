import { afterEach, describe, expect, test } from 'vitest'
import { functionKind } from '../../../../shared/channels/function/kind.ts'
import { runFunction } from '../../../../shared/channels/function/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import type { OutboundRequest } from '../../../../shared/outbound/request.ts'
import type { Settings } from '../../../../shared/settings/field.ts'
import { startFunctionCompute, type Triggered } from '../../../fakes/function-compute.ts'
import { type Invocation, startLambda } from '../../../fakes/lambda.ts'
import type { Provider } from '../../../fakes/provider.ts'
import { alert, notification } from '../email/story.ts'
import { clock, sendTo } from '../events/bus-send.ts'
import { PUBLISHED } from '../events/story.ts'

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 's3cret' }
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:on-alert:live'

const open: Provider<never>[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

function settingsOf(given: Settings) {
  const read = functionKind.parse(given)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.settings
}

describe('a function of AWS Lambda', () => {
  let lambda: Provider<Invocation>

  async function begin(): Promise<void> {
    const names = ['on-alert', 'broken', 'gone', ARN]
    lambda = await startLambda({
      clock,
      region: 'eu-west-1',
      keys: { [KEYS.accessKeyId]: { secretAccessKey: 's3cret', may: names } },
      functions: { 'on-alert': 'works', broken: 'fails', [ARN]: 'works' },
    })
    open.push(lambda as Provider<never>)
  }

  const send = (given: Settings = {}, told: Notification = notification()) => {
    const usual = { provider: 'aws', functionName: 'on-alert', region: 'eu-west-1', endpoint: lambda.url, ...KEYS }
    return sendTo(runFunction, settingsOf({ ...usual, ...given }), told)
  }

  test('runs with the body of a webhook and an id', async () => {
    await begin()
    expect(await send()).toEqual({ kind: 'arrived', at: PUBLISHED })
    expect(lambda.received).toMatchObject([
      {
        functionName: 'on-alert',
        type: 'RequestResponse',
        event: { version: '4', id: expect.stringMatching(/^delivery-/) },
      },
    ])
  })

  test('is found by its ARN, with an alias', async () => {
    await begin()
    expect(await send({ functionName: ARN, region: undefined })).toMatchObject({ kind: 'arrived' })
  })

  test('that fails has not arrived, though Lambda answers 200', async () => {
    await begin()
    expect(await send({ functionName: 'broken' })).toMatchObject({
      kind: 'refused',
      reason: 'serverError',
      detail: '127.0.0.1: status 200 Unhandled',
    })
  })

  test('that is queued takes smaller events', async () => {
    await begin()
    const told = notification({ alerts: [alert({ annotations: { summary: '磁'.repeat(200_000) } })] })
    expect(await send({ asynchronous: true }, told)).toMatchObject({ kind: 'arrived' })
    expect(lambda.received[0]?.type).toBe('Event')
    const settings = (asynchronous: boolean) => settingsOf({ provider: 'aws', functionName: ARN, asynchronous })
    expect(functionKind.bodyBytes?.(settings(true))).toBe(160 * 1024)
    expect(functionKind.bodyBytes?.(settings(false))).toBeUndefined()
  })

  test.each<[Settings, string]>([
    [{ functionName: 'gone' }, 'dead clientError ResourceNotFoundException'],
    [{ functionName: 'other' }, 'dead authError AccessDeniedException'],
    [{ secretAccessKey: 'x' }, 'dead authError SignatureDoesNotMatch'],
  ])('refuses %j by its code', async (given, meaning) => {
    await begin()
    const got = await send(given)
    expect(got.kind === 'arrived' ? '' : `${got.kind} ${got.reason} ${got.detail.split(' ').at(-1)}`).toBe(meaning)
  })

  test('takes the words of a content template as JSON', async () => {
    await begin()
    const words = (content: string) =>
      sendTo(
        (given, told, deps) => runFunction(given, { ...told, rendered: { content } }, deps),
        settingsOf({ provider: 'aws', functionName: 'on-alert', region: 'eu-west-1', endpoint: lambda.url, ...KEYS }),
        notification(),
      )
    await words('{"a":1}')
    await words('plain "words"')
    expect(lambda.received.map(({ event }) => event)).toEqual([{ a: 1 }, 'plain "words"'])
  })
})

describe('a function of Function Compute', () => {
  const key = { accessKeyId: 'LTAI5tExample', accessKeySecret: 's3cret' }
  let trigger: Provider<Triggered>

  async function begin(more: Partial<Parameters<typeof startFunctionCompute>[0]> = { key }): Promise<void> {
    trigger = await startFunctionCompute({ clock, ...more })
    open.push(trigger as Provider<never>)
  }

  const send = (given: Settings = {}, told: Notification = notification()) => {
    const usual = { provider: 'alibaba', url: `${trigger.url}/on%20alert?b=2&a=x*(y)`, ...key }
    return sendTo(runFunction, settingsOf({ ...usual, ...given }), told)
  }

  test.each(['body', 'nothing'] as const)('is called with a signature over the hash of the %s', async (hashes) => {
    await begin({ key, hashes })
    expect(await send()).toEqual({ kind: 'arrived', at: PUBLISHED })
    expect(trigger.received).toMatchObject([
      { path: '/on%20alert?b=2&a=x*(y)', id: expect.stringMatching(/^delivery-/), event: { version: '4' } },
    ])
  })

  test('is called with temporary keys', async () => {
    await begin({ key: { ...key, securityToken: 't0ken' } })
    expect(await send({ securityToken: 't0ken' })).toMatchObject({ kind: 'arrived' })
    expect(await send()).toMatchObject({ kind: 'dead', reason: 'authError' })
  })

  test('without authentication is called without a signature', async () => {
    await begin({})
    const asked: OutboundRequest[] = []
    const request = async (sent: OutboundRequest) => {
      asked.push(sent)
      return { kind: 'answer' as const, status: 200, headers: {}, body: '' }
    }
    const settings = settingsOf({ provider: 'alibaba', url: trigger.url })
    expect(await sendTo(runFunction, settings, notification(), { request })).toMatchObject({ kind: 'arrived' })
    expect(asked[0]?.headers).not.toHaveProperty('authorization')
    expect(asked[0]?.secure).toBe(true)
  })

  test('that fails has not arrived, though the gateway answers 200', async () => {
    await begin({ key, fails: true })
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'serverError' })
  })

  test('refuses another secret, and is not called a third time', async () => {
    await begin()
    expect(await send({ accessKeySecret: 'x' })).toMatchObject({
      kind: 'dead',
      reason: 'authError',
      detail: '127.0.0.1: status 403 SignatureNotMatch',
    })
    expect(trigger.attempts).toHaveLength(2)
  })
})

test.each<[Settings, string[]]>([
  [{ provider: 'aws', functionName: ARN }, []],
  [{ provider: 'aws', functionName: 'on-alert', region: 'eu-west-1' }, []],
  [{ provider: 'alibaba', url: 'https://x.cn-shanghai.fcapp.run/' }, []],
  [{}, ['provider']],
  [{ provider: 'gcp' }, ['provider']],
  [{ provider: 'aws' }, ['functionName']],
  [{ provider: 'aws', functionName: 'on-alert' }, ['region']],
  [{ provider: 'aws', functionName: 'a/b', region: 'eu-west-1' }, ['functionName']],
  [{ provider: 'aws', functionName: ARN, url: 'https://x.example/' }, ['url']],
  [{ provider: 'alibaba', functionName: ARN }, ['functionName', 'url']],
  [{ provider: 'alibaba', url: 'https://x.example/', accessKeyId: 'LTAI' }, ['accessKeySecret']],
  [{ provider: 'alibaba', url: 'https://x.example/', securityToken: 'x' }, ['securityToken']],
])('settings %j are refused at %j', (given, paths) => {
  const read = functionKind.parse(given)
  expect(read.ok ? [] : read.problems.map(({ path }) => path).sort()).toEqual(paths)
})
