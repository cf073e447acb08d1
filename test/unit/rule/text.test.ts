import { describe, expect, test } from 'vitest'
import { selectionMatches } from './matches.ts'

type Row = [key: string, value: unknown, field: unknown, expected: boolean]

describe('a value without modifiers', () => {
  test.each<Row>([
    ['f', 'DeleteTrail', 'deletetrail', true],
    ['f', 'DeleteTrail', 'DeleteTrail2', false],
    ['f', ['a', 'b'], 'B', true],
    ['f', ['a', 'b'], 'c', false],
    ['f|cased', 'DeleteTrail', 'DeleteTrail', true],
    ['f|cased', 'DeleteTrail', 'deletetrail', false],
    ['f', 'ÄÖ', 'äö', true],
    ['f', 'ΟΔΟΣ', 'οδος', true],
    ['f|contains', 'ΟΔΟΣ', 'ΟΔΟΣΑ', true],
  ])('%s: %j on %j is %s', (key, value, field, expected) => {
    expect(selectionMatches({ [key]: value }, { f: field })).toBe(expected)
  })
})

describe('contains, startswith, endswith', () => {
  test.each<Row>([
    ['f|contains', 'b', 'ABC', true],
    ['f|contains', 'b', 'AC', false],
    ['f|startswith', 'ab', 'ABC', true],
    ['f|startswith', 'ab', 'xABC', false],
    ['f|endswith', 'bc', 'ABC', true],
    ['f|endswith', 'bc', 'ABCx', false],
    ['f|contains|all', ['a', 'c'], 'ABC', true],
    ['f|contains|all', ['a', 'x'], 'ABC', false],
    ['f|contains|cased', 'b', 'ABC', false],
    // A trailing backslash must not swallow the asterisk that the modifier adds.
    ['f|contains', '\\Temp\\', 'C:\\Temp\\x.exe', true],
    ['f|contains', '\\Temp\\', 'C:\\Temp*x.exe', false],
    ['f|startswith', 'C:\\', 'c:\\x', true],
    ['f|endswith', '\\', 'c:\\', true],
  ])('%s: %j on %j is %s', (key, value, field, expected) => {
    expect(selectionMatches({ [key]: value }, { f: field })).toBe(expected)
  })
})

describe('wildcards and escapes', () => {
  test.each<Row>([
    ['f', 'a*c', 'abbc', true],
    ['f', 'a*c', 'ac', true],
    ['f', 'a*c', 'a\nb\r\nc', true],
    ['f', 'a*c', 'abcd', false],
    ['f', 'a?c', 'abc', true],
    ['f', 'a?c', 'ac', false],
    ['f', 'a?c', 'a\nc', true],
    ['f', 'a?c', 'a😀c', true],
    ['f', '?', '😀', true],
    ['f', '??', '😀', false],
    ['f', '*', '', true],
    ['f', '*', 'x', true],
    ['f', '*', null, false],
    ['f', 'a\\*c', 'a*c', true],
    ['f', 'a\\*c', 'abc', false],
    ['f', 'a\\?c', 'a?c', true],
    ['f', 'a\\?c', 'abc', false],
    // Two backslashes, as in '\\\\'.
    ['f', '\\\\\\\\', '\\\\', true],
    ['f', '\\\\x', '\\x', true],
    ['f', '\\x', '\\x', true],
    ['f', '\\\\*x', '\\yx', true],
    ['f', '\\\\*x', '*x', false],
    ['f', '\\\\\\*x', '\\*x', true],
    ['f', '\\\\\\*x', '\\yx', false],
    ['f', '?Event=', '?Event=', true],
    ['f|contains', '?Event=', 'Event=', false],
    ['f|contains', '?Event=', 'xEvent=', true],
    ['f', '*a*b*', 'xaybz', true],
    ['f', '*a*b*', 'xbyaz', false],
    ['f', 'a*a', 'a', false],
    ['f', '*ab?d*', 'xxabcdxx', true],
    ['f', '*a?*?a', 'xabcdaea', true],
    ['f', 'ab?', 'abc', true],
    ['f', '[a-z]+(?)', '[A-Z]+(x)', true],
  ])('%s: %j on %j is %s', (key, value, field, expected) => {
    expect(selectionMatches({ [key]: value }, { f: field })).toBe(expected)
  })

  test('hostile asterisks cost at most their number times the text', () => {
    const pattern = `${'*a'.repeat(200)}?*b`
    expect(selectionMatches({ f: pattern }, { f: 'a'.repeat(20_000) })).toBe(false)
  })
})

describe('types', () => {
  test.each<Row>([
    ['f', 4624, '4624', true],
    ['f', '4624', 4624, true],
    ['f', 4624, 4624, true],
    ['f', 4624, 4625, false],
    ['f', 'true', true, true],
    ['f', true, 'True', true],
    ['f', true, true, true],
    ['f', false, null, false],
    ['f|contains', 429, 'x00000429x', true],
    ['f', 'a', ['x', 'A'], true],
    ['f', 'a', ['x', 'y'], false],
    ['f', 'a', [], false],
    ['f', 'a', [['b', ['a']]], true],
    ['f|contains|all', ['a', 'b'], ['xa', 'xb'], true],
    ['f|contains', '"s3:GetObject"', { Action: ['s3:GetObject'] }, true],
    ['f|contains', '"s3:GetObject"', { Action: ['s3:PutObject'] }, false],
    ['f|contains', '"a":1', [{ a: 1 }], true],
  ])('%s: %j on %j is %s', (key, value, field, expected) => {
    expect(selectionMatches({ [key]: value }, { f: field })).toBe(expected)
  })
})
