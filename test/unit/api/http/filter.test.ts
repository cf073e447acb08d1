import { expect, test } from 'vitest'
import { readFilter } from '../../../../functions/api/http/filter.ts'

function filtered(...texts: string[]): string | undefined {
  const read = readFilter(new URLSearchParams(texts.map((text): [string, string] => ['filter', text])))
  return read.ok ? undefined : read.error
}

test('the filters of a request have one budget, however the expression is written', () => {
  expect(filtered(...Array.from({ length: 100 }, (_, i) => `a=~"x${i}.*y"`))).toBeUndefined()
  expect(filtered(...Array.from({ length: 101 }, () => 'a=b'))).toBe('at most 100 filters')
  expect(filtered('a=~"(a|b|c7){1,900}"')).toMatch(/too large/)
  expect(filtered('"ü"=~"(a|b|c7)\\x7b1,900}"')).toBeDefined()
  expect(filtered(...Array.from({ length: 9 }, (_, i) => `a=~"x${i}[a-z]{900}"`))).toMatch(/too large together/)
})
