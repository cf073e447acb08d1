import { afterEach, describe, expect, test } from 'vitest'
import { smsKind } from '../../../../shared/channels/sms/kind.ts'
import { sendSms } from '../../../../shared/channels/sms/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import type { Settings } from '../../../../shared/settings/field.ts'
import { type PhoneMessage, startAlibabaPhone } from '../../../fakes/alibaba-phone.ts'
import type { Provider } from '../../../fakes/provider.ts'
import { type SnsMessage, startSns } from '../../../fakes/sns.ts'
import { notification } from '../email/story.ts'
import { clock } from '../events/bus-send.ts'
import { PUBLISHED } from '../events/story.ts'
import { ANN, KEY, sendToUser } from '../phone/story.ts'

const open: Provider<never>[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

function settingsOf(given: Settings) {
  const read = smsKind.parse(given)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.settings
}

const brief = (got: Outcome): string =>
  got.kind === 'arrived' ? '' : `${got.kind} ${got.reason} ${got.detail.split(' ').at(-1)}`

describe('a text message by Alibaba Cloud', () => {
  let sms: Provider<PhoneMessage>

  async function begin(more: Partial<Parameters<typeof startAlibabaPhone>[0]> = {}): Promise<void> {
    const templates = {
      SMS_1: ['name', 'status', 'level', 'count', 'time', 'policy', 'content'],
      SMS_2: ['alert', 'code'],
      SMS_3: ['other'],
    }
    sms = await startAlibabaPhone({ clock, service: 'sms', key: KEY, templates, signName: '告警', ...more })
    open.push(sms as Provider<never>)
  }

  const send = (given: Settings = {}, told: Notification = notification(), user = ANN, words?: string) => {
    const usual = { provider: 'alibaba', signName: '告警', templateCode: 'SMS_1', endpoint: sms.url, ...KEY }
    return sendToUser(sendSms, settingsOf({ ...usual, ...given }), told, user, words)
  }

  test('fills the template, every value within 35 characters', async () => {
    await begin()
    const told = notification({ groupLabels: { alertname: '磁盘'.repeat(50) } })
    expect(await send({}, told)).toEqual({ kind: 'arrived', at: PUBLISHED })
    expect(sms.received).toMatchObject([
      {
        number: '13800000001',
        values: {
          name: `${'磁盘'.repeat(17)}…`,
          status: 'FIRING',
          level: 'P1',
          count: '1',
          time: '2026-01-14 15:59:30',
          policy: 'Databases',
        },
        outId: expect.stringMatching(/^delivery-/),
      },
    ])
  })

  test('fills variables with names of their own', async () => {
    await begin()
    expect(await send({ templateCode: 'SMS_2', params: { alert: 'name', code: 'level' } })).toMatchObject({
      kind: 'arrived',
    })
    expect(sms.received[0]?.values).toEqual({ alert: 'HostDown', code: 'P1' })
  })

  test('holds the words of a content template, without links', async () => {
    await begin()
    const words = 'db-1.example.com https://run.example/x'
    expect(await send({}, notification(), ANN, words)).toMatchObject({ kind: 'arrived' })
    expect(sms.received[0]?.values.content).toBe('db-1. example. com …')
  })

  test('is sent with temporary keys', async () => {
    await begin({ key: { ...KEY, securityToken: 't0ken' } })
    expect(await send({ securityToken: 't0ken' })).toMatchObject({ kind: 'arrived' })
    expect(brief(await send())).toMatch(/^dead authError/)
  })

  test('goes abroad only where the channel says so', async () => {
    await begin()
    const abroad = { ...ANN, phone: '852-51234567' }
    expect(await send({}, notification(), abroad)).toEqual({
      kind: 'dead',
      at: PUBLISHED,
      reason: 'misconfigured',
      detail: 'the channel sends to no numbers of the country of the user',
    })
    expect(await send({ countries: ['852'] }, notification(), abroad)).toMatchObject({ kind: 'arrived' })
    expect(sms.received.map(({ number }) => number)).toEqual(['85251234567'])
  })

  test('is sent to nobody without a phone', async () => {
    await begin()
    const { phone: _, ...user } = ANN
    expect(await send({}, notification(), user)).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
    expect(sms.attempts).toEqual([])
  })

  test('waits for the window of the limit that it met', async () => {
    await begin()
    await send()
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'rateLimited', retryAfterMs: 60_000 })
  })

  test.each<[Settings, string]>([
    [{ signName: 'x' }, 'dead other isv.SMS_SIGNATURE_ILLEGAL'],
    [{ templateCode: 'SMS_9' }, 'dead other isv.SMS_TEMPLATE_ILLEGAL'],
    [{ templateCode: 'SMS_3' }, 'dead clientError isv.TEMPLATE_MISSING_PARAMETERS'],
    [{ valueChars: 80 }, 'dead clientError isv.PARAM_LENGTH_LIMIT'],
    [{ accessKeySecret: 'x' }, 'dead authError SignatureDoesNotMatch'],
    [{ accessKeyId: 'x' }, 'dead authError InvalidAccessKeyId.NotFound'],
  ])('with %j is refused by its code', async (given, meaning) => {
    await begin()
    expect(brief(await send(given))).toBe(meaning)
  })

  test('failed for a while is sent again', async () => {
    await begin({ failing: [[PUBLISHED + 1, 'isp.SYSTEM_ERROR']] })
    expect(brief(await send())).toBe('refused serverError isp.SYSTEM_ERROR')
  })
})

