import { describe, expect, test } from 'vitest'
import { parseArguments } from '../../../infra/cli/arguments.ts'
import { suggestion } from '../../../shared/base/suggest.ts'

describe('arguments', () => {
  test.each<[line: string, rules: string[], json: string[], help?: boolean]>([
    ['--rules a --json b', ['a'], ['b']],
    ['--json b c --rules a', ['a'], ['b', 'c']],
    ['--rules a b --rules c --json -', ['a', 'b', 'c'], ['-']],
    ['--rules=a --json=b=c d', ['a'], ['b=c', 'd']],
    ['--json b -- --rules', [], ['b', '--rules']],
    ['--rules a -h', ['a'], [], true],
    ['--help', [], [], true],
    ['', [], []],
  ])('%s', (line, rules, json, help = false) => {
    const parsed = parseArguments(line.split(' ').filter(Boolean), ['rules', 'json'])
    expect(parsed).toEqual({
      ok: true,
      help,
      values: new Map([
        ['rules', rules],
        ['json', json],
      ]),
    })
  })

  test.each([
    ['--rule a', 'unknown option --rule; did you mean --rules?'],
    ['--jsn=a', 'unknown option --jsn; did you mean --json?'],
    ['--verbose', 'unknown option --verbose'],
    ['-rules a', 'unknown option -rules; did you mean --rules?'],
    ['--__proto__ a', 'unknown option --__proto__'],
    ['a --rules b', '"a" belongs to no option'],
  ])('refuses %s', (line, error) => {
    expect(parseArguments(line.split(' '), ['rules', 'json'])).toEqual({ ok: false, error })
  })
})

describe('suggestions', () => {
  test.each([
    ['backfil', 'backfill'],
    ['bakcfill', 'backfill'],
    ['back', 'backfill'],
    ['chekc', 'check'],
    ['apply', undefined],
    ['', undefined],
  ])('for %o: %o', (word, name) => {
    expect(suggestion(word, ['backfill', 'check'])).toBe(name === undefined ? '' : `; did you mean ${name}?`)
  })
})
