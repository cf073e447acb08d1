import { expect, test } from 'vitest'
import { readAlertmanagerYml } from '../../../shared/document/alertmanager/read.ts'
import { box, nothing, said } from './setup.ts'

/* What an import takes although Alertmanager would do more is named; nothing is passed over. */

function read(yaml: string): { warnings?: string[]; problems?: string[] } {
  const result = readAlertmanagerYml(yaml, nothing, box)
  if (!result.ok) return { problems: result.problems.map(said) }
  return { warnings: (result.warnings ?? []).map(said) }
}

const UNREAD = 'templates: no receiver here could use a template, so the files are not read'
const REFUSED = 'templates: is not supported yet: templates of upstream are not rendered'

/** The default file of kube-prometheus-stack, among others, has templates and no receiver. */
test.each([
  ["receivers: [{name: 'null'}]"],
  ["receivers: [{name: 'null', webhook_configs: [{url: 'http://h/'}], email_configs: []}]"],
])('templates beside %s', (receivers) => {
  expect(read(`route: {receiver: 'null'}\n${receivers}\ntemplates: ['/etc/am/*.tmpl']`)).toEqual({ warnings: [UNREAD] })
  expect(read(`route: {receiver: 'null'}\n${receivers}\ntemplates: []`)).toEqual({ warnings: [] })
})

test.each([
  ['email_configs: [{to: a@b.c}]'],
  ["webhook_configs: [{url: 'http://h/', payload: {a: '{{ .Status }}'}}]"],
  ["webhook_configs: [{url: 'http://h/{{ .Receiver }}'}]"],
])('templates beside a receiver with %s', (receiver) => {
  const { problems } = read(`route: {receiver: x}\nreceivers: [{name: x, ${receiver}}]\ntemplates: ['/etc/am/*.tmpl']`)
  expect(problems).toContain(REFUSED)
})

test('templates beside a route label that is a template', () => {
  const route = "{receiver: x, routes: [{labels: {a: '{{ .Receiver }}'}}]}"
  expect(read(`route: ${route}\nreceivers: [{name: x}]\ntemplates: [a.tmpl]`).problems).toContain(REFUSED)
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
