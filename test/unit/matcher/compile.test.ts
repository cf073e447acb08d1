import { describe, expect, test } from 'vitest'
import type { Labels } from '../../../shared/alert/labels.ts'
import { compileMatchers, compileRegex, matchesEmpty } from '../../../shared/matcher/compile.ts'
import { parseMatchers } from '../../../shared/matcher/parse.ts'
import { regexError } from '../../../shared/matcher/regex.ts'

describe('matchers', () => {
  const HOLDS: [string, Labels, boolean][] = [
    ['{}', {}, true],
    ['a=1', { a: '1' }, true],
    ['a=1', { a: '2' }, false],
    ['a=""', {}, true],
    ['a!=1', {}, true],
    ['a!=""', {}, false],
    ['a=~"1|2"', { a: '2' }, true],
    ['a=~"1|2"', { a: '12' }, false],
    ['a=~"1|"', {}, true],
    ['a=~".*"', {}, true],
    ['a=~".+"', {}, false],
    ['a=~".*"', { a: 'x\ny' }, false],
    ['a=~"(?s).*"', { a: 'x\ny' }, true],
    ['a=~"(?i)crit"', { a: 'CRIT' }, true],
    ['a=~"b"', { a: 'abc' }, false],
    ['a!~"b"', { a: 'abc' }, true],
    ['a!~"b.*"', { a: 'bc' }, false],
    ['a!~"b"', {}, true],
    ['a=~"\\\\pL+"', { a: 'größe' }, true],
    ['a=1,b=2', { a: '1', b: '2' }, true],
    ['a=1,b=2', { a: '1' }, false],
    ['__proto__=""', { a: '1' }, true],
    ['__proto__=x', Object.fromEntries([['__proto__', 'x']]), true],
    ['toString=""', {}, true],
  ]
  test.each(HOLDS)('%s on %j: %s', (text, labels, expected) => {
    const parsed = parseMatchers(text)
    if (!parsed.ok) throw new Error(parsed.error)
    expect(compileMatchers(parsed.matchers)(labels)).toBe(expected)
  })

  test('a broken expression holds for nothing, whatever the operator', () => {
    expect(compileMatchers([{ name: 'a', op: '=~', value: '(' }])({ a: '(' })).toBe(false)
    expect(compileMatchers([{ name: 'a', op: '!~', value: '(' }])({ a: 'x' })).toBe(false)
  })

  test('only positive matchers count as matching the empty string', () => {
    const empty = (op: '=' | '!=' | '=~' | '!~', value: string) => matchesEmpty({ name: 'a', op, value })
    expect([empty('=', ''), empty('=~', '.*'), empty('=~', 'x|')]).toEqual([true, true, true])
    expect([empty('=', 'x'), empty('=~', '.+'), empty('!=', 'x'), empty('!~', 'x')]).toEqual([
      false,
      false,
      false,
      false,
    ])
  })
})

describe('regular expressions', () => {
  const REFUSED: [string, string][] = [
    ['(', 'missing closing ): `^(?:()$`'],
    ['*', 'missing argument to repetition operator: `*`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?!a)', 'invalid or unsupported Perl syntax: `(?!`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
  ]
  test.each(REFUSED)('%s is refused: %s', (text, error) => {
    expect(compileRegex(text)).toEqual({ ok: false, error: `error parsing regexp: ${error}` })
  })

  test('by itself an expression is checked without the anchors', () => {
    expect(regexError('(')).toBe('error parsing regexp: missing closing ): `(`')
    expect(regexError('a)|(b')).toBe('error parsing regexp: unexpected ): `a)|(b`')
    expect(regexError('\\')).toBe('error parsing regexp: trailing backslash at end of expression: ``')
    expect(regexError('a|b')).toBeUndefined()
    expect(compileRegex('a)|(b').ok).toBe(true)
  })

  test('a value that would take too many steps matches neither =~ nor !~', () => {
    const long = 'ab'.repeat(2_000)
    const holds = (op: '=~' | '!~', value: string, text: string) =>
      compileMatchers([{ name: 'a', op, value }])({ a: text })
    const hostile = '(a|b)*a(a|b){100}'
    expect([holds('=~', hostile, long), holds('!~', hostile, long)]).toEqual([false, false])
    expect([holds('=~', hostile, long.slice(0, 301)), holds('!~', hostile, 'x')]).toEqual([true, true])
    expect([holds('=~', '.*ab.+', long), holds('!~', 'prod-.*', long)]).toEqual([true, true])
  })

  test('one that would take a backtracking engine for ever is answered at once', () => {
    const regex = compileRegex('(a+)+b')
    expect(regex.ok && regex.test('a'.repeat(20_000))).toBe(false)
  })

  test('plain alternatives mean the same as RE2 would make of them', () => {
    for (const text of [
      ...'a|b a| | a http://x|y .* .+ a.* a.+ .*a .+a .*a.* .+a.+ .*a.+ .+a.* .+.+ a.*b'.split(' '),
      'a b|c-d',
    ]) {
      const [fast, slow] = [compileRegex(text), compileRegex(`(?:${text})`)]
      for (const value of [
        '',
        'a',
        'b',
        'ab',
        'ba',
        'aa',
        'bab',
        'aab',
        'aaa',
        'a|',
        'a b',
        'c-d',
        'http://x',
        'y',
        'a\n',
        'xa\ny',
        '\n',
      ]) {
        expect(fast.ok && fast.test(value), `${text} on ${value}`).toBe(slow.ok && slow.test(value))
      }
    }
  })
})
