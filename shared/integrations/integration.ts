import type { PostedAlert } from '../alert/alert.ts'
import type { ParsedJson } from '../base/json.ts'
import type { Steps } from '../base/steps.ts'
import type { Millis } from '../base/time.ts'
import type { AuditRecord } from '../record/record.ts'

/**
 * A format of incoming bodies, as data. Shared code asks these answers, and never asks which format a body has.
 * `Settings` are the format's own settings, secrets in plain text, as `settings.ts` declares them.
 */
export interface Inbound<Settings extends object = object> {
  type: string
  gives: 'alerts' | 'records'
  /** Largest body, after decompression. */
  bodyBytes: number
  /**
   * A large body is read in pieces: `decode` gets lists of values that follow each other in the body. For formats whose
   * items have nothing to do with each other.
   */
  inPieces?: true
  /** The URL of an integration also takes `POST …/api/v2/alerts`. Absent: only posts to the URL itself. */
  alertmanagerApi?: AlertmanagerRefusals
  /**
   * Headers for an `OPTIONS` request by which a sender asks whether it may send. Undefined: no such question. Pure.
   * Absent: senders of the format do not ask, and the method is refused.
   */
  handshake?(asked: Headers): Record<string, string> | undefined
  /** The way in which a firing alert ends that was sent without an end. */
  ending(settings: Settings): Ending
  /** Any content type is accepted, because senders of the format name types freely. Otherwise application/json only. */
  anyType: boolean
  /** The value for `decode`. Absent: the body is a single JSON value. */
  read?(bytes: Uint8Array, headers: Headers): Promise<ReadValue>
  /**
   * Whether the sender has to prove itself beside the URL, and whether the proof is valid. Pure. Absent: the URL is
   * enough.
   */
  verify?(post: ReadBody, settings: Settings): Verification
  /**
   * Pure: changes nothing in `value`, though the alerts may share parts with `value`. In steps where an item may be
   * large by itself.
   */
  decode(value: unknown, context: DecodeContext, settings: Settings): Decoded | Steps<Decoded>
}

/**
 * What the silence of a sender means for a firing alert without an end. `repeats`: senders repeat what fires, so the
 * alert is over after Alertmanager's `resolve_timeout`. `tells`: senders say when the alert is over, and may be silent
 * for hours until then, so nothing but the sender's word ends the alert. `expires`: neither, so the alert ends after
 * a fixed time.
 */
export type Ending = 'repeats' | 'tells' | 'expires'

/** Time from the receipt of an alert without an end to the end, for each ending; 0: the alert never ends by itself. */
export type RecoveryTimes = Readonly<Record<Ending, Millis>>

/** Request headers: by name, or iterated. */
export type Headers = Pick<Request['headers'], 'get'> & Iterable<[name: string, value: string]>

export type ReadValue = ParsedJson | { ok: false; reason: 'empty' }

/** The answers of Alertmanager's API to a body that is no JSON value. */
export interface AlertmanagerRefusals {
  empty: DecodeRefusal
  unreadable(reason: string): DecodeRefusal
}

/** A body that was read, for `verify`. */
export interface ReadBody {
  bytes: Uint8Array
  /** Result of `read`. */
  value: unknown
  headers: Headers
  /** Last part of the integration's URL. Empty when the post came another way. */
  token: string
  receivedAt: Millis
}

/** `problem`: the body is refused with 401. Without a problem, a needed proof was valid. */
export type Verification = { needed: false } | { needed: true; problem?: string }

export interface DecodeContext {
  receivedAt: Millis
  /** Recovery time of an alert without an end, by the format's ending; 0: the alert never ends by itself. */
  recoverAfterMs: Millis
  /** Recovery time of an alert inside of a body that tells the end of alerts, whatever the format's ending is. */
  recoverToldMs: Millis
  /** The receiving account as lists of hops name it; only the few bodies with such a list call the function. */
  self(): string
  /** Name of the integration: the `alertname` of an alert without a name in the body. */
  name: string
}

/** `invalid`: items that are left out, while the rest of the body is accepted. */
export type Decoded = DecodedAlerts | DecodedRecords | { refusal: DecodeRefusal }

export interface DecodedRecords {
  records: AuditRecord[]
  invalid: InvalidItem[]
}

export interface DecodedAlerts {
  alerts: PostedAlert[]
  invalid: InvalidItem[]
  /** Absent: every valid item is exactly one alert, in the order of the body. */
  spread?: Spread
  /** Accounts that the alerts came through, nearest last. */
  hops?: string[]
  /** Number of alerts that had been in this account before: dropped and counted. */
  looped?: number
}

/** Bodies whose items can hold several alerts, or no alert. */
export interface Spread {
  /** Number of valid items, though some may hold no alert. */
  items: number
  /** For each alert, the place of its item. */
  places: number[]
}

export interface InvalidItem {
  /** Place in the posted body: of the alert, the event or the record. */
  index: number
  message: string
}

/** The whole body is refused. */
export interface DecodeRefusal {
  status: 400 | 422
  /** As the format's own API answers. */
  body: { code: number; message: string }
}

export function refuseBody(message: string): { refusal: DecodeRefusal } {
  return { refusal: { status: 400, body: { code: 400, message } } }
}
