import type { Level } from '../alert/level.ts'
import type { Millis } from '../base/time.ts'

/** A message that the message centre keeps for a user to read. */
export interface InboxMessage {
  /** The id of the delivery: the same on every attempt. */
  id: string
  /** The moment of the attempt that wrote the message. */
  at: Millis
  status: 'firing' | 'resolved'
  level: Level
  /** One line. */
  title: string
  text: string
  /** Absent: the group never had an incident. */
  incident?: string
  /** Id of the policy. */
  policy?: string
  /** Absent: the user has not read the message. */
  readAt?: Millis
}

/** Where messages for users are kept. */
export interface Inbox {
  /** Twice is once: a message is known by its id. Throws `Unavailable`. */
  put(account: string, user: string, message: InboxMessage): Promise<void>
}
