import { expect, test } from 'vitest'
import { readYamlAtOnce } from '../../../shared/document/reading/yaml.ts'

test.each([
  ['channels: {{ name }', 'line 1, column 20: the indentation is wrong, or a bracket is not closed'],
  ['channels:\n\t- id: a', 'line 2, column 1: a tab indents, and YAML takes only spaces'],
  ['name: "night', 'line 1, column 13: missing: a quotation mark, a bracket, a colon, or a space of the indentation'],
  ['channels:\n- id: a\n name: b', 'missing: a quotation mark'],
  ['- a\nb: 1', 'line 2, column 1: this does not fit to the quotation marks, brackets or indentation before it'],
  ['name: @night', 'a text that begins with this character needs quotation marks'],
  ['name: "a\\q"', 'a backslash between double quotation marks has no meaning here'],
  ['name: night: day', 'another key in it; a text with ": " needs quotation marks'],
  ['channels\npolicies\nrules: 1', 'a key goes over several lines, or its colon is missing'],
  ['a: 1\n---\nb: 2', 'line 3, column 1: a second document begins, and only one is read'],
  ['a: 1\na: 2', 'line 2, column 1: keys of a mapping have to be unique'],
])('says in words, and with nothing of the text, what cannot be read in %j', (text, words) => {
  const read = readYamlAtOnce(text)
  expect(read.ok ? [] : read.problems.map(({ message }) => message)).toEqual([expect.stringContaining(words)])
})
