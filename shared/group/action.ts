import type { Millis } from '../base/time.ts'

export type ActionType = 'claim' | 'unclaim' | 'assign' | 'comment' | 'close' | 'reopen'

/** What a person does to an incident. */
export interface Action {
  /** The same when the request is repeated. */
  id: string
  type: ActionType
  incident: string
  by: string
  at: Millis
  /** A comment; of a close its solution. */
  text?: string
  /** To whom it is assigned. */
  to?: string
}
