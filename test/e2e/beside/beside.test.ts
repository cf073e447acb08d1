import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { headersOf, startHttpServer } from '../../fakes/http-server.ts'
import { startSmtp } from '../../fakes/smtp.ts'
import { api, OWNER_KEY, temporaryDirectory } from '../../fault/host-process.ts'
import { startHostHere } from '../host-here.ts'
import { until } from '../wait.ts'
import { alertmanagerProgram, startAlertmanager } from './alertmanager-process.ts'
import { type Sent, sentByMail, sentOverHttp } from './sent.ts'

/*
 * The real Alertmanager and Tocsin get the same file and the same alerts, one after the other, and send to the same fakes.
 * What the fakes got has to be the same, except for the differences in `WANTED`.
 */

const why = alertmanagerProgram === undefined ? ' (SKIPPED: alertmanager is not installed)' : ''

const EXTERNAL_URL = 'http://alertmanager.example:9093'

const TEMPLATES = `
{{ define "team.title" }}{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }} {{ .CommonLabels.alertname }}{{ end }}
{{ define "team.lines" }}{{ range .Alerts }}• <{{ .GeneratorURL }}|{{ .Labels.instance }}> {{ .Annotations.summary }} & more{{ if eq .Status "resolved" }} (over){{ end }}
{{ end }}{{ end }}
`

const file = (http: string, smtp: number) => `
global:
  resolve_timeout: 5m
  smtp_smarthost: 127.0.0.1:${smtp}
  smtp_from: 'Alerts <alerts@example.com>'
  smtp_require_tls: false
  slack_api_url: ${http}/slack/default
  pagerduty_url: ${http}/v2/enqueue
  http_config: {follow_redirects: false}
templates: ['*.tmpl']
route:
  receiver: 'team "x"'
  group_by: [alertname, cluster]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: 'team "x"'
    slack_configs:
      - {send_resolved: true}
      - send_resolved: true
        api_url: ${http}/slack/own
        channel: '#{{ .CommonLabels.cluster }}'
        username: '{{ .Receiver }}'
        icon_emoji: ':bell:'
        title: '{{ template "team.title" . }}'
        title_link: '{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}'
        text: '{{ template "team.lines" . }}'
        pretext: '{{ .CommonAnnotations.runbook }}'
        fallback: '{{ range .GroupLabels.SortedPairs }}{{ .Name }}={{ .Value }};{{ end }}'
        color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}'
        footer: '{{ (index .Alerts 0).StartsAt.Format "2006-01-02 15:04" }}'
        short_fields: true
        link_names: true
        mrkdwn_in: [text]
        fields:
          - {title: 'Cluster', value: '{{ .CommonLabels.cluster }}'}
          - {title: 'é {{ .Status | title }}', value: '{{ .Alerts | len }}', short: false}
        actions:
          - {type: button, text: 'Open', url: '{{ .ExternalURL }}', style: primary}
          - {type: button, text: 'Ack', name: ack, value: '{{ .GroupLabels.alertname }}', confirm: {text: 'Sure?', title: 'T'}}
        http_config: {basic_auth: {username: u, password: p}}
    pagerduty_configs:
      - {routing_key: default-key}
      - routing_key: own-key
        description: '{{ template "team.title" . }}'
        client: shop
        client_url: '{{ .ExternalURL }}'
        severity: '{{ if .CommonLabels.severity }}{{ .CommonLabels.severity | toLower }}{{ else }}info{{ end }}'
        class: c
        component: '{{ .CommonLabels.component }}'
        group: '{{ .GroupLabels.cluster }}'
        details: {firing: 'F', resolved: 'R', num_firing: 'none', num_resolved: 'none', summary: '{{ template "team.lines" . }}'}
        images: [{src: 'https://img.example/{{ .Status }}.png', alt: '{{ .Status }}'}]
        links: [{href: '{{ .ExternalURL }}', text: 'all'}]
    email_configs:
      - {to: 'default@example.com', send_resolved: true}
      - to: 'own@example.com, Ö <second@example.com>'
        send_resolved: true
        headers: {Subject: 'é {{ template "team.title" . }}', X-Team: '{{ .CommonLabels.cluster }}', Reply-To: ops@example.com}
        text: '{{ template "team.lines" . }}'
        html: '<p title="{{ .CommonLabels.cluster }}">{{ range .Alerts }}{{ .Annotations.summary }}<br>{{ end }}</p>'
`

const START = Date.now() - 60_000
const alert = (instance: string, more: object = {}) => ({
  labels: { alertname: 'Disk "full"', cluster: 'hz-1', instance, severity: 'Critical' },
  annotations: { summary: `<${instance}> é 100% 'full'`, runbook: 'https://wiki.example/a?b=c&d' },
  startsAt: new Date(START).toISOString(),
  endsAt: new Date(START + 3_600_000).toISOString(),
  generatorURL: `http://prometheus.example/graph?g0.expr=up{instance="${instance}"}`,
  ...more,
})
const over = { endsAt: new Date(START + 30_000).toISOString() }

/** Each step is told before the next one is posted. */
const STEPS = [[alert('a'), alert('b')], [alert('a', over)], [alert('b', over)]]
const CHANNELS = 6

/**
 * What Tocsin sends otherwise, on purpose. `alike` makes both messages the same in this one point. The Alertmanager of
 * Debian is 0.25; Tocsin sends what 0.34 sends.
 */
