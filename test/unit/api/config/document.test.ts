import { beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { keys } from '../../../../shared/table/keys.ts'
import type { Table } from '../../../../shared/table/port.ts'
import { type Api, CONFIG, HOOK, startApi } from '../harness.ts'

const key = 'a-editor'
const path = '/api/v1/config'
const ANNOUNCED = JSON.stringify({ v: 1, kind: 'reconfigured', account: 'a' })

describe('api: configuration', () => {
  let api: Api
  beforeEach(async () => {
    api = await startApi()
  })

  test('what was put comes back, secrets masked, and put back changes nothing', async () => {
    const put = await api.ask('PUT', path, { key, body: CONFIG })
    expect(put.status).toBe(200)
    expect(put.json.revision).toBe('1')
    expect(put.json.plan).toContainEqual({ section: 'policies', id: 'all', change: 'added' })
    const got = await api.ask('GET', path, { key })
    expect(got.json.channels).toEqual([{ id: 'hook', type: 'webhook', sendResolved: true, url: '<secret>' }])
    const again = await api.ask('PUT', path, { key, body: got.json })
    expect(again.json).toEqual({ revision: '1', plan: [] })
  })

  test('a problem of a YAML document has its line and column, and one of JSON has none', async () => {
    const body = 'channels: []\npolicies:\n  - id: all\n    groupWait: soon\n    notify:\n      - channel: nope\n'
    const put = await api.ask('PUT', path, { key, body, type: 'application/yaml' })
    expect(put.json.error.details).toEqual([
      { path: 'policies[0].groupWait', message: expect.stringContaining('duration'), line: 4, column: 5 },
      { path: 'policies[0].notify[0].channel', message: expect.stringContaining('"nope"'), line: 6, column: 9 },
    ])
    const json = await api.ask('PUT', path, { key, body: parse(body) })
    expect(json.json.error.details.map(Object.keys)).toEqual([
      ['path', 'message'],
      ['path', 'message'],
    ])
  })

  test('reads and writes YAML', async () => {
    const body = `channels:\n  - {id: hook, type: webhook, url: "${HOOK.url}"}\n`
    expect((await api.ask('PUT', path, { key, body, type: 'application/yaml' })).status).toBe(200)
    const got = await api.ask('GET', path, { key, headers: { accept: 'application/yaml' } })
    expect(got.headers.get('content-type')).toBe('application/yaml')
    expect(parse(got.text).channels[0].id).toBe('hook')
    const again = await api.ask('PUT', path, { key, body: got.text, type: 'application/yaml; charset=utf-8' })
    expect(again.json).toEqual({ revision: '1', plan: [] })
  })

  test('a dry run answers with the plan and changes nothing', async () => {
    const { json } = await api.ask('PUT', `${path}?dryRun=true`, { key, body: CONFIG })
    expect(json.plan.length).toBeGreaterThan(0)
    expect(json.revision).toBeUndefined()
    expect((await api.ask('GET', path, { key })).json.channels).toEqual([])
    expect(api.sent).toEqual([])
  })

  test.each(['dryrun', 'dry_run', 'DryRun', 'dry-run'])('?%s=true changes nothing', async (word) => {
    for (const path of ['/api/v1/config', '/api/v1/config/alertmanager']) {
      const { status, json } = await api.ask('PUT', `${path}?${word}=true`, { key, body: {} })
      expect([status, json.error.message]).toEqual([400, `${word}: is no parameter; did you mean dryRun?`])
    }
  })

  test.each(['?dryRun', '?dryRun=', '?dryRun=1', '?dryRun=True', '?dryRun=null', '?dryRun=true&dryRun=false'])(
    'with %s nothing is changed, and the answer says which words there are',
    async (query) => {
      for (const [method, below, body] of [
        ['PUT', '', CONFIG],
        ['POST', '/../channels', CONFIG.channels[0]],
        ['DELETE', '/../forwarding', undefined],
        ['POST', '/../integrations/default/rotate', undefined],
      ] as const) {
        const { status, json } = await api.ask(method, `${path}${below}${query}`, { key, body })
        expect([method, below, status, json.error.message]).toEqual([method, below, 400, 'dryRun: true or false'])
      }
      expect((await api.ask('GET', path, { key })).json.channels).toEqual([])
      expect(api.sent).toEqual([])
    },
  )

  test('a document with forwarding alone has a plan: started, changed, unchanged, stopped', async () => {
    const put = async (body: object) => (await api.ask('PUT', path, { key, body })).json
    const planned = (change: string) => [{ section: 'forwarding', id: 'forwarding', change }]
    const url = 'https://tocsin.example/i/tsn_token'
    const masked = { url: '<secret>', sources: 'all' }
    expect(await put({ forwarding: { url } })).toEqual({ revision: '1', plan: planned('added') })
    expect(await put({ forwarding: masked })).toEqual({ revision: '2', plan: planned('changed') })
    expect(await put({ forwarding: masked })).toEqual({ revision: '2', plan: [] })
    expect(await put({ forwarding: {} })).toEqual({ revision: '3', plan: planned('removed') })
  })

  test('takes an alertmanager.yml over', async () => {
    const body = 'route: {receiver: ops}\nreceivers:\n- name: ops\n  webhook_configs: [{url: "https://x.example/y"}]\n'
    const put = await api.ask('PUT', `${path}/alertmanager`, { key, body, type: 'application/yaml' })
    expect(put.status).toBe(200)
    expect((await api.ask('GET', '/api/v2/receivers', { key })).json).toEqual([
      { name: 'ops', labels: { name: 'ops' } },
    ])
  })

  test('names what an alertmanager.yml has and nobody heeds, in a dry run too', async () => {
    const body =
      "route: {receiver: 'null'}\nreceivers: [{name: 'null'}]\ntemplates: ['/etc/alertmanager/config/*.tmpl']\n"
    for (const more of ['?dryRun=true', '', '']) {
      const put = await api.ask('PUT', `${path}/alertmanager${more}`, { key, body, type: 'application/yaml' })
      expect([put.status, put.json.warnings]).toEqual([
        200,
        [
          {
            path: 'templates',
            message: 'the files are not in the request: send them as `template_files` beside `alertmanager_config`',
            line: 3,
            column: 1,
          },
        ],
      ])
    }
  })

  test.each([
    ['application/json', '{"channels": 5}', 'channels'],
    ['application/json', '{"nope": []}', 'nope'],
    ['application/json', '{', ''],
    ['application/json', '', ''],
    ['application/json', '[]', ''],
    ['application/yaml', 'a: [', ''],
    ['application/yaml', '', ''],
    ['application/yaml', 'policies: [{id: p, name: P, notify: [{channel: gone}]}]', 'policies[0].notify[0].channel'],
    ['application/json', `${'['.repeat(50_000)}`, ''],
  ])('refuses %s %.60s as a whole, with the path', async (type, body, where) => {
    const { status, json } = await api.ask('PUT', path, { key, body, type })
    expect(status).toBe(422)
    expect(json.error.code).toBe('invalid')
    expect(json.error.details[0].path).toBe(where)
    expect(json.error.requestId).toBeTruthy()
    expect((await api.ask('GET', path, { key })).json.policies).toEqual([])
  })

  test('an alertmanager.yml that is none is 422', async () => {
    const put = await api.ask('PUT', `${path}/alertmanager`, { key, body: 'receivers: []', type: 'application/yaml' })
    expect(put.status).toBe(422)
  })

  test.each(['application/json', 'application/yaml'])(
    '1,000 rules of 4 KB are put as %s, and what GET answers is put back',
    async (type) => {
      const rules = Array.from({ length: 1_000 }, (_, i) => ({ id: `r${i}`, sigma: sigmaOf(i, 'ü'.repeat(1_900)) }))
      const put = await api.ask('PUT', path, { key, body: { rules } })
      expect([put.status, put.json.revision]).toEqual([200, '1'])
      const got = await api.ask('GET', path, { key, headers: { accept: type } })
      const again = await api.ask('PUT', path, { key, body: got.text, type })
      expect([again.status, again.json]).toEqual([200, { revision: '1', plan: [] }])
      const more = await api.ask('PUT', path, {
        key,
        body: { rules: rules.map((rule) => ({ ...rule, sigma: sigmaOf(0, 'ü'.repeat(2_400)) })) },
      })
      expect(more.status).toBe(200)
      const large = await api.ask('GET', path, { key, headers: { accept: type } })
      expect([large.status, large.json.error.code, large.json.error.message]).toEqual([
        409,
        'too_large',
        expect.stringContaining('the rules by pages with GET /api/v1/rules, other sections with ?sections='),
      ])
    },
  )

  test('sections are shown alone, with the tag of the whole document, and put back as they are', async () => {
    await api.ask('PUT', path, { key, body: CONFIG })
    const whole = await api.ask('GET', path, { key })
    const some = await api.ask('GET', `${path}?sections=policies,channels`, { key })
    const { policies, channels } = whole.json
    expect([some.json, some.headers.get('etag')]).toEqual([{ channels, policies }, whole.headers.get('etag')])
    expect((await api.ask('PUT', path, { key, body: some.json })).json.plan).toEqual([])
    const unknown = await api.ask('GET', `${path}?sections=policys`, { key })
    expect([unknown.status, unknown.json.error.message]).toEqual([
      400,
      expect.stringMatching(/^sections: "policys" is no section, only .*did you mean policies\?$/),
    ])
  })

  test('a body beyond 5 MiB is 413, before and after decompression', async () => {
    const body = ' '.repeat(5 * 1024 * 1024 + 1)
    expect((await api.ask('PUT', path, { key, body })).status).toBe(413)
    const { gzipSync } = await import('node:zlib')
    const headers = { 'content-encoding': 'gzip' }
    const request = { method: 'PUT', body: gzipSync(body), headers: { ...headers, authorization: `Bearer ${key}` } }
    expect((await api.handle(new Request(`https://x.example${path}`, request))).status).toBe(413)
  })

  test('a change is announced before it is saved, and the groups are asked to look at once and again later', async () => {
    await api.ask('PUT', path, { key, body: CONFIG })
    expect(api.sent).toEqual([
      { account: 'a', body: ANNOUNCED, delayMs: 120_000 },
      { account: 'a', body: ANNOUNCED },
    ])
    await api.ask('POST', '/-/reload', { key })
    expect(api.sent).toHaveLength(4)
  })

  test('what changes nothing is not announced', async () => {
    await api.ask('PUT', path, { key, body: CONFIG })
    await api.ask('PUT', path, { key, body: CONFIG })
    expect(api.sent).toHaveLength(3)
  })

  test('a reload is a new revision of the same', async () => {
    await api.ask('PUT', path, { key, body: CONFIG })
    expect((await api.ask('POST', '/-/reload', { key })).status).toBe(200)
    const put = await api.ask('PUT', path, { key, body: CONFIG })
    expect(put.json).toEqual({ revision: '2', plan: [] })
    expect((await api.ask('GET', '/-/reload', { key })).status).toBe(405)
  })

  test.each([
    [1, 200],
    [2, 409],
  ])('%i changes that come between end in %i', async (races, status) => {
    let left = races
    const racing = (table: Table): Table => ({
      ...table,
      async put(item, when) {
        if (item.sort === keys.account('a', 'config').sort && left-- > 0) return 'lost'
        return table.put(item, when)
      },
    })
    api = await startApi(racing)
    expect((await api.ask('PUT', path, { key, body: CONFIG })).status).toBe(status)
  })
})

describe('api: collections', () => {
  test('integrations, channels and policies are read one by one and masked', async () => {
    const api = await startApi()
    await api.ask('PUT', path, { key, body: CONFIG })
    const { json } = await api.ask('GET', '/api/v1/integrations', { key })
    expect(json.items.map(({ id }: { id: string }) => id).sort()).toEqual(['default', 'full', 'post'])
    expect(json.items[0].url).toMatch(/^https:\/\/tocsin\.example\/i\/tsn_/)
    const channel = await api.ask('GET', '/api/v1/channels/hook', { key })
    expect(channel.json.url).toBe('<secret>')
    expect((await api.ask('GET', '/api/v1/policies/all', { key })).json.notify).toEqual([{ channel: 'hook' }])
    expect((await api.ask('GET', '/api/v1/policies/all', { key: 'b-owner' })).status).toBe(404)
  })

  test('a cursor is good for its account and its list only', async () => {
    const api = await startApi()
    await api.ask('PUT', path, { key, body: CONFIG })
    await api.ask('PUT', path, { key: 'b-editor', body: CONFIG })
    const first = await api.ask('GET', '/api/v1/integrations?limit=2', { key })
    expect(first.json.items).toHaveLength(2)
    const { next } = first.json
    const second = await api.ask('GET', `/api/v1/integrations?limit=2&after=${next}`, { key })
    expect(second.json.items).toHaveLength(1)
    expect(second.json.next).toBeUndefined()
    const elsewhere = [
      await api.ask('GET', `/api/v1/integrations?after=${next}`, { key: 'b-editor' }),
      await api.ask('GET', `/api/v1/channels?after=${next}`, { key }),
      await api.ask('GET', `/api/v1/integrations?after=${next}A`, { key }),
      await api.ask('GET', `/api/v1/integrations?after=x${next}`, { key }),
      await api.ask('GET', '/api/v1/integrations?after=1', { key }),
      await api.ask('GET', `/api/v1/integrations?after=${next}.${next}`, { key }),
    ]
    for (const { status, json } of elsewhere) {
      expect(status).toBe(400)
      expect(json.items).toBeUndefined()
    }
  })

  test.each(['0', '501', '-1', 'x', '1e2', '1.5', ''])('a limit of %j is 400', async (limit) => {
    const api = await startApi()
    expect((await api.ask('GET', `/api/v1/alerts?limit=${limit}`, { key })).status).toBe(400)
  })
})

function sigmaOf(number: number, description: string) {
  const stop = { eventSource: 'cloudtrail.amazonaws.com', eventName: [`Stop${number}`, '12345678901234567891'] }
  return {
    title: `Rule ${number}`,
    id: `rule-${number}`,
    description,
    logsource: { product: 'aws', service: 'cloudtrail' },
    detection: { stop, condition: 'stop' },
  }
}
