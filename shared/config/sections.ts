import type { Config } from './config.ts'
import type { Problem } from './problem.ts'

/** What a document decides: everything but when it became the current one. */
export type Sections = Omit<Config, 'revision' | 'since'>

/** A document read: all of it, or nothing and every reason why. */
export type Parsed = { ok: true; next: Sections } | { ok: false; problems: Problem[] }

export const LIMITS = {
  channels: 200,
  integrations: 200,
  policies: 500,
  rules: 1_000,
  routes: 2_000,
  inhibitRules: 500,
  timeIntervals: 500,
  matchers: 100,
} as const

/** An id that people choose. `.` and `..` would be lost from a URL's path. */
export const ID = /^(?!\.{1,2}$)[a-zA-Z0-9._/-]{1,100}$/

export const DEFAULT_INTEGRATION = 'default'

/** What an account has before anybody configured it; its revision is that of a pointer never written. */
export function defaultConfig(_account: string): Config {
  return {
    revision: '0',
    since: 0,
    integrations: [
      {
        id: DEFAULT_INTEGRATION,
        type: 'prometheus',
        name: 'Default',
        access: 'post',
        paused: false,
        generation: 0,
      },
    ],
    channels: [],
    policies: [],
    inhibitRules: [],
    timeIntervals: [],
    rules: [],
  }
}

export function sectionsOf({ revision: _revision, since: _since, ...sections }: Config): Sections {
  return sections
}

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
