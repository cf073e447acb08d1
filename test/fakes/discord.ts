import { type Millis, SECOND } from '../../shared/base/time.ts'
import { type Provider, type ProviderAnswer, type ProviderOptions, parseJson, startProvider } from './provider.ts'

/*
 * A webhook of Discord, as the documentation describes the webhook
 * (https://discord.com/developers/docs/resources/webhook#execute-webhook).
 */

export interface DiscordTaken {
  content: string
  embeds: DiscordEmbed[]
  /** Whether the message may call people. */
  calls: boolean
  /** Ids of the people whom the message calls: allowed, and in the text. */
  called: string[]
}

export interface DiscordEmbed {
  title?: string
  color?: number
  description?: string
  fields?: { name: string; value: string; inline?: boolean }[]
}

export interface DiscordOptions extends Omit<ProviderOptions<DiscordTaken>, 'answer' | 'errorBody'> {
  id: string
  token: string
}

const PER_WINDOW = 5
const WINDOW_MS = 2 * SECOND

export async function startDiscord({ id, token, ...options }: DiscordOptions): Promise<Provider<DiscordTaken>> {
  let sent: Millis[] = []
  return await startProvider({
    ...options,
    errorBody: () => ({ message: 'Internal Server Error', code: 0 }),
    answer: ({ method, path, headers, text, now, failing }) => {
      const { pathname, searchParams } = new URL(path, 'http://localhost')
      const [, givenId, givenToken] = /^\/api\/webhooks\/(\d+)\/([\w-]+)$/.exec(pathname) ?? []
      if (method !== 'POST' || givenId !== id) return refuse(404, 10015, 'Unknown Webhook')
      if (givenToken !== token) return refuse(401, 50027, 'Invalid Webhook Token')
      if (!/^application\/json/.test(headers['content-type'] ?? '')) return refuse(400, 50035, 'Invalid Form Body')
      const message = parseJson(text) as Record<string, unknown> | undefined
      if (message === undefined) return refuse(400, 50109, 'The request body contains invalid JSON.')
      const {
        content = '',
        embeds = [],
        allowed_mentions,
      } = message as unknown as DiscordTaken & {
        allowed_mentions?: { parse?: unknown[]; users?: string[] }
      }
      const { parse, users = [] } = allowed_mentions ?? {}
      if (users.length > 100 || !users.every((id) => /^\d{15,21}$/.test(id)))
        return refuse(400, 50035, 'Invalid Form Body')
      if (content === '' && embeds.length === 0) return refuse(400, 50006, 'Cannot send an empty message')
      if (!hasRoom(content, embeds)) return refuse(400, 50035, 'Invalid Form Body')
      sent = sent.filter((at) => at > now - WINDOW_MS)
      if (sent.length >= PER_WINDOW) {
        const retry_after = (sent[0]! + WINDOW_MS - now) / SECOND
        const headers = { 'retry-after': String(Math.ceil(retry_after)) }
        const body = { message: 'You are being rate limited.', retry_after, global: false }
        return { status: 429, body, headers, refused: '429' }
      }
      if (failing !== undefined) return refuse(400, Number(failing), 'failing')
      sent.push(now)
      const called = users.filter((user) => content.includes(`<@${user}>`))
      const kept = [{ content, embeds, calls: parse?.length !== 0, called }]
      const saved = searchParams.get('wait') === 'true'
      const limits = {
        'x-ratelimit-limit': String(PER_WINDOW),
        'x-ratelimit-remaining': String(PER_WINDOW - sent.length),
        'x-ratelimit-reset-after': String((sent[0]! + WINDOW_MS - now) / SECOND),
      }
      if (!saved) return { status: 204, headers: limits, body: '', kept }
      return { status: 200, headers: limits, body: { id: '1', type: 0, content }, kept }
    },
  })
}

function refuse(status: number, code: number, message: string): ProviderAnswer<DiscordTaken> {
  return { status, body: { message, code }, refused: String(code) }
}

function hasRoom(content: string, embeds: readonly DiscordEmbed[]): boolean {
  const length = ({ title = '', description = '', fields = [] }: DiscordEmbed): number =>
    title.length + description.length + fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0)
  return (
    content.length <= 2000 &&
    embeds.length <= 10 &&
    embeds.reduce((sum, embed) => sum + length(embed), 0) <= 6000 &&
    embeds.every(({ title = '', description = '', fields = [] }) => {
      const right = fields.every(({ name, value }) => inside(name, 256) && inside(value, 1024))
      return title.length <= 256 && description.length <= 4096 && fields.length <= 25 && right
    })
  )
}

function inside(text: string, most: number): boolean {
  return text.length > 0 && text.length <= most
}
