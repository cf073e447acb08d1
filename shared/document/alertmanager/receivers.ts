import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { digest } from '../../base/hash.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Steps } from '../../base/steps.ts'
import { isObject } from '../../base/value.ts'
import type { Channel, Receiver } from '../../config/config.ts'
import { type Problem, quoted, under } from '../../problem/problem.ts'
import type { SecretBox } from '../../secret/seal.ts'
import type { Settings } from '../../settings/field.ts'
import { MASKED } from '../../settings/secrets.ts'
import { labels, receiverName } from '../reading/fields.ts'
import { ANY_NAME, type Names, readList } from '../reading/list.ts'
import { type EntryResult, readMapping, unsupported } from '../reading/mapping.ts'
import { makeChannel, referencesOf } from '../sections/channels.ts'
import { nameLabelProblems, receiverOf } from '../sections/receivers.ts'
import type { Reference } from '../sections/section.ts'
import { readHttpConfig } from './file/http-config.ts'
import { receiverEntry } from './file/schema.ts'
import type { ReceiverList, Written } from './lists/list.ts'
import { RECEIVER_LISTS } from './lists/registry.ts'
import { FILES_MISSING } from './warnings.ts'

interface ReadReceivers {
  receivers: Receiver[]
  channels: Channel[]
  /** The receivers' names, for the routes. */
  names: Names
  /** The ids of the channels, with the ids of refused entries. */
  channelNames: Names
  /** Templates of files that the channels call. Paths begin at the list. */
  references: Reference[]
  /** Paths begin at the document. */
  problems: Problem[]
  /** What is taken, and does not do what the file says. Paths begin at the document. */
  warnings: Problem[]
}

interface Context {
  /** Settings from `http_config` of the whole file, for entries without `http_config` of their own. */
  http: Settings
  global: Written
  current: readonly Channel[]
  secrets: SecretBox
  /** The file names files of templates that are not in the request. */
  filesMissing: boolean
}

/** Upstream's other receivers: https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings */
const UPSTREAM_LISTS = [
  ...['discord', 'email', 'incidentio', 'jira', 'mattermost', 'msteams', 'msteamsv2', 'opsgenie', 'pagerduty'],
  ...['pushover', 'rocketchat', 'slack', 'sns', 'telegram', 'victorops', 'webex', 'wechat'],
].map((kind) => `${kind}_configs`)

/** The entries of the lists are read separately, entry by entry. */
const receiver = z.strictObject({
  name: receiverName,
  labels: labels.optional(),
  ...Object.fromEntries(UPSTREAM_LISTS.map((key) => [key, unsupported(`${key} are not supported yet`)])),
  ...Object.fromEntries(RECEIVER_LISTS.map(({ list }) => [list, z.array(z.unknown()).optional()])),
})

/**
 * Receivers of an alertmanager.yml as channels named `<receiver>/webhook/<index>`. Every channel is told separately.
 */
export function* readReceivers(given: unknown, context: Context): Steps<ReadReceivers> {
  const ids = new Set<string>()
  const repeated = (name: string) => `notification config name ${quoted(name)} is not unique`
  const options = { limit: LIMITS.receivers, nameField: 'name', repeated } as const
  const list = yield* readList(given, options, (entry) => readReceiver(entry, context, ids))
  return {
    receivers: list.entries.map(({ value }) => value.receiver),
    channels: list.entries.flatMap(({ value }) => value.channels),
    names: list.names,
    channelNames: list.names === ANY_NAME ? ANY_NAME : ids,
    references: list.entries.flatMap(({ place, value }) => inPath(`[${place}]`, value.references)),
    problems: under('receivers', list.problems),
    warnings: list.entries.flatMap(({ place, value }) => under(`receivers[${place}]`, value.warnings)),
  }
}

interface ReadReceiver {
  receiver: Receiver
  channels: Channel[]
  references: Reference[]
  warnings: Problem[]
}

/** `ids` is filled with the id of every entry. */
function readReceiver(given: unknown, context: Context, ids: Set<string>): EntryResult<ReadReceiver> {
  const { partial, problems } = readMapping(receiver, given)
  const name = partial.name ?? ''
  problems.push(...nameLabelProblems(given))
  const channels: Channel[] = []
  const references: Reference[] = []
  const warnings: Problem[] = []
  for (const { list, index, entry, source } of entriesOf(partial)) {
    // One more than the limit is enough to refuse the file.
    if (ids.size > LIMITS.channels) break
    // A receiver without a readable name is refused; the entries are still read for their problems.
    const id = channelId(name, list, index)
    ids.add(id)
    const read = readEntry(entry, { id, receiver: name, source }, context)
    const path = `${list}[${index}]`
    if (!read.ok) problems.push(...under(path, read.problems))
    else {
      channels.push(read.value.channel)
      references.push(...inPath(path, read.value.references))
      warnings.push(...under(path, read.value.warnings))
    }
  }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, value: { receiver: receiverOf(name, partial.labels), channels, references, warnings } }
}

