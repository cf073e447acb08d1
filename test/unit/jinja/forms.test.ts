import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { htmlAsText } from '../../../shared/channels/email/html-as-text.ts'
import { type Form, HTML, JSON_FORM, PLAIN } from '../../../shared/jinja/values/form.ts'
import { render } from './render.ts'

const NASTY = '<img src=x onerror=alert(1)> "q" \'s\' & \\ \n end'

describe('plain text', () => {
  test('has no hidden characters from values', () => {
    expect(render('a{{ x }}b', { x: '\u202eevil\u0000\u001b[31m\u2066\r\nnext\ud800' })).toBe('aevil[31m\nnext\ufffdb')
  })
})

describe('HTML', () => {
  test.each([
    ['<b>{{ x }}</b>', '<b>&lt;img src=x onerror=alert(1)&gt; &quot;q&quot; &#39;s&#39; &amp; \\ \n end</b>'],
    ['<b title="{{ x }}">', '<b title="&lt;img src=x onerror=alert(1)&gt; &quot;q&quot; &#39;s&#39; &amp; \\ \n end">'],
    ['<b title={{ y }}>', '<b title="a b">'],
    ['a = {{ y }}', 'a = a b'],
    ['<a href="{{ url }}">', '<a href="https://example.com/?a=1&amp;b=2">'],
    ['<a href={{ url }}>', '<a href="https://example.com/?a=1&amp;b=2">'],
    ['<a href="{{ script }}">{{ script }}</a>', '<a href="#">javascript:alert(1)</a>'],
    ["<a class=x href = '{{ script }}'>", "<a class=x href = '#'>"],
    ['<img src="{{ data }}">', '<img src="#">'],
    ['<a href="https://example.com/{{ y }}">', '<a href="https://example.com/a b">'],
    ['{{ x | escape_html }}', '&lt;img src=x onerror=alert(1)&gt; &quot;q&quot; &#39;s&#39; &amp; \\ \n end'],
    ['{{ "<b>" ~ escape_html("<i>") }}', '&lt;b&gt;&lt;i&gt;'],
  ])('%s', (text, expected) => {
    const data = {
      x: NASTY,
      y: 'a b',
      url: 'https://example.com/?a=1&b=2',
      script: ' javascript:alert(1)',
      data: 'data:text/html,x',
    }
    expect(render(text, data, HTML)).toBe(
      expected.replace(' javascript', 'javascript').replace('>javascript', '> javascript'),
    )
  })

  test('shows every value as its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (x) => {
        const html = render('<p>{{ x }}</p>', { x }, HTML)
        expect(html.slice('<p>'.length, -'</p>'.length).replaceAll(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toMatch(
          /[<>"'&]/,
        )
        expect(htmlAsText(html).trim()).toBe(render('{{ x }}', { x }).replace(/\s+/g, ' ').trim())
      }),
    )
  })
})

describe('JSON', () => {
  const parsed = (text: string, data: Readonly<Record<string, unknown>> = {}): unknown =>
    JSON.parse(render(text, data, JSON_FORM))

  test("is what the seed's template says", () => {
    const text = '{ "project": "{{project}}", "alert_name": "{{alert_name}}"}'
    expect(parsed(text, { project: 'project-1', alert_name: 'alert "1"\n' })).toEqual({
      project: 'project-1',
      alert_name: 'alert "1"\n',
    })
  })

  test("is what Log Service's old template of a webhook says", () => {
    const data = { name: NASTY, at: 1767945900, results: [{ a: 1 }], labels: { 'a"b': '1' }, over: false }
    const text =
      '{"name": "${name}", "at": ${at}, "results": ${results}, "labels": ${labels}, "over": ${over}, "no": ${nothing}}'
    expect(parsed(text, data)).toEqual({ ...data, no: null })
  })

  test.each([
    [
      '{"a": {{ x }}, "b": {{ x | to_json }}, "c": "{{ x | to_json }}"}',
      { a: NASTY, b: NASTY, c: JSON.stringify(NASTY) },
    ],
    ['{"a": "x\\"{{ x }}\\\\"}', { a: `x"${NASTY}\\` }],
    [
      '[{% for k, v in m.items() %}{"{{ k }}": "{{ v }}"}{{ "," if not loop.last }}{% endfor %}]',
      [{ p: '1' }, { q: '"' }],
    ],
    ['[{% for k in m %}{% if not loop.first %}, {% endif %}{{ k }}{% endfor %}]', ['p', 'q']],
    ['{ {{ x }}: 1 }', { [NASTY]: 1 }],
    ['{"a": "{{ m }}", "b": {{ m }}}', { a: '{"p":"1","q":"\\""}', b: { p: '1', q: '"' } }],
    ['{"a": [{{ nothing }}, {{ none }}]}', { a: [null, null] }],
  ])('%s', (text, expected) => {
    expect(parsed(text, { x: NASTY, m: { p: '1', q: '"' } })).toEqual(expected)
  })

  test('is not broken, nor given other fields, by any value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (any, text) => {
        const value = parsed(
          '{"any": {{ any }}, "text": {{ text }}, "in": "<{{ text }}>", "json": {{ any | to_json }}}',
          {
            any,
            text,
          },
        )
        const through = JSON.parse(JSON.stringify(any))
        expect(value).toEqual({ any: through, text, in: `<${text}>`, json: through })
      }),
    )
  })
})

test.each<[string, Form]>([
  ['plain', PLAIN],
  ['html', HTML],
  ['json', JSON_FORM],
])('%s has fixed texts for odd values', (_name, form) => {
  const odd = {
    huge: Number.POSITIVE_INFINITY,
    minus: Number.NEGATIVE_INFINITY,
    nan: Number.NaN,
    object: {},
    list: [],
    none: null,
  }
  const text = render('"{{ huge }} {{ minus }} {{ nan }} {{ object }} {{ list }} {{ none }}"', odd, form)
  expect(text).toBe('"inf -inf nan {} [] "')
})
