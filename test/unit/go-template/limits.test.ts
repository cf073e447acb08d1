import { expect, test } from 'vitest'
import { createRender, readTemplates } from '../../../shared/alertmanager-template/templates.ts'
import { finish } from '../../../shared/base/steps.ts'
import { EMPTY, rendered } from '../alertmanager-template/rendered.ts'

/* Templates that would stall or swell the process end with an error. */

const nested = (open: string, close: string, times: number, inner = 'x'): string =>
  open.repeat(times) + inner + close.repeat(times)

/** A call with a text of two million characters, a thousand times. */
const again = (call: string, seed = 'äb ', more = ''): string =>
  `{{ $x := "${seed}" }}{{ range 40 }}{{ if lt (len $x) 2000000 }}{{ $x = print $x $x }}{{ end }}{{ end }}` +
  `{{ range 1000 }}{{ $y := ${call} }}${more}{{ end }}`

const HUNDRED = `(printf "%0100d" 1)`
const times = (count: number, name: string): string => `{{ template "${name}" . }}`.repeat(count)
/** A text that calls a template that calls a template …, each ten times. */
const fan = Array.from({ length: 9 }, (_, at) => `{{ define "f${at + 1}" }}${times(10, `f${at}`)}{{ end }}`).join('')

test.each<[name: string, template: string, error: string]>([
  ['loops in loops', nested('{{ range 1000 }}', '{{ end }}', 6), 'limit: more than 1000000 steps'],
  ['an empty loop', '{{ range 2000000000 }}{{ end }}', 'limit: more than 1000000 steps'],
  [
    'a text that doubles',
    `{{ $x := "${'x'.repeat(64)}" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}{{ len $x }}`,
    'limit: a text of more than 4194304 characters',
  ],
  [
    'a text that is written again and again',
    `{{ $x := "${'x'.repeat(64)}" }}{{ range 12 }}{{ $x = print $x $x }}{{ end }}{{ range 100 }}{{ $x }}{{ end }}`,
    'limit: more than 8388608 characters are written',
  ],
  ['a width without end', '{{ printf "%999999999d" 1 }}', ''],
  [
    'many widths',
    `{{ printf "${'%1000000d'.repeat(50)}"${' 1'.repeat(50)} }}`,
    'limit: a text of more than 4194304 characters',
  ],
  [
    'a precision without end',
    '{{ printf "%.999999f" 1.5 | len }}{{ range 9999 }}{{ printf "%.999999f" 1.5 }}{{ end }}',
    'limit:',
  ],
  ['a template that calls itself', '{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}', 'depth (100)'],
  [
    'templates that call each other',
    `{{ define "f0" }}x{{ end }}${fan}{{ template "f9" . }}`,
    'limit: more than 1000000',
  ],
  ['parentheses', `{{ ${nested('(', ')', 5000, '1')} }}`, 'nests deeper than 200 levels'],
  ['conditions', nested('{{ if 1 }}', '{{ end }}', 5000), 'nests deeper than 200 levels'],
  ['conditions that are no conditions', '{{ if 1 }}{{ else if 1 }}'.repeat(5000), 'nests deeper than 200 levels'],
  ['a list that grows', '{{ $x := list 1 }}{{ range 1000000 }}{{ $x = append $x $x }}{{ end }}', 'limit:'],
  [
    'JSON that grows',
    '{{ $x := "\\"" }}{{ range 40 }}{{ $x = toJson $x }}{{ end }}{{ len $x }}',
    'limit: a text of more',
  ],
  [
    'a dictionary of itself',
    '{{ $x := dict "a" 1 }}{{ range 40 }}{{ $x = dict "a" $x "b" $x }}{{ end }}{{ $x }}',
    'limit:',
  ],
  [
    'a regular expression',
    `{{ reReplaceAll "(a*)*b" "x" ${HUNDRED} }}{{ match "${'(a|b|c7){1,900}'}" "a" }}`,
    'at most 5000 are allowed',
  ],
  ...['title', 'toUpper', 'toLower', 'urlUnescape', 'base64encode', 'js', 'urlquery', 'toJson', 'len', 'trimSpace'].map(
    (name): [string, string, string] => [`${name} of a long text, again and again`, again(`${name} $x`), 'limit:'],
  ),
  ['a long text quoted again and again', again('printf "%q" $x'), 'limit: more than 1000000 steps'],
  ['a long layout again and again', again('date $x now'), 'limit: more than 1000000 steps'],
  ['a date of a long text again and again', again('toDate $x $x'), 'limit: more than 1000000 steps'],
  ['a character of a long text again and again', again('index $x 5'), 'limit: more than 1000000 steps'],
  ['a long separator', again(`join $x (stringSlice ${'"" '.repeat(3000)})`), 'limit: a text of more than 4194304'],
  ['a long text printed again and again', again(`println ${'$x '.repeat(3000)}`), 'limit: a text of more than 4194304'],
  ['a list of long texts', again(`printf "%v" (list ${'$x '.repeat(3000)})`), 'limit: a text of more than 4194304'],
  ['JSON of long texts', again(`toJson (list ${'$x '.repeat(3000)})`), 'limit: a text of more than 4194304'],
  ['a long replacement of nothing', again('reReplaceAll "" $x $x'), 'limit:'],
  ['groups that are not there', again(`reReplaceAll "a" $x "${'a'.repeat(3000)}"`, '$9'), 'limit: more than 1000000'],
  ['a value in a script', again('1', '<', '<script>x = {{ $x }}</script>'), 'limit:'],
  ['a pattern of 5,000 characters', `{{ match "${'ab|'.repeat(1700)}" "a" }}`, 'is longer than 4096 characters'],
])('%s', async (_name, template, error) => {
  for (const kind of ['text', 'html'] as const) {
    const began = performance.now()
    const result = await rendered(template, EMPTY, { kind })
    if (error !== '') expect(typeof result === 'string' ? result.slice(0, 100) : result.error).toContain(error)
    expect(performance.now() - began).toBeLessThan(5_000)
  }
})

test('the templates of one message share the limits', async () => {
  const render = createRender(known([]), EMPTY, 0)
  const loop = '{{ range 300000 }}x{{ end }}'
  const results = []
  for (let turn = 0; turn < 5; turn++) results.push((await render(loop, 'text')).ok)
  expect(results).toEqual([true, true, true, false, false])
})

test('work is done in stretches: others come between', async () => {
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await rendered('{{ range 300000 }}{{ end }}', EMPTY)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(5)
})

test.each([
  ['loops in HTML', nested('{{ range . }}<p>', '{{ end }}', 150)],
  ['a large file', '<a href="/{{ .Status }}?x={{ .Status }}">'.repeat(20_000)],
])('escaping of %s ends', (_name, text) => {
  const compiled = finish(known([]).compile(text, 'html'))
  if (!compiled.ok) expect(compiled.error).toContain('limit: the templates are too large to be escaped')
})

function known(files: { name: string; text: string }[]) {
  const read = finish(readTemplates(files))
  if (!read.ok) throw new Error(read.error)
  return read.value
}
