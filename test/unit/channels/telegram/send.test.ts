import { afterEach, describe, expect, test } from 'vitest'
import { telegramKind } from '../../../../shared/channels/telegram/kind.ts'
import { telegramText } from '../../../../shared/channels/telegram/message.ts'
import { sendToTelegram } from '../../../../shared/channels/telegram/send.ts'
import type { Notification } from '../../../../shared/delivery/delivery.ts'
import { handClock } from '../../../contract/hand-clock.ts'
import { readTelegramHtml, startTelegram, type TelegramOptions } from '../../../fakes/telegram.ts'
import { testChat } from '../chat/properties.ts'
import { chatDeps, NOW, PAGE, sender, threeAlerts, toSend } from '../chat/story.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function open(more: Partial<TelegramOptions> = {}) {
  const clock = handClock(NOW)
  const bot = await startTelegram({ clock, token: '1:t0ken', chats: ['-100', '@alerts'], ...more })
  closing.push(bot.stop)
  const send = sender(telegramKind, sendToTelegram, clock)
  const given = { token: '1:t0ken', chatId: -100, url: bot.url }
  return { bot, send: (told?: Notification, other = {}) => send({ ...given, ...other }, told) }
}

const textOf = (told: Notification): string => telegramText(PAGE, toSend(told), chatDeps())

describe('a message', () => {
  test.each([-100, '-100', '@alerts'])('is taken by the chat %s, without a preview of its links', async (chatId) => {
    const { bot, send } = await open()
    expect(await send(threeAlerts(), { chatId })).toEqual({ kind: 'arrived', at: NOW })
    expect(bot.received).toMatchObject([{ chat: String(chatId), preview: false, found: [] }])
  })

  test('shows what is wrong, with labels that a touch copies', () => {
    const [title, , ...rest] = textOf(threeAlerts()).split('\n')
    expect(title).toBe('<b>🔴 FIRING: DiskFull</b>')
    expect(rest).toContain('🔴 <code>instance=db-2.eu.internal:9100, severity=critical</code>')
    expect(rest[rest.indexOf('<b>Labels</b>: <code>job=node</code>') + 2]).toMatch(
      /^<a href="https:\/\/tocsin\.example\.com\/incidents\/inc-1">Open the incident<\/a> · /,
    )
  })

  test('follows a group that became a supergroup', async () => {
    const { bot, send } = await open({ moved: { '-7': -100 } })
    expect(await send(undefined, { chatId: -7 })).toMatchObject({ kind: 'arrived' })
    expect(bot.received).toMatchObject([{ chat: '-100' }])
  })

  test('of more than 20 in a minute waits for as long as Telegram says', async () => {
    const { send } = await open()
    for (let sent = 0; sent < 20; sent++) expect(await send()).toMatchObject({ kind: 'arrived' })
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'rateLimited', retryAfterMs: 60_000 })
  })

  test.each([
    [{ chatId: -5 }, { kind: 'dead', reason: 'misconfigured' }],
    [{ chatId: -6 }, { kind: 'dead', reason: 'gone' }],
    [{ token: '1:other' }, { kind: 'dead', reason: 'authError' }],
  ])('to nobody is dead: %o', async (given, outcome) => {
    const { send } = await open({ closed: ['-6'] })
    expect(await send(undefined, given)).toMatchObject(outcome)
  })
})

const read = (html: string) => {
  const text = readTelegramHtml(html)
  if (typeof text === 'string') throw new Error(text)
  return text
}

testChat({
  write: textOf,
  marks: (html) => read(html).found,
  tooLarge: (html) => read(html).text.length > 4096,
  title: (html) => read(html).text,
  links: (html) => read(html).links.map(({ url }) => url),
})
