import type { PostedAlert } from '../alert/alert.ts'
import { compileMapping, type Mapping, textAt } from './custom-mapping.ts'
import type { CustomSettings } from './custom-settings.ts'
import { type FieldPath, readPath } from './field-path.ts'
import type { DecodeContext, Decoded, Inbound } from './integration.ts'
import { alertsOf, type ReadItem } from './items.ts'
import { postedAlert } from './posted-alert.ts'
import { type SeverityMap, severitiesOf, severityMapOf, translate } from './severity.ts'
import { isObject, readInstant } from './value.ts'

/**
 * Whatever JSON a tool can post, read by the integration's own mapping (`CustomMapping`). A body that the mapping
 * finds nothing in is an alert all the same, with its text: it may be all that a broken sender can say.
 */
export const custom: Inbound<CustomSettings> = {
  type: 'custom',
  gives: 'alerts',
  bodyBytes: 1024 * 1024,
  anyType: true,
  decode(body, at, settings): Decoded {
    const mapping = compileMapping(settings.custom ?? {})
    return alertsOf(itemsOf(mapping, body), (item) => readItem(mapping, item, body, { ...at, ...settings }))
  },
}

type MappedContext = DecodeContext & CustomSettings

/** What a mapping makes of one thing among several that came together. */
export function readMapped(mapping: Mapping, body: unknown, at: MappedContext): ReadItem {
  const read = itemsOf(mapping, body).map((item) => readItem(mapping, item, body, at))
  const problem = read.find((one) => one.problem !== undefined)?.problem
  return { alerts: read.flatMap(({ alerts }) => alerts), ...(problem === undefined ? {} : { problem }) }
}

/** A list that the mapping names may be empty; a body that is an empty list is as odd as one that is a number. */
function itemsOf({ items }: Mapping, body: unknown): readonly unknown[] {
  if (items === undefined) return Array.isArray(body) && body.length > 0 ? body : [body]
  const found = readPath(items, body, body)
  return Array.isArray(found) ? found : [found ?? body]
}

function readItem(mapping: Mapping, item: unknown, body: unknown, at: MappedContext): ReadItem {
  const labels = isObject(item) ? textsOf(mapping.labels, item, body) : {}
  if (Object.keys(labels).length === 0) return listed([unmapped(item, at)])
  const resolved = hasRecovered(mapping, item, body)
  const startsAt = instant(mapping.startsAt, item, body)
  const endsAt = instant(mapping.endsAt, item, body)
  const generatorURL = mapping.generatorURL && textAt(mapping.generatorURL, item, body)
  const said = {
    annotations: textsOf(mapping.annotations, item, body),
    resolved,
    // By a clock that is ahead of ours it began in the future; it did not.
    ...(startsAt === undefined ? {} : { startsAt: Math.min(startsAt, at.receivedAt) }),
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(generatorURL === undefined ? {} : { generatorURL }),
  }
  const all = severities(mapping, item, body, resolved ? severityMapOf(at) : undefined)
  return listed(all.map((severity) => postedAlert({ ...said, labels: { ...labels, ...severity } }, at)))
}

function textsOf(fields: Mapping['labels'], item: unknown, body: unknown): Record<string, string> {
  const texts = fields.flatMap(([name, from]): [string, string][] => {
    const text = textAt(from, item, body)
    return text === undefined || text === '' ? [] : [[name, text]]
  })
  return Object.fromEntries(texts)
}

/**
 * The label `severity` in the tool's words, or none. What is apart from the identity may have changed since the
 * alert fired, and a tool may call it "ok" when all is well again: an end, which is given the integration's map,
 * then counts under every severity that there can be.
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

/** A time that cannot be read is left out: when the alert came in is near enough, and an alert that is lost is not. */
function instant(path: FieldPath | undefined, item: unknown, body: unknown): number | undefined {
  return path === undefined ? undefined : (readInstant(readPath(path, item, body)) ?? undefined)
}

/** Of a body that nothing is known of. */
const SHOWN_CHARS = 8_000

function unmapped(item: unknown, at: DecodeContext): PostedAlert | string {
  const text = JSON.stringify(item)
  const message = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS).toWellFormed()}…` : text
  const labels = { alertname: at.name === '' ? custom.type : at.name }
  return postedAlert({ labels, annotations: { message }, resolved: false }, at)
}

function listed(read: (PostedAlert | string)[]): ReadItem {
  const problem = read.find((one) => typeof one === 'string')
  return { alerts: read.filter((one) => typeof one !== 'string'), ...(problem === undefined ? {} : { problem }) }
}
