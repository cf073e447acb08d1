import type { Caller } from '../values/go-types.ts'

/** The texts of several values as one text, refused as soon as it is too long: many long texts would swell the process. */
export function gather<One>(values: Iterable<One>, write: (one: One) => string, separator: string, by: Caller): string {
  let text = ''
  let between = ''
  for (const one of values) {
    text += between + write(one)
    by.room(text.length)
    between = separator
  }
  return text
}
