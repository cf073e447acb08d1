import { isAccountId } from '../base/account-id.ts'
import { isObject } from '../base/value.ts'
import type { InMessage } from '../queue/port.ts'
import { type Due, dueOf } from './due.ts'
import { SHAPES } from './kinds.ts'
import {
  DELIVERIES_VERSION,
  type DeliveriesMessage,
  type DeliveryMessage,
  type DispatchMessage,
  LEDGER_VERSION,
  MESSAGE_VERSION,
  type RecordsReceived,
  WAKES_VERSION,
} from './message.ts'

export type Read<T> = { ok: true; body: T } | { ok: false; unread: Newer | Malformed }

/** Written by a newer function: the function that is upgraded next will understand the message. */
export interface Newer {
  newer: true
  reason: string
}

/** A message that no function will ever understand. */
export interface Malformed {
  newer: false
  reason: string
  /** Account and integration of the message, as far as the text tells. */
  account?: string
  integration?: string
}

/** Kinds in the queue to dispatch. */
const DISPATCHED = new Set([
  ...(['alerts', 'refused', 'wake', 'wakes', 'outcome', 'replay', 'action', 'regrouped', 'reconfigured'] as const),
])
/** Kinds in the queue to evaluate. */
const EVALUATED = new Set(['records'] as const)
/** Kinds in the queues to notify and to forward. */
const DELIVERED = new Set(['delivery', 'deliveries'] as const)

/** The value of a message. A sender in the same process gives the value beside the text, so no text is parsed again. */
export function takeDispatched({ body, value }: Pick<InMessage, 'body' | 'value'>): Read<DispatchMessage> {
  return value === undefined ? readDispatched(body) : { ok: true, body: value as DispatchMessage }
}

export function readDispatched(text: string): Read<DispatchMessage> {
  return read(text, DISPATCHED, [WAKES_VERSION])
}

export function readRecords(text: string): Read<RecordsReceived> {
  return read(text, EVALUATED)
}

/** The deliveries of a message. */
export function readDelivered(text: string): Read<Due[]> {
  const found = read<DeliveryMessage | DeliveriesMessage>(text, DELIVERED, [LEDGER_VERSION, DELIVERIES_VERSION])
  return found.ok ? { ok: true, body: dueOf(found.body) } : found
}

/**
 * Reads a queue message. Tocsin's own functions write the messages, so a malformed message comes from a bug or from a
 * person's hand, and reading the message again does not help; a newer message only has to wait. `also`: versions beside
 * the first that are known in this queue.
 */
function read<T>(text: string, kinds: ReadonlySet<keyof typeof SHAPES>, also: readonly number[] = []): Read<T> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return malformed('it is not JSON')
  }
  if (!isObject(body)) return malformed('it is not an object')
  const { v, kind, account } = body
  if (typeof v === 'number' && v > MESSAGE_VERSION && !also.includes(v)) {
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
      newer: false,
      reason,
      ...(isAccountId(account) ? { account } : {}),
      ...(typeof integration === 'string' ? { integration } : {}),
    },
  }
}