function entriesOf(partial: Written) {
  return RECEIVER_LISTS.flatMap((source) => {
    const entries = (partial[source.list] ?? []) as unknown[]
    return entries.map((entry, index) => ({ list: source.list, index, entry, source }))
  })
}

interface Place {
  id: string
  receiver: string
  source: ReceiverList
}

function readEntry(
  given: unknown,
  { id, receiver, source }: Place,
  { http: shared, global, current, secrets, filesMissing }: Context,
): EntryResult<{ channel: Channel; references: Reference[]; warnings: Problem[] }> {
  const { partial: common, problems } = readMapping(receiverEntry, given)
  if (!isObject(given)) return { ok: false, problems }
  const { send_resolved: _resolved, http_config: _http, ...own } = given
  const stored = current.find((channel) => channel.id === id)
  if (stored !== undefined && stored.receiver === undefined) {
    problems.push({ path: '', message: `would become the channel ${id}, which is one of your own: rename that` })
  }
  const http = common.http_config === undefined ? undefined : readHttpConfig(common.http_config)
  problems.push(...under('http_config', http?.problems ?? []))
  const read = source.read(own, { http: http?.settings ?? shared, ownHttp: common.http_config, global, stored })
  problems.push(...read.problems)
  const { send_resolved: sendResolved = source.sendResolved } = common
  const settings = keptLogin(read.settings, stored)
  const channel = { id, type: read.type, ...namedAs(stored), sendResolved, settings, receiver }
  const made = makeChannel(channel, stored, secrets)
  if (made.ok && problems.length === 0) {
    const references = referencesOf(read.type, read.settings)
    const named = filesMissing ? references.map(hinted) : references
    return { ok: true, value: { channel: made.value, references: named, warnings: read.warnings ?? [] } }
  }
  const found = made.ok ? [] : made.problems.filter(({ path }) => !read.unread?.includes(path))
  return { ok: false, problems: [...problems, ...found.map((problem) => alertmanagerPath(problem, own))] }
}

/** A file has no names for people, so names that were given here stay. */
function namedAs(stored: Channel | undefined): Pick<Channel, 'name' | 'description'> {
  const { name, description } = stored ?? {}
  return { ...(name !== undefined && { name }), ...(description !== undefined && { description }) }
}

function hinted(reference: Reference): Reference {
  return { ...reference, missing: `${reference.missing}: ${FILES_MISSING}` }
}

function inPath(path: string, references: readonly Reference[]): Reference[] {
  return references.map((reference) => ({ ...reference, path: `${path}.${reference.path}` }))
}

/** The scheme Basic is shown as `basic_auth` without a user (`renderAlertmanager`): put back, the login is as stored. */
function keptLogin(settings: Settings, stored: Channel | undefined): Settings {
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
function channelId(receiver: string, list: string, index: number): string {
  const place = `${list.replace(/_configs$/, '')}/${index}`
  if (/^(?=.*[A-Za-z0-9])[A-Za-z0-9._-]{1,60}$/.test(receiver)) return `${receiver}/${place}`
  const readable = receiver.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 40)
  return `${readable}/${digest([receiver], 12)}/${place}`
}

/** Alertmanager's words for settings that channels name otherwise. */
const ALERTMANAGER_NAMES: readonly (readonly [string, string])[] = [
  ['basicAuth', 'http_config.basic_auth'],
  ['authorization', 'http_config.authorization'],
  ['headers', 'http_config.http_headers'],
  ['timeoutMs', 'timeout'],
  ['maxAlerts', 'max_alerts'],
]

/** `own`: the entry, whose keys keep their names. */
function alertmanagerPath({ path, message }: Problem, own: Written): Problem {
  const renamed = ALERTMANAGER_NAMES.find(
    ([ours]) =>
      !Object.hasOwn(own, ours) && (path === ours || path.startsWith(`${ours}.`) || path.startsWith(`${ours}[`)),
  )
  return { path: renamed === undefined ? path : renamed[1] + path.slice(renamed[0].length), message }
}
