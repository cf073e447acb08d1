import { type DeliveryDue, type DispatchMessage, MESSAGE_VERSION, type RecordsReceived } from './message.ts'

/** Kinds of this version. Our own functions write these messages, so their shape is not checked field by field. */
const KINDS = new Set(['alerts', 'refused', 'wake', 'outcome', 'replay', 'action', 'moved', 'delivery'])
/** Of the queue to evaluate. */
const RECORD_KINDS = new Set(['records'])

type Read<T> = { ok: true; body: T } | { ok: false; reason: string }
export type ParsedMessage = Read<DispatchMessage | DeliveryDue>

/** Reads a queue message. Too new, or not ours: it fails and comes again, at last to the dead letters. */
export function parseMessage(text: string): ParsedMessage {
  return read(text, KINDS)
}

export function parseRecords(text: string): Read<RecordsReceived> {
  return read(text, RECORD_KINDS)
}

function read<T>(text: string, kinds: ReadonlySet<string>): Read<T> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return { ok: false, reason: 'not JSON' }
  }
  if (typeof body !== 'object' || body === null) return { ok: false, reason: 'not an object' }
  const { v, kind, account } = body as Record<string, unknown>
  if (typeof v !== 'number' || v > MESSAGE_VERSION)
    return { ok: false, reason: `version ${String(v)} is not known here` }
  if (typeof kind !== 'string' || !kinds.has(kind))
    return { ok: false, reason: `kind ${String(kind)} is not known here` }
  if (typeof account !== 'string') return { ok: false, reason: 'no account' }
  return { ok: true, body: body as T }
}
