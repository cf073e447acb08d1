import { isAccountId } from '../base/account-id.ts'
import { SHAPES } from './kinds.ts'
import { type DeliveryDue, type DispatchMessage, MESSAGE_VERSION, type RecordsReceived } from './message.ts'
import { isObject } from './shape.ts'

export type Read<T> = { ok: true; body: T } | { ok: false; unread: Newer | Malformed }

/** Written by a newer function: whoever is upgraded next will understand it. */
export interface Newer {
  newer: true
  reason: string
}

/** Nobody will ever understand it. */
export interface Malformed {
  newer: false
  reason: string
  /** Whose it is, and of which integration, as far as it can be told. */
  account?: string
  integration?: string
}

/** Of the queue to dispatch. */
const DISPATCHED = new Set([
  ...(['alerts', 'refused', 'wake', 'outcome', 'replay', 'action', 'regrouped', 'reconfigured'] as const),
])
/** Of the queue to evaluate. */
const EVALUATED = new Set(['records'] as const)
/** Of the queues to notify and to forward. */
const DELIVERED = new Set(['delivery'] as const)

export function readDispatched(text: string): Read<DispatchMessage> {
  return read(text, DISPATCHED)
}

export function readRecords(text: string): Read<RecordsReceived> {
  return read(text, EVALUATED)
}

export function readDelivered(text: string): Read<DeliveryDue> {
  return read(text, DELIVERED)
}

/**
 * Reads a queue message. Our own functions write them, so what is malformed comes from a bug or from
 * somebody's hand, and reading it again helps nobody; what is newer only has to wait.
 */
function read<T>(text: string, kinds: ReadonlySet<keyof typeof SHAPES>): Read<T> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return malformed('it is not JSON')
  }
  if (!isObject(body)) return malformed('it is not an object')
  const { v, kind, account } = body
  if (typeof v === 'number' && v > MESSAGE_VERSION) {
    return { ok: false, unread: { newer: true, reason: `version ${v} is not known here` } }
  }
  if (!Number.isInteger(v) || (v as number) < 1) return malformed('v is no version', body)
  if (!isKind(kind, kinds)) return malformed(`kind has to be one of ${[...kinds].join(', ')}`, body)
  if (!isAccountId(account)) return malformed('account is not the id of one', body)
  const problem = SHAPES[kind](body)
  return problem === undefined ? { ok: true, body: body as T } : malformed(problem.slice(1), body)
}

function isKind(kind: unknown, kinds: ReadonlySet<keyof typeof SHAPES>): kind is keyof typeof SHAPES {
  return (kinds as ReadonlySet<unknown>).has(kind)
}

function malformed(reason: string, body: Record<string, unknown> = {}): { ok: false; unread: Malformed } {
  const { account, integration } = body
  return {
    ok: false,
    unread: {
      ...{ newer: false, reason },
      ...(isAccountId(account) ? { account } : {}),
      ...(typeof integration === 'string' ? { integration } : {}),
    },
  }
}
