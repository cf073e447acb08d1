import type { Problem } from '../problem/problem.ts'
import type { Settings } from './field.ts'

/** Problems of settings that only other providers have. `own`: names of settings by provider. */
export function foreignProblems(
  settings: Settings,
  provider: string,
  own: Readonly<Record<string, readonly string[]>>,
): Problem[] {
  return Object.entries(own).flatMap(([other, names]) => {
    if (other === provider) return []
    const given = names.filter((name) => settings[name] !== undefined && !own[provider]?.includes(name))
    return given.map((path) => ({ path, message: `belongs to provider ${other}` }))
  })
}
