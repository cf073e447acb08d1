import { describe, expect, test } from 'vitest'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import { parseMatcher } from '../../../shared/matcher/parse.ts'
import { quote, unquote } from '../../../shared/matcher/quote.ts'
import { compareMatchers, renderMatcher, renderMatchers } from '../../../shared/matcher/render.ts'

describe('rendered matchers', () => {
  const RENDERED: [Matcher, string][] = [
    [{ name: 'a', op: '=', value: '1' }, 'a="1"'],
    [{ name: 'owner', op: '=~', value: '^(?:team-(B|C))$' }, 'owner=~"^(?:team-(B|C))$"'],
    [{ name: 'a', op: '!=', value: 'x"y\\z\nü' }, 'a!="x\\"y\\\\z\\nü"'],
    [{ name: 'a-b', op: '!~', value: '' }, 'a-b!~""'],
    [{ name: 'a b', op: '=', value: 'x\ty' }, '"a b"="x\\ty"'],
    [{ name: 'größe', op: '=', value: '1' }, 'größe="1"'],
  ]
  test.each(RENDERED)('%j is %s, which reads back', (matcher, text) => {
    expect(renderMatcher(matcher)).toBe(text)
    expect(parseMatcher(text)).toEqual({ ok: true, matcher })
  })

  test('a list is in braces, without spaces', () => {
    expect(renderMatchers([])).toBe('{}')
    expect(renderMatchers([RENDERED[0]![0], RENDERED[3]![0]])).toBe('{a="1",a-b!~""}')
  })

  test('route keys order them by name, value and operator', () => {
    const sorted: Matcher[] = [
      { name: 'a', op: '=~', value: '1' },
      { name: 'a', op: '=', value: '2' },
      { name: 'a', op: '!=', value: '2' },
      { name: 'b', op: '=', value: '0' },
    ]
    expect(sorted.toReversed().sort(compareMatchers)).toEqual(sorted)
  })
})

describe('Go quoting', () => {
  const QUOTED: [string, string][] = [
    ['', '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\x00\x07\b\f\n\r\t\v\x7f', '"\\x00\\a\\b\\f\\n\\r\\t\\v\\x7f"'],
    ['größe 🙂 日本', '"größe 🙂 日本"'],
    ['\u00a0\u200b\u{e0001}', '"\\u00a0\\u200b\\U000e0001"'],
  ]
  test.each(QUOTED)('%j is %s and back', (text, literal) => {
    expect(quote(text)).toBe(literal)
    expect(unquote(literal)).toBe(text)
  })

  test.each([
    '"',
    'a',
    '"a',
    '"\\"',
    '"\\q"',
    '"\\X41"',
    '"\\\'"',
    '"\\400"',
    '"\\xff"',
    '"\\ud800"',
    '"\\U00110000"',
    '"a\nb"',
    '"a"b"',
  ])('%j stands for nothing', (literal) => {
    expect(unquote(literal)).toBeUndefined()
  })
})
