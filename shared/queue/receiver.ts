import type { InMessage } from './port.ts'

/** The messages of an account that wait for each other: those to one channel. A message without a lane has the lane ''. */
export interface Lane {
  account: string
  lane: string
}

/**
 * Whether one message more of a lane may be taken; the answer `free` counts the message as taken. An account that is
 * full has no room in any lane.
 */
export type Room = (lane: Lane) => 'free' | 'lane full' | 'account full'

/** A message with its lane, for the host. */
export interface Received extends InMessage, Lane {
  /** The message was in work when the last process ended, and has not failed since. */
  ended?: true
}

/** The receiving side, which only a host has. */
export interface Receiver {
  /**
   * Up to `max` visible messages, round robin by account and lane; each message is invisible for VISIBILITY_MS. A
   * message that was received before comes in small company, and at last alone. `plan`: makes the room for the messages
   * of this receive; messages without room stay.
   */
  receive(max: number, plan?: () => Room): Promise<Received[]>
  /** The messages are done. A message that is absent is done already. */
  ack(ids: readonly string[]): Promise<void>
  /** Makes messages visible again after `delayMs`; dead, after MAX_RECEIVES receives. */
  retry(ids: readonly string[], delayMs: number): Promise<void>
  /** The time until the next receive; 0 or less: a message is visible. */
  nextVisibleIn(): number | undefined
  /** The same, beside the messages that are visible already. */
  nextTimedIn(): number | undefined
  /** The time until the next delayed or handed back message becomes visible. */
  nextDelayedIn(): number | undefined
  /**
   * The wall clock was set by so much. Back: delayed messages keep the time that is left of their delays. Forward:
   * their moments come sooner, as the clock says.
   */
  clockStepped(byMs: number): Promise<void>
  /** Called after a send was written. Returns a function that ends the calls. */
  onSend(then: () => void): () => void
  depth(): { ready: number; inFlight: number; delayed: number; dead: number }
  deadLetters(max: number): InMessage[]
  /** Dead letters become visible again, as new messages. */
  redrive(): Promise<number>
}
