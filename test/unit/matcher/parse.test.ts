import { describe, expect, test } from 'vitest'
import { parseClassicMatchers } from '../../../shared/matcher/classic.ts'
import { parseMatcher, parseMatchers } from '../../../shared/matcher/parse.ts'
import { parseUtf8Matcher, parseUtf8Matchers } from '../../../shared/matcher/utf8.ts'

// Facts from prometheus/alertmanager (Apache-2.0): matcher/compliance, matcher/parse and pkg/labels.
// A row is the text and its matchers, each as name, operator, value.
type Row = [text: string, ...matchers: [string, string, string][]]

const BOTH: Row[] = [
  ['{foo=bar}', ['foo', '=', 'bar']],
  ['{foo="bar"}', ['foo', '=', 'bar']],
  ['{foo=~bar.*}', ['foo', '=~', 'bar.*']],
  ['{foo=~"bar.*"}', ['foo', '=~', 'bar.*']],
  ['{foo!=bar}', ['foo', '!=', 'bar']],
  ['{foo!="bar"}', ['foo', '!=', 'bar']],
  ['{foo!~bar.*}', ['foo', '!~', 'bar.*']],
  ['{foo!~"bar.*"}', ['foo', '!~', 'bar.*']],
  ['{foo="bar", baz!="quux"}', ['foo', '=', 'bar'], ['baz', '!=', 'quux']],
  ['{foo="bar",baz!~".*quux", derp="wat"}', ['foo', '=', 'bar'], ['baz', '!~', '.*quux'], ['derp', '=', 'wat']],
  ['{foo=""}', ['foo', '=', '']],
  ['{foo="bar,quux", job="job1"}', ['foo', '=', 'bar,quux'], ['job', '=', 'job1']],
  ['{foo = "bar", dings != "bums", }', ['foo', '=', 'bar'], ['dings', '!=', 'bums']],
  ['foo=bar,dings!=bums', ['foo', '=', 'bar'], ['dings', '!=', 'bums']],
  ['{quote="She said: \\"Hi, ladies!\\" – twice"}', ['quote', '=', 'She said: "Hi, ladies!" – twice']],
  ['statuscode=~"5.."', ['statuscode', '=~', '5..']],
  [
    'contains_quote != "\\"" , contains_comma !~ "foo,bar" , ',
    ['contains_quote', '!=', '"'],
    ['contains_comma', '!~', 'foo,bar'],
  ],
  [''],
  ['{}'],
  ['{foo=bar,}', ['foo', '=', 'bar']],
  ['{foo=~[a-z]+}', ['foo', '=~', '[a-z]+']],
  ['{foo=🙂bar}', ['foo', '=', '🙂bar']],
]

const UTF8_ONLY: Row[] = [
  ['{name-with-dashes = "bar"}', ['name-with-dashes', '=', 'bar']],
  ['{"foo"="bar",}', ['foo', '=', 'bar']],
  ['{"foo"=~"\\\\d+"}', ['foo', '=~', '\\d+']],
  ['{"foo"="\\xf0\\x9f\\x99\\x82"}', ['foo', '=', '🙂']],
  ['{"foo"="\\U0001f642\\u00e9\\101"}', ['foo', '=', '🙂éA']],
  ['{"foo"="bar\\t"}', ['foo', '=', 'bar\t']],
  ['"foo"="bar",', ['foo', '=', 'bar']],
  ['"größe {1}"!="x"', ['größe {1}', '!=', 'x']],
]

const CLASSIC_ONLY: Row[] = [
  ['{foo=\\n}', ['foo', '=', '\n']],
  ['{foo=bar\\t}', ['foo', '=', 'bar\\t']],
  ['{foo=bar\\\\}', ['foo', '=', 'bar\\']],
  ['tricky=~~~', ['tricky', '=~', '~~']],
  ['{foo=bar}}', ['foo', '=', 'bar}']],
  ['job=', ['job', '=', '']],
  ['a=b c', ['a', '=', 'b c']],
]

describe('both languages', () => {
  test.each(BOTH)('read %s alike', (text, ...expected) => {
    expect(read(parseClassicMatchers(text))).toEqual(expected)
    expect(read(parseUtf8Matchers(text))).toEqual(expected)
    expect(read(parseMatchers(text))).toEqual(expected)
  })
})

