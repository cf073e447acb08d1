import { afterEach, describe, expect, test } from 'vitest'
import { slackKind } from '../../../../shared/channels/slack/kind.ts'
import { sendToSlack } from '../../../../shared/channels/slack/send.ts'
import type { Notification, NotifyReason } from '../../../../shared/delivery/delivery.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import type { ShownMessage } from '../../../../shared/delivery/shown-message.ts'
import { type HandClock, handClock } from '../../../contract/hand-clock.ts'
import type { ProviderBehaviour } from '../../../fakes/provider.ts'
import { type Slack, startSlack } from '../../../fakes/slack.ts'
import { chatDeps, notification, toSend } from '../chat/story.ts'
import { alert, NOW } from '../email/story.ts'

let slack: Slack
let clock: HandClock
let known: ShownMessage | undefined
let away: 'read' | 'write' | undefined
afterEach(async () => await slack.stop())

async function open(behaviour: ProviderBehaviour = {}): Promise<void> {
  clock = handClock(NOW)
  slack = await startSlack({ clock, ...behaviour })
  known = undefined
  away = undefined
}

async function send(reason: NotifyReason, more: Partial<Notification> = {}): Promise<Outcome> {
  const read = slackKind.parse({ token: 'xoxb-1', channel: '#alerts', endpoint: slack.url, details: 'none' })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const shown = {
    read: async () => {
      if (away === 'read') throw new Error('the table is away')
      return known
    },
    write: async (message: ShownMessage) => {
      if (away === 'write') throw new Error('the table is away')
      known = message
    },
  }
  return await sendToSlack(read.settings, toSend(notification({ reason, ...more })), { ...chatDeps(clock), shown })
}

const OVER = { alerts: [alert({ endsAt: NOW })] }
const titles = (): (string | undefined)[] => slack.messages.map(({ text }) => text)

describe('a bot', () => {
  test('posts an incident once, and changes the message afterwards', async () => {
    await open()
    expect(await send('first')).toEqual({ kind: 'arrived', at: NOW })
    const [first] = slack.messages
    expect(known).toEqual({ incident: 'inc-1', place: 'C1', id: first?.id })
    await send('claim', { incident: { id: 'inc-1', openedAt: NOW, handler: 'mei' } })
    expect(JSON.stringify(slack.messages)).toContain('*In hand with*: mei')
    expect(slack.replies).toEqual([])
    expect(await send('all-resolved', OVER)).toEqual({ kind: 'arrived', at: NOW })
    expect(slack.messages.map(({ id, text }) => [id, text])).toEqual([[first?.id, '*✅ RESOLVED: HostDown*']])
  })

  test.each<[NotifyReason, boolean]>([
    ['new-alerts', true],
    ['repeat', true],
    ['all-resolved', false],
  ])('says below the message what a changed message calls nobody for: %s', async (reason, broadcast) => {
    await open()
    await send('first')
    await send(reason, reason === 'all-resolved' ? OVER : {})
    expect(slack.replies).toMatchObject([{ below: slack.messages[0]?.id, broadcast }])
    expect(slack.messages).toHaveLength(1)
  })

  test('posts the next incident anew', async () => {
    await open()
    await send('first')
    await send('all-resolved', OVER)
    await send('first', { incident: { id: 'inc-2', openedAt: NOW } })
    expect(titles()).toEqual(['*✅ RESOLVED: HostDown*', '*🔴 FIRING: HostDown*'])
    expect(known?.incident).toBe('inc-2')
  })

  test('says the end of an incident that was never shown as over below its message', async () => {
    await open()
    await send('first')
    await send('first', { incident: { id: 'inc-2', openedAt: NOW }, ended: ['inc-1'] })
    expect(slack.replies).toEqual([{ below: slack.messages[0]?.id, text: '✅ RESOLVED', broadcast: false }])
  })

  test('posts anew when a person removed the message', async () => {
    await open()
    await send('first')
    slack.remove(known!.id)
    expect(await send('new-alerts')).toMatchObject({ kind: 'arrived' })
    expect(titles()).toEqual(['*🔴 FIRING: HostDown*'])
    expect(known?.id).toBe(slack.messages[0]?.id)
  })
})

describe('a failure', () => {
  test('of the memory before a send sends nothing', async () => {
    await open()
    away = 'read'
    expect(await send('first')).toMatchObject({ kind: 'refused', reason: 'other' })
    expect(slack.attempts).toEqual([])
  })

  test('of the memory after a send costs a second message, not the news', async () => {
    await open()
    away = 'write'
    expect(await send('first')).toMatchObject({ kind: 'arrived' })
    away = undefined
    expect(await send('all-resolved', OVER)).toMatchObject({ kind: 'arrived' })
    expect(titles()).toEqual(['*🔴 FIRING: HostDown*', '*✅ RESOLVED: HostDown*'])
  })

  test('between the change and the news below leaves the attempt in doubt, and the next attempt says both', async () => {
    await open()
    await send('first')
    let calls = 0
    const { request } = chatDeps(clock)
    const read = slackKind.parse({ token: 'xoxb-1', channel: '#alerts', endpoint: slack.url })
    if (!read.ok) throw new Error('settings')
    const deps = {
      ...chatDeps(clock),
      shown: { read: async () => known, write: async () => undefined },
      request: async (asked: Parameters<typeof request>[0]) => {
        if (++calls === 2) slack.behave({ failing: [[NOW + 1, 'ratelimited']] })
        return await request(asked)
      },
    }
    const told = toSend(notification({ reason: 'new-alerts' }))
    expect(await sendToSlack(read.settings, told, deps)).toMatchObject({ kind: 'ambiguous', reason: 'rateLimited' })
    slack.behave({})
    expect(await sendToSlack(read.settings, told, deps)).toMatchObject({ kind: 'arrived' })
    expect(slack.messages).toHaveLength(1)
    expect(slack.replies).toHaveLength(1)
  })

  test('to change a message is a failure', async () => {
    await open()
    await send('first')
    slack.behave({ failing: [[NOW + 1, 'internal_error']] })
    expect(await send('claim')).toMatchObject({ kind: 'refused', reason: 'serverError' })
  })

  test('of the token is the last attempt', async () => {
    await open({ failing: [[NOW + 1, 'token_revoked']] })
    expect(await send('first')).toMatchObject({ kind: 'dead', reason: 'authError' })
    expect(known).toBeUndefined()
  })
})
