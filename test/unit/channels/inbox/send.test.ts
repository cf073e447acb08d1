import { describe, expect, test } from 'vitest'
import { Unavailable } from '../../../../shared/base/unavailable.ts'
import type { SendDeps, ToSend } from '../../../../shared/channel/send.ts'
import { sendToInbox } from '../../../../shared/channels/inbox/send.ts'
import type { InboxMessage } from '../../../../shared/delivery/inbox-message.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import type { User } from '../../../../shared/people/user.ts'
import { alert, NOW, notification } from '../email/story.ts'

const KUMER: User = {
  ...{ id: 'test01', name: 'Kumer', enabled: true, phone: '86-13855550123', sms: false, voice: false },
  ...{ emails: ['kumer@example.net'], language: 'zh', timeZone: 'Asia/Shanghai' },
}

/** One attempt, with the messages that were kept. */
async function send(more: Partial<ToSend> = {}, failing?: Error) {
  const kept: [account: string, user: string, message: InboxMessage][] = []
  const deps = {
    clock: { now: () => NOW + 5 },
    inbox: {
      put: async (...message: (typeof kept)[number]) => {
        if (failing) throw failing
        kept.push(message)
      },
    },
  } as unknown as SendDeps
  const content = { id: 'g1-d1', account: 'acme', notification: notification(), giveUpAt: NOW + 10, begunAt: NOW }
  const outcome: Outcome = await sendToInbox({}, { ...content, recipient: KUMER, ...more }, deps)
  return { outcome, kept, message: kept[0]?.[2] }
}

describe('a message of the message centre', () => {
  test('is kept for the user, in the language and zone of the user', async () => {
    const { outcome, kept, message } = await send()
    expect(outcome).toEqual({ kind: 'arrived', at: NOW + 5 })
    expect(kept).toMatchObject([
      [
        'acme',
        'test01',
        { id: 'g1-d1', at: NOW, status: 'firing', level: 'P1', incident: 'inc-1', policy: 'databases' },
      ],
    ])
    expect(message?.title).toMatch(/^\[告警中:1\] P1 HostDown/)
    expect(message?.text).toContain('db-1 is down')
    expect(message?.text).toContain('2026-01-14 15:59:30 Asia/Shanghai')
    expect(JSON.stringify(kept)).not.toMatch(/Kumer|13855550123|example\.net/)
  })

  test('is English in UTC for a user who chose nothing', async () => {
    const { message } = await send({ recipient: { ...KUMER, language: 'en', timeZone: 'UTC' } })
    expect(message?.title).toMatch(/^\[FIRING:1\]/)
    expect(message?.text).toContain('2026-01-14 07:59:30 UTC')
  })

  test('has the words of a content template', async () => {
    const { message } = await send({ rendered: { title: 'T', content: 'the words' } })
    expect(message).toMatchObject({ title: 'T', text: 'the words' })
    expect((await send({ rendered: { content: 'the words' } })).message?.title).toMatch(/HostDown/)
  })

  test('is cut, and says how many alerts are left out', async () => {
    const alerts = Array.from({ length: 500 }, (_, index) =>
      alert({ fingerprint: `f${index}`, annotations: { summary: `${index}${'语'.repeat(900)}` } }),
    )
    const { message } = await send({ notification: notification({ alerts }) })
    expect(Buffer.byteLength(message?.text ?? '')).toBeLessThanOrEqual(16 * 1024)
    expect(message?.text).toMatch(/另有 4\d\d 条告警未显示/)
  })

  test('that a table does not answer for may be kept: the attempt is made again', async () => {
    const { outcome } = await send({}, new Unavailable('table', 'put', 'no answer'))
    expect(outcome).toMatchObject({ kind: 'ambiguous', reason: 'connection' })
  })

  test('without a user is dead', async () => {
    const { outcome, kept } = await send({ recipient: undefined })
    expect([outcome.kind, kept]).toEqual(['dead', []])
  })
})
