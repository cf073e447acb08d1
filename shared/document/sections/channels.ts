import * as z from 'zod'
import { DEFAULT_NAMES } from '../../alertmanager-template/defaults/names.ts'
import { templateFacts } from '../../alertmanager-template/facts.ts'
import { LIMITS } from '../../base/limits.ts'
import { isObject } from '../../base/value.ts'
import type { ChannelDescription } from '../../channel/kind.ts'
import { channelTypes } from '../../channels/registry.ts'
import type { Channel, Config } from '../../config/config.ts'
import { joinPath, type Problem, quoted } from '../../problem/problem.ts'
import type { SecretBox } from '../../secret/seal.ts'
import type { Settings } from '../../settings/field.ts'
import { readSettings } from '../../settings/read.ts'
import { maskSettings } from '../../settings/secrets.ts'
import { templateTexts, textPath } from '../../settings/templates.ts'
import { id } from '../reading/fields.ts'
import { overLimit, readList } from '../reading/list.ts'
import { type EntryResult, isEmpty, readMapping } from '../reading/mapping.ts'
import { channelDescription, channelFields, channelSchema } from './channel-schema.ts'
import { type Collection, entriesById, type ReadContext, type Reference, type Shown } from './section.ts'

/** `channels`: the ways out. A channel that an import made stays, listed or not, until the imported route goes. */
export const channelsSection: Collection<'channels'> = {
  key: 'channels',
  name: 'channels',
  one: 'channel',
  limit: LIMITS.channels,
  *read(given, context) {
    const { current, secrets } = context
    const list = yield* readList(given, { limit: LIMITS.channels, nameField: 'id' }, (entry) =>
      readChannel(entry, current.channels, secrets),
    )
    const listed = list.entries.map(({ value }) => value)
    const value = [...listed, ...keptChannels(listed, context)]
    const problems = list.problems.length > 0 ? list.problems : overLimit('', value.length, LIMITS.channels)
    return { value, problems, names: list.names }
  },
  show: (list) => list.map(showChannel),
  entries: entriesById,
  references: (written) => [...templateReferences(written), ...contentReferences(written)],
  collection: true,
  schema: z.array(channelSchema).max(LIMITS.channels),
  entry: channelSchema,
  kept: 'it belongs to the imported route',
}

/** The channels of a document by id, refused channels too, and those of the account. */
export function channelsIn(
  channels: readonly Channel[],
  { channels: given }: ReadContext['document'],
): Map<string, Pick<Channel, 'type' | 'settings'>> {
  const written = (Array.isArray(given) ? given : []).filter(isObject).map(({ id, type, ...settings }) => {
    return { id: String(id), type: String(type), settings }
  })
  return new Map([...channels, ...written].map((channel) => [channel.id, channel]))
}

export function isForLifecycle({ type, settings }: Pick<Channel, 'type' | 'settings'>): boolean {
  return channelTypes.get(type)?.kind.lifecycle?.(settings) ?? false
}

/** Whether the channel reaches somebody when a policy names no user for it. */
export function reachesAlone({ type, settings }: Channel): boolean {
  return channelTypes.get(type)?.kind.reachesAlone(settings) ?? true
}

/** Templates of files that settings call. */
function templateReferences(written: unknown): Reference[] {
  if (!Array.isArray(written)) return []
  return written.flatMap((given, place) => {
    if (!isObject(given) || typeof given.type !== 'string') return []
    const entry = typeof given.id === 'string' ? given.id : undefined
    return referencesOf(given.type, given).map((reference) => ({
      ...reference,
      path: joinPath(`[${place}]`, reference.path),
      ...(entry !== undefined && { entry }),
    }))
  })
}

/** Content templates that channels name. */
function contentReferences(written: unknown): Reference[] {
  const list: unknown[] = Array.isArray(written) ? written : []
  return list.flatMap((channel, place) => {
    if (!isObject(channel) || typeof channel.template !== 'string') return []
    const entry = typeof channel.id === 'string' ? channel.id : ''
    return [{ path: `[${place}].template`, to: 'templates', name: channel.template, entry }]
  })
}

/** Templates of files that the settings of a channel call. Paths begin at the settings. */
export function referencesOf(type: string, settings: Settings): Reference[] {
  const fields = channelTypes.get(type)?.kind.fields ?? {}
  return templateTexts(fields, settings).flatMap(({ path, text, secret }): Reference[] => {
    // A secret is named in no problem, and a template that is not there is told when the channel sends.
    if (secret || text.length > LIMITS.templateChars) return []
    return templateFacts(text)
      .calls.filter((name) => !DEFAULT_NAMES.has(name))
      .map((name) => {
        const missing = `calls a template ${quoted(name)} that is not defined`
        return { path: textPath({ path }), to: 'templateFiles', name, missing }
      })
  })
}

