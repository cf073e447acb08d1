import type { Channel } from '../../../config/config.ts'
import type { Problem } from '../../../problem/problem.ts'
import type { Settings } from '../../../settings/field.ts'

/** A part of the written file, whose scalars are text. */
export type Written = Record<string, unknown>

/** The knowledge of the importer about a list of receivers: `webhook_configs`. */
export interface ReceiverList {
  /** Key in a receiver. */
  list: string
  /** Alertmanager's default of `send_resolved`. */
  sendResolved: boolean
  read(entry: Written, context: EntryContext): EntryRead
}

export interface EntryContext {
  /** Settings from `http_config`: of the entry, or of the whole file. */
  http: Settings
  /** `http_config` of the entry, as written. */
  ownHttp: unknown
  /** `global` of the file. */
  global: Written
  /** The channel that an earlier import made of the entry. */
  stored: Channel | undefined
}

/** An entry as a channel. `settings` has what is readable. */
export interface EntryRead {
  type: string
  settings: Settings
  problems: Problem[]
  /** What is taken, and does not do what the file says. */
  warnings?: Problem[]
  /** Settings that already have a problem: the channel is checked without these settings. */
  unread?: readonly string[]
}
