import { type DeliveryDue, type DispatchMessage, MESSAGE_VERSION } from './message.ts'

/** Kinds of this version. Our own functions write these messages, so their shape is not checked field by field. */
const KINDS = new Set(['alerts', 'refused', 'wake', 'outcome', 'replay', 'moved', 'delivery'])

export type ParsedMessage = { ok: true; body: DispatchMessage | DeliveryDue } | { ok: false; reason: string }

/** Reads a queue message. Too new, or not ours: it fails and comes again, at last to the dead letters. */
export function parseMessage(text: string): ParsedMessage {
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
  if (typeof kind !== 'string' || !KINDS.has(kind))
    return { ok: false, reason: `kind ${String(kind)} is not known here` }
  if (typeof account !== 'string') return { ok: false, reason: 'no account' }
  return { ok: true, body: body as DispatchMessage | DeliveryDue }
}