function keptChannels(listed: readonly Channel[], { document, current }: ReadContext): Channel[] {
  const dropsRoute = document.route !== undefined && isEmpty(document.route)
  if (current.route === undefined || dropsRoute) return []
  const ids = new Set(listed.map(({ id }) => id))
  return current.channels.filter(({ id, receiver }) => receiver !== undefined && !ids.has(id))
}

/** The fields of every channel; the other fields are settings of the channel's kind. */
const schema = z.looseObject({
  id,
  type: z.string(),
  ...channelFields,
})

const describedSchema = schema.extend({ description: channelDescription })

/** Whether `description` is a setting of the kind: a text that the kind sends. */
function describesItself(given: unknown): boolean {
  const kind = isObject(given) && typeof given.type === 'string' ? channelTypes.get(given.type)?.kind : undefined
  return kind !== undefined && Object.hasOwn(kind.fields, 'description')
}

function readChannel(given: unknown, current: Config['channels'], secrets: SecretBox): EntryResult<Channel> {
  const fields = describesItself(given) ? schema : describedSchema
  const { partial, value, problems } = readMapping(fields, given)
  if (!isObject(given) || partial.type === undefined) return { ok: false, problems }
  const settings = Object.fromEntries(Object.entries(given).filter(([name]) => !Object.hasOwn(fields.shape, name)))
  const stored = current.find((channel) => channel.id === given.id)
  const receiver = partial.receiver ?? stored?.receiver
  const channel: Channel = {
    id: partial.id ?? '',
    type: partial.type,
    ...(partial.name === undefined ? {} : { name: partial.name }),
    ...('description' in partial && typeof partial.description === 'string' && { description: partial.description }),
    sendResolved: partial.sendResolved ?? true,
    ...(receiver === undefined ? {} : { receiver }),
    ...(partial.template === undefined ? {} : { template: partial.template }),
    settings,
  }
  const made = makeChannel(channel, stored, secrets)
  if (made.ok && value !== undefined) return made
  return { ok: false, problems: [...problems, ...(made.ok ? [] : made.problems)] }
}

/** Checks a channel's settings and seals the secrets. `<secret>` stands for the secret of `stored`. */
export function makeChannel(given: Channel, stored: Channel | undefined, secrets: SecretBox): EntryResult<Channel> {
  const kind = channelTypes.get(given.type)?.kind
  if (kind === undefined) {
    const message = `${quoted(given.type)} is not supported yet; supported: ${[...channelTypes.keys()].join(', ')}`
    return { ok: false, problems: [{ path: 'type', message }] }
  }
  const problems = kind.lifecycle?.(given.settings) ? notificationProblems(given) : []
  if (given.template !== undefined && kind.content === undefined) {
    problems.push({ path: 'template', message: `is for kinds with content templates, and ${given.type} has none` })
  }
  const read = readSettings(kind, given.settings, stored?.type === given.type ? stored.settings : {}, secrets)
  if (!read.ok) return { ok: false, problems: [...problems, ...read.problems] }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, value: { ...given, settings: read.settings, ...forDispatch(kind, read.settings) } }
}

/** Dispatch decides when and how much a target is told, and knows no kinds. */
function forDispatch(
  { mostAlerts, bodyBytes, partAlerts, keepsIncidents }: ChannelDescription,
  settings: Settings,
): Pick<Channel, 'mostAlerts' | 'bodyBytes' | 'partAlerts' | 'keepsIncidents'> {
  const most = mostAlerts?.(settings)
  const bytes = bodyBytes?.(settings)
  const part = partAlerts?.(settings)
  return {
    ...(most !== undefined && { mostAlerts: most }),
    ...(bytes !== undefined && { bodyBytes: bytes }),
    ...(part !== undefined && { partAlerts: part }),
    ...(keepsIncidents?.(settings) && { keepsIncidents: true as const }),
  }
}

/** A channel for life-cycle events gets no notifications, so a setting of notifications must not look heeded. */
function notificationProblems({ sendResolved, receiver, template }: Channel): Problem[] {
  const problems: Problem[] = []
  if (!sendResolved) problems.push({ path: 'sendResolved', message: 'is for notifications: every event is sent' })
  if (receiver !== undefined) problems.push({ path: 'receiver', message: 'is for notifications: no route can name it' })
  if (template !== undefined) problems.push({ path: 'template', message: 'is for notifications: events have no words' })
  return problems
}

export function showChannel(channel: Channel): Shown {
  const { id, type, name, description, sendResolved, receiver, template, settings } = channel
  const kind = channelTypes.get(type)?.kind
  return {
    id,
    type,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    sendResolved,
    ...(receiver === undefined ? {} : { receiver }),
    ...(template === undefined ? {} : { template }),
    // A kind that is unknown here may have any setting as a secret, so none is shown.
    ...(kind === undefined ? {} : maskSettings(kind.fields, settings)),
  }
}
