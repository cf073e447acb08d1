import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseArguments, USAGE } from '../../../infra/machine/arguments.ts'

test.each<[words: string[], parsed: ReturnType<typeof parseArguments>]>([
  [[], { kind: 'start', acceptLoss: false }],
  [['--accept-loss'], { kind: 'start', acceptLoss: true }],
  [['--help'], { kind: 'help' }],
  [['-h'], { kind: 'help' }],
  [['--accept-loss', '--help'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
  [['--bogus'], { kind: 'unknown', words: ['--bogus'] }],
  [['--accept-los'], { kind: 'unknown', words: ['--accept-los'] }],
  [['--accept-loss=1', '--help', 'now'], { kind: 'unknown', words: ['--accept-loss=1', 'now'] }],
  [['help'], { kind: 'unknown', words: ['help'] }],
  [[''], { kind: 'unknown', words: [''] }],
  [['--'], { kind: 'unknown', words: ['--'] }],
])('%j', (words, parsed) => {
  expect(parseArguments(words)).toEqual(parsed)
})

test('the usage names the variables that README.md names, and their defaults', () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../../../README.md'), 'utf8')
  const [, section = ''] = readme.split('## Environment of `npm start`')
  const rows = [...section.matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]+)`)?/gm)]
  expect(rows.length).toBeGreaterThan(5)
  const shown = [...USAGE.matchAll(/^ {2}([A-Z_]+) /gm)].map(([, name]) => name)
  expect(shown).toEqual(rows.map(([, name]) => name))
  for (const [, , value] of rows) if (value) expect(USAGE).toContain(value)
})
