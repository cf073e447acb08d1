import { describe, expect, test } from 'vitest'
import { alertmanagerWebhookKind as kind } from '../../../../shared/channels/alertmanager-webhook/kind.ts'
import { sendAlertmanagerWebhook as send } from '../../../../shared/channels/alertmanager-webhook/send.ts'
import { attempt } from '../alertmanager/story.ts'

const url = 'https://hooks.example/tocsin'

describe('the request', () => {
  test('goes to the rendered URL, with the rendered payload', async () => {
    const { outcome, requests, bodies } = await attempt(
      kind,
      send,
      {
        url: `${url}/{{ .Status }}?team={{ .GroupLabels.cluster | urlquery }}`,
        payload: {
          title: '{{ template "team" . }}',
          count: '{{ len .Alerts.Firing }}',
          labels: '{{ .GroupLabels | toJson }}',
          list: ['{{ .ExternalURL }}', { deep: '<{{ .Receiver }}>' }],
        },
        authorization: { credentials: 'token' },
      },
      { files: [{ name: 'team.tmpl', text: '{{ define "team" }}{{ .Status | toUpper }}!{{ end }}' }] },
    )
    expect(outcome).toMatchObject({ kind: 'arrived' })
    expect(outcome).not.toHaveProperty('note')
    expect(requests[0]).toMatchObject({
      url: `${url}/firing?team=eu-1`,
      headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
    })
    expect(bodies).toEqual([
      {
        count: 2,
        labels: { alertname: 'DiskFull', cluster: 'eu-1' },
        list: ['https://tocsin.example.com', { deep: '<databases>' }],
        title: 'FIRING!',
      },
    ])
    expect(requests[0]!.body).toContain('\\u003cdatabases\\u003e')
  })

  test("has Alertmanager's webhook body without a payload", async () => {
    const { bodies } = await attempt(kind, send, { url: `${url}/{{ .Status }}`, max_alerts: 2 })
    expect(bodies).toMatchObject([{ version: '4', truncatedAlerts: 1, alerts: [{}, {}] }])
  })
})

describe('a template that fails', () => {
  test('costs no message, and is told', async () => {
    const payload = { a: '{{ .Nope }}', b: '{{ .Status }}', c: '{{ template "gone" . }}' }
    const { outcome, bodies } = await attempt(kind, send, { url, payload })
    expect(bodies).toEqual([{ a: null, b: 'firing', c: null }])
    expect(outcome).toMatchObject({
      kind: 'arrived',
      note: expect.stringMatching(/^the template of payload\.a failed: .*can't evaluate field Nope.* \(and 1 more\)$/),
    })
  })

  test('in a URL sends nothing, and shows nothing of the URL', async () => {
    const { outcome, requests } = await attempt(kind, send, { url: `${url}/s3cret/{{ .Nope }}`, payload: { a: 'b' } })
    expect(requests).toEqual([])
    expect(outcome).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
    expect(JSON.stringify(outcome)).toContain('the template of url failed: it is secret')
    expect(JSON.stringify(outcome)).not.toContain('s3cret')
  })

  test('that makes no URL sends nothing', async () => {
    const { outcome, requests } = await attempt(kind, send, { url: `${url}/{{ "\\n" }}` })
    expect(requests).toEqual([])
    expect(outcome).toMatchObject({ kind: 'dead', reason: 'misconfigured' })
  })

  test('for its limits costs no message either', async () => {
    const payload = { a: '{{ range 2000000000 }}{{ end }}', b: '{{ .Status }}' }
    const { outcome } = await attempt(kind, send, { url, payload })
    expect(outcome).toMatchObject({ kind: 'arrived', note: expect.stringContaining('limit: more than 1000000 steps') })
  })

  test('in the files leaves the default templates', async () => {
    const files = [{ name: 'broken.tmpl', text: '{{ define "x" }}' }]
    const { outcome, bodies } = await attempt(
      kind,
      send,
      { url, payload: { a: '{{ template "__subject" . }}' } },
      { files },
    )
    expect(bodies).toEqual([{ a: expect.stringContaining('[FIRING:2]') }])
    expect(outcome).toMatchObject({ note: expect.stringContaining('broken.tmpl:1') })
  })
})

test.each<[name: string, settings: object, path: string, message: string]>([
  [
    'an unreadable template',
    { url, payload: { a: ['{{ if }}'] } },
    'payload.a[0]',
    'template: :1: missing value for if',
  ],
  ['an unknown function', { url, payload: '{{ nope }}' }, 'payload', 'template: :1: function "nope" not defined'],
  ['a secret template', { url: 'https://h/{{ s3cret }}' }, 'url', 'is a template with an error'],
  [
    'a template in the host',
    { url: 'https://{{ .Status }}/' },
    'url',
    'has a template before its path: only path and query may have one',
  ],
  [
    'a template behind the host',
    { url: 'https://h.{{ .Status }}' },
    'url',
    'has a template before its path: only path and query may have one',
  ],
  ['no URL', { url: 'ftp://h/' }, 'url', 'has to start with http:// or https://'],
  [
    'too many templates',
    { url, payload: 'x'.repeat(70_000) },
    '',
    'limit: the templates have more than 65536 characters together',
  ],
])('%s is refused', (_name, settings, path, message) => {
  expect(kind.parse(settings)).toMatchObject({ ok: false, problems: [{ path, message }] })
})
