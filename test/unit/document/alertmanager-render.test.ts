import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import type { Config } from '../../../shared/config/config.ts'
import { defaultConfig, type Sections } from '../../../shared/config/sections.ts'
import { renderAlertmanager } from '../../../shared/document/alertmanager/render.ts'
import { type DocumentResult, readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { compileConfig } from '../../../shared/routing/compile.ts'
import { testBox } from './box.ts'
import { readAlertmanagerYml } from './setup.ts'

const box = testBox()
const NOTHING = defaultConfig()

const asCurrent = (next: Sections): Config => ({ ...next, revision: '1', since: 0 })

function made(read: DocumentResult): Config {
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return asCurrent(read.next)
}

const imported = (yaml: string, current: Config = NOTHING): Config => made(readAlertmanagerYml(yaml, current, box))
const native = (document: object, current: Config = NOTHING): Config =>
  made(finish(readTocsinYml(document, current, box)))

/**
 * The rendered file, imported again. The channels are masked in the file, so the current account has to have the
 * channels.
 */
function again(config: Config, current: Config): Config {
  return imported(JSON.stringify(renderAlertmanager(config)), current)
}

const TREE = `
global: {resolve_timeout: 3m}
route:
  receiver: x
  group_by: [alertname]
  group_wait: 0s
  labels: {tier: '1'}
  routes:
  - {labels: {team: a}, matchers: ['a="1"', 'b=~"x|y"'], mute_time_intervals: [nights], continue: true, group_by: ['...']}
  - {matchers: ['team="t"'], receiver: team X, routes: [{matchers: ['sev!="low"'], receiver: y, active_time_intervals: [nights]}]}
receivers:
- {name: unused, labels: {owner: z}}
- name: x
  webhook_configs:
  - {url: 'http://h/1', send_resolved: false, max_alerts: 5}
  - {url: 'http://h/2', http_config: {basic_auth: {username: u, password: p}}}
- name: team X
  webhook_configs: [{url: 'http://h/3', http_config: {authorization: {credentials: c}}}, {url: 'http://t0ken@h/4'}]
- name: y
inhibit_rules: [{source_matchers: [sev="crit"], target_matchers: [sev="warn"], equal: [job]}]
time_intervals: [{name: nights, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}], location: Europe/Berlin}]}]
`

describe('an account as an alertmanager.yml', () => {
  test('that was one is the same file, to whoever reads it', () => {
    const config = imported(TREE)
    const { revision: _, since: __, ...sections } = config
    const { revision: ___, since: ____, ...reread } = again(config, config)
    expect(reread).toEqual(sections)
  })

  test('shows no secret, and of a URL not even the host', () => {
    const text = JSON.stringify(renderAlertmanager(imported(TREE)))
    expect(text).toContain('"password":"<secret>"')
    expect(text).toContain('"credentials":"<secret>"')
    expect(text).not.toContain('//h/')
  })

  const POLICIES = {
    policies: [
      { id: 'all', groupBy: ['alertname'] },
      { id: 'db', match: [{ label: 'job', op: '=~', value: 'db.*' }] },
      { id: 'db-night', match: [{ label: 'job', value: 'db' }], groupBy: '...' },
    ],
  }
  const LABELS: Record<string, string>[] = [
    ...[{ job: 'db' }, { job: 'db2' }, { job: 'web' }, { a: '1', b: 'x' }, { team: 't' }, { team: 't', sev: 'low' }],
    ...[{ job: 'db', team: 't' }, { a: '1', b: 'y', team: 't' }, {}],
  ]
  test.each([
    ['policies', native(POLICIES)],
    ['a tree', imported(TREE)],
    ['policies beside a tree', native(POLICIES, imported(TREE))],
    ['policies that do not take everything', native({ policies: POLICIES.policies.slice(1) })],
    ['nothing', NOTHING],
  ])('of %s routes every alert to the same receivers', (_, config) => {
    const { resolveTimeoutMs: _timeout, ...rest } = config
    const file = compileConfig(again(rest, { ...NOTHING, channels: config.channels }))
    const ours = compileConfig(config)
    const receivers = (of: typeof ours, labels: Record<string, string>): string[] => [
      ...new Set(of.route(labels).map(({ receiver }) => receiver)),
    ]
    for (const labels of LABELS) expect([labels, receivers(file, labels)]).toEqual([labels, receivers(ours, labels)])
  })

  test('names every receiver once, with the webhooks that it tells', () => {
    const config = native(
      {
        channels: [{ id: 'hook', type: 'webhook', url: 'http://h/9' }],
        policies: [
          { id: 'one', notify: [{ channel: 'hook' }] },
          { id: 'two', notify: [{ channel: 'hook' }] },
        ],
      },
      NOTHING,
    )
    const webhook_configs = [{ send_resolved: true, url: 'http://<secret>', max_alerts: 0 }]
    expect(renderAlertmanager(config).receivers).toEqual([
      { name: '_none' },
      { name: 'one', webhook_configs },
      { name: 'two', webhook_configs },
    ])
  })
})
