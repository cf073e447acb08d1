import { describe, expect, test } from 'vitest'
import { render } from './render.ts'

const data = {
  alert: {
    name: 'CPU',
    severity: 8,
    labels: { app: 'nginx', host: 'h-1', count: '12' },
    annotations: { '__tag__:__namespace__': 'prod' },
    results: [{ query: 'a' }, { query: 'b' }],
    resolved: false,
    none: null,
    half: 0.5,
  },
}

describe('expressions', () => {
  test.each([
    // Paths. What is not there is empty, and so is everything in it.
    ['{{ alert.name }}', 'CPU'],
    ['{{ alert["name"] }}', 'CPU'],
    ['{{ alert.annotations["__tag__:__namespace__"] }}', 'prod'],
    ['{{ alert.results[1].query }}{{ alert.results[-1].query }}{{ alert.results.0.query }}', 'bba'],
    ['{{ alert.nothing }}{{ nothing }}{{ nothing.at.all[3]["x"] }}{{ alert.results[9].query }}', ''],
    ['{{ alert.none }}', ''],
    // Texts of values.
    ['{{ alert.labels }}', '{"app":"nginx","host":"h-1","count":"12"}'],
    ['{{ alert.results }}', '[{"query":"a"},{"query":"b"}]'],
    ['{{ alert.resolved }} {{ true }} {{ True }}', 'false true true'],
    ['{{ None }}{{ none }}{{ null }}', ''],
    ['{{ alert.half }} {{ 1.0 }} {{ 3 }} {{ 1.5 }}', '0.5 1.0 3 1.5'],
    ['{{ [1, "a", none, [2.0]] }} {{ {"a": {1: 2}} }} {{ (1, 2) }}', '[1,"a",null,[2.0]] {"a":{"1":2}} [1,2]'],
    [`{{ "a'b" }}{{ 'c"d' }}{{ "\\n\\t\\\\\\"" }}`, 'a\'bc"d\n\t\\"'],
    ['{{ "}}" }}{{ {"a": {"b": "}}"}} }}', '}}{"a":{"b":"}}"}}'],
    // Arithmetic is Python's.
    ['{{ 7 + 2 }} {{ 7 - 2 }} {{ 7 * 2 }} {{ 7 / 2 }} {{ 8 / 2 }} {{ 7 // 2 }} {{ 7 % 3 }}', '9 5 14 3.5 4.0 3 1'],
    ['{{ -7 // 2 }} {{ -7 % 3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }}', '-4 2 1024 0.5 7 9'],
    ['{{ "a" + "b" }} {{ "a" ~ 1 ~ none }} {{ "ab" * 2 }} {{ [1] + [2] }}', 'ab a1 abab [1,2]'],
    ['{{ nothing + 1 }}{{ 1 - nothing }}{{ -nothing }}', ''],
    // Comparisons. Labels are texts, so a text that is a number compares as one.
    ['{{ 1 < 2 }} {{ "a" < "b" }} {{ 2 >= 2.0 }} {{ 1 == 1.0 }} {{ "1" == 1 }}', 'true true true true false'],
    ['{{ alert.labels.count > 9 }} {{ alert.severity >= 8 }}', 'true true'],
    [
      '{{ nothing > 1 }} {{ nothing == none }} {{ [1, [2]] == [1, [2]] }} {{ {"a": 1} != {"a": 1} }}',
      'false true true false',
    ],
    [
      '{{ "ng" in alert.labels.app }} {{ "app" in alert.labels }} {{ 2 in [1, 2] }} {{ 1 not in nothing }}',
      'true true true true',
    ],
    // Logic.
    ['{{ "a" and 0 or "c" }} {{ not alert.labels }} {{ not nothing }} {{ [] or "empty" }}', 'c false true empty'],
    ['{{ "high" if alert.severity > 5 else "low" }} {{ "x" if false }}|', 'high |'],
    ['{{ "a" if 0 else "b" if 0 else "c" }}', 'c'],
    // Parts.
    [
      '{{ "abcdef"[1:3] }} {{ "abc"[::-1] }} {{ [1, 2, 3][:-1] }} {{ "abc"[-1] }} {{ "中文字"[:2] }}',
      'bc cba [1,2] c 中文',
    ],
    ['{{ nothing[1:] }}{{ "abc"[9:] }}{{ "😀x"[0] }}', '😀'],
    // Tests, methods, filters and functions.
    [
      '{{ alert.name is defined }} {{ nothing is not defined }} {{ none is none }} {{ 3 is odd }}',
      'true true true true',
    ],
    ['{{ "a" is string }} {{ 1.5 is float }} {{ 1 is integer }} {{ alert.labels is mapping }}', 'true true true true'],
    [
      '{{ alert.labels.get("app") }} {{ alert.labels.get("x", "-") }} {{ alert.labels.keys() }}',
      'nginx - ["app","host","count"]',
    ],
    [
      '{{ "a,b".split(",") }} {{ " x ".strip() }} {{ ", ".join(["a", "b"]) }} {{ "abc".startswith("ab") }}',
      '["a","b"] x a, b true',
    ],
    ['{{ alert.name | lower | quote }} {{ lower(alert.name) }} {{ round(1.256, n=2) }}', '"cpu" cpu 1.26'],
  ])('%s', (text, expected) => {
    expect(render(text, data)).toBe(expected)
  })

  test.each([
    ['{{ 1 / 0 }}', 'cannot divide by zero'],
    ['{{ "a" - 1 }}', 'cannot do a text - a number'],
    ['{{ {} < 1 }}', 'cannot compare a mapping with a number'],
    ['{{ 1 in 5 }}', 'cannot look into a number'],
    ['{{ abs("x") }}', 'abs() needs a number, and has a text'],
    ['{{ min(3) }}', 'min() needs a list, and has a number'],
  ])('%s stops: %s', (text, message) => {
    expect(render(text, data)).toBe(`failed: ${message}`)
  })

  test('reach nothing of JavaScript', () => {
    const names = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then']
    const texts = names.flatMap((name) => [
      `{{ ${name} }}`,
      `{{ ${name}.x }}`,
      `{{ alert.${name} }}`,
      `{{ alert["${name}"] }}`,
      `{{ alert.name.${name} }}`,
      `{{ alert.results.${name} }}`,
      `{{ (1).${name} }}`,
      `{{ "x".${name} }}`,
      `{{ alert.labels.get("${name}") }}`,
      `\${${name}}\${alert.${name}.${name}}`,
    ])
    for (const text of texts) expect(render(text, data), text).toBe('')
  })
})
