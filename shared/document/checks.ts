import type { Sections } from '../config/sections.ts'
import type { Problem } from '../problem/problem.ts'

/** A document read: all of it, or nothing and every reason why. */
export type Parsed = { ok: true; next: Sections } | { ok: false; problems: Problem[] }

/** A problem for a list that is longer than its limit. */
export function overLimit(path: string, length: number, limit: number): Problem[] {
  return length > limit ? [{ path, message: `limit: has ${length} entries, at most ${limit} are allowed` }] : []
}

/** A problem for each name that was used before. */
export function repeated(names: readonly string[], path: (index: number) => string): Problem[] {
  const seen = new Set<string>()
  const problems: Problem[] = []
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) problems.push({ path: path(index), message: 'is not unique' })
    seen.add(name)
  }
  return problems
}
