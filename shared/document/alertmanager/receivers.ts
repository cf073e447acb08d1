import { isDeepStrictEqual } from 'node:util'
import { digest } from '../../base/hash.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Channel, Receiver } from '../../config/config.ts'
import { type Problem, quoted, under } from '../../problem/problem.ts'
import type { SecretBox } from '../../secret/seal.ts'
import { MASKED } from '../../settings/secrets.ts'
import { ANY_NAME, type Names, readList } from '../reading/list.ts'
import { type EntryResult, isEmpty, isMapping, readMapping } from '../reading/mapping.ts'
import { makeChannel } from '../sections/channels.ts'
import { nameLabelProblems, receiverOf } from '../sections/receivers.ts'
import { type HttpSettings, loginSettings, readHttpConfig } from './http-config.ts'
import { receiver, type Webhook, webhook } from './schema.ts'
import { isTemplate } from './warnings.ts'
import { canonicalUrl } from './webhook-url.ts'

interface ReadReceivers {
  receivers: Receiver[]
  channels: Channel[]
  /** The receivers' names, for the routes. */
  names: Names
  /** The ids of the channels, with the ids of refused webhooks. */
  channelNames: Names
  /** Paths begin at the document. */
  problems: Problem[]
}

interface Context {
  /** Settings from `http_config` of the whole file, for webhooks without `http_config` of their own. */
  shared: HttpSettings
  current: readonly Channel[]
  secrets: SecretBox
  /** Filled with the id of every webhook. */
  ids: Set<string>
}

/**
 * Receivers of an alertmanager.yml as channels named `<receiver>/webhook/<index>`. Every channel is told separately.
 */
export function readReceivers(
  given: unknown,
  shared: HttpSettings,
  current: readonly Channel[],
  secrets: SecretBox,
): ReadReceivers {
  const ids = new Set<string>()
  const repeated = (name: string) => `notification config name ${quoted(name)} is not unique`
  const options = { limit: LIMITS.receivers, nameField: 'name', repeated } as const
  const context = { shared, current, secrets, ids }
  const list = readList(given, options, (entry) => readReceiver(entry, context))
  return {
    receivers: list.entries.map(({ value }) => value.receiver),
    channels: list.entries.flatMap(({ value }) => value.channels),
    names: list.names,
    channelNames: list.names === ANY_NAME ? ANY_NAME : ids,
    problems: under('receivers', list.problems),
  }
}

function readReceiver(given: unknown, context: Context): EntryResult<{ receiver: Receiver; channels: Channel[] }> {
  const { partial, problems } = readMapping(receiver, given)
  const { name = '', labels } = partial
  problems.push(...nameLabelProblems(given))
  const channels: Channel[] = []
  for (const [index, entry] of (partial.webhook_configs ?? []).entries()) {
    // One more than the limit is enough to refuse the file.
    if (context.ids.size > LIMITS.channels) break
    // A receiver without a readable name is refused; the webhooks are still read for their problems.
    const read = readWebhook(entry, name, index, context)
    if (read.ok) channels.push(read.value)
    else problems.push(...under(`webhook_configs[${index}]`, read.problems))
  }
  return problems.length === 0
    ? { ok: true, value: { receiver: receiverOf(name, labels), channels } }
    : { ok: false, problems }
}

function readWebhook(given: unknown, name: string, index: number, context: Context): EntryResult<Channel> {
  const { partial, problems } = readMapping(webhook, given)
  if (!isMapping(given)) return { ok: false, problems }
  const own = partial.http_config === undefined ? undefined : readHttpConfig(partial.http_config)
  problems.push(...under('http_config', own?.problems ?? []))
  if (given.url === undefined && isEmpty(given.url_file)) {
    problems.push({ path: 'url', message: 'missing URL in webhook config' })
  }
  if (isTemplate(partial.url)) {
    problems.push({ path: 'url', message: 'is a template, and templates in URLs are not rendered' })
    delete partial.url
  }
  const id = channelId(name, index)
  context.ids.add(id)
  const stored = context.current.find((channel) => channel.id === id)
  if (stored !== undefined && stored.receiver === undefined) {
    problems.push({ path: '', message: `would become the channel ${id}, which is one of your own: rename that` })
  }
  const settings = keptLogin(webhookSettings(partial, own?.settings ?? context.shared), stored)
  const { send_resolved: sendResolved = true } = partial
  const made = makeChannel({ id, type: 'webhook', sendResolved, settings, receiver: name }, stored, context.secrets)
  if (made.ok && problems.length === 0) return made
  // An unreadable URL already has a problem; the channel is checked without the URL.
  const found = made.ok ? [] : made.problems.filter(({ path }) => path !== 'url' || partial.url !== undefined)
  return { ok: false, problems: [...problems, ...found.map(alertmanagerPath)] }
}

function webhookSettings({ url, timeout, max_alerts: maxAlerts }: Partial<Webhook>, http: HttpSettings): HttpSettings {
  return {
    ...(url === undefined ? http : withUrl(url, http)),
    ...(timeout ? { timeoutMs: timeout } : {}),
    ...(maxAlerts ? { maxAlerts } : {}),
  }
}

/** A user and a password in the URL replace other credentials, as Go's client does. */
function withUrl(text: string, http: HttpSettings): HttpSettings {
  const { url, login } = canonicalUrl(text)
  if (login === undefined) return { ...http, url }
  const { basicAuth: _basic, authorization: _other, ...rest } = http
  return { ...rest, url, ...loginSettings(login.username, login.password) }
}

/** The scheme Basic is shown as `basic_auth` without a user (`renderAlertmanager`): put back, the login is as stored. */
function keptLogin(settings: HttpSettings, stored: Channel | undefined): HttpSettings {
  const shown = { username: '', password: MASKED }
  const { type } = (stored?.settings.authorization ?? {}) as { type?: string }
  if (type?.toLowerCase() !== 'basic' || !isDeepStrictEqual(settings.basicAuth, shown)) return settings
  const { basicAuth: _, ...rest } = settings
  return { ...rest, authorization: { type, credentials: MASKED } }
}

/**
 * The id of a receiver's channel. Receivers may have any name, ids of channels may not. A plain name stays as it is;
 * another name is made readable and told apart by a hash, with a `/` that no plain name has.
 */
function channelId(receiver: string, index: number): string {
  if (/^(?=.*[A-Za-z0-9])[A-Za-z0-9._-]{1,60}$/.test(receiver)) return `${receiver}/webhook/${index}`
  const readable = receiver.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 40)
  return `${readable}/${digest([receiver], 12)}/webhook/${index}`
}

/** Alertmanager's words for the settings of a webhook channel. */
const ALERTMANAGER_NAMES: readonly (readonly [string, string])[] = [
  ['basicAuth', 'http_config.basic_auth'],
  ['authorization', 'http_config.authorization'],
  ['headers', 'http_config.http_headers'],
  ['timeoutMs', 'timeout'],
  ['maxAlerts', 'max_alerts'],
]

function alertmanagerPath({ path, message }: Problem): Problem {
  const renamed = ALERTMANAGER_NAMES.find(
    ([ours]) => path === ours || path.startsWith(`${ours}.`) || path.startsWith(`${ours}[`),
  )
  return { path: renamed === undefined ? path : renamed[1] + path.slice(renamed[0].length), message }
}
