import { describe, expect, test } from 'vitest'
import type { ToSend } from '../../../../shared/channel/send.ts'
import { dingTalkMessage } from '../../../../shared/channels/dingtalk/message.ts'
import { discordMessage } from '../../../../shared/channels/discord/message.ts'
import { larkMessage } from '../../../../shared/channels/lark/message.ts'
import { slackMessage } from '../../../../shared/channels/slack/message.ts'
import { teamsMessage } from '../../../../shared/channels/teams/message.ts'
import { telegramText } from '../../../../shared/channels/telegram/message.ts'
import { weComMessage } from '../../../../shared/channels/wecom/message.ts'
import { type User, userSchema } from '../../../../shared/people/user.ts'
import { chatDeps, NOW, notification, PAGE, threeAlerts, toSend } from './story.ts'

const chats = {
  ...{ dingtalk: 'kumer.1', wecom: 'kumer', lark: 'ou_1a2b', slack: 'U01AB2CD3' },
  ...{ discord: '123456789012345678', telegram: '12345', teams: 'kumer@example.net' },
}
const KUMER = userSchema.parse({ id: 'test01', name: 'Kumer', chats })
const ALICE = userSchema.parse({ id: 'test02', name: 'Alice', phone: '86-13811110002' })
const WRITTEN = { title: 'T', content: 'words' }

function told(users: User[], all = false, more: Partial<ToSend> = {}): ToSend {
  return toSend(threeAlerts(), { mention: { users, all }, ...more })
}

type Write = (settings: typeof PAGE, content: ToSend, deps: ReturnType<typeof chatDeps>) => unknown
const KINDS: [kind: string, write: Write, called: string[], all: string | undefined][] = [
  [
    'dingtalk',
    dingTalkMessage,
    ['@kumer.1 @13811110002"', '"atUserIds":["kumer.1"],"atMobiles":["13811110002"]'],
    '"isAtAll":true',
  ],
  ['wecom', weComMessage, ['<@kumer>'], undefined],
  ['lark', larkMessage, ['<at id=ou_1a2b></at>'], '<at id=all></at>'],
  ['slack', slackMessage, ['<@U01AB2CD3>'], '<!channel>'],
  ['discord', discordMessage, ['<@123456789012345678>', '"users":["123456789012345678"]'], '"parse":["everyone"]'],
  ['telegram', telegramText, ['<a href=\\"tg://user?id=12345\\">Kumer</a>'], undefined],
  ['teams', teamsMessage, ['"text":"<at>Kumer</at>","mentioned":{"id":"kumer@example.net","name":"Kumer"}'], undefined],
]

describe.each(KINDS)('a message into %s', (_kind, write, called, all) => {
  const text = (content: ToSend): string => JSON.stringify(write(PAGE, content, chatDeps()))

  test('calls the people whom the chat knows, in the built-in text and in the words of a template', () => {
    for (const rendered of [undefined, WRITTEN]) {
      const said = text(told([KUMER, ALICE], false, rendered && { rendered }))
      for (const name of called) expect(said).toContain(name)
    }
  })

  test('calls everybody where the chat can', () => {
    if (all !== undefined) expect(text(told([], true))).toContain(all)
  })

  test('calls nobody for an end, without names, or without room', () => {
    const plain = text(toSend(threeAlerts()))
    expect(text(told([]))).toBe(plain)
    const over = notification({ alerts: threeAlerts().alerts.map((alert) => ({ ...alert, endsAt: NOW })) })
    const mention = { users: [KUMER], all: true }
    expect(text(toSend(over, { mention }))).toBe(text(toSend(over)))
  })
})

test('a message without room for the names is sent without them', () => {
  const rendered = { title: '', content: 'x'.repeat(4090) }
  const { markdown } = weComMessage(PAGE, told([KUMER], false, { rendered }), chatDeps())
  expect(markdown.content).not.toContain('<@kumer>')
})
