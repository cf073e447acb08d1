import { isDamage, isFileFailure } from './failures.ts'

/** What the operations on the file met since the file was opened. */
export interface Trouble {
  /** An error of any operation; errors that say nothing of the file count for nothing. */
  note(error: unknown): void
  /** The first sign of damage, in words, until the sign is forgotten. */
  damage(): string | undefined
  /** A whole check, begun after the sign, found nothing. */
  forgetDamage(): void
  /** Failures of other kinds, such as a full disk: their number, and the text of the last. */
  failures(): { count: number; last: string }
}

export function createTrouble(): Trouble {
  let damage: string | undefined
  let [count, last] = [0, '']
  let noted: unknown
  return {
    note(error) {
      // A failed commit rejects many writes with the same error.
      if (error === noted || !isFileFailure(error)) return
      noted = error
      const text = error instanceof Error ? error.message : String(error)
      if (isDamage(error)) damage ??= text
      else {
        count++
        last = text
      }
    },
    damage: () => damage,
    forgetDamage() {
      damage = undefined
    },
    failures: () => ({ count, last }),
  }
}
