import { readFileSync } from 'node:fs'
import { CHATS } from '../../functions/api/console/messages/chats.ts'
import type { ReaderSettings } from '../../shared/channels/chat/write.ts'
import type { Notification } from '../../shared/delivery/delivery.ts'
import type { User } from '../../shared/people/user.ts'
import { mailPage, phonePage } from './letters.ts'
import { withSigns } from './signs.ts'
import { DEPS, STATES, toSend, waiting } from './story.ts'

/** A page that a picture shows. */
export interface Shown {
  name: string
  html: string
  width: number
  scheme: 'light' | 'dark'
}

type Language = 'en' | 'zh'
const SCHEMES = ['light', 'dark'] as const
const LANGUAGES = ['en', 'zh'] as const

const CHAT_WIDTH = 560
const PAIR_WIDTH = 900
const MAIL_WIDTHS = [800, 360]

/** The preview of the console draws the messages; light and dark are chosen by the browser, as in the chats. */
const STYLES = `${readFileSync(new URL('../../functions/api/console/page/assets/messages.css', import.meta.url), 'utf8')}
:root { color-scheme: light dark }
* { box-sizing: border-box }
body { margin: 0; padding: 16px; background: light-dark(#fff, #1a1d21); font-family: "Noto Sans", "Noto Sans CJK SC", sans-serif }
.shown { margin: 0; max-width: none } .shown > div { border: 0; margin: -16px; padding: 16px; border-radius: 0 } .shown a { text-decoration: none }
.sign { display: inline-block; width: 13px; height: 13px; border-radius: 50%; vertical-align: -1px; color: #fff; font: 10px/13px sans-serif; text-align: center }
.pair { display: grid; grid-template-columns: 380px 1fr; gap: 24px } .pair > div { border: 1px solid #ddd; border-radius: 10px; padding: 16px } .pair > div:first-child { padding: 0; font-size: 14px } .pair > div:first-child > div { padding: 12px }
`

const KINDS = Object.keys(CHATS).filter((kind) => kind !== 'feishu')

function chat(kind: string, settings: ReaderSettings, content: ReturnType<typeof toSend>): string {
  return `<div class="shown">${CHATS[kind]!(settings, content, DEPS)}</div>`
}

const chats = {
  slack: 'U01MEI2CD3',
  dingtalk: 'mei',
  wecom: 'mei',
  lark: 'ou_mei',
  discord: '123456789012345678',
  telegram: '12345',
  teams: 'mei@example.com',
}
const MEI = { id: 'mei-liu', name: 'Mei', enabled: true, chats } as unknown as User

const reader = (language: Language): ReaderSettings => ({ language, timeZone: 'Asia/Shanghai', details: 'claim' })

/** The pictures of docs, by the names of their pages. */
export const IN_DOCS: readonly string[] = [
  ...['mail-and-chat', 'email-firing-en-light-800', 'email-firing-zh-dark-360', 'email-resolved-zh-light-360'],
  ...['slack-firing-en-light', 'slack-digest-en-light', 'dingtalk-firing-zh-light', 'wecom-single-zh-light'],
  ...['lark-resolved-zh-light', 'teams-firing-en-dark', 'discord-claimed-en-dark', 'telegram-firing-en-light'],
]

/** Every message in every state, language, scheme and width. */
export async function everyPage(): Promise<Shown[]> {
  const pages: Shown[] = []
  for (const language of LANGUAGES) {
    for (const scheme of SCHEMES) {
      const states = Object.entries(STATES).map(([state, of]): [string, Notification] => [state, of(language)])
      for (const [state, told] of states) {
        for (const kind of KINDS) pages.push(chatPage(kind, state, told, language, scheme))
        pages.push(...(await mailPages(state, told, language, scheme)))
      }
      for (const kind of KINDS) pages.push(digestPage(kind, language, scheme))
      pages.push(phone(language, scheme))
    }
  }
  pages.push(await pair())
  return pages
}

/** A mail on a phone beside a message into a chat, for readers in a hurry. */
async function pair(): Promise<Shown> {
  const told = toSend(STATES.firing!('en'))
  const [, mail = ''] = /<body[^>]*>([\s\S]*)<\/body>/.exec(await mailPage(reader('en'), told)) ?? []
  const body = `<div class="pair"><div>${mail}</div><div>${chat('slack', reader('en'), told)}</div></div>`
  return page('mail-and-chat', body, 'light', PAIR_WIDTH)
}

function page(name: string, body: string, scheme: Shown['scheme'], width = CHAT_WIDTH): Shown {
  const html = `<!DOCTYPE html><meta charset="utf-8"><style>${STYLES}</style><body>${withSigns(body)}</body>`
  return { name, html, width, scheme }
}

function chatPage(kind: string, state: string, told: Notification, language: Language, scheme: Shown['scheme']): Shown {
  const mention = { users: [MEI], all: false }
  const body = chat(kind, reader(language), toSend(told, state === 'firing' ? { mention } : {}))
  return page(`${kind}-${state}-${language}-${scheme}`, body, scheme)
}

function digestPage(kind: string, language: Language, scheme: Shown['scheme']): Shown {
  const [first, ...rest] = waiting(language).map((told) => ({ id: told.groupKey, notification: told }))
  const body = chat(kind, reader(language), toSend(first!.notification, { digest: [first!, ...rest] }))
  return page(`${kind}-digest-${language}-${scheme}`, body, scheme)
}

async function mailPages(
  state: string,
  told: Notification,
  language: Language,
  scheme: Shown['scheme'],
): Promise<Shown[]> {
  const html = await mailPage(reader(language), toSend(told))
  return MAIL_WIDTHS.map((width) => ({ name: `email-${state}-${language}-${scheme}-${width}`, html, width, scheme }))
}

function phone(language: Language, scheme: Shown['scheme']): Shown {
  const told = STATES.firing!(language)
  return page(`sms-firing-${language}-${scheme}`, phonePage(reader(language), toSend(told)), scheme, 360)
}
