import { beforeEach, describe, expect, test } from 'vitest'
import { toRfc3339 } from '../../../../shared/base/time.ts'
import { type Api, START, startApi } from '../harness.ts'

/* Alertmanager's answers (facts from prometheus/alertmanager, Apache-2.0), texts of 0.34. */

const key = 'a-responder'

const ROUTES = `
route:
  receiver: default
  routes:
  - {receiver: team X-pager, matchers: ['sev="crit"'], continue: true}
  - {receiver: other, matchers: ['team="a"'], labels: {team: a, tier: '1'}, routes: [{labels: {tier: '2'}, matchers: [x="y"]}]}
receivers: [{name: unused}, {name: default}, {name: team X-pager, labels: {owner: x, name: team X-pager}}, {name: other}]
`

let api: Api
beforeEach(async () => {
  api = await startApi()
  const put = { key: 'a-owner', body: ROUTES, type: 'application/yaml' }
  expect((await api.ask('PUT', '/api/v1/config/alertmanager', put)).status).toBe(200)
})

describe('api: the rest of Alertmanager', () => {
  test('says that it is 0.34 and when it started', async () => {
    const { json } = await api.ask('GET', '/api/v2/status', { key })
    expect(json).toMatchObject({
      cluster: { status: 'disabled', peers: [] },
      config: { original: expect.stringContaining('receiver: default') },
      uptime: toRfc3339(START),
      versionInfo: { version: '0.34.0' },
    })
    const metrics = await api.ask('GET', '/metrics')
    expect(metrics.text).toContain('alertmanager_build_info{version="0.34.0"} 1\n')
  })

  test('shows its configuration without a secret', async () => {
    const url = 'https://hooks.example/s3cret-path'
    const login = { basicAuth: { username: 'u', password: 's3cret-password' } }
    const body = {
      channels: [{ id: 'own', type: 'webhook', url, secret: 's3cret-key', ...login }],
      policies: [{ id: 'own', notify: [{ channel: 'own' }] }],
    }
    expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
    const { text, json } = await api.ask('GET', '/api/v2/status', { key })
    expect(text).not.toContain('s3cret')
    expect(json.config.original).toContain('password: <secret>')
  })

  test('receivers in the order of the file, then those of policies, with their labels', async () => {
    const body = { policies: [{ id: 'own' }] }
    expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
    const { json } = await api.ask('GET', '/api/v2/receivers', { key })
    expect(json).toEqual([
      { name: 'unused', labels: { name: 'unused' } },
      { name: 'default', labels: { name: 'default' } },
      { name: 'team X-pager', labels: { name: 'team X-pager', owner: 'x' } },
      { name: 'other', labels: { name: 'other' } },
      { name: 'own', labels: { name: 'own' } },
    ])
  })

  test.each([
    ['owner="x"', ['team X-pager']],
    ['name=~"team.*|other"', ['team X-pager', 'other']],
    ['owner!="x"', ['unused', 'default', 'other']],
  ])('receivers with %s', async (matcher, names) => {
    const query = `receiver_matchers=${encodeURIComponent(matcher)}`
    const { json } = await api.ask('GET', `/api/v2/receivers?${query}`, { key })
    expect(json.map(({ name }: { name: string }) => name)).toEqual(names)
  })

  test.each(['receivers', 'alerts', 'alerts/groups'])('%s with a broken matcher of receivers', async (path) => {
    const { status, json } = await api.ask('GET', `/api/v2/${path}?receiver_matchers=%22`, { key })
    expect([status, json]).toEqual([400, expect.stringMatching(/^failed to parse receiver_matchers param: /)])
  })

  test('the configuration has the labels, and shows and takes them again', async () => {
    const { json: status } = await api.ask('GET', '/api/v2/status', { key })
    expect(status.config.original).toContain('tier: "2"')
    const { json: config } = await api.ask('GET', '/api/v1/config', { key: 'a-owner' })
    expect(config.route.routes[1]).toMatchObject({ labels: { team: 'a', tier: '1' } })
    expect(config.route.routes[1].routes[0]).toMatchObject({ labels: { team: 'a', tier: '2' } })
    const put = await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: config })
    expect([put.status, put.json.plan]).toEqual([200, []])
  })

  test('receivers go with the imported route', async () => {
    expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { route: null } })).status).toBe(200)
    expect((await api.ask('GET', '/api/v2/receivers', { key })).json).toEqual([])
  })

  test.each([
    ['GET', '/api/v2/nope', 404, { code: 404, message: 'path /api/v2/nope was not found' }],
    ['PUT', '/api/v2/silences', 405, { code: 405, message: 'method PUT is not allowed, but [GET,POST] are' }],
  ])('%s %s is %i in its own form', async (method, path, status, answer) => {
    const { status: got, json } = await api.ask(method, path, { key })
    expect([got, json]).toEqual([status, answer])
  })

  test.each(['/-/ready', '/-/healthy'])('%s answers OK to GET and HEAD', async (path) => {
    const { status, text } = await api.ask('GET', path)
    expect([status, text]).toEqual([200, 'OK'])
    expect(await api.ask('HEAD', path)).toMatchObject({ status: 200, text: '' })
  })
})