describe('a text message by Amazon SNS', () => {
  let sns: Provider<SnsMessage>
  const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 's3cret' }

  async function begin(may = ['*']): Promise<void> {
    const keys = { [KEYS.accessKeyId]: { secretAccessKey: 's3cret', may } }
    sns = await startSns({ clock, region: 'eu-west-1', keys, topics: [], optedOut: ['+8613800000002'] })
    open.push(sns as Provider<never>)
  }

  const send = (given: Settings = {}, user = ANN, words?: string) => {
    const usual = { provider: 'aws', region: 'eu-west-1', endpoint: sns.url, ...KEYS }
    return sendToUser(sendSms, settingsOf({ ...usual, ...given }), notification(), user, words)
  }

  test('is one line for people', async () => {
    await begin()
    expect(await send()).toEqual({ kind: 'arrived', at: PUBLISHED })
    expect(sns.received).toMatchObject([
      {
        arn: '+8613800000001',
        message: 'FIRING: HostDown, Level: P1, Alerts: 1, Since: 2026-01-14 15:59:30',
      },
    ])
  })

  test('is cut at the limit of SNS', async () => {
    await begin()
    expect(await send({}, ANN, '磁🔥'.repeat(1000))).toMatchObject({ kind: 'arrived' })
    expect(sns.received[0]?.message.length).toBeLessThanOrEqual(1600)
  })

  test('goes to no other country than the channel names', async () => {
    await begin()
    expect(await send({ countries: ['1', '44'] })).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
    expect(await send({ countries: ['86'] })).toMatchObject({ kind: 'arrived' })
  })

  test('is not sent to a number whose owner wants none', async () => {
    await begin()
    expect(brief(await send({}, { ...ANN, phone: '86-13800000002' }))).toBe('dead misconfigured OptedOut')
  })

  test('needs a right to send text messages', async () => {
    await begin(['arn:aws:sns:eu-west-1:123456789012:tocsin-prod'])
    expect(brief(await send())).toBe('dead authError AuthorizationError')
  })
})

const ALIBABA = { provider: 'alibaba', signName: 'x', templateCode: 'SMS_1', ...KEY }
test.each<[Settings, string[]]>([
  [ALIBABA, []],
  [{ provider: 'aws', region: 'eu-west-1' }, []],
  [{ ...ALIBABA, region: 'ap-southeast-1', params: { code: 'name' }, countries: ['65'] }, []],
  [{}, ['provider']],
  [{ provider: 'aws' }, ['region']],
  [{ provider: 'aws', region: 'eu-west-1', endpoint: 'https://x.example' }, ['endpoint']],
  [{ provider: 'aws', region: 'eu-west-1', signName: 'x' }, ['signName']],
  [{ provider: 'alibaba' }, ['accessKeyId', 'accessKeySecret', 'signName', 'templateCode']],
  [{ ...ALIBABA, secretAccessKey: 'x' }, ['secretAccessKey']],
  [{ ...ALIBABA, region: 'evil.example/' }, ['region']],
  [{ ...ALIBABA, params: { code: 'labels' } }, ['params.code']],
  [{ ...ALIBABA, params: { 'a b': 'name' } }, ['params["a b"]']],
  [{ ...ALIBABA, countries: ['+86'] }, ['countries[0]']],
  [{ ...ALIBABA, countries: [] }, ['countries']],
])('settings %j are refused at %j', (given, paths) => {
  const read = smsKind.parse(given)
  expect(read.ok ? [] : read.problems.map(({ path }) => path).sort()).toEqual(paths)
})
