import type { Steps } from '../../base/steps.ts'
import { isObject } from '../../base/value.ts'
import type { EntryResult } from './mapping.ts'

/** The reader of an entry, which remembers what it read: for lists of thousands of entries. */
export interface ReadOnce<T> {
  read(given: unknown): EntryResult<T>
  /** Reads entries in steps, before the list is read at once. */
  prepare(list: unknown): Steps<void>
  /** An entry of an answer, as the reader would read it: an entry that is put back in its list is not read again. */
  know(shown: object, value: T): void
}

/** An entry takes about this much work, in units of `Steps`, and so much for each value in its lists. */
const UNITS_PER_ENTRY = 100

/** Remembered by the object, as long as the object is used. An entry is never changed in place. */
export function createReadOnce<T>(read: (given: unknown) => EntryResult<T>): ReadOnce<T> {
  const known = new WeakMap<object, EntryResult<T>>()
  const readOnce = (given: unknown): EntryResult<T> => {
    if (!isObject(given)) return read(given)
    const result = known.get(given) ?? read(given)
    known.set(given, result)
    return result
  }
  return {
    read: readOnce,
    *prepare(list) {
      for (const entry of Array.isArray(list) ? list : []) {
        readOnce(entry)
        yield UNITS_PER_ENTRY + sizeOf(entry)
      }
    },
    know: (shown, value) => void known.set(shown, { ok: true, value }),
  }
}

function sizeOf(entry: unknown): number {
  if (!isObject(entry)) return 0
  return Object.values(entry).reduce<number>((size, value) => size + (Array.isArray(value) ? value.length : 0), 0)
}
