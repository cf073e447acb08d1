import type { Millis } from '../base/time.ts'

export type ActionType = 'claim' | 'unclaim' | 'assign' | 'comment' | 'close' | 'reopen'

/** An action of a person on an incident. */
export interface Action {
  /** The same when the request is repeated. */
  id: string
  type: ActionType
  incident: string
  by: string
  at: Millis
  /** The text of a comment, or the solution of a close. */
  text?: string
  /** The new handler, for `assign`. */
  to?: string
}
