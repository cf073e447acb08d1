import { expect, test } from 'vitest'
import { lastName, parsePath, readPath } from '../../../shared/integrations/field-path.ts'

const body = {
  host: 'outside',
  items: [{ host: 'inside', 'a.b': { "it's": 1 }, list: [[5, 6]], '0': 'zero', $: 'dollar', 'über uns': 2 }],
}
const item = body.items[0]

test.each<[path: string, value: unknown]>([
  ['host', 'inside'],
  ['$.host', 'outside'],
  ['$["host"]', 'outside'],
  ['$', body],
  ['$.items[0].host', 'inside'],
  ['["a.b"]', { "it's": 1 }],
  ['["a.b"]["it\'s"]', 1],
  ['list[0][1]', 6],
  ['list[0][9]', undefined],
  ['list.length', undefined],
  ['list[0].length', undefined],
  ['host.length', undefined],
  ['host[0]', undefined],
  ['[0]', 'zero'],
  ['0', 'zero'],
  ['über uns', 2],
  ['__proto__', undefined],
  ['constructor.name', undefined],
  ['toString', undefined],
])('%s', (path, value) => {
  const parsed = parsePath(path)
  expect(parsed && readPath(parsed, item, body)).toEqual(value)
})

test.each([
  '',
  '.',
  'a.',
  '.a',
  'a..b',
  'a[',
  'a]',
  'a[]',
  'a[-1]',
  'a[x]',
  'a["]',
  'a[""]',
  '$.',
  ' a',
  'a[0]b',
  'a[1234567]',
  'a[*]',
  'x'.repeat(201),
])('%j is no path', (path) => {
  expect(parsePath(path)).toBeUndefined()
})

test('the last name on the way is what something can be called', () => {
  expect(['a.b', 'a[0]', 'a["x y"][1]', '[0]'].map((path) => lastName(parsePath(path)!))).toEqual([
    'b',
    'a',
    'x y',
    undefined,
  ])
})

test('no text is slow to judge', () => {
  for (const text of ['a.'.repeat(100), '['.repeat(200), '["'.repeat(100), 'a'.repeat(200), "['a'".repeat(50)]) {
    const begin = performance.now()
    parsePath(text)
    expect(performance.now() - begin).toBeLessThan(50)
  }
})
