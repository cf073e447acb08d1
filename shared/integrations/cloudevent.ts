import { AS_SENT, parseJson, parseJsonInSlices } from '../base/json.ts'
import { expected, isObject, type JsonObject, own } from '../base/value.ts'
import type { Headers, ReadValue } from './integration.ts'

/*
 * CloudEvents 1.0 over HTTP
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md), in the three
 * modes: `decode` gets the value that the structured mode would have, in every mode.
 */

/** Attributes of a checked event; `data` is a JSON value, or a text. */
export interface CloudEvent {
  id: string
  source: string
  type: string
  subject?: string
  /** The text of the sender, unchanged. */
  time?: string
  data: unknown
  attributes: JsonObject
}

/** An event or a list of events. The headers tell the binary mode, the body tells the further modes. */
export async function readCloudEvents(bytes: Uint8Array, headers: Headers): Promise<ReadValue> {
  if (headers.get('ce-specversion') !== null) return readBinary(bytes, headers)
  return bytes.length === 0 ? { ok: false, reason: 'empty' } : parseJsonInSlices(bytes, AS_SENT)
}

const PREFIX = 'ce-'

async function readBinary(bytes: Uint8Array, headers: Headers): Promise<ReadValue> {
  const contentType = headers.get('content-type')
  const given = [...headers].flatMap(([name, value]): [string, string][] =>
    name.startsWith(PREFIX) && !name.startsWith('ce-data_') && name !== 'ce-data'
      ? [[name.slice(PREFIX.length), decodeHeader(value)]]
      : [],
  )
  const event: JsonObject = Object.fromEntries(given)
  if (contentType !== null) event.datacontenttype = contentType
  if (bytes.length === 0) return { ok: true, value: event }
  if (!isJsonType(contentType)) return { ok: true, value: { ...event, ...textOf(bytes) } }
  const parsed = await parseJsonInSlices(bytes, AS_SENT)
  return parsed.ok ? { ok: true, value: { ...event, data: parsed.value } } : parsed
}

/** Percent-encoded UTF-8, as the binding says. A text with a wrong encoding stays unchanged. */
function decodeHeader(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** `application/json`, `application/…+json`, and an absent type. */
function isJsonType(type: unknown): boolean {
  return typeof type !== 'string' || /^[^;]*[/+]json\s*(?:;|$)/i.test(type)
}

/** Bytes that are not UTF-8 are left out: a person cannot read the bytes. */
function textOf(bytes: Uint8Array): { data?: string } {
  try {
    return { data: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return {}
  }
}

const LONGEST_ATTRIBUTE = 4096

/** The event, or a text with the problem. */
export function checkCloudEvent(value: unknown): CloudEvent | string {
  if (!isObject(value)) return expected('an object', 'the event', value)
  const version = own(value, 'specversion')
  if (typeof version !== 'string' || !/^1\.\d{1,3}$/.test(version)) return expected('1.0', 'specversion', version)
  const read: Record<string, string> = {}
  for (const name of ['id', 'source', 'type', 'subject', 'time']) {
    const given = own(value, name)
    const optional = name === 'subject' || name === 'time'
    if (optional && (given === undefined || given === null)) continue
    if (typeof given !== 'string' || given === '') return expected('text', name, given === '' ? undefined : given)
    if (given.length > LONGEST_ATTRIBUTE) return `${name} is longer than ${LONGEST_ATTRIBUTE} characters`
    read[name] = given
  }
  const data = dataOf(value)
  if (!data.ok) return data.message
  return {
    ...(read as unknown as Pick<CloudEvent, 'id' | 'source' | 'type' | 'subject' | 'time'>),
    data: data.value,
    attributes: value,
  }
}

function dataOf(event: JsonObject): { ok: true; value: unknown } | { ok: false; message: string } {
  const encoded = own(event, 'data_base64')
  if (encoded === undefined || encoded === null) return { ok: true, value: own(event, 'data') }
  if (own(event, 'data') !== undefined) return { ok: false, message: 'data and data_base64 are both there' }
  if (typeof encoded !== 'string') return { ok: false, message: expected('text', 'data_base64', encoded) }
  const bytes = Buffer.from(encoded, 'base64')
  if (!isJsonType(own(event, 'datacontenttype'))) return { ok: true, value: textOf(bytes).data }
  const parsed = parseJson(bytes, AS_SENT)
  return parsed.ok ? parsed : { ok: false, message: `data_base64: ${parsed.message}` }
}
