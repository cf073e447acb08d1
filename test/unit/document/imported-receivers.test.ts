import { describe, expect, test } from 'vitest'
import type { TemplateFile } from '../../../shared/alertmanager-template/templates.ts'
import { finish } from '../../../shared/base/steps.ts'
import { channelTypes } from '../../../shared/channels/registry.ts'
import type { Channel } from '../../../shared/config/config.ts'
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
  const result = finish(readAlertmanagerDocument(read.file, current, box))
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

test('the name that people gave to a channel stays when the file comes again', () => {
  const text = file("webhook_configs: [{url: 'http://h/x'}]")
  const [{ settings: _, ...channel }] = imported(text).channels as [Channel]
  const named = { ...channel, url: 'http://h/x', name: 'Robot of the team', description: 'Wakes' }
  const next = parsed({ channels: [named] }, asCurrent(imported(text)))
  expect(imported(text, asCurrent(next)).channels).toMatchObject([{ name: 'Robot of the team', description: 'Wakes' }])
})

test('description of PagerDuty and Opsgenie is the text that is sent, and no kind has a setting called name', () => {
  const sent = [{ id: 'x', type: 'alertmanager-pagerduty', name: 'Calls', routing_key: 'k', description: 'sent' }]
  expect(parsed({ channels: sent }).channels).toMatchObject([{ name: 'Calls', settings: { description: 'sent' } }])
  const others = [...channelTypes.values()].filter(({ kind }) => 'name' in kind.fields)
  expect(others).toEqual([])
  expect(problems({ channels: [{ id: 'x', type: 'inbox', name: 7, description: ['a'] }] }).map(said)).toEqual([
    expect.stringMatching(/^channels\[0\]\.name: /),
    expect.stringMatching(/^channels\[0\]\.description: /),
  ])
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

  test('may be defined in the text that calls them', () => {
    for (const text of ['{{ define "q" }}Q{{ end }}{{ template "q" . }}', '{{ block "q" . }}Q{{ end }}']) {
      expect(read(file(`webhook_configs: [{url: 'http://h/', payload: {a: '${text}'}}]`)).problems).toBeUndefined()
    }
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

const GLOBALS = `
global:
  slack_api_url: https://hooks.slack.example/x
  smtp_smarthost: mail.example.com:587
  smtp_from: tocsin@example.com
  smtp_auth_username: u
  smtp_auth_password: p
  smtp_auth_identity: u
  smtp_require_tls: no
  opsgenie_api_key: k
  pagerduty_url: https://events.eu.pagerduty.com/v2/enqueue
  telegram_bot_token: '1:a'
  wechat_api_secret: s
  wechat_api_corp_id: c
  http_config: {authorization: {credentials: t}}
`

describe('receivers of every kind', () => {
  const lists = `
slack_configs: [{channel: '#a', short_fields: yes}, {channel: b, app_token: xoxb, http_config: {}, timeout: 5s}],
email_configs: [{to: b@example.com, headers: {Subject: '{{ .Status }}'}}],
pagerduty_configs: [{routing_key: k, details: {n: {b: 1}}}],
msteams_configs: [{webhook_url: 'https://teams.example/x'}], msteamsv2_configs: [{webhook_url: 'https://teams.example/x'}],
discord_configs: [{webhook_url: 'https://discord.example/x'}], telegram_configs: [{chat_id: -100123, parse_mode: ''}],
opsgenie_configs: [{responders: [{name: a, type: team}]}],
sns_configs: [{topic_arn: 'arn:aws:sns:eu-west-1:123456789012:x', sigv4: {region: eu-west-1}, http_config: {}}],
wechat_configs: [{agent_id: 1}]`.replaceAll('\n', ' ')
  const text = `${GLOBALS}${file(lists)}`

  test('inherit from global, and have the defaults of their lists', () => {
    const { channels } = imported(text)
    const shown = channels.map(({ id, sendResolved }) => `${id} ${sendResolved}`)
    expect(shown.sort()).toEqual([
      'x/discord/0 true',
      'x/email/0 false',
      'x/msteams/0 true',
      'x/msteamsv2/0 true',
      'x/opsgenie/0 true',
      'x/pagerduty/0 true',
      'x/slack/0 false',
      'x/slack/1 false',
      'x/sns/0 true',
      'x/telegram/0 true',
      'x/wechat/0 false',
    ])
    const settings = Object.fromEntries(channels.map((channel) => [channel.id, channel.settings]))
    expect(settings['x/email/0']).toMatchObject({ auth_username: 'u', require_tls: false, hello: 'localhost' })
    expect(settings['x/pagerduty/0']).toMatchObject({ url: 'https://events.eu.pagerduty.com/v2/enqueue' })
    expect(settings['x/telegram/0']).toMatchObject({ chat_id: -100_123, parse_mode: '' })
    expect(settings['x/slack/0']).toMatchObject({ short_fields: true, authorization: { type: 'Bearer' } })
    expect(box.open(settings['x/slack/1']!.api_url as string)).toBe('https://slack.com/api/chat.postMessage')
    expect(settings['x/slack/1']).toMatchObject({ timeoutMs: 5000, authorization: { type: 'Bearer' } })
    expect(settings['x/sns/0']).not.toHaveProperty('authorization')
  })

  test('are shown, and stay when they are put back', () => {
    // A time-out is no key of every release of amtool, so it is not shown.
    const next = imported(text.replace(', timeout: 5s', ''))
    const { receivers } = renderAlertmanager(next) as { receivers: unknown[] }
    const shown = JSON.stringify({ route: { receiver: 'x' }, receivers })
    expect(shown).toContain('<secret>')
    expect(planChanges(next, imported(shown, asCurrent(next)))).toEqual([])
  })

  test('have URLs in canonical form, and a login in a URL is the login', () => {
    const lists = "slack_configs: [{api_url: 'https://u:p@hooks.slack.example/<id>', http_config: {bearer_token: t}}]"
    const [channel] = imported(file(lists)).channels
    expect(box.open(channel!.settings.api_url as string)).toBe('https://hooks.slack.example/%3Cid%3E')
    expect(channel!.settings).toMatchObject({ basicAuth: { username: 'u' } })
    expect(channel!.settings).not.toHaveProperty('authorization')
  })

  test('whose secret stands in a file have one problem', () => {
    const inherited = `global: {opsgenie_api_key_file: f}\n${file('opsgenie_configs: [{}, {api_key_file: g}]')}`
    expect(read(inherited).problems).toEqual([
      expect.stringContaining('opsgenie_configs[0].api_key: stands in global.opsgenie_api_key_file, which is not'),
      expect.stringContaining('opsgenie_configs[1].api_key_file: is not supported here: `npx tocsin import`'),
    ])
  })

  test.each([
    ["api_url: 'https://sns.eu-west-1.amazonaws.com/', sigv4: {}", true],
    ["api_url: 'https://sns.eu-west-1.amazonaws.com.evil.example/', sigv4: {}", false],
    ["api_url: 'https://sns.us-east-1.amazonaws.com/', sigv4: {}", false],
    ["api_url: 'https://sns.us-east-1.amazonaws.com/', sigv4: {region: us-east-1}", true],
    ["api_url: 'http://localstack:4566/', sigv4: {access_key: test, secret_key: test}", true],
  ])('of SNS with %s: %s', (settings, isTaken) => {
    const { problems } = read(file(`sns_configs: [{topic_arn: 'arn:aws:sns:eu-west-1:123456789012:x', ${settings}}]`))
    if (isTaken) expect(problems).toBeUndefined()
    else expect(problems?.join()).toContain('api_url: needs sigv4.access_key')
  })

  test.each<[receiver: string, problem: string]>([
    ['slack_configs: [{}]', 'slack_configs[0].api_url: is required'],
    ["slack_configs: [{api_url: 'https://h/', app_token: t}]", 'slack_configs[0].app_token: is given beside api_url'],
    [
      'slack_configs: [{api_url_file: /x}]',
      'slack_configs[0].api_url_file: is not supported here: `npx tocsin import`',
    ],
    ['slack_configs: [{nope: 1}]', 'slack_configs[0].nope: unknown key'],
    ["discord_configs: [{webhook_url: 'https://h/', basicAuth: {}}]", 'discord_configs[0].basicAuth: unknown key'],
    ['sns_configs: [{topic_arn: x, sigv4: {role_arn: r}}]', 'sns_configs[0].sigv4.role_arn: is not supported'],
    ['sns_configs: [{topic_arn: x, http_config: {bearer_token: t}}]', 'sns_configs[0].http_config: is not supported'],
    ['email_configs: [{to: a@b.c, from: a@b.c, smarthost: "h:25", auth_secret: s}]', 'auth_secret: is not supported'],
    [
      'email_configs: [{to: a@b.c, from: a@b.c, smarthost: "h:25", tls_config: {insecure_skip_verify: true}}]',
      'tls_config.insecure_skip_verify: is not supported',
    ],
    ['telegram_configs: [{chat_id: many, bot_token: "1:a"}]', 'telegram_configs[0].chat_id'],
    ['pagerduty_configs: [{}]', 'pagerduty_configs[0].routing_key: missing service or routing key'],
    ['webex_configs: [{room_id: a}]', 'webex_configs: webex_configs are not supported yet'],
  ])('%s is refused', (receiver, problem) => {
    expect(read(file(receiver)).problems?.join('\n')).toContain(problem)
  })
})
