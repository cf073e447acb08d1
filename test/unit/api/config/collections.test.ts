import { beforeEach, describe, expect, test } from 'vitest'
import { listPath } from '../../../../functions/api/config/collections.ts'
import { keys } from '../../../../shared/table/keys.ts'
import type { Table } from '../../../../shared/table/port.ts'
import { type Answered, type Api, CONFIG, HOOK, startApi } from '../harness.ts'

const key = 'a-editor'
const SIGMA = {
  title: 'Trail off',
  id: '7d1b6b7e-2f4f-4d7c-9f0a-0d8a6a3c1c11',
  logsource: { product: 'aws', service: 'cloudtrail' },
  detection: { selection: { eventName: 'StopLogging' }, condition: 'selection' },
  level: 'high',
}

/** A further entry of each section, a change of the entry, and a value that the entry must not have. */
const THINGS = [
  ['integrations', { id: 'new', type: 'prometheus' }, { name: 'Renamed' }, { access: 'all' }, 'access'],
  ['channels', { ...HOOK, id: 'new' }, { sendResolved: false }, { timeoutMs: 'long' }, 'timeoutMs'],
  [
    'policies',
    { id: 'new', notify: [{ channel: 'hook' }] },
    { groupWait: '1m' },
    { notify: [{ channel: 'gone' }] },
    'notify[0].channel',
  ],
  ['rules', { id: 'new', sigma: SIGMA }, { enabled: false }, { policy: 'gone' }, 'policy'],
] as const

test.each([
  ['rules', '/api/v1/rules'],
  ['userGroups', '/api/v1/user-groups'],
])('the list of the section %s is at %s', (name, path) => {
  expect(listPath(name)).toBe(path)
})

let api: Api
beforeEach(async () => {
  api = await startApi()
  expect((await api.ask('PUT', '/api/v1/config', { key, body: CONFIG })).status).toBe(200)
})

const config = async (): Promise<Answered['json']> => (await api.ask('GET', '/api/v1/config', { key })).json
const revision = async (): Promise<string> => (await api.ask('PUT', '/api/v1/config', { key, body: {} })).json.revision

describe.each(THINGS)('api: %s', (section, thing, change, wrong, where) => {
  const path = `/api/v1/${section}`
  const one = `${path}/new`
  const post = (body: unknown) => api.ask('POST', path, { key, body })

  test('one is added, shown, replaced and deleted, and the others stay as they are', async () => {
    const before = await config()
    const made = await post(thing)
    expect([made.status, made.json.id]).toEqual([201, 'new'])
    const shown = await api.ask('GET', one, { key })
    expect(shown.json).toMatchObject(made.json)
    const put = await api.ask('PUT', one, { key, body: { ...shown.json, ...change } })
    expect([put.status, put.json]).toEqual([200, expect.objectContaining(change)])
    expect((await config())[section]).toHaveLength(before[section].length + 1)
    const removed = await api.ask('DELETE', one, { key })
    expect([removed.status, removed.text]).toEqual([204, ''])
    expect(await config()).toEqual(before)
  })

  test('what is shown, put back, changes nothing', async () => {
    await post(thing)
    const at = await revision()
    const shown = await api.ask('GET', one, { key })
    expect((await api.ask('PUT', one, { key, body: shown.json })).status).toBe(200)
    expect(await revision()).toBe(at)
  })

  test('an id that is taken is 409, and the one that has it stays', async () => {
    const made = await post(thing)
    const again = await post({ ...thing, ...change })
    expect([again.status, again.json.error.code]).toEqual([409, 'exists'])
    expect(again.json.error.message).toMatch(/^another (integration|channel|policy|rule) has that id already: /)
    expect((await api.ask('GET', one, { key })).json).toMatchObject(made.json)
  })

  test('what is wrong is 422 with its path in the one thing, and nothing is changed', async () => {
    const at = await revision()
    const refused = [
      await post({ ...thing, ...wrong }),
      await post({ ...thing, id: 'a b' }),
      await post({ ...thing, id: undefined }),
    ]
    expect(refused.map(({ status, json }) => [status, json.error.details[0].path])).toEqual([
      [422, where],
      [422, 'id'],
      [422, 'id'],
    ])
    expect(await revision()).toBe(at)
    await post(thing)
    const put = await api.ask('PUT', one, { key, body: { ...thing, ...wrong } })
    expect([put.status, put.json.error.details[0].path]).toEqual([422, where])
  })

  test.each(['[]', 'null', '"x"', '5', '{', ''])('the body %j is 422', async (body) => {
    await post(thing)
    for (const [method, at] of [
      ['POST', path],
      ['PUT', one],
    ] as const) {
      const { status, json } = await api.ask(method, at, { key, body })
      expect([status, json.error.details[0].path]).toEqual([422, ''])
    }
  })

  test('the id of the path holds: none need be given, another cannot', async () => {
    await post(thing)
    const { id: _, ...rest } = thing
    expect((await api.ask('PUT', one, { key, body: rest })).status).toBe(200)
    const other = await api.ask('PUT', one, { key, body: { ...thing, id: 'other' } })
    expect([other.status, other.json.error.details[0].path]).toEqual([422, 'id'])
    expect((await api.ask('PUT', `${path}/gone`, { key, body: thing })).status).toBe(404)
    expect((await api.ask('DELETE', `${path}/gone`, { key })).status).toBe(404)
  })

  test('a dry run answers with the plan and changes nothing', async () => {
    const at = await revision()
    const { status, json } = await api.ask('POST', `${path}?dryRun=true`, { key, body: thing })
    expect([status, json]).toEqual([200, { plan: [{ section, id: 'new', change: 'added' }] }])
    expect(await revision()).toBe(at)
    await post(thing)
    const removed = await api.ask('DELETE', `${one}?dryRun=true`, { key })
    expect(removed.json).toEqual({ plan: [{ section, id: 'new', change: 'removed' }] })
    expect((await api.ask('GET', one, { key })).status).toBe(200)
  })

  test('a name out of JavaScript is an id like others', async () => {
    const ids = ['__proto__', 'constructor', 'a/b', '0']
    for (const id of section === 'policies' ? ids.slice(1) : ids) {
      expect([id, (await post({ ...thing, id })).status]).toEqual([id, 201])
      expect((await api.ask('DELETE', `${path}/${encodeURIComponent(id)}`, { key })).status).toBe(204)
    }
  })

  test('six made at the same moment are all there or told that they are not', async () => {
    const made = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => post({ ...thing, id: `n${n}` })))
    const there = (await config())[section].map(({ id }: { id: string }) => id)
    for (const [index, { status }] of made.entries()) {
      expect([201, 409]).toContain(status)
      expect(there.includes(`n${index + 1}`)).toBe(status === 201)
    }
  })
})

