import type { PostedAlert } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { IntegrationType } from '../config/config.ts'

/** A format that comes in, as data: `ingest` asks it, never which one it is. */
export interface Inbound {
  type: IntegrationType
  /** After decompression. */
  bodyBytes: number
  /** Its URL also takes `POST …/api/v2/alerts`, with Alertmanager's answers. */
  alertmanagerApi: boolean
  /** Pure: it changes nothing in what it is given, though its alerts may share parts of it. */
  decode(value: unknown, at: DecodeContext): Decoded
}

export interface DecodeContext {
  receivedAt: Millis
  /** How long an alert without an end lives; 0: for ever. */
  recoverAfterMs: number
}

/** `invalid`: alerts that are left out; the others of the batch are taken all the same. */
export type Decoded = { alerts: PostedAlert[]; invalid: InvalidAlert[] } | { refusal: DecodeRefusal }

export interface InvalidAlert {
  /** Place in the posted batch. */
  index: number
  message: string
}

/** Nothing of the body is taken. */
export interface DecodeRefusal {
  status: 400 | 422
  /** As the format's own API answers. */
  body: { code: number; message: string }
}
