import { expect, test } from 'vitest'
import { alertmanagerTelegramKind as kind } from '../../../../shared/channels/alertmanager-telegram/kind.ts'
import { sendAlertmanagerTelegram as send } from '../../../../shared/channels/alertmanager-telegram/send.ts'
import { attempt } from '../alertmanager/story.ts'

const base = { bot_token: '1:a', chat_id: -100 }
const message = '<b>{{ print "<&" }}</b>'
const OK = [{ body: { ok: true } }]

test.each<[mode: string | undefined, text: string]>([
  [undefined, '<b>&lt;&amp;</b>'],
  ['HTML', '<b>&lt;&amp;</b>'],
  ['', '<b><&</b>'],
  ['MarkdownV2', '<b><&</b>'],
])('with parse_mode %j values are escaped as the markup wants', async (mode, text) => {
  const settings = { ...base, message, ...(mode !== undefined && { parse_mode: mode }) }
  const { requests, bodies } = await attempt(kind, send, settings, { answers: OK })
  expect(requests[0]!.url).toBe('https://api.telegram.org/bot1:a/sendMessage')
  const markup = mode === '' ? {} : { parse_mode: mode ?? 'HTML' }
  expect(bodies).toEqual([{ chat_id: '-100', text, disable_web_page_preview: 'true', ...markup }])
})

test('a text that is too long is cut, and HTML is replaced', async () => {
  const long = 'x'.repeat(5000)
  const plain = await attempt(
    kind,
    send,
    { ...base, message: long, parse_mode: '', message_thread_id: 7 },
    { answers: OK },
  )
  expect(plain.bodies).toMatchObject([{ text: `${'x'.repeat(4095)}…`, message_thread_id: '7' }])
  const html = await attempt(kind, send, { ...base, message: long, disable_notifications: true }, { answers: OK })
  expect(html.bodies).toMatchObject([
    { text: expect.stringContaining('4096 characters'), disable_notification: 'true' },
  ])
})