describe('fallback', () => {
  test.each(UTF8_ONLY)('%s is read though the classic language cannot', (text, ...expected) => {
    expect(parseClassicMatchers(text).ok).toBe(false)
    expect(read(parseMatchers(text))).toEqual(expected)
  })

  test.each(CLASSIC_ONLY)('%s is read though the UTF-8 language cannot', (text, ...expected) => {
    expect(parseUtf8Matchers(text).ok).toBe(false)
    expect(read(parseMatchers(text))).toEqual(expected)
  })

  test('where the two disagree the classic reading holds', () => {
    const text = 'foo="\\t"'
    expect(read(parseUtf8Matchers(text))).toEqual([['foo', '=', '\t']])
    expect(read(parseMatchers(text))).toEqual([['foo', '=', '\\t']])
  })

  const ERRORS: [string, string][] = [
    ['{,}', 'bad matcher format: '],
    ['job="value', 'matcher value contains unescaped double quote: "value'],
    ['job=value"', 'matcher value contains unescaped double quote: value"'],
    ['contains_unescaped_quote = foo"bar', 'matcher value contains unescaped double quote: foo"bar'],
    ['{foo=~"invalid[regexp"}', 'error parsing regexp: missing closing ]: `[regexp)$`'],
    ['"foo="bar""', 'bad matcher format: "foo="bar""'],
    ['{{foo=', 'bad matcher format: {foo='],
    ['a', 'bad matcher format: a'],
    ['a=~(', 'error parsing regexp: missing closing ): `^(?:()$`'],
    [`a=~${'.'.repeat(513)}`, 'regular expression is longer than 512 characters'],
  ]
  test.each(ERRORS)('%s is refused', (text, error) => {
    expect(parseMatchers(text)).toEqual({ ok: false, error })
  })
})

describe('UTF-8 errors', () => {
  const ERRORS: [string, string][] = [
    [',', '0:1: unexpected ,: expected label name'],
    ['{,}', '1:2: unexpected ,: expected label name'],
    ['{', '0:1: end of input: expected close brace'],
    ['}', '0:1: }: expected opening brace'],
    ['foo=bar}', '0:8: }: expected opening brace'],
    ['{foo=bar', '0:8: end of input: expected close brace'],
    ['{foo=:"bar"}', '6:11: unexpected "bar": expected a comma or close brace'],
    ['{foo="bar\\w"}', '5:12: "bar\\w": invalid input'],
    ['{foo=bar\\n}', '8:9: \\: invalid input: expected a comma or close brace'],
    ['{"foo"="\\xf0\\x9f"}', '7:17: "\\xf0\\x9f": invalid input'],
    ['{foo=bar}}', '9:10: }: expected end of input'],
    ['foo', "end of input: expected an operator such as '=', '!=', '=~' or '!~'"],
    [
      'foo!',
      "3:4: unexpected end of input, expected one of '=~': expected an operator such as '=', '!=', '=~' or '!~'",
    ],
    ['foo=', 'end of input: expected label value'],
    ['foo="b', '4:6: "b: missing end ": expected label value'],
    ['{foo=bar,,}', '9:10: unexpected ,: expected a matcher or close brace after comma'],
    ['foo=~(', 'failed to create matcher: error parsing regexp: missing closing ): `^(?:()$`'],
  ]
  test.each(ERRORS)('%s: %s', (text, error) => {
    expect(parseUtf8Matchers(text)).toEqual({ ok: false, error })
  })
})

describe('one matcher', () => {
  test('is read without braces only', () => {
    expect(parseMatcher('a="1"')).toEqual({ ok: true, matcher: { name: 'a', op: '=', value: '1' } })
    expect(parseMatcher('{a="1"}')).toEqual({ ok: false, error: 'unexpected open or close brace: {a="1"}' })
    expect(parseMatcher('a=1}')).toEqual({ ok: false, error: 'unexpected open or close brace: a=1}' })
  })

  test('a comma belongs to the value, classically', () => {
    expect(parseMatcher('a=1,b=2')).toEqual({ ok: true, matcher: { name: 'a', op: '=', value: '1,b=2' } })
    expect(parseUtf8Matcher('a=1,b=2')).toEqual({ ok: false, error: 'expected 1 matcher, found 2' })
    expect(parseUtf8Matcher('')).toEqual({ ok: false, error: 'no matchers' })
    expect(parseMatcher('')).toEqual({ ok: false, error: 'bad matcher format: ' })
  })

  test('a long hostile text is refused quickly', () => {
    const before = performance.now()
    for (const piece of [' ', '"', '\\', '{', 'a=', '!', ',', 'a=b,']) {
      parseMatchers(piece.repeat(200_000) + '\u0000"')
      parseMatcher(piece.repeat(200_000) + '\u0000"')
    }
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})

function read(parsed: ReturnType<typeof parseMatchers>): unknown {
  return parsed.ok ? parsed.matchers.map(({ name, op, value }) => [name, op, value]) : parsed.error
}
