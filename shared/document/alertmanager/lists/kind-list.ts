import { isObject } from '../../../base/value.ts'
import type { ChannelDescription } from '../../../channel/kind.ts'
import { isHttpField } from '../../../channels/alertmanager/fields.ts'
import { type Problem, quoted, under } from '../../../problem/problem.ts'
import { type Field, isGroup, type Settings } from '../../../settings/field.ts'
import { isEmpty } from '../../reading/mapping.ts'
import { FILES, goDuration } from '../file/schema.ts'
import { typed } from '../file/typed.ts'
import { addressed } from './addressed.ts'
import type { EntryContext, ReceiverList, Written } from './list.ts'

/** How a list becomes channels of a kind whose settings have the names of the list. */
interface KindList {
  list: string
  kind: ChannelDescription
  sendResolved: boolean
  /** Settings that `global` gives to an entry without them, and their keys there. */
  inherited?: Readonly<Record<string, string>>
  /** Settings whose value may stand in a file: `api_url` for `api_url_file`. */
  files?: readonly string[]
  /** Keys that are known and refused, each with the reason. */
  refused?: Readonly<Record<string, string>>
  /** The list has a `timeout`. */
  timeout?: true
  /** The entries are not read over HTTP with a login: `http_config` says nothing here. */
  withoutHttp?: true
}

export function kindList(declared: KindList): ReceiverList {
  const { list, kind, sendResolved, withoutHttp } = declared
  return {
    list,
    sendResolved,
    read(entry, context) {
      const { settings, problems } = readSettings(declared, { ...entry, ...inherited(declared, entry, context) })
      const inFiles = [
        ...problems.filter(({ message }) => message === FILES),
        ...inheritedFiles(declared, entry, context),
      ]
      const others = problems.filter(({ message }) => message !== FILES)
      return {
        type: kind.type,
        settings: withoutHttp ? settings : withHttp(kind, settings, context.http),
        problems: [...others, ...inFiles, ...httpProblems(declared, context)],
        unread: inFiles.map(({ path }) => path.replace(/_file$/, '')),
      }
    },
  }
}

/** The settings with the login. A URL that Alertmanager takes, and that a channel would refuse, is in canonical form. */
function withHttp({ fields }: ChannelDescription, settings: Settings, http: Settings): Settings {
  let login = http
  for (const [name, one] of Object.entries(fields)) {
    const text = settings[name]
    if (isGroup(one) || !one.address || typeof text !== 'string' || one.schema.safeParse(text).success) continue
    login = addressed(name, text, login)
  }
  return { ...settings, ...login }
}

function readSettings({ kind, files = [], refused = {}, timeout }: KindList, entry: Written) {
  const settings: Settings = {}
  const problems: Problem[] = []
  for (const [name, value] of Object.entries(entry)) {
    if (value === undefined) continue
    const declared = Object.hasOwn(kind.fields, name) && !isHttpField(name, kind.fields) ? kind.fields[name] : undefined
    if (declared !== undefined) {
      if (!isLeftOut(declared, value)) settings[name] = settingOf(declared, value)
    } else if (name === 'timeout' && timeout) {
      const read = goDuration.safeParse(value)
      if (!read.success) problems.push({ path: name, message: 'expected a duration such as 10s' })
      else if (read.data > 0) settings.timeoutMs = read.data
    } else if (files.some((file) => name === `${file}_file`)) {
      if (!isEmpty(value)) problems.push({ path: name, message: FILES })
    } else if (Object.hasOwn(refused, name)) {
      if (!isEmpty(value) && value !== 'false')
        problems.push({ path: name, message: `is not supported: ${refused[name]}` })
    } else problems.push(...under(name, [{ path: '', message: 'unknown key' }]))
  }
  return { settings, problems }
}

/** An empty text where the setting has to have a text: for Alertmanager, the setting is not there. */
function isLeftOut(declared: Field | { fields: unknown }, value: unknown): boolean {
  return value === '' && !('fields' in declared) && !declared.schema.safeParse('').success
}

function settingOf(declared: Field | { fields: Readonly<Record<string, Field>> }, value: unknown): unknown {
  if (!('fields' in declared)) return typed(declared.schema, value)
  if (!isObject(value)) return value
  const { fields } = declared
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined && one !== '')
      .map(([name, one]) => [name, fields[name] === undefined ? one : typed(fields[name].schema, one)]),
  )
}

/** An entry that names a file has the value: `global` does not count then. */
function takes(entry: Written, name: string): boolean {
  return isEmpty(entry[name]) && isEmpty(entry[`${name}_file`])
}

function inherited({ inherited: keys = {} }: KindList, entry: Written, { global }: EntryContext): Written {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([name, key]) =>
      takes(entry, name) && !isEmpty(global[key]) ? [[name, global[key]]] : [],
    ),
  )
}

function inheritedFiles({ inherited: keys = {} }: KindList, entry: Written, { global }: EntryContext): Problem[] {
  return Object.entries(keys).flatMap(([name, key]) => {
    if (!takes(entry, name) || !isEmpty(global[key]) || isEmpty(global[`${key}_file`])) return []
    return [{ path: name, message: `stands in global.${key}_file, which ${FILES}` }]
  })
}

function httpProblems({ withoutHttp }: KindList, { ownHttp }: EntryContext): Problem[] {
  if (!withoutHttp || isEmpty(ownHttp)) return []
  return [
    { path: 'http_config', message: `is not supported: ${quoted('http_config')} changes nothing of this receiver` },
  ]
}
