import type { PostedAlert } from '../alert/alert.ts'
import { isObject, readInstant } from '../base/value.ts'
import { compileMapping, type Mapping, mappedEnding, textAt } from './custom-mapping.ts'
import { namedItems, readNamed } from './custom-names.ts'
import type { CustomSettings } from './custom-settings.ts'
import { type FieldPath, readPath } from './field-path.ts'
import type { DecodeContext, Inbound } from './integration.ts'
import { alertsOf, type ReadItem } from './items.ts'
import { postedAlert } from './posted-alert.ts'
import { type SeverityMap, severitiesOf, severityMapOf, translate } from './severity.ts'

/**
 * JSON of every shape, read by the integration's own mapping (`CustomMapping`); without a mapping, fields with
 * Alertmanager's names (`custom-names.ts`). A body in which nothing is found is an alert all the same, with the text of
 * the body: a broken sender may not be able to say more. Labels that are always the same are not found in the body.
 */
export const custom: Inbound<CustomSettings> = {
  type: 'custom',
  gives: 'alerts',
  ending: mappedEnding,
  bodyBytes: 1024 * 1024,
  anyType: true,
  decode(body, context, settings) {
    if (settings.custom === undefined) {
      return alertsOf(namedItems(body), (item) => listed([readNamed(item, body, context) ?? unmapped(item, context)]))
    }
    const mapping = compileMapping(settings.custom)
    return alertsOf(itemsOf(mapping, body), (item) => readItem(mapping, item, body, { ...context, ...settings }))
  },
}

type MappedContext = DecodeContext & CustomSettings

/** The alerts of a single event among several events in a body, by a mapping. */
export function readMapped(mapping: Mapping, body: unknown, context: MappedContext): ReadItem {
  const read = itemsOf(mapping, body).map((item) => readItem(mapping, item, body, context))
  const problem = read.find((one) => one.problem !== undefined)?.problem
  return { alerts: read.flatMap(({ alerts }) => alerts), ...(problem === undefined ? {} : { problem }) }
}

/** A list at the mapped path may be empty. A body that is an empty list is as odd as a body that is a number. */
function itemsOf({ items }: Mapping, body: unknown): readonly unknown[] {
  if (items === undefined) return Array.isArray(body) && body.length > 0 ? body : [body]
  const found = readPath(items, body, body)
  return Array.isArray(found) ? found : [found ?? body]
}

function readItem(mapping: Mapping, item: unknown, body: unknown, context: MappedContext): ReadItem {
  const labels = isObject(item) ? textsOf(mapping.labels, item, body) : {}
  const annotations = isObject(item) ? textsOf(mapping.annotations, item, body) : {}
  const same = constants(mapping.labels)
  const reads = mapping.labels.some(([, from]) => !('value' in from))
  const found = Object.keys(labels).length > Object.keys(same).length || Object.keys(annotations).length > 0
  if (Object.keys(labels).length === 0 || (reads && !found)) return listed([unmapped(item, context, same)])
  const resolved = hasRecovered(mapping, item, body)
  const startsAt = instant(mapping.startsAt, item, body)
  const endsAt = instant(mapping.endsAt, item, body)
  const generatorURL = mapping.generatorURL && textAt(mapping.generatorURL, item, body)
  const said = {
    annotations,
    resolved,
    // A begin in the future comes from a clock that is ahead of ours; the alert begins now.
    ...(startsAt === undefined ? {} : { startsAt: Math.min(startsAt, context.receivedAt) }),
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(generatorURL === undefined ? {} : { generatorURL }),
  }
  const all = severities(mapping, item, body, resolved ? severityMapOf(context) : undefined)
  return listed(all.map((severity) => postedAlert({ ...said, labels: { ...labels, ...severity } }, context)))
}

/** The labels that are the same for every alert. */
function constants(fields: Mapping['labels']): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap(([name, from]) => ('value' in from && from.value !== '' ? [[name, from.value]] : [])),
  )
}

function textsOf(fields: Mapping['labels'], item: unknown, body: unknown): Record<string, string> {
  const texts = fields.flatMap(([name, from]): [string, string][] => {
    const text = textAt(from, item, body)
    return text === undefined || text === '' ? [] : [[name, text]]
  })
  return Object.fromEntries(texts)
}

/**
 * The label `severity` in the tool's words, or none. A severity apart from the identity may have changed since the
 * alert fired, and a tool may report "ok" at the end: an end, which has the map of the integration, therefore
 * counts under every severity that is possible.
 */
function severities(
  { severity }: Mapping,
  item: unknown,
  body: unknown,
  ended: SeverityMap | undefined,
): { severity?: string }[] {
  if (severity === undefined) return [{}]
  const now = textAt(severity.from, item, body) || undefined
  const others = ended === undefined || !severity.apart ? [] : severitiesOf(ended)
  const distinct = others.filter((one) => translate(one, ended!) !== translate(now, ended!))
  return [now, ...distinct].map((one) => (one === undefined ? {} : { severity: one }))
}

function hasRecovered({ recovery }: Mapping, item: unknown, body: unknown): boolean {
  return recovery?.values.has(textAt(recovery.field, item, body) ?? '') ?? false
}

/** An unreadable time is left out: the moment of receipt is close enough, and an alert must not be lost. */
function instant(path: FieldPath | undefined, item: unknown, body: unknown): number | undefined {
  return path === undefined ? undefined : (readInstant(readPath(path, item, body)) ?? undefined)
}

/** Longest text of an unmapped body, in characters. */
const SHOWN_CHARS = 8_000

function unmapped(item: unknown, context: DecodeContext, same: Record<string, string> = {}): PostedAlert | string {
  const text = JSON.stringify(item)
  const message = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS).toWellFormed()}…` : text
  const labels = { alertname: context.name === '' ? custom.type : context.name, ...same }
  return postedAlert({ labels, annotations: { message }, resolved: false }, context)
}

function listed(read: (PostedAlert | string)[]): ReadItem {
  const problem = read.find((one) => typeof one === 'string')
  return { alerts: read.filter((one) => typeof one !== 'string'), ...(problem === undefined ? {} : { problem }) }
}
