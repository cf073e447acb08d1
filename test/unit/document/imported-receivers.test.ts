import { describe, expect, test } from 'vitest'
import type { TemplateFile } from '../../../shared/alertmanager-template/templates.ts'
import { finish } from '../../../shared/base/steps.ts'
import { readImport } from '../../../shared/document/alertmanager/envelope.ts'
import { readAlertmanagerDocument } from '../../../shared/document/alertmanager/read.ts'
import { renderAlertmanager } from '../../../shared/document/alertmanager/render.ts'
import { planChanges } from './plan.ts'
import { asCurrent, box, imported, nothing, parsed, problems, said } from './setup.ts'

const file = (receiver: string) => `route: {receiver: x}\nreceivers: [{name: x, ${receiver}}]`
const envelope = (text: string, files: Record<string, string> = {}) =>
  JSON.stringify({ alertmanager_config: text, template_files: files })

function read(text: string, current = nothing) {
  const read = finish(readImport(text))
  if (!read.ok) return { problems: read.problems.map(said) }
  const result = readAlertmanagerDocument(read.file, current, box)
  return result.ok ? { next: result.next } : { problems: result.problems.map(said) }
}

const team: TemplateFile = { name: 'team.tmpl', text: '{{ define "team" }}x{{ end }}' }
const CALL = `webhook_configs: [{url: 'http://h/', payload: {a: '{{ template "team" . }}'}}]`

describe('a webhook', () => {
  test.each([
    ["{url: 'http://h/x'}", 'webhook', ['url']],
    ["{url: 'http://h/x', payload: {}}", 'webhook', ['url']],
    ["{url: 'http://h/x', payload: {a: b}, max_alerts: 3}", 'alertmanager-webhook', ['url', 'payload', 'max_alerts']],
    ["{url: 'http://h/{{ .Status }}', timeout: 2s}", 'alertmanager-webhook', ['url', 'max_alerts', 'timeoutMs']],
  ])('%s is a channel of type %s', (webhook, type, names) => {
    const { channels } = imported(file(`webhook_configs: [${webhook}]`))
    expect(channels).toMatchObject([{ id: 'x/webhook/0', type, receiver: 'x', sendResolved: true }])
    expect(Object.keys(channels[0]!.settings).sort()).toEqual([...names].sort())
  })

  test('with a template is shown, and stays when it is put back', () => {
    const webhook =
      "{url: 'http://h/{{ .Status }}', max_alerts: 3, http_config: {basic_auth: {username: u, password: p}}}"
    const next = imported(file(`webhook_configs: [${webhook}, {url: 'http://h/', payload: {a: ['1', b]}}]`))
    const { receivers } = renderAlertmanager(next) as { receivers: unknown[] }
    expect(receivers).toEqual([
      {
        name: 'x',
        webhook_configs: [
          {
            ...{ send_resolved: true, url: 'http://<secret>', max_alerts: 3 },
            http_config: { basic_auth: { username: 'u', password: '<secret>' } },
          },
          { send_resolved: true, url: 'http://<secret>', payload: { a: ['1', 'b'] } },
        ],
      },
    ])
    const shown = JSON.stringify({ route: { receiver: 'x' }, receivers })
    expect(planChanges(next, imported(shown, asCurrent(next)))).toEqual([])
  })
})

describe('files of templates', () => {
  test('come in the envelope, and stay when the next file comes without', () => {
    const { next } = read(envelope(file(CALL), { [team.name]: team.text }))
    expect(next?.templateFiles).toEqual([team])
    const again = read(file(CALL), asCurrent(next!))
    expect(again.next).toEqual(next)
    expect(read(envelope(file('labels: {a: b}')), asCurrent(next!)).next?.templateFiles).toEqual([])
  })

  test.each<[string, string, string[]]>([
    [
      'a call of a template that is nowhere',
      envelope(file(CALL)),
      ['receivers[0].webhook_configs[0].payload.a: calls a template "team" that is not defined'],
    ],
    [
      'a file that cannot be read',
      envelope(file(CALL), { 'a.tmpl': '{{ define "x" }}' }),
      ['template_files[0].text: template: :1: unexpected EOF'],
    ],
    ['another key', JSON.stringify({ alertmanager_config: file(CALL), foo: 1 }), ['foo: unknown key']],
    ['no file', JSON.stringify({ alertmanager_config: { route: {} } }), ['alertmanager_config: expected a text']],
    [
      'files that are no texts',
      JSON.stringify({ alertmanager_config: '', template_files: { a: {} } }),
      ['template_files: expected a mapping of names to texts'],
    ],
    ['a file that is no YAML', envelope('a: ['), [expect.stringMatching(/^: the document is not readable at line 1/)]],
    [
      'files beyond the limit',
      envelope(file('labels: {a: b}'), { a: 'x'.repeat(300_000) }),
      ['template_files: limit: the files have more than 262144 characters together'],
    ],
  ])('%s is refused', (_name, text, expected) => {
    expect(read(text).problems).toEqual(expected)
  })

  test('are a section of tocsin.yml', () => {
    const channel = { id: 'c', type: 'alertmanager-webhook', url: 'http://h/', payload: '{{ template "team" . }}' }
    const document = { templateFiles: [team], channels: [channel] }
    const next = parsed(document)
    expect(problems({ channels: [channel] }).map(said)).toEqual([
      'channels[0].payload: calls a template "team" that is not defined',
    ])
    expect(problems({ templateFiles: [] }, asCurrent(next)).map(said)).toEqual([
      'templateFiles: channel "c" calls a template "team" that is not defined',
    ])
    expect(problems({ templateFiles: [team, team] }).map(said)).toEqual(['templateFiles[1].name: is not unique'])
  })
})
