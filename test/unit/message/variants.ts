import { MESSAGE_VERSION } from '../../../shared/message/message.ts'

/** Replacements for a part of a message, one at a time. */
const INSTEAD: readonly unknown[] = [
  ...[undefined, null, true, '', 'x', 'x'.repeat(3000), '__proto__', '\ud800'],
  ...[0, -1, 1.5, 1e15, 253402300799999, 1e300, -1e300, [], [null], {}, { a: 1 }],
]

/** The message with one part removed or replaced, in every way; messages of a newer version are left out. */
export function* variants(message: object): Generator<string> {
  for (const path of paths(message)) {
    for (const value of INSTEAD) {
      if (path[0] === 'v' && typeof value === 'number' && value > MESSAGE_VERSION) continue
      yield JSON.stringify(replaced(message, path, value)) ?? 'null'
    }
  }
}

function paths(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([name, inner]) => paths(inner, [...at, name]))]
}

function replaced(value: unknown, [first, ...rest]: readonly string[], by: unknown): unknown {
  if (first === undefined) return by
  const entries = Object.entries(value as object).map(([name, inner]) =>
    name === first ? [name, replaced(inner, rest, by)] : [name, inner],
  )
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}
