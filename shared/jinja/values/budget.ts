import { fail } from './failure.ts'

/*
 * A run of a template counts its work and stops at a limit, so neither time nor memory grows with what the template asks
 * for. Steps are counted and not milliseconds: the same template with the same alerts ends at the same place on every
 * machine, and on every attempt at a message.
 */

/** Steps of a run. A step is one node of the tree, or work that takes as long: a fifth of a microsecond at most. */
const RUN_STEPS = 100_000
/** Characters of a text that a template makes, and of its whole output. */
const TEXT_CHARS = 160 * 1024
/** Entries of a list or mapping that a template makes. */
export const LIST_ENTRIES = 10_000
/** Lists in lists: a template can nest them without end, and JSON is written by recursion. */
export const NESTING = 50

/** Characters that are copied in the time of a step. */
const CHARS_PER_STEP = 16

export class Budget {
  readonly #most: number
  #left: number
  constructor(most = RUN_STEPS) {
    this.#most = Math.min(most, RUN_STEPS)
    this.#left = this.#most
  }

  get spent(): number {
    return this.#most - Math.max(0, this.#left)
  }

  spend(steps = 1): void {
    this.#left -= steps
    // Not a number is no number of steps either.
    if (!(this.#left >= 0)) fail('limit: takes too many steps')
  }

  /** For work over so many characters, which makes no more than these: checked before the work. */
  chars(count: number): void {
    if (count > TEXT_CHARS) fail(`limit: makes a text of more than ${TEXT_CHARS} characters`)
    this.spend(1 + Math.ceil(count / CHARS_PER_STEP))
  }

  text(made: string): string {
    this.chars(made.length)
    return made
  }

  /** `whole`: characters of the output so far, with the `more` that were added. */
  output(whole: number, more: number): void {
    if (whole > TEXT_CHARS) fail(`limit: writes more than ${TEXT_CHARS} characters`)
    this.spend(1 + Math.ceil(more / CHARS_PER_STEP))
  }

  entries(count: number): void {
    if (count > LIST_ENTRIES) fail(`limit: makes a list of more than ${LIST_ENTRIES} entries`)
    this.spend(1 + count)
  }
}
