import { type Millis, SECOND } from '../../shared/base/time.ts'
import { type Provider, type ProviderAnswer, type ProviderOptions, parseJson, startProvider } from './provider.ts'

/*
 * A channel of Slack, with one incoming webhook and the two methods of the API that a bot uses, as the documentation
 * describes them (https://docs.slack.dev/reference/methods/chat.postMessage and chat.update).
 */

export interface SlackTaken {
  method: 'webhook' | 'chat.postMessage' | 'chat.update'
  body: SlackBody
}

export interface SlackBody {
  text?: string
  attachments?: { color?: string; blocks?: SlackBlock[] }[]
  channel?: string
  ts?: string
  thread_ts?: string
  reply_broadcast?: boolean
}

export interface SlackBlock {
  type: string
  text?: SlackText
  fields?: SlackText[]
  elements?: SlackText[]
}

interface SlackText {
  type: string
  text: string
  verbatim?: boolean
}

/** A message as the channel shows it now. */
export interface SlackShown extends SlackBody {
  id: string
}

export interface Slack extends Provider<SlackTaken> {
  /** Messages in the channel, without those in threads. */
  messages: SlackShown[]
  /** Messages below others: the id of the upper one, and whether the channel shows the message too. */
  replies: { below: string; text: string; broadcast: boolean }[]
  /** A person removes a message. */
  remove(id: string): void
}

export interface SlackOptions extends Omit<ProviderOptions<SlackTaken>, 'answer' | 'errorBody'> {
  /** Path of the incoming webhook. */
  hook?: string
  token?: string
  /** Name and id of the channel, of which the bot is a member. */
  channel?: { name: string; id: string }
}

export async function startSlack(options: SlackOptions): Promise<Slack> {
  const { hook = '/services/T0/B0/x', token = 'xoxb-1', channel = { name: '#alerts', id: 'C1' } } = options
  const messages: SlackShown[] = []
  const replies: Slack['replies'] = []
  let count = 0
  let lastAt = Number.NEGATIVE_INFINITY

  const tooFast = (now: Millis): boolean => {
    if (now - lastAt < SECOND) return true
    lastAt = now
    return false
  }
  const webhook = (body: SlackBody | undefined, now: Millis, failing?: string): ProviderAnswer<SlackTaken> => {
    const wrong = body === undefined ? 'invalid_payload' : bodyProblem(body)
    if (wrong !== undefined) return { status: 400, body: wrong, refused: wrong }
    if (tooFast(now)) return { status: 429, body: 'rate_limited', headers: { 'retry-after': '1' }, refused: '429' }
    if (failing !== undefined) return { status: 400, body: failing, refused: failing }
    messages.push({ id: String(count++), ...body })
    return { status: 200, body: 'ok', kept: [{ method: 'webhook', body: body! }] }
  }
  const postMessage = (body: SlackBody): { ok: true; channel: string; ts: string } | string => {
    if (body.channel !== channel.id && body.channel !== channel.name) return 'channel_not_found'
    const ts = `1768377870.${String(count++).padStart(6, '0')}`
    const { thread_ts, text = '', reply_broadcast = false } = body
    if (thread_ts === undefined) messages.push({ id: ts, ...body })
    else replies.push({ below: thread_ts, text, broadcast: reply_broadcast })
    return { ok: true, channel: channel.id, ts }
  }
  const update = (body: SlackBody): { ok: true; channel: string; ts: string } | string => {
    if (body.channel !== channel.id) return 'channel_not_found'
    const at = messages.findIndex(({ id }) => id === body.ts)
    if (at < 0) return 'message_not_found'
    messages[at] = { id: body.ts!, ...body }
    return { ok: true, channel: channel.id, ts: body.ts! }
  }

  const server = await startProvider<SlackTaken>({
    ...options,
    errorBody: () => 'failing',
    answer: ({ method: verb, path, headers, text, now, failing }) => {
      const body = parseJson(text) as SlackBody | undefined
      if (verb !== 'POST') return { status: 404, body: 'no_service', refused: 'no_service' }
      if (path === hook) return webhook(body, now, failing)
      const [, method] = /^\/api\/(chat\.postMessage|chat\.update)$/.exec(path) ?? []
      if (method === undefined) return { status: 404, body: 'no_service', refused: 'no_service' }
      if (headers.authorization !== `Bearer ${token}`) return refuse('invalid_auth')
      if (!/^application\/json; charset=utf-8$/.test(headers['content-type'] ?? '')) return refuse('invalid_post_type')
      const wrong = body === undefined ? 'invalid_json' : bodyProblem(body)
      if (wrong !== undefined) return refuse(wrong)
      if (failing !== undefined) return refuse(failing)
      const done = method === 'chat.update' ? update(body!) : postMessage(body!)
      if (typeof done === 'string') return refuse(done)
      const kept = [{ method: method as SlackTaken['method'], body: body! }]
      return { status: 200, body: { ...done, message: {} }, kept }
    },
  })
  const remove = (id: string): void => {
    const at = messages.findIndex((message) => message.id === id)
    messages.splice(at, 1)
  }
  return { ...server, messages, replies, remove }
}

