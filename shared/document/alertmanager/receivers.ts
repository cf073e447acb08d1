import { digest } from '../../base/hash.ts'
import type { Channel } from '../../config/config.ts'
import { type Problem, under } from '../../problem/problem.ts'
import type { SecretBox } from '../../secret/seal.ts'
import { makeChannel } from '../channels.ts'
import type { HttpConfig, Receiver, WebhookConfig } from './schema.ts'

/** Receivers of an alertmanager.yml as channels: `<receiver>/webhook/<index>`, each told on its own. */
export function receiverChannels(
  receivers: readonly Receiver[],
  shared: HttpConfig | undefined,
  current: readonly Channel[],
  secrets: SecretBox,
): { channels: Channel[]; problems: Problem[] } {
  const channels: Channel[] = []
  const problems: Problem[] = []
  for (const [place, { name, webhook_configs: webhooks = [] }] of receivers.entries()) {
    for (const [index, webhook] of webhooks.entries()) {
      const path = `receivers[${place}].webhook_configs[${index}]`
      const id = channelId(name, index)
      const stored = current.find((channel) => channel.id === id)
      if (stored !== undefined && stored.receiver === undefined) {
        problems.push({ path, message: `would become the channel ${id}, which is one of your own: rename that` })
        continue
      }
      const given = webhookSettings(webhook, webhook.http_config ?? shared)
      if (!given.ok) {
        problems.push(...under(path, [given.problem]))
        continue
      }
      const channel = {
        id,
        type: 'webhook',
        sendResolved: webhook.send_resolved,
        settings: given.settings,
        receiver: name,
      }
      const made = makeChannel(channel, stored, secrets)
      if (made.ok) channels.push(made.channel)
      else problems.push(...under(path, made.problems.map(upstreamPath)))
    }
  }
  return { channels, problems }
}

/**
 * Receivers may be named anything, ids of channels may not. A plain name stays as it is; another is made
 * readable and told apart by its hash, with a `/` that no plain name has.
 */
function channelId(receiver: string, index: number): string {
  if (/^(?=.*[A-Za-z0-9])[A-Za-z0-9._-]{1,60}$/.test(receiver)) return `${receiver}/webhook/${index}`
  const readable = receiver.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 40)
  return `${readable}/${digest([receiver], 12)}/webhook/${index}`
}

type Settings = { ok: true; settings: Record<string, unknown> } | { ok: false; problem: Problem }

function webhookSettings(webhook: WebhookConfig, http: HttpConfig | undefined): Settings {
  if (webhook.url === undefined)
    return { ok: false, problem: { path: 'url', message: 'missing URL in webhook config' } }
  const settings: Record<string, unknown> = { url: webhook.url }
  if (webhook.timeout) settings.timeoutMs = webhook.timeout
  if (webhook.max_alerts) settings.maxAlerts = webhook.max_alerts
  if (http === undefined) return { ok: true, settings }
  if ([http.basic_auth, http.authorization, http.bearer_token].filter((way) => way !== undefined).length > 1) {
    const message = 'at most one of basic_auth, authorization and bearer_token must be configured'
    return { ok: false, problem: { path: 'http_config', message } }
  }
  const { basic_auth: basic, authorization, bearer_token: token } = http
  if (basic) settings.basicAuth = without({ username: basic.username, password: basic.password })
  if (authorization)
    settings.authorization = without({ type: authorization.type, credentials: authorization.credentials })
  if (token !== undefined) settings.authorization = { type: 'Bearer', credentials: token }
  if (http.http_headers !== undefined) {
    const headers = plainHeaders(http.http_headers)
    if (headers === undefined) {
      const message = 'is supported with exactly one entry in `values` for each header, and nothing else'
      return { ok: false, problem: { path: 'http_config.http_headers', message } }
    }
    settings.headers = headers
  }
  return { ok: true, settings }
}

/** `{X-Team: {values: [ops]}}`; upstream's `secrets` and `files` have no counterpart here. */
function plainHeaders(given: unknown): Record<string, string> | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined
  const headers: [string, string][] = []
  for (const [name, header] of Object.entries(given as Record<string, { values?: unknown } | null | undefined>)) {
    const values = header?.values
    if (!Array.isArray(values) || values.length !== 1 || Object.keys(header ?? {}).length !== 1) return undefined
    if (typeof values[0] !== 'string') return undefined
    headers.push([name, values[0]])
  }
  return Object.fromEntries(headers)
}

/** A missing credential is then reported as required, not as being undefined. */
function without(given: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

const UPSTREAM_NAMES: readonly (readonly [string, string])[] = [
  ['basicAuth', 'http_config.basic_auth'],
  ['authorization', 'http_config.authorization'],
  ['headers', 'http_config.http_headers'],
  ['timeoutMs', 'timeout'],
  ['maxAlerts', 'max_alerts'],
]

function upstreamPath({ path, message }: Problem): Problem {
  const renamed = UPSTREAM_NAMES.find(([ours]) => path === ours || path.startsWith(`${ours}.`))
  return { path: renamed === undefined ? path : renamed[1] + path.slice(renamed[0].length), message }
}
