import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_TEMPLATES } from '../../shared/alertmanager-template/defaults/templates.ts'
import { temporaryDirectory } from '../fault/host-process.ts'
import { dataFrom, rendered, type WrittenData } from '../unit/alertmanager-template/rendered.ts'

/*
 * Templates at random make the same text here and in `amtool template render`. amtool of Debian is 0.25, so the templates
 * have what 0.25 knows, and print no labels, which 0.25 prints otherwise.
 */

const hasAmtool = spawnSync('amtool', ['--version']).status === 0
const why = hasAmtool ? '' : ' (SKIPPED: amtool is not installed)'

const TEXTS = ['a', 'héllo', '<b>', 'x y', '1', '', '😀z', '"q"', "it's", 'A.B']
const one = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const quoted = one(...TEXTS).map((text) => JSON.stringify(text))

const { text, number, list, call } = fc.letrec<{ text: string; number: string; list: string; call: string }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small' },
    one('.Status', '$.Receiver', '.ExternalURL', '.CommonLabels.alertname', '.CommonLabels.nope', '`raw`'),
    quoted,
    tie('call').map((inner) => `(${inner})`),
  ),
  number: fc.oneof(
    one('0', '3', '(len .Alerts)', '-1', '1.5', '0x10'),
    tie('text').map((inner) => `(len ${inner})`),
  ),
  list: one(
    ...['.Alerts', '.Alerts.Firing', '.Alerts.Resolved', '.CommonLabels.SortedPairs', '.CommonLabels.Names'],
    ...['.CommonLabels.Values', '(stringSlice "a" "b")'],
  ),
  call: fc
    .oneof(
      fc.tuple(one('toUpper', 'toLower', 'title', 'html', 'js', 'urlquery', 'safeHtml', 'len', 'not'), tie('text')),
      fc.tuple(one('eq', 'ne', 'lt', 'and', 'or', 'print'), tie('text'), tie('text')),
      fc.tuple(one('gt', 'le', 'eq', 'print', 'println'), tie('number'), tie('number')),
      fc.tuple(one('slice'), tie('text'), tie('number'), tie('number')),
      fc.tuple(one('index'), one('.CommonLabels.Names', '.CommonLabels.Values'), tie('number')),
      fc.tuple(
        one('printf'),
        one('"%s|%10s"', '"%q %v"', '"%x"', '"%-5s|"', '"%T"', '"%5.1s|%s"'),
        tie('text'),
        tie('text'),
      ),
      fc.tuple(one('printf'), one('"%d"', '"%5v|"', '"%.2f"', '"%05d"'), tie('number')),
      fc.tuple(one('join'), one('", "'), one('.CommonLabels.Names', '(stringSlice "a" "b")')),
      fc.tuple(one('match'), one('"a"', '"^.$"', '"["', '"(?i)A"'), tie('text')),
      fc.tuple(one('reReplaceAll'), one('"a"', '"(.)"', '"[a-z]+"', '"x*"'), one('"$1"', '"-"', '"<$0>"'), tie('text')),
    )
    .map((words) => words.join(' ')),
}))

const pipeline = fc
  .tuple(
    fc.oneof(call, text, number),
    fc.array(one('toUpper', 'len', 'print', 'printf "%v"', 'html', 'not'), { maxLength: 2 }),
  )
  .map(([first, more]) => [first, ...more].join(' | '))

const action = (words: fc.Arbitrary<string>) =>
  fc.tuple(one('{{', '{{- '), words, one('}}', ' -}}')).map(([open, inner, close]) => `${open} ${inner} ${close}`)

const { body } = fc.letrec<{ body: string; node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    one(' x ', '\n', '{', '}', '<p>'),
    action(pipeline),
    fc.tuple(action(pipeline.map((words) => `if ${words}`)), tie('body'), one('', '{{ else }}no')).map(closed),
    fc.tuple(action(pipeline.map((words) => `with ${words}`)), tie('body'), one('', '{{ else }}none')).map(closed),
    fc
      .tuple(action(list.map((words) => `range $i, $e := ${words}`)), tie('body'), one('{{ $i }}', '{{ break }}'))
      .map(closed),
    one('slack.default.title', '__alertmanagerURL', 'email.default.subject').map(
      (name) => `{{ template "${name}" $ }}`,
    ),
  ),
  body: fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((nodes) => nodes.join('')),
}))

function closed(parts: readonly string[]): string {
  return `${parts.join('')}{{ end }}`
}

const alert = (status: string, index: number) => ({
  ...{ status, generatorURL: 'http://p/g?a=1&b=2', fingerprint: `f${index}` },
  ...{ labels: { alertname: 'A', instance: `i${index}`, job: 'é<' }, annotations: { summary: 's & "x"' } },
  startsAt: `2026-0${index + 3}-02T03:04:05.678Z`,
  endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-08-02T03:30:00Z',
})

const DATA: WrittenData = {
  ...{ receiver: 'team', status: 'firing', externalURL: 'http://am:9093', groupLabels: { alertname: 'A' } },
  alerts: [alert('firing', 0), alert('resolved', 1), alert('firing', 2)],
  commonLabels: { alertname: 'A', job: 'é<' },
  commonAnnotations: { summary: 's & "x"' },
}

describe.skipIf(!hasAmtool)(`amtool template render${why}`, () => {
  test('makes the same texts', { timeout: 120_000 }, async () => {
    const folder = temporaryDirectory()
    writeFileSync(join(folder.path, 'data.json'), JSON.stringify(DATA))
    const defaults = Object.entries(DEFAULT_TEMPLATES).map(([name, text]) => `{{ define "${name}" }}${text}{{ end }}`)
    writeFileSync(join(folder.path, 'default.tmpl'), defaults.join('\n'))
    const args = [`--template.glob=${join(folder.path, '*.tmpl')}`, `--template.data=${join(folder.path, 'data.json')}`]
    const data = dataFrom(DATA)
    await fc.assert(
      fc.asyncProperty(body, async (random) => {
        const template = `>${random}`
        const { status, stdout } = spawnSync('amtool', ['template', 'render', ...args, `--template.text=${template}`])
        const ours = await rendered(template, data)
        if (status === 0) expect(ours).toBe(stdout.toString())
        else expect(ours).toEqual({ error: expect.any(String) })
      }),
      { numRuns: 300 },
    )
    folder.remove()
  })
})