function refuse(error: string): ProviderAnswer<SlackTaken> {
  return { status: 200, body: { ok: false, error }, refused: error }
}

const TEXT_CHARS = 40_000
const SUM_CHARS = 13_000

function bodyProblem({ text = '', attachments = [] }: SlackBody): string | undefined {
  const blocks = attachments.flatMap((attachment) => attachment.blocks ?? [])
  if (text === '' && blocks.length === 0) return 'no_text'
  if (text.length > TEXT_CHARS) return 'msg_too_long'
  if (attachments.length > 100) return 'too_many_attachments'
  if (blocks.length > 50 || !blocks.every(isBlock)) return 'invalid_blocks'
  return blockTexts(blocks).reduce((sum, one) => sum + one.length, 0) > SUM_CHARS ? 'msg_blocks_too_long' : undefined
}

function isBlock({ type, text, fields, elements }: SlackBlock): boolean {
  if (type === 'context')
    return elements !== undefined && elements.length <= 10 && elements.every((one) => isText(one, 3000))
  if (type !== 'section' || (text === undefined && fields === undefined)) return false
  return (
    (text === undefined || isText(text, 3000)) &&
    (fields ?? []).length <= 10 &&
    (fields ?? []).every((one) => isText(one, 2000))
  )
}

function isText({ type, text }: SlackText, most: number): boolean {
  return type === 'mrkdwn' && typeof text === 'string' && text.length > 0 && text.length <= most
}

/** Every text of the blocks, in order. */
export function blockTexts(blocks: readonly SlackBlock[]): string[] {
  return blocks.flatMap(({ text, fields = [], elements = [] }) =>
    [...(text === undefined ? [] : [text]), ...fields, ...elements].map((one) => one.text),
  )
}

/** What Slack makes of a text with its markup, besides text. */
export function readMrkdwn(mrkdwn: string): { links: string[]; calls: string[]; marks: string[] } {
  const all = (pattern: RegExp, text = mrkdwn): string[] => [...text.matchAll(pattern)].map(([whole]) => whole)
  const angled = all(/<[^>]*>/g)
  const rest = mrkdwn
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
  return {
    links: angled
      .filter((one) => !/^<[@#!]/.test(one))
      .map((one) => one.slice(1, -1).split('|')[0]!.replaceAll('&amp;', '&')),
    calls: angled.filter((one) => /^<[@#!]/.test(one)),
    marks: [
      ...all(/(?<![\p{L}\p{N}])([*_~])(?=\S)[^\n*_~]*?\S\1(?![\p{L}\p{N}])/gu, rest),
      ...all(/`/g, rest),
      ...all(/:(?!\d+:)[\w+'-]{1,100}:/g, rest),
      ...all(/[a-z][a-z0-9+.-]*:\/\/\S/gi, rest),
      ...all(/^>/gm, rest),
    ],
  }
}
