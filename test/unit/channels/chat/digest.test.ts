import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ToSend } from '../../../../shared/channel/send.ts'
import { dingTalkKind } from '../../../../shared/channels/dingtalk/kind.ts'
import { dingTalkMessage } from '../../../../shared/channels/dingtalk/message.ts'
import { larkKind } from '../../../../shared/channels/lark/kind.ts'
import { larkMessage } from '../../../../shared/channels/lark/message.ts'
import { slackKind } from '../../../../shared/channels/slack/kind.ts'
import { slackMessage } from '../../../../shared/channels/slack/message.ts'
import { telegramKind } from '../../../../shared/channels/telegram/kind.ts'
import { telegramText } from '../../../../shared/channels/telegram/message.ts'
import { weComKind } from '../../../../shared/channels/wecom/kind.ts'
import { weComMessage } from '../../../../shared/channels/wecom/message.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import { alert } from '../email/story.ts'
import { anyMessage, chatDeps, hostileText, NOW, notification, PAGE, saying, threeAlerts, toSend } from './story.ts'

const url = 'https://chat.example/robot'
const bytes = (message: object): number => Buffer.byteLength(JSON.stringify(message))
const blocksOf = (message: object) =>
  (message as { attachments: { blocks: { text?: { text: string }; fields?: unknown[] }[] }[] }).attachments[0]!.blocks

type Write = (content: ToSend) => string | object
const CHATS: [name: string, most: number | undefined, write: Write, tooLarge: (message: never) => boolean][] = [
  [
    'dingtalk',
    dingTalkKind.rate?.({ url } as never, undefined)?.digest,
    (content) => dingTalkMessage(PAGE, content, chatDeps()),
    (message: object) => bytes(message) > 20_000,
  ],
  [
    'wecom',
    weComKind.rate?.({ url } as never, undefined)?.digest,
    (content) => weComMessage(PAGE, content, chatDeps()).markdown.content,
    (text: string) => Buffer.byteLength(text) > 4096,
  ],
  [
    'lark',
    larkKind.rate?.({ url } as never, undefined)?.digest,
    (content) => larkMessage(PAGE, content, chatDeps()),
    (message: object) => bytes(message) > 19_900,
  ],
  [
    'slack',
    slackKind.rate?.({ url } as never, undefined)?.digest,
    (content) => slackMessage(PAGE, content, chatDeps()),
    (message: object) => blocksOf(message).length > 50 || JSON.stringify(blocksOf(message)).length > 20_000,
  ],
  [
    'telegram',
    telegramKind.rate?.({ token: 't', chatId: 1 } as never, undefined)?.digest,
    (content) => telegramText(PAGE, content, chatDeps()),
    (text: string) => text.replace(/<[^>]*>/g, '').replace(/&\w+;|&#\d+;/g, '&').length > 4096,
  ],
]

const digestOf = (told: readonly Notification[]): ToSend => {
  const digest = told.map((one, index) => ({ id: `d${index}`, notification: one }))
  return toSend(told[0]!, { digest })
}
const named = (name: string, severity: string, more: Partial<Notification> = {}): Notification =>
  notification({
    groupLabels: { alertname: name },
    level: severity === 'critical' ? 'P1' : 'P3',
    alerts: [alert({ fingerprint: name, labels: { alertname: name, severity } })],
    ...more,
  })
const text = (message: string | object): string => (typeof message === 'string' ? message : JSON.stringify(message))

describe.each(CHATS)('a digest message of %s', (_name, most, write, tooLarge) => {
  test('tells of every notification, the worst first, with how many alerts there are', () => {
    const message = text(write(digestOf([named('Slow', 'warning'), named('Down', 'critical'), threeAlerts()])))
    const at = ['3 notifications in one message', 'Alerts', 'Down', 'Slow'].map((part) => message.indexOf(part))
    expect(at).toEqual(at.toSorted((one, other) => one - other))
    expect(at[0]).toBeGreaterThan(-1)
    expect(message).toContain('DiskFull')
    expect(message).toMatch(/Alerts\S{0,5}\W{0,5}5/)
    expect(message).toContain('https://tocsin.example.com/incidents/inc-1')
  })

  test('has room for as many notifications as the kind declares, and names each', () => {
    const long = 'x'.repeat(3000)
    const told = Array.from({ length: most ?? 0 }, (_, index) =>
      named(`N${String(index).padStart(3, '0')}-${long}`, 'warning'),
    )
    expect(told.length).toBeGreaterThan(5)
    const message = write(digestOf(told))
    expect(tooLarge(message as never)).toBe(false)
    for (const index of told.keys()) expect(text(message)).toContain(`N${String(index).padStart(3, '0')}`)
  })

  test('has room whatever the texts of alerts are', () => {
    const any = fc.array(fc.oneof(anyMessage, hostileText.map(saying)), {
      minLength: most ?? 2,
      maxLength: most ?? 2,
    })
    fc.assert(
      fc.property(any, (told) => {
        const message = write(digestOf(told))
        expect(tooLarge(message as never)).toBe(false)
        expect(text(message)).toContain(`${told.length} notifications in one message`)
        expect(text(message).isWellFormed()).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  test('says nothing of the time at which it is sent', () => {
    const content = digestOf([named('A', 'critical'), named('B', 'critical')])
    expect(write({ ...content, begunAt: NOW + 1000 })).toEqual(write(content))
  })
})
