import { describe, expect, test } from 'vitest'
import { parse } from './render.ts'

function problems(text: string): string[] {
  const parsed = parse(text)
  return parsed.ok ? [] : parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
}

describe('mistakes', () => {
  test.each([
    ['a\n  {{ x', '2:3 {{ is never closed'],
    ['{% if x', '1:1 {% is never closed'],
    ['{{ "a }}', '1:1 {{ is never closed'],
    ['{# x', '1:1 {# is never closed'],
    ['x {% raw %} y', '1:3 {% raw %} is never closed by {% endraw %}'],
    ['{% if x %}', '1:3 {% if %} has no {% endif %}'],
    ['{% for x in y %}', '1:3 {% for %} has no {% endfor %}'],
    ['{% endif %}', '1:3 {% endif %} has no {% if %} before it'],
    ['{% else %}', '1:3 {% else %} has no {% if %} or {% for %} before it'],
    ['{% elif x %}', '1:3 {% elif %} has no {% if %} before it'],
    ['{% if x %}{% else %}{% else %}{% endif %}', '1:23 {% else %} has no {% if %} or {% for %} before it'],
    ['{% for x in y %}{% elif z %}{% endfor %}', '1:19 {% elif %} has no {% if %} before it'],
    ['{% if x %}{% for y in z %}{% endif %}', '1:29 {% endif %} stands where {% endfor %} has to'],
    ['{% for x y %}', '1:3 is not {% for name in list %}'],
    ['{% for x.y in z %}', '1:3 is not {% for name in list %}'],
    ['{% set x %}', '1:3 is not {% set name = value %}'],
    ['{% set x.y = 1 %}', '1:3 is not {% set name = value %}'],
    ['{% esle %}', '1:3 there is no {% esle %}; did you mean else?'],
    ['{% include "x" %}', '1:3 there is no {% include %}'],
    ['{% macro f() %}', '1:3 there is no {% macro %}'],
    ['{% %}', '1:3 there is no {%  %}'],
    ['{% if x %}{% endif x %}', '1:19 {% endif %} takes nothing else'],
    ['{{ }}', '1:3 has no expression'],
    ['{% if %}{% endif %}', '1:6 has no expression'],
    ['{{ a b }}', '1:6 "b" does not fit here'],
    ['{{ a. }}', '1:6 the expression ends too early'],
    ['{{ a + }}', '1:7 the expression ends too early'],
    ['{{ (a }}', '1:6 the expression ends too early'],
    ['{{ a) }}', '1:5 ")" does not fit here'],
    ['{{ a ? b : c }}', '1:6 "?" does not fit here'],
    ['{{ a && b }}', '1:6 "&" does not fit here'],
    ['{{ "\\q" }}', '1:3 a text has a wrong escape, or is never closed'],
    ['{{ a {% b }}', '1:1 {{ is never closed'],
    ['{{ a }% b }}', '1:6 "}" does not fit here'],
    ['{{ a {# b #} }}', '1:7 "#" does not fit here'],
    ['{{ a | nothing }}', '1:8 there is no filter "nothing"'],
    ['{{ "x" | uper }}', '1:10 there is no filter "uper"; did you mean upper?'],
    ['{{ nothing(1) }}', '1:4 there is no function "nothing"'],
    ['{{ "|x" | uper("(") }}', '1:11 there is no filter "uper"; did you mean upper?'],
    ['{{ alert.nothing() }}', '1:10 there is no method "nothing"'],
    ['{{ a is nothing }}', '1:9 there is no test "nothing"'],
    ['{{ a is not nothing }}', '1:13 there is no test "nothing"'],
    ['{{ constructor.constructor("return process")() }}', '1:16 there is no method "constructor"'],
    ['{{ a.items()() }}', '1:4 only functions and methods can be called'],
    ['{{ upper(*a) }}', '1:4 SpreadExpression is not supported'],
    ['{{ x | safe }}', '1:8 there is no filter "safe"'],
    ['{{ upper() }}', '1:4 upper() has to have value'],
    ['{{ upper("a", "b") }}', '1:4 upper() takes at most 1 argument, and has 2'],
    ['{{ "a" | upper("b") }}', '1:10 upper() takes at most 1 argument, and has 2'],
    ['{{ upper(text="a") }}', '1:4 upper() has no argument text: it has value'],
    ['{{ round(1.5, 1, n=2) }}', '1:4 round() has n twice'],
    ['{{ round(1.5, n=1, n=2) }}', '1:4 round() has n twice'],
    ['{{ format_date(1, fmt="%Y") }}', '1:4 format_date() has no argument fmt: it has value, tz, format'],
    ['{{ "a".upper(1) }}', '1:8 upper() takes at most 1 argument, and has 2'],
    ['{{ a[upper(upper())] }}', '1:4 upper() has to have value'],
    ['{{ round(1.5, 1e9) }}', '1:15 "1e9" is no number'],
  ])('%s', (text, problem) => {
    expect(problems(text)[0]).toBe(problem)
  })

  test('are all said at once, in their order', () => {
    expect(problems('{{ a | x1 }}\n{% if %}\n  {{ y1() + z1() }}\n{% endfor %}')).toEqual([
      '1:8 there is no filter "x1"',
      '2:3 {% if %} has no {% endif %}',
      '2:6 has no expression',
      '3:6 there is no function "y1"',
      '3:13 there is no function "z1"',
      '4:3 {% endfor %} stands where {% endif %} has to',
    ])
  })

  test.each([
    ['x'.repeat(32 * 1024 + 1), 'limit: a template has at most 32768 characters'],
    [`{{ ${'('.repeat(31)}1${')'.repeat(31)} }}`, 'limit: brackets nest more than 30 deep'],
    [`{{ a${' '.repeat(100)}}}`, 'limit: an expression has at most 99 blanks in a row'],
    [`{{ "${'x'.repeat(2_000)}" }}`, 'limit: an expression has at most 2000 characters'],
    ['{% if a %}'.repeat(21) + '{% endif %}'.repeat(21), 'limit: blocks nest more than 20 deep'],
  ])('are limits: %#', (text, message) => {
    const parsed = parse(text)
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.message)).toEqual([message])
  })

  test('are twenty at most', () => {
    expect(problems('{{ a | x }}'.repeat(500))).toHaveLength(20)
  })
})