describe('api: what belongs together', () => {
  const blocked = async (path: string): Promise<string> => {
    const { status, json } = await api.ask('DELETE', path, { key })
    expect([status, json.error.code]).toEqual([409, 'needed'])
    return json.error.message
  }

  test('a channel that a policy names stays, and the policy is named', async () => {
    expect(await blocked('/api/v1/channels/hook')).toBe(
      'the channel cannot be deleted: policy "all" (All) names the channel "hook"',
    )
  })

  test('every user of an entry is named once with its place, and nothing is said not to exist', async () => {
    const policy = (id: string) => ({ id, name: `The ${id}`, notify: [{ channel: 'hook' }], lifecycle: [] })
    for (const id of ['night', 'day']) {
      expect((await api.ask('POST', '/api/v1/policies', { key, body: policy(id) })).status).toBe(201)
    }
    const { status, json, text } = await api.ask('DELETE', '/api/v1/channels/hook', { key })
    const place = (index: number) => `policies[${index}].notify[0].channel`
    expect([status, json.error.details]).toEqual([
      409,
      [
        { path: place(0), message: 'policy "all" (All) names the channel "hook"' },
        { path: place(1), message: 'policy "night" (The night) names the channel "hook"' },
        { path: place(2), message: 'policy "day" (The day) names the channel "hook"' },
      ],
    ])
    expect(text).not.toContain('does not exist')
  })

  test('so does a policy that a rule names', async () => {
    await api.ask('POST', '/api/v1/rules', { key, body: { id: 'r', sigma: SIGMA, policy: 'all' } })
    expect(await blocked('/api/v1/policies/all')).toContain('rule "r" names the policy "all"')
  })

  test('so does a rule that another counts', async () => {
    const counts = {
      title: 'Often',
      id: 'c6a1d3d4-5a7e-4a3e-8f86-1b1b1b1b1b1b',
      correlation: { type: 'event_count', rules: ['r'], timespan: '5m', condition: { gte: 5 } },
    }
    expect((await api.ask('POST', '/api/v1/rules', { key, body: { id: 'r', sigma: SIGMA } })).status).toBe(201)
    expect((await api.ask('POST', '/api/v1/rules', { key, body: { id: 'often', sigma: counts } })).status).toBe(201)
    expect(await blocked('/api/v1/rules/r')).toContain('rule "often"')
    expect((await api.ask('DELETE', '/api/v1/rules/often', { key })).status).toBe(204)
    expect((await api.ask('DELETE', '/api/v1/rules/r', { key })).status).toBe(204)
  })

  test('so do the integration that every account has, and what an import made', async () => {
    expect(await blocked('/api/v1/integrations/default')).toContain('every account has it')
    const body = 'route: {receiver: ops}\nreceivers:\n- name: ops\n  webhook_configs: [{url: "https://x.example/y"}]\n'
    await api.ask('PUT', '/api/v1/config/alertmanager', { key, body, type: 'application/yaml' })
    expect(await blocked(`/api/v1/channels/${encodeURIComponent('ops/webhook/0')}`)).toContain('imported')
  })

  test('a channel does not become one that its policy cannot tell', async () => {
    const body = { type: 'cloudevents', url: 'https://bus.example/' }
    const { status, json } = await api.ask('PUT', '/api/v1/channels/hook', { key, body })
    expect([status, json.error.message]).toEqual([422, expect.stringContaining('policy "all"')])
  })

  test('a masked secret put back is kept, and given to no other host', async () => {
    const login = { authorization: { type: 'Bearer', credentials: 's3cret' } }
    await api.ask('PUT', '/api/v1/channels/hook', { key, body: { ...HOOK, ...login } })
    const shown = await api.ask('GET', '/api/v1/channels/hook', { key })
    expect(shown.text).not.toContain('s3cret')
    const elsewhere = { ...shown.json, url: 'https://evil.example/' }
    const { status, json } = await api.ask('PUT', '/api/v1/channels/hook', { key, body: elsewhere })
    expect([status, json.error.details[0].path]).toEqual([422, 'authorization.credentials'])
    expect((await api.ask('PUT', '/api/v1/channels/hook', { key, body: shown.json })).status).toBe(200)
  })

  test('viewers and responders add, replace and delete nothing', async () => {
    for (const role of ['viewer', 'responder']) {
      for (const [section, thing] of THINGS) {
        const asked = { key: `a-${role}`, body: thing }
        expect((await api.ask('POST', `/api/v1/${section}`, asked)).status).toBe(403)
        expect((await api.ask('PUT', `/api/v1/${section}/all`, asked)).status).toBe(403)
        expect((await api.ask('DELETE', `/api/v1/${section}/all`, { key: `a-${role}` })).status).toBe(403)
      }
    }
  })

  test.each([
    [4, 201],
    [5, 409],
  ])('%i changes that come between end in %i', async (races, status) => {
    let left = 0
    const racing = (table: Table): Table => ({
      ...table,
      put: async (item, when) =>
        item.sort === keys.account('a', 'config').sort && left-- > 0 ? 'lost' : table.put(item, when),
    })
    api = await startApi(racing)
    left = races
    const made = await api.ask('POST', '/api/v1/integrations', { key, body: { id: 'new', type: 'custom' } })
    expect(made.status).toBe(status)
  })

  test('the 1,001st channel is refused', async () => {
    const channels = Array.from({ length: 1_000 }, (_, index) => ({ ...HOOK, id: `c${index}` }))
    await api.ask('PUT', '/api/v1/config', { key, body: { policies: [], channels } })
    const { status, json } = await api.ask('POST', '/api/v1/channels', { key, body: HOOK })
    expect([status, json.error.details[0].message]).toEqual([422, expect.stringContaining('limit')])
  })
})

