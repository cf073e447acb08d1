import { describe, expect, test } from 'vitest'
import { GENERAL } from '../../../shared/jinja/functions/general.ts'
import { parse, render } from './render.ts'

describe('functions', () => {
  test.each([
    // Numbers.
    ['float("123")', '123.0'],
    ['float("foo")', '0.0'],
    ['float("foo", default=1.23)', '1.23'],
    ['float(" -1e3 ")', '-1000.0'],
    ['int(1.23)', '1'],
    ['int("1.23")', '1'],
    ['int("foo", default=5)', '5'],
    ['int(true)', '1'],
    ['length("foo")', '3'],
    ['length("😀中")', '2'],
    ['length([1, 2])', '2'],
    ['length({"foo": "bar"})', '1'],
    ['length(nothing)', '0'],
    ['abs(-1)', '1'],
    ['abs(-1.5)', '1.5'],
    ['min([1, 3, 2])', '1'],
    ['max([1, 3, 2])', '3'],
    ['max(1, 2.5)', '2.5'],
    ['min(["b", "a"])', 'a'],
    ['ceil(1.23)', '2'],
    ['floor(1.23)', '1'],
    ['round(1.23)', '1'],
    ['round(1.56, 1)', '1.6'],
    ['sum([1, 2, 3])', '6'],
    ['sum([1, 0.5])', '1.5'],
    ['range(3)', '[0,1,2]'],
    ['range(5, 0, -2)', '[5,3,1]'],
    // Texts.
    ['string(1.23)', '1.23'],
    ['capitalize("heLLO World")', 'Hello world'],
    ['lower("FOO")', 'foo'],
    ['upper("foß")', 'FOSS'],
    ['title("hello wORLD it\'s")', "Hello World It's"],
    ['trim("  a b ")', 'a b'],
    ['replace("aaab", "a", "xy")', 'xyxyxyb'],
    ['replace("aaab", "a", "x", 2)', 'xxab'],
    ['replace("a$&b", "b", "$&$1")', 'a$&$&$1'],
    ['wordcount(" foo  bar\\nbaz ")', '3'],
    ['truncate("hello world", 5)', 'hello...'],
    ['truncate("hello", 5)', 'hello'],
    ['truncate("中文字", n=2, end="…")', '中文…'],
    ['quote("foo")', '"foo"'],
    ['indent("a\\nb\\n\\nc", 2)', 'a\n  b\n\n  c'],
    ['indent("a\\nb", width=1, first=true)', ' a\n b'],
    ['startswith("foo", "f")', 'true'],
    ['endswith("foo", ["x", "oo"])', 'true'],
    ['startswith("foo", nothing)', 'false'],
    ['removeprefix("foobar", "foo")', 'bar'],
    ['removesuffix("foobar", "bar")', 'foo'],
    ['removesuffix("foobar", "")', 'foobar'],
    ['split("a,b,c", ",")', '["a","b","c"]'],
    ['split("a,b,c", ",", 1)', '["a","b,c"]'],
    ['split("  a  b ")', '["a","b"]'],
    // Lists.
    ['enumerate(["a", "b"])', '[[0,"a"],[1,"b"]]'],
    ['enumerate(["a"], start=1)', '[[1,"a"]]'],
    ['list("ab")', '["a","b"]'],
    ['list({"a": 1})', '["a"]'],
    ['dict([["a", 1], ["b", 2]])', '{"a":1,"b":2}'],
    ['first([1, 2])', '1'],
    ['last([1, 2])', '2'],
    ['first([])', ''],
    ['sort([3, 1, 2])', '[1,2,3]'],
    ['sort(["b", "a"], reverse=True)', '["b","a"]'],
    ['dictsort({"b": 1, "a": 2})', '[["a",2],["b",1]]'],
    ['join(["a", 1, none], "-")', 'a-1-'],
    ['join(["a", "b"])', 'ab'],
    ['reverse("abc") ~ reverse([1, 2])', 'cba[2,1]'],
    ['unique([1, 1.0, "a", "a"])', '[1,"a"]'],
    ['default(nothing, "x") ~ default("", "y") ~ default(0, "z")', 'xy0'],
    // Codes.
    ['to_json({"a": [1, "x\\"", none, true]})', '{"a":[1,"x\\"",null,true]}'],
    ['parse_json("{\\"a\\": [1, 2.5]}").a', '[1,2.5]'],
    ['parse_json("no") ~ "|"', '|'],
    ['parse_json("[" * 100) ~ "|"', '|'],
    ['base64_encoding("中")', '5Lit'],
    ['base64_decoding("5Lit")', '中'],
    ['md5_encoding("a")', '0cc175b9c0f1b6a831c399e269772661'],
    ['url_encoding("a b/中!")', 'a%20b/%E4%B8%AD%21'],
    ['url_decoding("a%20b+%E4%B8%AD")', 'a b 中'],
    ['url_decoding("%E4%")', '%E4%'],
    ['escape_html("<a href=\\"x\\">\'&")', '&lt;a href=&quot;x&quot;&gt;&#39;&amp;'],
    ['escape_markdown("*a_b* [x](y)")', '\\*a\\_b\\* \\[x\\]\\(y\\)'],
    // Times.
    ['format_date(1616744734)', '2021-03-26 07:45:34'],
    ['format_date(1616744734123)', '2021-03-26 07:45:34'],
    ['format_date(1616744734, "Asia/Shanghai")', '2021-03-26 15:45:34'],
    ['format_date(1616744734, "+08:00", "%Y/%m/%d %H:%M %z")', '2021/03/26 15:45 +0800'],
    ['format_date(1616744734, tz="America/New_York", format="%z %Z")', '-0400 America/New_York'],
    ['format_date("2021-03-26T07:45:34Z", format="%a %b %e %I:%M %p %j%%")', 'Fri Mar %e 07:45 AM %j%'],
    ['format_date(1616744734.5, format="%S.%f")', '34.500000'],
    ['format_date(0) ~ format_date(nothing) ~ format_date("no")', ''],
    ['parse_date("2021-03-26 07:45:34")', '1616744734'],
    ['parse_date("26.03.2021", "%d.%m.%Y")', '1616716800'],
    ['parse_date("26/03/2021 07:45 +08:00", "%d/%m/%Y %H:%M %z")', '1616715900'],
    ['parse_date("no") ~ parse_date("x", "%Y") ~ "|"', '|'],
    ['timestamp("2021-03-26T15:45:34+08:00")', '1616744734'],
    ['format_duration(3723) ~ format_duration(0) ~ format_duration("90")', '1 h 2 min0 s1 min 30 s'],
    ['format_duration(-90061)', '-1 d 1 h'],
  ])('%s', (call, expected) => {
    expect(render(`{{ ${call} }}`)).toBe(expected)
  })

  test.each([...GENERAL.keys()])('%s fails for wrong arguments, and does not throw', (name) => {
    const values = ['nothing', 'none', '[]', '{}', '"x"', '1', '1.5', 'true', '[[]]', '["a", 1]']
    for (const one of values) {
      for (const other of values) {
        const calls = [`${name}(${one}, ${other})`, `${one} | ${name}`, `${name}()`].map((call) => `{{ ${call} }}`)
        // Calls with too many arguments, or too few, are refused before a run.
        for (const call of calls) if (parse(call).ok) render(call)
      }
    }
  })
})
