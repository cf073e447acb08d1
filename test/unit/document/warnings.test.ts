import { expect, test } from 'vitest'
import { box, nothing, readAlertmanagerYml, said } from './setup.ts'

/* Settings that an import takes although Alertmanager would do more with them are named; none is passed over. */

function read(yaml: string): { warnings?: string[]; problems?: string[] } {
  const result = readAlertmanagerYml(yaml, nothing, box)
  if (!result.ok) return { problems: result.problems.map(said) }
  return { warnings: (result.warnings ?? []).map(said) }
}

const MISSING = 'the files are not in the request: send them as `template_files` beside `alertmanager_config`'

/** The default file of kube-prometheus-stack, among others, has templates and no receiver. */
test.each([
  ["receivers: [{name: 'null'}]"],
  ["receivers: [{name: 'null', webhook_configs: [{url: 'http://h/', payload: {a: '{{ .Status }}'}}]}]"],
])('files of templates beside %s', (receivers) => {
  const file = `route: {receiver: 'null'}\n${receivers}\ntemplates: `
  expect(read(`${file}['/etc/am/*.tmpl']`)).toEqual({ warnings: [`templates: ${MISSING}`] })
  expect(read(`${file}[]`)).toEqual({ warnings: [] })
})

test('files of templates that a receiver calls', () => {
  const payload = `{a: '{{ template "team" . }}{{ template "slack.default.title" . }}'}`
  const receivers = `[{name: x, webhook_configs: [{url: 'http://h/', payload: ${payload}}]}]`
  const file = (templates: string) => `route: {receiver: x}\nreceivers: ${receivers}\ntemplates: ${templates}`
  const missing = 'receivers[0].webhook_configs[0].payload.a: calls a template "team" that is not defined'
  expect(read(file('[a.tmpl]'))).toEqual({ problems: [`${missing}: ${MISSING}`] })
  expect(read(file('[]'))).toEqual({ problems: [missing] })
})

/** Alertmanager's own example file has `tracing`. */
test('what Alertmanager writes of itself', () => {
  const file = 'route: {receiver: x}\nreceivers: [{name: x}]\n'
  expect(
    read(`${file}tracing: {endpoint: 'jaeger:4317', client_type: grpc}\nevent_recorder: {stdout_outputs: [{}]}`),
  ).toEqual({
    warnings: [
      'tracing: is not supported: Tocsin sends no traces',
      'event_recorder: is not supported: a channel for life-cycle events tells what happens',
    ],
  })
})

test('redirects that would be followed', () => {
  const webhook = "{url: 'http://h/', http_config: {follow_redirects: yes}}"
  const yaml = `
global: {http_config: {follow_redirects: true}}
route: {receiver: x}
receivers: [{name: y}, {name: x, webhook_configs: [{url: 'http://h/'}, ${webhook}]}]`
  const message = 'redirects are not followed: a redirect is a failed delivery'
  expect(read(yaml)).toEqual({
    warnings: [
      `global.http_config.follow_redirects: ${message}`,
      `receivers[1].webhook_configs[1].http_config.follow_redirects: ${message}`,
    ],
  })
  expect(read(yaml.replaceAll(/: (true|yes)/g, ': false'))).toEqual({ warnings: [] })
})

/** OpenShift's default file has `proxy_from_environment` and no webhook. */
test.each([
  ["{name: 'null'}", 'warnings'],
  ["{name: 'null', webhook_configs: [{url: 'http://h/', http_config: {}}]}", 'warnings'],
  ["{name: 'null', webhook_configs: [{url: 'http://h/'}]}", 'problems'],
] as const)('settings of global.http_config beside %s are %s', (receiver, where) => {
  const http = "{proxy_from_environment: true, proxy_url: 'http://p', tls_config: {ca_file: f}, oauth2: {client_id: a}}"
  const found = read(`global: {http_config: ${http}}\nroute: {receiver: 'null'}\nreceivers: [${receiver}]`)[where] ?? []
  expect(found.map((line) => line.replace(/: .*/, ''))).toEqual(
    ['oauth2', 'tls_config.ca_file', 'proxy_url', 'proxy_from_environment'].map((key) => `global.http_config.${key}`),
  )
})

test('a mistake in global.http_config is a problem, whoever uses it', () => {
  const file = (http: string) => `global: {http_config: ${http}}\nroute: {receiver: x}\nreceivers: [{name: x}]`
  expect(read(file('{foo: 1}')).problems).toEqual(['global.http_config.foo: unknown key'])
  expect(read(file('{basic_auth: {password: p}, bearer_token: t}')).problems).toHaveLength(1)
})