test('api: a rule that is never asked is said so, by the rule itself and in the answer to the document', async () => {
  const sigma = { ...SIGMA, logsource: { product: 'aliyun', service: 'actiontrail' } }
  const message = 'never asked: no trail is "aliyun" (aws, alibabacloud)'
  const dry = await api.ask('POST', '/api/v1/rules?dryRun=true', { key, body: { id: 'lost', sigma } })
  expect([dry.status, dry.json.warnings]).toEqual([200, [{ path: 'sigma.logsource', message }]])
  const made = await api.ask('POST', '/api/v1/rules', { key, body: { id: 'lost', sigma } })
  expect([made.status, made.json.warnings]).toEqual([201, [{ path: 'sigma.logsource', message }]])
  const shown = await api.ask('GET', '/api/v1/rules/lost', { key })
  expect(shown.json.warnings).toEqual(made.json.warnings)
  const put = await api.ask('PUT', '/api/v1/rules/lost', { key, body: shown.json })
  expect([put.status, put.json.warnings]).toEqual([200, made.json.warnings])
  const dryPut = await api.ask('PUT', '/api/v1/rules/lost?dryRun=true', {
    key,
    body: { sigma: { ...sigma, title: 'b' } },
  })
  expect([dryPut.json.plan.length, dryPut.json.warnings]).toEqual([1, made.json.warnings])
  const document = await config()
  expect(JSON.stringify(document)).not.toContain('never asked')
  const whole = await api.ask('PUT', '/api/v1/config', { key, body: document })
  const path = `rules[${document.rules.length - 1}].sigma.logsource`
  expect([whole.status, whole.json.warnings]).toEqual([200, [{ path, message }]])
  const text = `title: t\nlogsource: {product: aliyun}\ndetection: {s: {a: 1}, condition: s}`
  const written = await api.ask('PUT', '/api/v1/rules/lost', { key, body: { sigma: text } })
  expect(written.json.warnings).toEqual([{ path: 'sigma', message: `line 2, column 1: "t": logsource: ${message}` }])
  const right = await api.ask('PUT', '/api/v1/rules/lost', { key, body: { sigma: SIGMA } })
  expect([right.status, right.json.warnings]).toEqual([200, undefined])
})
