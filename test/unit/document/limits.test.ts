import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LIMITS } from '../../../shared/base/limits.ts'

const page = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8')

test('docs/limits.md has a row for every limit, with its value, and no other row', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \|[^|]+\| (\d+)(?: \w+)? \|$/gm)].map(([, name, value]) => [
    name,
    Number(value),
  ])
  expect(Object.fromEntries(rows)).toEqual(LIMITS)
  expect(rows).toHaveLength(Object.keys(LIMITS).length)
})
