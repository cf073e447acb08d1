import { describe, expect, test } from 'vitest'
import { render, run } from './render.ts'

const data = {
  labels: { app: 'nginx', host: 'h-1' },
  list: [1, 2, 3],
  project: 'p-1',
  results: [{ query: 'q' }],
  '7': 'x',
}

describe('blocks', () => {
  test.each([
    ['{% if list %}a{% else %}b{% endif %}', 'a'],
    ['{% if nothing %}a{% elif list | length == 3 %}b{% else %}c{% endif %}', 'b'],
    ['{% if nothing %}a{% elif nothing %}b{% else %}c{% endif %}', 'c'],
    ['{% for one in list %}{{ loop.index }}:{{ one }}{% if not loop.last %},{% endif %}{% endfor %}', '1:1,2:2,3:3'],
    ['{% for k, v in labels.items() %}{{ k }}={{ v }};{% endfor %}', 'app=nginx;host=h-1;'],
    ['{% for k in labels %}{{ k }} {% endfor %}', 'app host '],
    ['{% for c in "中a" %}{{ c }}-{% endfor %}', '中-a-'],
    ['{% for one in list if one != 2 %}{{ one }}{{ loop.length }}{% endfor %}', '1232'],
    ['{% for one in nothing %}x{% else %}none{% endfor %}', 'none'],
    ['{% for one in list if one > 9 %}x{% else %}none{% endfor %}', 'none'],
    ['{% for k, v in [[1, 2], [3, 4]] %}{{ v }}{% endfor %}', '24'],
    ['{% set x = 1 %}{% set a, b = [2, 3] %}{{ x }}{{ a }}{{ b }}', '123'],
    ['{% set x = 1 %}{% for i in list %}{% set x = i %}{{ x }}{% endfor %}{{ x }}', '1231'],
    ['{% if true %}{% set x = 7 %}{% endif %}{{ x }}', '7'],
    // A hyphen takes the blanks beyond it.
    ['a \n {%- if true -%} \n b \n {%- endif -%} \n c', 'abc'],
    ['a {{- " b " -}} c', 'a b c'],
    ['a {# x #} b', 'a  b'],
    ['a {#- x -#} b', 'ab'],
    ['a {%+ if true +%} b{% endif %}', 'a  b'],
    // One line feed at the end is left out, as in Jinja.
    ['a\n\n', 'a\n'],
    ['{% raw %}{{ x }} {% if %} ${project}{% endraw %}', '{{ x }} {% if %} ${project}'],
    ['a {%- raw -%} b {%- endraw -%} c', 'abc'],
    // The old language of Log Service: paths, and nothing but paths.
    ['${project} ${ project } ${results[0].query} ${labels.app} ${labels["host"]}', 'p-1 p-1 q nginx h-1'],
    ['${nothing}|${nothing.at[0].all}', '|'],
    ['${7*7} ${7} ${} ${a b} $project $${project} ${project', '${7*7} ${7} ${} ${a b} $project $p-1 ${project'],
    ['{{ project }} ${project} {{ "${project}" }}', 'p-1 p-1 ${project}'],
    ['<%= 1 %> #{1} [[1]] {1}', '<%= 1 %> #{1} [[1]] {1}'],
  ])('%s', (text, expected) => {
    expect(render(text, data)).toBe(expected)
  })

  test('a failure names the tag', () => {
    expect(run('a\n{% for x in list %}\n{{ x / 0 }}{% endfor %}', data)).toMatchObject({
      ok: false,
      message: 'cannot divide by zero',
      at: 24,
    })
    expect(run('{% for a, b in list %}{% endfor %}', data)).toMatchObject({ message: 'cannot take a, b from a number' })
    expect(run('{% for a in 3 %}{% endfor %}', data)).toMatchObject({ message: 'cannot go over a number' })
  })
})
