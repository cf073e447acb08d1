import type { Budget } from './budget.ts'
import { textOf } from './text.ts'
import type { Value } from './value.ts'

/** The characters of a text, and not its UTF-16 units: Python counts so, and no character is cut in two. */
export function charactersOf(text: Value, budget: Budget): string[] {
  const whole = textOf(text, budget)
  budget.spend(1 + Math.ceil(whole.length / 2))
  return Array.from(whole)
}
