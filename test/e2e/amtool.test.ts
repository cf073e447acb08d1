import { spawn, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, endHost, type HostProcess, startHostProcess, temporaryDirectory } from '../fault/host-process.ts'

const hasAmtool = spawnSync('amtool', ['--version']).status === 0
const why = hasAmtool ? '' : ' (SKIPPED: amtool is not installed)'

const TREE = `
route:
  receiver: default
  group_by: [alertname]
  routes:
  - {matchers: ['sev="crit"'], receiver: team X, continue: true, group_by: ['...'], mute_time_intervals: [nights]}
  - {matchers: ['team=~"a|b"'], receiver: other}
receivers:
- {name: default, webhook_configs: [{url: 'http://127.0.0.1:9/s3cret', http_config: {basic_auth: {username: u, password: s3cret}}}]}
- {name: team X, webhook_configs: [{url: 'http://127.0.0.1:9/s3cret2', http_config: {authorization: {credentials: s3cret}}}]}
- {name: other}
inhibit_rules: [{source_matchers: [sev="crit"], target_matchers: [sev="warn"], equal: [job]}]
time_intervals: [{name: nights, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}], location: Europe/Berlin, weekdays: ['monday:friday']}]}]
`

const OWN = {
  integrations: [{ id: 'full', type: 'prometheus', access: 'full' }],
  policies: [{ id: 'databases', match: [{ label: 'job', op: '=~', value: 'db.*' }], groupBy: ['alertname'] }],
}

describe.skipIf(!hasAmtool)(`amtool reads the configuration${why}`, () => {
  const data = temporaryDirectory()
  let host: HostProcess
  let url = ''
  beforeAll(async () => {
    host = startHostProcess(data.path)
    const root = await host.url
    expect((await api(root, 'PUT', '/api/v1/config', OWN)).status).toBe(200)
    expect((await api(root, 'PUT', '/api/v1/config/alertmanager', TREE)).status).toBe(200)
    const shown = (await (await api(root, 'GET', '/api/v1/integrations/full')).json()) as { url: string }
    url = shown.url
  })
  afterAll(async () => {
    await endHost(host, 'SIGTERM')
    data.remove()
  })

  /** Standard output; throws with the complaint of amtool. */
  async function amtool(...args: string[]): Promise<string> {
    const child = spawn('amtool', [`--alertmanager.url=${url}`, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => (out += chunk))
    child.stderr.on('data', (chunk) => (err += chunk))
    const code = await new Promise((resolve) => child.on('close', resolve))
    if (code !== 0) throw new Error(`amtool ${args.join(' ')}: ${err}`)
    return out
  }

  test('config show prints the configuration, without a secret', async () => {
    const shown = await amtool('config', 'show')
    expect(shown).toContain('receiver: team X')
    expect(shown).not.toContain('s3cret')
  })

  test('config routes show prints the tree', async () => {
    expect(await amtool('config', 'routes', 'show')).toContain('receiver: databases')
  })

  test.each([
    [['sev=crit'], 'team X'],
    [['sev=crit', 'team=a'], 'team X,other'],
    [['team=b', 'job=db1'], 'databases,other'],
    [['job=web'], 'default'],
  ])('config routes test %j says %s', async (labels, receivers) => {
    expect((await amtool('config', 'routes', 'test', ...labels)).trim()).toBe(receivers)
  })
})
