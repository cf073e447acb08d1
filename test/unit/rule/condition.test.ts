import { describe, expect, test } from 'vitest'
import { problemsOf, ruleMatches, ruleOf } from './matches.ts'

/** `a`, `b`, `c` match when the record contains the letter. */
const DETECTIONS = {
  a: { a: 1 },
  b: { b: 1 },
  c: { c: 1 },
  x_1: { a: 1 },
  x_2: { b: 1 },
  _x_3: { c: 1 },
}

function matchesFor(condition: unknown, letters: string): boolean {
  const record = Object.fromEntries([...letters].map((letter) => [letter, 1]))
  return ruleMatches(ruleOf({ ...DETECTIONS, condition }), record)
}

describe('conditions', () => {
  test.each<[condition: unknown, matching: string[], not: string[]]>([
    ['a', ['a', 'ab'], ['', 'b']],
    ['not a', ['', 'b'], ['a']],
    ['not not a', ['a'], ['']],
    ['a and b', ['ab'], ['a', 'b']],
    ['a or b', ['a', 'b'], ['', 'c']],
    // Loosest to tightest: or, and, not.
    ['a or b and c', ['a', 'bc'], ['b', 'c']],
    ['a and b or c', ['ab', 'c'], ['a', 'b']],
    ['(a or b) and c', ['ac', 'bc'], ['a', 'c']],
    ['not a and b', ['b'], ['ab', '', 'a']],
    ['not (a and b)', ['a', 'b', ''], ['ab']],
    ['not a or b', ['', 'b', 'ab'], ['a']],
    ['((a)) and ((not (b or c)))', ['a'], ['ab', 'ac', '']],
    ['1 of x_*', ['a', 'b'], ['', 'c']],
    ['any of x_*', ['a', 'b'], ['', 'c']],
    ['all of x_*', ['ab', 'abc'], ['a', 'b']],
    ['not 1 of x_*', ['', 'c'], ['a', 'b']],
    ['not all of x_*', ['a', 'b', ''], ['ab']],
    ['1 of *_2', ['b'], ['a', 'c']],
    ['1 of x_1', ['a'], ['b']],
    ['all of them', ['abc'], ['ab', 'ac']],
    ['1 of them', ['a', 'b', 'c'], ['']],
    // Names that begin with an underscore are left out unless the pattern begins with an underscore too.
    ['1 of *x*', ['a', 'b'], ['c']],
    ['1 of _x*', ['c'], ['a', 'b']],
    ['_x_3', ['c'], ['a']],
    ['a AND NOT b', ['a'], ['ab', 'b']],
    ['a and 1 of x_* and not c', ['a', 'ab'], ['ac', 'b']],
    [
      ['a and b', 'c'],
      ['ab', 'c'],
      ['a', ''],
    ],
    ['\n  a\n  and\tb ', ['ab'], ['a']],
  ])('%j', (condition, matching, not) => {
    expect(matching.filter((letters) => !matchesFor(condition, letters))).toEqual([])
    expect(not.filter((letters) => matchesFor(condition, letters))).toEqual([])
  })

  test('a name may contain an operator word', () => {
    const rule = ruleOf({ 'a-b.c': { f: 1 }, all: { g: 1 }, condition: 'a-b.c and not all' })
    expect([ruleMatches(rule, { f: 1 }), ruleMatches(rule, { f: 1, g: 1 })]).toEqual([true, false])
  })

  test.each([
    ['', 'ends where a detection is expected'],
    ['a and', 'ends where a detection is expected'],
    ['and a', '"and" is not expected here'],
    ['a b', '"b" is not expected here'],
    ['(a', 'a parenthesis is not closed'],
    ['a)', '")" is not expected here'],
    ['()', '")" is not expected here'],
    ['d', 'no detection is named "d"'],
    ['a or nope', 'no detection is named "nope"'],
    ['1 of y*', 'no detection is named "y*"'],
    ['2 of x*', '"2" of …: only 1, any and all are known'],
    ['1 of', '"1 of" lacks a name'],
    ['a | count() by b > 5', 'write a correlation'],
    [`${'('.repeat(5_000)}a${')'.repeat(5_000)}`, 'longer than'],
    [`${'('.repeat(500)}a${')'.repeat(500)}`, 'nests more than'],
    ['not '.repeat(500) + 'a', 'nests more than'],
  ])('%j is refused: %s', (condition, message) => {
    expect(problemsOf({ ...DETECTIONS, condition })).toEqual([expect.stringContaining(message)])
  })

  test.each([
    [undefined, 'detection.condition: is required'],
    [[], 'detection.condition: is required'],
    [7, 'detection.condition: has to be a text'],
    [['a', 7], 'detection.condition[1]: has to be a text'],
  ])('%j is refused: %s', (condition, message) => {
    expect(problemsOf({ ...DETECTIONS, condition })).toEqual([message])
  })

  test('a pattern of many asterisks is fast', () => {
    const name = 'a'.repeat(5_000)
    expect(problemsOf({ [name]: { f: 1 }, condition: `1 of ${'*a'.repeat(2_000)}*b` })).toHaveLength(1)
  })
})

describe('detections', () => {
  test.each<[selection: unknown, record: unknown, expected: boolean]>([
    [{ a: 1, b: 2 }, { a: 1, b: 2 }, true],
    [{ a: 1, b: 2 }, { a: 1, b: 3 }, false],
    [{ 'f|startswith': 'a', 'f|endswith': 'z' }, { f: 'a-z' }, true],
    [{ 'f|startswith': 'a', 'f|endswith': 'z' }, { f: 'a-y' }, false],
    [[{ a: 1 }, { b: 2, c: 3 }], { a: 1 }, true],
    [[{ a: 1 }, { b: 2, c: 3 }], { b: 2, c: 3 }, true],
    [[{ a: 1 }, { b: 2, c: 3 }], { b: 2 }, false],
    [[[{ a: 1 }], { b: 2 }], { a: 1 }, true],
  ])('%j on %j is %s', (selection, record, expected) => {
    expect(ruleMatches(ruleOf({ selection }), record)).toBe(expected)
  })

  test('a rule of negations alone matches a record without the fields', () => {
    const rule = ruleOf({ filter: { f: 'x' }, condition: 'not filter' })
    expect([{}, { f: 'y' }, { f: null }, { f: 'x' }].map((record) => ruleMatches(rule, record))).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test.each([
    [{ selection: {} }, 'detection.selection: is empty'],
    [{ selection: [] }, 'detection.selection: is empty'],
    [{ selection: null }, 'detection.selection: null needs a field name before it'],
    [{ selection: { a: 1 }, unused: { 'f|nope': 1 } }, 'detection.unused["f|nope"]: unknown modifier "nope"'],
  ])('%j is refused: %s', (detection, message) => {
    expect(problemsOf(detection)).toEqual([message])
  })

  test('a refusal names every problem at once', () => {
    expect(problemsOf({ selection: { 'a|nope': 1, 'b|re': '(' }, other: { 'c|cidr': ['10.0.0.0/8', 'x'] } })).toEqual([
      expect.stringContaining('detection.selection["a|nope"]'),
      expect.stringContaining('detection.selection["b|re"]'),
      expect.stringContaining('detection.other["c|cidr"][1]'),
    ])
  })
})
