import type { Millis } from '../base/time.ts'

/** At most so many messages within any span of this length. */
export interface RateRule {
  readonly most: number
  readonly windowMs: Millis
}

/** The limit that a provider sets to the messages to one place, such as a robot, a chat or a number. */
export interface Rate {
  /** What the provider counts by, as a text that may hold secrets: only a keyed hash of the text is stored. */
  readonly by: readonly string[]
  /** Every rule holds. */
  readonly rules: readonly RateRule[]
  /** Notifications in a digest message at most, where notifications wait. Absent: every notification is a message. */
  readonly digest?: number
}
