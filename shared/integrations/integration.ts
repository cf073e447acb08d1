import type { PostedAlert } from '../alert/alert.ts'
import type { ParsedJson } from '../base/json.ts'
import type { Millis } from '../base/time.ts'
import type { CustomMapping } from '../config/config.ts'
import type { AuditRecord } from '../record/record.ts'

/** A format that comes in, as data: whoever takes bodies in asks it, never which one it is. */
export interface Inbound {
  type: string
  gives: 'alerts' | 'records'
  /** After decompression. */
  bodyBytes: number
  /** Its URL also takes `POST …/api/v2/alerts`, with Alertmanager's answers. */
  alertmanagerApi: boolean
  /** Its integrations may have a mapping, `custom`. */
  mapped?: boolean
  /** Its senders say of a body what they like, so no content type is refused; otherwise only application/json is taken. */
  anyType: boolean
  /** What `decode` gets of a body; absent: one JSON value. */
  read?(bytes: Uint8Array, headers: Headers): ReadValue
  /** Such a body is taken only with the signature of whoever knows the integration's URL. */
  signed?(value: unknown): boolean
  /** Pure: it changes nothing in what it is given, though its alerts may share parts of it. */
  decode(value: unknown, at: DecodeContext): Decoded
}

/** Of those of a request what is asked for, by name or all of them. */
export type Headers = Pick<Request['headers'], 'get'> & Iterable<[name: string, value: string]>

export type ReadValue = ParsedJson | { ok: false; reason: 'empty' }

export interface DecodeContext {
  receivedAt: Millis
  /** How long an alert without an end lives; 0: for ever. */
  recoverAfterMs: number
  /** How lists of hops name the account that receives; asked for by the few bodies that have such a list. */
  self(): string
  /** The integration's name: what an alert is called that nothing else names. */
  name: string
  /** The integration's own words for severities; `severity.ts` says them, after `decode`. */
  severityMap?: Record<string, string>
  /** Where things are, if the integration says so. */
  custom?: CustomMapping
}

/** `invalid`: items that are left out; the others of the body are taken all the same. */
export type Decoded = DecodedAlerts | { records: AuditRecord[]; invalid: InvalidItem[] } | { refusal: DecodeRefusal }

export interface DecodedAlerts {
  alerts: PostedAlert[]
  invalid: InvalidItem[]
  /** Absent: each item that is valid is one alert, in this order. */
  spread?: Spread
  /** The accounts that they came through, nearest last. */
  hops?: string[]
  /** Alerts that were here before: dropped and counted. */
  looped?: number
}

export interface Spread {
  /** Items that are valid, though some may say nothing about an alert. */
  items: number
  /** Of each alert the place of its item. */
  places: number[]
}

export interface InvalidItem {
  /** Place in the posted body: of the alert, the event or the record. */
  index: number
  message: string
}

/** Nothing of the body is taken. */
export interface DecodeRefusal {
  status: 400 | 422
  /** As the format's own API answers. */
  body: { code: number; message: string }
}

export function refused(message: string): { refusal: DecodeRefusal } {
  return { refusal: { status: 400, body: { code: 400, message } } }
}
