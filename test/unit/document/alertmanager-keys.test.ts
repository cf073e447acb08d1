import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { box, nothing, readAlertmanagerYml } from './setup.ts'

/*
 * Every key that Alertmanager knows is taken, or refused as not supported; the word "unknown" is for keys that
 * Alertmanager does not know.
 */

const FILE = new URL('../../fixtures/alertmanager/keys.json', import.meta.url)
const { keys } = JSON.parse(readFileSync(FILE, 'utf8')) as { keys: Record<string, string[]> }

/** Keys that the file may have with every value; each further key is refused with the value of the test. */
const FREE =
  /^(?:global\.(?!http_config$|resolve_timeout$)|.*\.(?:username|password|type|credentials|bearer_token|name|payload)$)/

/** A file with a single value at the place. */
function fileWith(place: string, key: string, value: unknown): unknown {
  const file: Record<string, unknown> = {}
  let at: Record<string, unknown> = file
  for (const [, name = '', index] of place.matchAll(/([\w]+)(\[0\])?/g)) {
    const inner = {}
    at[name] = index === undefined ? inner : [inner]
    at = inner
  }
  at[key] = value
  return file
}

function problemsAt(place: string, key: string, value: unknown): string[] {
  const read = readAlertmanagerYml(JSON.stringify(fileWith(place, key, value)), nothing, box)
  const path = place === '' ? key : `${place}.${key}`
  if (read.ok) return []
  return read.problems.flatMap((problem) =>
    problem.path === path || problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`)
      ? [problem.message]
      : [],
  )
}

const rows = Object.entries(keys).flatMap(([place, names]) => names.map((key) => [place, key] as const))

test('the table is of the size of 0.34.2', () => {
  expect(rows.length).toBe(167)
})

test.each(rows)('%s: %s is a known key', (place, key) => {
  // No setting has this value, so what is accepted is not heeded, or free text.
  const found = problemsAt(place, key, [['value']])
  expect(found).not.toContain('unknown key')
  if (!FREE.test(place === '' ? key : `${place}.${key}`)) expect(found.length).toBeGreaterThan(0)
})

test.each(Object.keys(keys))('%s: a foreign key is unknown', (place) => {
  const unknown = ['unknown key', 'field no_such_key not found in a time interval']
  expect(unknown).toEqual(expect.arrayContaining(problemsAt(place, 'no_such_key', 'x')))
  expect(problemsAt(place, 'no_such_key', 'x')).toHaveLength(1)
})
