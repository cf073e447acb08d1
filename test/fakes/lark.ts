import { createHmac } from 'node:crypto'
import { HOUR, MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import { type Provider, type ProviderAnswer, type ProviderOptions, parseJson, startProvider } from './provider.ts'

/*
 * A group of Lark with one custom robot, as the documentation describes the robot
 * (https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot).
 */

export interface LarkTaken {
  card: LarkCard
}

export interface LarkCard {
  header: { template: string; title: { tag: string; content: string } }
  elements: Record<string, unknown>[]
}

export interface LarkOptions extends Omit<ProviderOptions<LarkTaken>, 'answer' | 'errorBody'> {
  token: string
  secret?: string
  keyword?: string
}

const BYTES = 20_000
const PER_SECOND = 5
const PER_MINUTE = 100
const TEMPLATES = [
  'blue',
  'wathet',
  'turquoise',
  'green',
  'yellow',
  'orange',
  'red',
  'carmine',
  'violet',
  'purple',
  'grey',
]
const TAGS = ['div', 'hr', 'note', 'action', 'img', 'markdown']

export async function startLark({
  token,
  secret,
  keyword = '',
  ...options
}: LarkOptions): Promise<Provider<LarkTaken>> {
  let sent: Millis[] = []
  return await startProvider({
    ...options,
    errorBody: () => ({ code: 2200, msg: 'internal error' }),
    answer: ({ method, path, text, now, failing }) => {
      const given = /^\/open-apis\/bot\/v2\/hook\/([^/?]+)$/.exec(path)?.[1]
      if (method !== 'POST' || given !== token)
        return refuse(19001, 'param invalid: incoming webhook access token invalid')
      if (Buffer.byteLength(text) > BYTES) return refuse(9499, 'Bad Request')
      const message = parseJson(text) as Record<string, unknown> | undefined
      if (secret !== undefined && !isSigned(message ?? {}, secret, now)) {
        return refuse(19021, 'sign match fail or timestamp is not within one hour from current time')
      }
      const card = message?.card as LarkCard | undefined
      if (message?.msg_type !== 'interactive' || !isCard(card)) return refuse(9499, 'Bad Request')
      if (!text.includes(keyword)) return refuse(19024, 'Key Words Not Found')
      sent = sent.filter((at) => at > now - MINUTE)
      if (sent.length >= PER_MINUTE || sent.filter((at) => at > now - SECOND).length >= PER_SECOND) {
        return refuse(11232, 'frequency limited')
      }
      if (failing !== undefined) return refuse(Number(failing), 'failing')
      sent.push(now)
      const body = { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' }
      return { status: 200, body, kept: [{ card }] }
    },
  })
}

function refuse(code: number, msg: string): ProviderAnswer<LarkTaken> {
  return { status: 200, body: { code, msg, data: {} }, refused: String(code) }
}

function isSigned({ timestamp, sign }: Record<string, unknown>, secret: string, now: Millis): boolean {
  const expected = createHmac('sha256', Buffer.from(`${timestamp}\n${secret}`)).digest('base64')
  return typeof timestamp === 'string' && Math.abs(now - Number(timestamp) * SECOND) < HOUR && sign === expected
}

function isCard(card: LarkCard | undefined): card is LarkCard {
  const { header, elements } = card ?? {}
  if (header?.title?.tag !== 'plain_text' || typeof header.title.content !== 'string') return false
  return TEMPLATES.includes(header.template) && Array.isArray(elements) && elements.every(isElement)
}

function isElement({ tag, text, fields, elements, actions }: Record<string, unknown>): boolean {
  if (tag === 'div') return isText(text) || (Array.isArray(fields) && fields.every(({ text }) => isText(text)))
  if (tag === 'note') return Array.isArray(elements) && elements.every(isText)
  if (tag === 'action')
    return Array.isArray(actions) && actions.every(({ text, url }) => isText(text) && URL.canParse(url))
  return TAGS.includes(String(tag))
}

function isText(text: unknown): boolean {
  const { tag, content } = (text ?? {}) as Record<string, unknown>
  return (tag === 'lark_md' || tag === 'plain_text') && typeof content === 'string' && content !== ''
}
