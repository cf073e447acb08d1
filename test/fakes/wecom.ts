import { MINUTE, type Millis } from '../../shared/base/time.ts'
import { type Provider, type ProviderAnswer, type ProviderOptions, parseJson, startProvider } from './provider.ts'

/*
 * A group of WeCom with one robot, as the documentation describes the robot
 * (https://developer.work.weixin.qq.com/document/path/91770).
 */

export interface WeComTaken {
  content: string
  /** Members that the message calls. */
  called: string[]
}

export interface WeComOptions extends Omit<ProviderOptions<WeComTaken>, 'answer' | 'errorBody'> {
  key: string
}

const BYTES = 4096
const PER_MINUTE = 20

export async function startWeCom({ key, ...options }: WeComOptions): Promise<Provider<WeComTaken>> {
  let sent: Millis[] = []
  return await startProvider({
    ...options,
    errorBody: () => answerOf(-1, 'system busy').body,
    answer: ({ method, path, text, now, failing }) => {
      const url = new URL(path, 'http://localhost')
      if (method !== 'POST' || url.pathname !== '/cgi-bin/webhook/send' || url.searchParams.get('key') !== key) {
        return answerOf(93000, 'invalid webhook url')
      }
      const message = parseJson(text) as { msgtype?: unknown; markdown?: { content?: unknown } } | undefined
      if (message?.msgtype !== 'markdown') return answerOf(40008, 'invalid message type')
      const { content } = message.markdown ?? {}
      if (typeof content !== 'string' || content === '') return answerOf(44004, 'empty content')
      if (Buffer.byteLength(content) > BYTES) return answerOf(45002, 'content size out of limit')
      sent = sent.filter((at) => at > now - MINUTE)
      if (sent.length >= PER_MINUTE) return answerOf(45009, 'api freq out of limit')
      if (failing !== undefined) return answerOf(Number(failing), 'failing')
      sent.push(now)
      const called = [...content.matchAll(/<@([^>]*)>/g)].map(([, id = '']) => id)
      return { ...answerOf(0, 'ok'), kept: [{ content, called }] }
    },
  })
}

function answerOf(errcode: number, errmsg: string): ProviderAnswer<WeComTaken> {
  return { status: 200, body: { errcode, errmsg }, ...(errcode === 0 ? {} : { refused: String(errcode) }) }
}
