import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import { type Provider, type ProviderAnswer, type ProviderOptions, parseJson, startProvider } from './provider.ts'

/*
 * The Bot API of Telegram, limited to `sendMessage` in HTML, as its documentation describes the method
 * (https://core.telegram.org/bots/api#sendmessage).
 */

export interface TelegramTaken extends TelegramText {
  chat: string
  preview: boolean
}

export interface TelegramOptions extends Omit<ProviderOptions<TelegramTaken>, 'answer' | 'errorBody'> {
  token: string
  /** Chats of which the bot is a member. */
  chats: string[]
  /** Groups that became supergroups, with their new ids. */
  moved?: Record<string, number>
  /** Chats that threw the bot out. */
  closed?: string[]
}

const CHARS = 4096
const PER_MINUTE = 20

export async function startTelegram(options: TelegramOptions): Promise<Provider<TelegramTaken>> {
  const { token, chats, moved = {}, closed = [] } = options
  const sent = new Map<string, Millis[]>()
  return await startProvider({
    ...options,
    errorBody: (status) => ({ ok: false, error_code: status, description: 'Internal Server Error' }),
    answer: ({ method, path, headers, text, now, failing }) => {
      const [, given, called] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? []
      if (given === undefined || called !== 'sendMessage' || method !== 'POST') return refuse(404, 'Not Found')
      if (given !== token) return refuse(401, 'Unauthorized')
      if (!/^application\/json/.test(headers['content-type'] ?? ''))
        return refuse(400, 'Bad Request: message text is empty')
      const body = (parseJson(text) ?? {}) as Record<string, unknown>
      const chat = String(body.chat_id)
      const to = moved[chat]
      if (to !== undefined) {
        const description = 'group chat was upgraded to a supergroup chat'
        return refuse(400, `Bad Request: ${description}`, { migrate_to_chat_id: to })
      }
      if (closed.includes(chat)) return refuse(403, 'Forbidden: bot was kicked from the group chat')
      if (!chats.includes(chat)) return refuse(400, 'Bad Request: chat not found')
      if (body.parse_mode !== 'HTML') return refuse(400, "Bad Request: can't parse entities")
      const read = readTelegramHtml(String(body.text ?? ''))
      if (typeof read === 'string') return refuse(400, `Bad Request: can't parse entities: ${read}`)
      if (read.text.trim() === '') return refuse(400, 'Bad Request: message text is empty')
      if (read.text.length > CHARS) return refuse(400, 'Bad Request: message is too long')
      const lately = (sent.get(chat) ?? []).filter((at) => at > now - MINUTE)
      if (lately.length >= PER_MINUTE) {
        const retry_after = Math.ceil((lately[0]! + MINUTE - now) / SECOND)
        return refuse(429, `Too Many Requests: retry after ${retry_after}`, { retry_after })
      }
      if (failing !== undefined) return refuse(Number(failing), 'failing')
      sent.set(chat, [...lately, now])
      const options = body.link_preview_options as { is_disabled?: unknown } | undefined
      const kept = [{ ...read, chat, preview: options?.is_disabled !== true }]
      return { status: 200, body: { ok: true, result: { message_id: kept.length } }, kept }
    },
  })
}

function refuse(code: number, description: string, parameters?: object): ProviderAnswer<TelegramTaken> {
  const body = { ok: false, error_code: code, description, ...(parameters && { parameters }) }
  return { status: code, body, refused: `${code} ${description}` }
}

/** A text as Telegram shows the text. */
export interface TelegramText {
  text: string
  /** Parts of the text that are links by markup, with their addresses. */
  links: { text: string; url: string }[]
  code: string[]
  /** Parts that Telegram makes something of by itself, outside of links and code. */
  found: string[]
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }
const FOUND = /@\w+|#[\p{L}\p{N}_]+|(?<![\p{L}\p{N}/])\/\w+|[a-z][a-z0-9+.-]*:\/\/\S+|[\p{L}\p{N}-]+\.\p{L}{2,}/giu

/** The text, or the words of Telegram for a text that is no HTML of Telegram. */
export function readTelegramHtml(html: string): TelegramText | string {
  const open: { tag: string; from: number; url?: string }[] = []
  const read: TelegramText = { text: '', links: [], code: [], found: [] }
  let loose = ''
  for (const [token] of html.matchAll(/<[^>]*>?|&[^;\s]{0,10};?|[^<&]+/g)) {
    if (token.startsWith('<')) {
      const [, end, tag = '', url] = /^<(\/?)(b|i|u|s|a|code|pre)(?: href="([^"]*)")?>$/.exec(token) ?? []
      if (tag === '') return `Unsupported start tag "${token}"`
      const innermost = open.at(-1)
      if (end === '') open.push({ tag, from: read.text.length, url })
      else if (innermost?.tag !== tag) return `Unmatched end tag "${token}"`
      else {
        open.pop()
        const text = read.text.slice(innermost.from)
        if (tag === 'a') read.links.push({ text, url: (innermost.url ?? '').replaceAll('&amp;', '&') })
        if (tag === 'code' || tag === 'pre') read.code.push(text)
      }
      if (tag !== 'b') loose += '\n'
      continue
    }
    const entity = /^&(?:(\w+)|#(\d+));$/.exec(token)
    const text = token.startsWith('&')
      ? (ENTITIES[entity?.[1] ?? ''] ?? (entity?.[2] === undefined ? token : String.fromCodePoint(Number(entity[2]))))
      : token
    read.text += text
    if (!open.some(({ tag }) => tag !== 'b')) loose += text
  }
  if (open.length > 0) return "Can't find end tag"
  return { ...read, found: [...loose.matchAll(FOUND)].map(([found]) => found) }
}
