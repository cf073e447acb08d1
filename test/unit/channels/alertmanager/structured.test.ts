import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encoded } from '../../../../shared/channels/alertmanager/encoded.ts'
import { structured } from '../../../../shared/channels/alertmanager/structured.ts'

/* Rendered texts that are YAML of anything but a text become what the YAML says. */

test.each<[text: string, value: unknown]>([
  ['plain', 'plain'],
  ['', null],
  ['5', 5],
  ['-5', -5],
  ['0x1F', 31],
  ['017', 15],
  ['1_000', 1000],
  ['1.50', 1.5],
  ['1e3', 1000],
  ['1.', 1],
  ['_1', '_1'],
  ['1e+3', 1000],
  ['yes', true],
  ['Off', false],
  ['~', null],
  ['null', null],
  ['"5"', '"5"'],
  ["'x' y", "'x' y"],
  ['12345678901234567890', '12345678901234567890'],
  ['a: b', { a: 'b' }],
  ['{b: 1, a: [x, 2, yes]}', { a: ['x', 2, true], b: 1 }],
  ['- 1\n- two', [1, 'two']],
  ['[]', []],
  ['{', '{'],
  ['a: b: c', 'a: b: c'],
  ['# only a comment', null],
  ['2026-01-02', '2026-01-02'],
  ['[{"labels":{"x":"1"}}]', [{ labels: { x: '1' } }]],
])('%j is %j', async (text, value) => {
  expect(await structured(text)).toEqual(value)
  expect(await structured({ b: [text], a: text })).toEqual({ a: value, b: [value] })
})

/* Texts of which the package `yaml` reads less than is there. Go's yaml.v2 fails on them, so Alertmanager keeps them. */
test.each([
  ...['%', '% of disk is full', '%!d(string=x)', '%a\nb: c', '...', '\t'],
  ...['!', '!!! CRITICAL', '!important', '!x y'],
  ...['&', '&& more', '* *', '&|'],
  ...[':', ': x', '- : x', '[: a]'],
  '[http://prometheus/graph?g0.expr=up, y]',
  '{firing a=b, c=d UTC http://prometheus/graph?g0.expr=up}',
])('%j stays a text', async (text) => {
  expect(await structured(text)).toBe(text)
})

/* Here yaml.v2 reads a list or a mapping and drops the rest of the text. */
test.each([
  '[FIRING:2] Disk full',
  '[RESOLVED](https://tocsin.example/)',
  '{"a":1} and more',
  'Labels:\n- a\nLabels:\n- b',
])('%j is no YAML as a whole, and stays a text', async (text) => {
  expect(await structured(text)).toBe(text)
})

test('keys are in the order of their bytes', async () => {
  expect(JSON.stringify(await structured({ é: 'x', b: '{z: 1, a: 2}', B: 'x' }))).toBe(
    '{"B":"x","b":{"a":2,"z":1},"é":"x"}',
  )
})

/* A comment at its end is nothing to YAML, and no JSON: so the text is read as YAML. */
const asYaml = (text: string): Promise<unknown> => structured(`${text} # a comment`)

test('JSON as a template writes it is what YAML reads in it', async () => {
  const texts = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }).filter((value) => Object(value) === value)
  await fc.assert(
    fc.asyncProperty(texts, async (value) => {
      const text = encoded(value).trimEnd()
      expect(JSON.stringify(await structured(text))).toBe(JSON.stringify(await asYaml(text)))
    }),
    { numRuns: 300 },
  )
})

test.each([
  '{"a":1,"a":2}',
  '[1e3]',
  '[-0]',
  '[9007199254740993]',
  '[9007199254740992]',
  '{"__proto__":{"a":1}}',
  `{"${'k'.repeat(1100)}":1}`,
  `${'['.repeat(99)}${']'.repeat(99)}`,
  `${'['.repeat(100)}${']'.repeat(100)}`,
  `${'['.repeat(101)}${']'.repeat(101)}`,
])('%j is what YAML reads in it', async (text) => {
  const yaml = await asYaml(text)
  expect(JSON.stringify(await structured(text))).toBe(JSON.stringify(yaml === `${text} # a comment` ? text : yaml))
})
