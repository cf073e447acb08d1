import { LimitFailure } from '../syntax/failure.ts'
import type { Caller } from '../values/go-types.ts'

/** Limits of the templates of one message together. */
export const TEMPLATE_LIMITS = {
  /** Nodes that are evaluated, and the work of functions in units of the same time: a microsecond or less. */
  steps: 1_000_000,
  /** Characters of one text that is made. */
  textChars: 4 * 1024 * 1024,
  /** Characters of all that the templates write. */
  outputChars: 8 * 1024 * 1024,
  /** Templates in templates. Go allows 100,000; our walker recurses. */
  depth: 100,
} as const

/** Counts the work of templates, so that none stalls or swells the process. Counts, not clocks: a retry fails alike. */
export class Budget implements Caller {
  #steps = 0
  #output = 0
  /** Steps since the run paused last. */
  owed = 0

  spend(steps: number): void {
    this.#steps += steps
    this.owed += steps
    if (this.#steps > TEMPLATE_LIMITS.steps) throw new LimitFailure(`limit: more than ${TEMPLATE_LIMITS.steps} steps`)
  }

  /** For a text that a function is about to make. */
  room(chars: number): void {
    if (chars > TEMPLATE_LIMITS.textChars) {
      throw new LimitFailure(`limit: a text of more than ${TEMPLATE_LIMITS.textChars} characters`)
    }
  }

  /** For a text that a function made. */
  made(text: string): void {
    this.room(text.length)
    this.spend(text.length >> 8)
  }

  /** For a text that is written. */
  wrote(text: string): void {
    this.#output += text.length
    if (this.#output > TEMPLATE_LIMITS.outputChars) {
      throw new LimitFailure(`limit: more than ${TEMPLATE_LIMITS.outputChars} characters are written`)
    }
    this.spend(text.length >> 8)
  }
}
