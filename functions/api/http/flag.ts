import { type Refusal, refuseWith } from './route.ts'

/**
 * A word that is neither true nor false is refused: a client with `dryRun=1` must not make the change, and neither must
 * one with `dry_run=true`.
 */
export function readFlag(query: URLSearchParams, name: string): boolean | Refusal {
  const misspelt = [...query.keys()].find((key) => key !== name && inOneSpelling(key) === inOneSpelling(name))
  if (misspelt !== undefined) return refuseWith(400, 'invalid', `${misspelt}: is no parameter; did you mean ${name}?`)
  const given = new Set(query.getAll(name))
  const [word = 'false'] = given
  if (given.size <= 1 && (word === 'true' || word === 'false')) return word === 'true'
  return refuseWith(400, 'invalid', `${name}: true or false`)
}

function inOneSpelling(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase()
}