const WANTED: { what: string; alike(sent: Sent): Sent }[] = [
  {
    what: 'RFC 3834: a mail says that no person wrote it, so that no absent person answers',
    alike: ({ headers: { 'auto-submitted': _, ...headers }, ...sent }) => ({ ...sent, headers }),
  },
  {
    what: 'Alertmanager 0.34: the default HTML names its schema by https',
    alike: (sent) => JSON.parse(JSON.stringify(sent).replaceAll('http://schema.org', 'https://schema.org')) as Sent,
  },
  {
    what: 'Alertmanager 0.34: the default details of PagerDuty are lists and numbers',
    alike(sent) {
      const { payload } = sent.body as { payload?: { custom_details: object } }
      if (payload === undefined) return sent
      const texts = Object.entries(payload.custom_details).map(([name, value]) => [name, detailText(value)])
      return {
        ...sent,
        body: { ...(sent.body as object), payload: { ...payload, custom_details: Object.fromEntries(texts) } },
      }
    },
  },
]

interface Detail {
  labels: object
  annotations: object
  generatorURL: string
}

/** `pagerduty.default.instances`, as 0.25 wrote alerts into details. */
function detailText(value: unknown): string {
  if (!Array.isArray(value)) return String(value)
  const lines = (pairs: object): string =>
    Object.entries(pairs)
      .map(([name, one]) => ` - ${name} = ${one}\n`)
      .join('')
  return (value as Detail[])
    .map(({ labels, annotations, generatorURL }) => {
      return `Labels:\n${lines(labels)}Annotations:\n${lines(annotations)}Source: ${generatorURL}\n`
    })
    .join('')
}

describe.skipIf(alertmanagerProgram === undefined)(`beside the real Alertmanager${why}`, () => {
  const data = temporaryDirectory()
  let wire: Sent[] = []
  const told: Record<'alertmanager' | 'tocsin', Sent[]> = { alertmanager: [], tocsin: [] }

  beforeAll(async () => {
    const http = await startHttpServer((request, response, text) => {
      const { routing_key: key } = JSON.parse(text) as { routing_key?: string }
      wire.push(sentOverHttp(key ?? String(request.url), headersOf(request), text))
      if (key === undefined) response.end('ok')
      else response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"success"}')
    })
    const smtp = await startSmtp()
    const path = join(data.path, 'alertmanager.yml')
    writeFileSync(path, file(http.url, smtp.port))
    writeFileSync(join(data.path, 'team.tmpl'), TEMPLATES)
    const mails = () => smtp.taken.map(({ to, text }) => sentByMail(to.join(' '), text))
    /** Posts all steps, and takes what came at the fakes. */
    const play = async (url: string): Promise<Sent[]> => {
      for (const [step, alerts] of STEPS.entries()) {
        const body = JSON.stringify(alerts)
        const posted = await fetch(`${url}/api/v2/alerts`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
        expect(posted.ok).toBe(true)
        await until(
          `step ${step}: ${JSON.stringify(wire.map(({ to }) => to))}`,
          () => wire.length + smtp.taken.length >= CHANNELS * (step + 1),
        )
      }
      const all = [...wire, ...mails()]
      wire = []
      smtp.taken.length = 0
      return all
    }
    const alertmanager = await startAlertmanager({ file: path, folder: data.path, externalUrl: EXTERNAL_URL })
    told.alertmanager = await play(alertmanager.url)
    await alertmanager.stop()
    mkdirSync(join(data.path, 'tocsin'))
    const host = await startHostHere({
      ...{ dataDir: join(data.path, 'tocsin'), publicUrl: EXTERNAL_URL, apiKey: OWNER_KEY },
      allowTargets: ['127.0.0.0/8'],
    })
    const envelope = { alertmanager_config: file(http.url, smtp.port), template_files: { 'team.tmpl': TEMPLATES } }
    const put = await api(host.url, 'PUT', '/api/v1/config/alertmanager', envelope)
    expect([put.status, put.ok ? '' : await put.text()]).toEqual([200, ''])
    const shown = (await (await api(host.url, 'GET', '/api/v1/integrations/default')).json()) as { url: string }
    told.tocsin = await play(`${host.url}${new URL(shown.url).pathname}`)
    await host.stop()
    await http.stop()
    await smtp.stop()
  }, 90_000)
  afterAll(data.remove)

  const by = (who: keyof typeof told, to: string) =>
    told[who].filter((sent) => sent.to === to).map((sent) => WANTED.reduce((same, { alike }) => alike(same), sent))

  test.each([
    ['the default message for Slack', '/slack/default'],
    ['a message for Slack whose every setting is a template', '/slack/own'],
    ['the default event for PagerDuty', 'default-key'],
    ['an event for PagerDuty whose every setting is a template', 'own-key'],
    ['the default mail', 'default@example.com'],
    ['a mail with headers and both parts of its own', 'own@example.com second@example.com'],
  ])('%s is the same at the beginning, at the end of one alert, and at the end', (_, to) => {
    expect(by('tocsin', to)).toEqual(by('alertmanager', to))
    expect(by('tocsin', to)).toHaveLength(STEPS.length)
  })

  test('only Tocsin says of a mail that no person wrote it', () => {
    const said = (who: keyof typeof told) => told[who].map(({ headers }) => headers['auto-submitted'])
    expect(said('alertmanager').filter((one) => one !== undefined)).toEqual([])
    expect(said('tocsin').filter((one) => one !== undefined)).toHaveLength(2 * STEPS.length)
  })
})
