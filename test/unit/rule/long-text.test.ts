import { expect, test } from 'vitest'
import { compileRules } from '../../../shared/rule/compile.ts'
import { parseSigmaObject } from '../../../shared/rule/parse.ts'

function failuresOf(source: string, text: string): string[] {
  const { rules, problems } = parseSigmaObject({
    title: 't',
    id: 'r',
    logsource: {},
    detection: { s: { 'f|re': source }, condition: 's' },
  })
  expect(problems).toEqual([])
  const failures: string[] = []
  compileRules(rules).match({ f: text }, (_, error) => failures.push(String(error)))
  return failures
}

test('an expression of many steps fails on a long text, in words, and goes on for others', () => {
  const hostile = '(a|b)*a(a|b){100}'
  expect(failuresOf(hostile, 'ab'.repeat(1_000))).toEqual([])
  expect(failuresOf(hostile, 'ab'.repeat(100_000))).toEqual([
    expect.stringMatching(/^Error: regular expression of \d+ steps does not look at 200000 characters$/),
  ])
  expect(failuresOf('error: \\d+', 'x'.repeat(200_000))).toEqual([])
  expect(failuresOf('[eE]rror', 'x'.repeat(200_000))).toEqual([])
})
