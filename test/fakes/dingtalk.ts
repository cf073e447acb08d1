import { createHmac } from 'node:crypto'
import { HOUR, MINUTE, type Millis } from '../../shared/base/time.ts'
import { type Provider, type ProviderAnswer, type ProviderOptions, parseJson, startProvider } from './provider.ts'

/*
 * A group of DingTalk with one custom robot, as the documentation describes the robot
 * (https://open.dingtalk.com/document/orgapp/custom-robot-access).
 */

export interface DingTalkTaken {
  title: string
  text: string
  /** Ids and numbers of the members whom the message calls: in `at`, and in the text. */
  called: string[]
}

export interface DingTalkOptions extends Omit<ProviderOptions<DingTalkTaken>, 'answer' | 'errorBody'> {
  token: string
  /** Protections of the robot; absent: none. */
  secret?: string
  keyword?: string
}

const BYTES = 20_000
const PER_MINUTE = 20
const PUNISHED_MS = 10 * MINUTE

const TEXTS: Record<number, string> = {
  [-1]: 'system busy',
  0: 'ok',
  130101: 'send too fast, exceed 20 times per minute',
  300005: 'token is not exist',
  310000: 'sign not match, or keywords not in content',
  40035: 'missing json parameter',
  400105: 'unsupported msgtype',
  43002: 'a POST is needed',
  43004: 'the content-type is wrong',
  460101: 'message too long, exceed 20000 bytes',
}

export async function startDingTalk(options: DingTalkOptions): Promise<Provider<DingTalkTaken>> {
  const { token, secret, keyword = '' } = options
  let sent: Millis[] = []
  let blockedUntil = 0
  return await startProvider({
    ...options,
    errorBody: () => answerOf(-1).body,
    answer: ({ method, path, headers, text, now, failing }) => {
      const url = new URL(path, 'http://localhost')
      if (method !== 'POST') return answerOf(43002)
      if (url.pathname !== '/robot/send' || url.searchParams.get('access_token') !== token) return answerOf(300005)
      if (!/^application\/json/.test(headers['content-type'] ?? '')) return answerOf(43004)
      if (secret !== undefined && !isSigned(url.searchParams, secret, now)) return answerOf(310000)
      if (Buffer.byteLength(text) > BYTES) return answerOf(460101)
      const message = parseJson(text) as { msgtype?: unknown; markdown?: Record<string, unknown>; at?: unknown }
      if (message?.msgtype !== 'markdown') return answerOf(400105)
      const { title, text: content } = message.markdown ?? {}
      if (!isText(title) || !isText(content)) return answerOf(40035)
      if (!`${title}${content}`.includes(keyword)) return answerOf(310000)
      sent = sent.filter((at) => at > now - MINUTE)
      if (sent.length >= PER_MINUTE) blockedUntil = now + PUNISHED_MS
      if (now < blockedUntil) return answerOf(130101)
      if (failing !== undefined) return answerOf(Number(failing))
      sent.push(now)
      const { atUserIds = [], atMobiles = [] } = (message.at ?? {}) as { atUserIds?: string[]; atMobiles?: string[] }
      const called = [...atUserIds, ...atMobiles].filter((name) => content.includes(`@${name}`))
      return { ...answerOf(0), kept: [{ title, text: content, called }] }
    },
  })
}

/** Every answer has the status 200. */
function answerOf(code: number): ProviderAnswer<DingTalkTaken> {
  const refused = code === 0 ? {} : { refused: String(code) }
  return { status: 200, body: { errcode: code, errmsg: TEXTS[code] ?? 'unknown' }, ...refused }
}

function isSigned(query: URLSearchParams, secret: string, now: Millis): boolean {
  const timestamp = query.get('timestamp') ?? ''
  const expected = createHmac('sha256', secret)
    .update(Buffer.from(`${timestamp}\n${secret}`))
    .digest('base64')
  return Math.abs(now - Number(timestamp)) < HOUR && query.get('sign') === expected
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
