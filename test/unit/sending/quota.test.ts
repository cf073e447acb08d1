import { describe, expect, test } from 'vitest'
import { DAY, HOUR } from '../../../shared/base/time.ts'
import { channelType } from '../../../shared/channel/type.ts'
import { webhookKind } from '../../../shared/channels/webhook/kind.ts'
import { sendWebhook } from '../../../shared/channels/webhook/send.ts'
import type { Quotas } from '../../../shared/config/quota.ts'
import type { NotifyReason } from '../../../shared/delivery/delivery.ts'
import { putDeliveries } from '../../../shared/group-store/deliveries.ts'
import type { OutboundResult } from '../../../shared/outbound/request.ts'
import type { User } from '../../../shared/people/user.ts'
import { channel, delivery, due, message, NOW, OK, run, WINDOW, type World, world } from './setup.ts'

/** Text messages that go to a webhook: the kind alone decides that there is a quota. */
const sms = channelType({ ...webhookKind, type: 'sms', recipients: 'user' }, async () => sendWebhook)
const user = (id: string): User => ({
  ...{ id, name: id, enabled: true, sms: true, voice: true, emails: [], language: 'en', timeZone: 'Asia/Shanghai' },
})
/** 08:00 in Shanghai. */
const UNTIL_MIDNIGHT = 16 * HOUR

function opened(quotas: Quotas | undefined, result: OutboundResult = OK): World {
  const here = world({ channels: new Map([['sms', sms]]) }, [{ ...channel(), type: 'sms' }], result)
  here.users.push(user('ann'), user('bob'))
  const { current } = here.deps.configs
  here.deps.configs = {
    current: async (account) => ({ ...(await current(account)), config: { templateFiles: [], quotas } }),
  }
  return here
}

let count = 0
/** The outcome of one message to the user. */
async function tell(here: World, to = 'ann', reason: NotifyReason = 'first') {
  const id = `g1-${++count}`
  const one = { ...delivery(id), target: `hook@${to}` }
  const told = { ...one, notification: { ...one.notification, reason } }
  await putDeliveries(here.deps.table, [told], { expiresAt: here.now + DAY })
  await run(here, {
    ...message(due({ target: told.target, delivery: id, deadline: here.now + WINDOW })),
    sentAt: here.now,
  })
  const { outcome } = here.outcomes.findLast(({ kind }) => kind === 'outcome')!
  return outcome
}
const alertsOf = (here: World): unknown[] => here.outcomes.filter(({ kind }) => (kind as string) === 'alerts')

describe('a quota of two text messages in a day', () => {
  test('lets two pass, and the third is refused until the midnight of the user', async () => {
    const here = opened({ sms: 2 })
    expect(await tell(here)).toMatchObject({ kind: 'arrived' })
    expect(await tell(here)).toMatchObject({ kind: 'arrived' })
    expect(await tell(here)).toEqual({
      ...{ kind: 'refused', at: NOW, reason: 'quota', detail: '2 of 2 today', retryAfterMs: UNTIL_MIDNIGHT },
    })
    expect(here.asked).toHaveLength(2)
    here.now += UNTIL_MIDNIGHT
    expect(await tell(here)).toMatchObject({ kind: 'arrived' })
  })

  test('is told to the account once, without a name or a number', async () => {
    const here = opened({ sms: 1 })
    for (let sent = 0; sent < 4; sent++) await tell(here)
    expect(alertsOf(here)).toMatchObject([
      {
        recoverAfterMs: UNTIL_MIDNIGHT,
        alerts: [{ labels: { alertname: 'TocsinQuotaUsedUp', user: 'ann', channel: 'hook', kind: 'sms' } }],
      },
    ])
  })

  test('is the quota of one user', async () => {
    const here = opened({ sms: 1 })
    expect(await tell(here, 'ann')).toMatchObject({ kind: 'arrived' })
    expect(await tell(here, 'bob')).toMatchObject({ kind: 'arrived' })
    expect(await tell(here, 'ann')).toMatchObject({ reason: 'quota' })
  })

  test('does not count a message that was surely not sent', async () => {
    const here = opened({ sms: 1 }, { kind: 'answer', status: 503, headers: {}, body: '' })
    for (let sent = 0; sent < 3; sent++) expect(await tell(here)).toMatchObject({ reason: 'serverError' })
  })

  test('counts a message that may have been sent', async () => {
    const here = opened({ sms: 1 }, { kind: 'unknown', reason: 'timeout', detail: 'no answer' })
    expect(await tell(here)).toMatchObject({ kind: 'ambiguous' })
    expect(await tell(here)).toMatchObject({ reason: 'quota' })
  })

  test('lets repeats leave the last messages to what is new', async () => {
    const here = opened({ sms: 4 })
    expect(await tell(here, 'ann', 'repeat')).toMatchObject({ kind: 'arrived' })
    const detail = '1 of 4 today, the rest is for what is new'
    expect(await tell(here, 'ann', 'repeat')).toMatchObject({ reason: 'quota', detail })
    expect(alertsOf(here)).toEqual([])
    for (const reason of ['all-resolved', 'first', 'escalated'] as const) {
      expect(await tell(here, 'ann', reason)).toMatchObject({ kind: 'arrived' })
    }
    expect(await tell(here)).toMatchObject({ reason: 'quota' })
  })

  test('that cannot be read refuses the message', async () => {
    const here = opened({ sms: 1 })
    const { get } = here.deps.table
    here.deps.table = {
      ...here.deps.table,
      get: async (key) => {
        if (key.sort.startsWith('quota#')) throw new Error('the table is away')
        return await get(key)
      },
    }
    expect(await tell(here)).toMatchObject({ kind: 'refused', reason: 'other' })
    expect(here.asked).toEqual([])
  })
})

test('an account that says nothing has 50 text messages a day', async () => {
  const here = opened(undefined)
  for (let sent = 0; sent < 50; sent++) await tell(here)
  expect(await tell(here)).toMatchObject({ reason: 'quota', detail: '50 of 50 today' })
})
