import type { Lane } from '../queue/receiver.ts'
import type { MessageRow } from './queue-sql.ts'

/**
 * The messages of a queue that were sent in this turn. The commit of the turn writes the messages that are left by then. A
 * message that is received and acknowledged in its own turn never reaches the disk. No message is lost by this: without the
 * commit the message was never sent, and with the commit the message is done.
 */
export function createTurnMessages() {
  const messages = new Map<number, MessageRow>()
  /** The ready messages, the oldest first. */
  const ready = new Map<string, Map<string, Set<MessageRow>>>()
  const readyOf = ({ account, lane }: Lane): ReadonlySet<MessageRow> => ready.get(account)?.get(lane) ?? NONE
  const unready = (message: MessageRow): void => {
    const lanes = ready.get(message.account)
    const waiting = lanes?.get(message.lane)
    waiting?.delete(message)
    if (waiting?.size === 0) lanes?.delete(message.lane)
    if (lanes?.size === 0) ready.delete(message.account)
  }
  return {
    has: (id: number): boolean => messages.has(id),
    readyOf,
    add(message: MessageRow): void {
      messages.set(message.id, message)
      const lanes = ready.get(message.account) ?? new Map<string, Set<MessageRow>>()
      ready.set(message.account, lanes)
      const waiting = lanes.get(message.lane) ?? new Set<MessageRow>()
      lanes.set(message.lane, waiting.add(message))
    },
    /** The message is in flight now, and stays here until the commit. */
    received(message: MessageRow): void {
      unready(message)
      message.receives++
    },
    /** Takes out a message that was acknowledged, or is about to be written. */
    take(id: number): MessageRow | undefined {
      const message = messages.get(id)
      if (message === undefined) return undefined
      messages.delete(id)
      unready(message)
      return message
    },
    takeAll(): MessageRow[] {
      const all = [...messages.values()]
      messages.clear()
      ready.clear()
      return all
    },
  }
}

const NONE: ReadonlySet<MessageRow> = new Set()
