import { beforeEach, describe, expect, test } from 'vitest'
import { type Answered, type Api, startApi } from '../harness.ts'

const key = 'a-editor'
const KUMER = { id: 'test01', name: 'Kumer', phone: '86-13811110001', sms: true, emails: ['kumer@example.net'] }
const ALICE = { id: 'test02', name: 'Alice', phone: '86-13811110002', emails: ['alice@example.net'] }
const OPERATORS = { id: 'group-01', name: 'ActionTrail O&M Group', members: ['test01', 'test02'] }
const SECRETS = /13811110001|13811110002|kumer@|alice@/

let api: Api
beforeEach(async () => {
  api = await startApi()
  const body = { users: [KUMER, ALICE], userGroups: [OPERATORS], calendars: [{ id: 'office' }] }
  const put = await api.ask('PUT', '/api/v1/config', { key, body })
  expect([put.status, put.json.warnings.map(({ path }: { path: string }) => path)]).toEqual([
    200,
    ['userGroups[0].name'],
  ])
})

const config = async (): Promise<Answered['json']> => (await api.ask('GET', '/api/v1/config', { key })).json
const revision = async (): Promise<string> => (await api.ask('PUT', '/api/v1/config', { key, body: {} })).json.revision

describe('personal data', () => {
  const places = ['/api/v1/config', '/api/v1/users', '/api/v1/users/test01', '/api/v1/user-groups']

  test.each(['a-viewer', 'a-responder'])('is masked for %s, in JSON and YAML', async (reader) => {
    for (const path of places) {
      for (const accept of ['application/json', 'application/yaml']) {
        const answer = await api.ask('GET', path, { key: reader, headers: { accept } })
        expect(answer.status).toBe(200)
        expect(answer.text).not.toMatch(SECRETS)
      }
    }
    const { json } = await api.ask('GET', '/api/v1/users/test01', { key: reader })
    expect(json).toMatchObject({ name: 'Kumer', phone: '86-138****0001', emails: ['k***@example.net'] })
  })

  test.each(['a-editor', 'a-owner'])('is shown to %s', async (reader) => {
    expect((await api.ask('GET', '/api/v1/users/test01', { key: reader })).json).toMatchObject(KUMER)
  })

  test('a document with masks, put back by an editor, changes nothing', async () => {
    const masked = (await api.ask('GET', '/api/v1/config', { key: 'a-viewer' })).json
    const [before, at] = [await config(), await revision()]
    const put = await api.ask('PUT', '/api/v1/config', { key, body: masked })
    expect([put.status, put.json.plan]).toEqual([200, []])
    expect([await config(), await revision()]).toEqual([before, at])
  })

  test('a mask of something else is 422, and neither the answer nor the log has a value', async () => {
    const body = { ...KUMER, phone: '86-138****0002', emails: ['kumer@example.net', 'a***@example.net', 'kumer@'] }
    const put = await api.ask('PUT', '/api/v1/users/test01', { key, body })
    const paths = put.json.error.details.map(({ path }: { path: string }) => path)
    expect([put.status, paths]).toEqual([422, ['phone', 'emails[1]', 'emails[2]']])
    expect(put.text.replace('such as kumer@example.net', '')).not.toMatch(/138|kumer@|a\*/)
  })

  test('what is shown, warnings with it, put back, changes nothing', async () => {
    for (const path of ['/api/v1/users/test01', '/api/v1/user-groups/group-01', '/api/v1/calendars/office']) {
      const [shown, at] = [await api.ask('GET', path, { key }), await api.ask('GET', '/api/v1/config', { key })]
      const put = await api.ask('PUT', path, { key, body: shown.json })
      expect([path, put.status, put.json]).toEqual([path, 200, shown.json])
      expect(await config()).toEqual(at.json)
    }
  })

  test('a plan masks the fields of users', async () => {
    const body = { users: [{ ...KUMER, phone: '86-13811110009' }], userGroups: [] }
    const { text, json } = await api.ask('PUT', '/api/v1/config?dryRun=true', { key, body })
    expect(json.plan).toContainEqual({
      ...{ section: 'users', id: 'test01', change: 'changed' },
      fields: [{ path: 'phone', from: '86-138****0001', to: '86-138****0009' }],
    })
    expect(text).not.toMatch(/1381111/)
  })
})

test('every wrong field is told at once, the id too', async () => {
  const body = {
    id: 'test09',
    name: 'A|',
    phone: '+86 138',
    emails: ['a'],
    timeZone: 'Mars/X',
    language: 'fr',
    pager: 1,
  }
  const put = await api.ask('PUT', '/api/v1/users/test01', { key, body })
  const paths = put.json.error.details.map(({ path }: { path: string }) => path)
  expect([put.status, paths]).toEqual([422, ['id', 'name', 'phone', 'emails[0]', 'language', 'timeZone', 'pager']])
})

describe('a group of disabled users', () => {
  const message = 'names disabled users only: the group tells nobody'

  test('is warned of when the users are disabled, when the group is written, and where it is shown', async () => {
    const users = [KUMER, ALICE].map((user) => ({ ...user, enabled: false }))
    const put = await api.ask('PUT', '/api/v1/config', { key, body: { users } })
    expect([put.status, put.json.warnings]).toEqual([200, [{ path: 'userGroups[0].members', message }]])
    const again = await api.ask('PUT', '/api/v1/user-groups/group-01', { key, body: OPERATORS })
    expect(again.json.warnings).toContainEqual({ path: 'members', message })
    expect((await api.ask('GET', '/api/v1/user-groups/group-01', { key })).json).toEqual(again.json)
    const table = 'id,members\ngroup-02,test01\n'
    const imported = await api.ask('POST', '/api/v1/user-groups/import', { key, body: table, type: 'text/csv' })
    expect(imported.json.warnings).toEqual([{ line: 2, field: 'members', message }])
  })
})

describe('references', () => {
  test('a user whom a group needs cannot be deleted; a user without a group can', async () => {
    const refused = await api.ask('DELETE', '/api/v1/users/test02', { key })
    expect([refused.status, refused.json.error.code]).toEqual([409, 'needed'])
    expect(refused.json.error.message).toContain('"group-01"')
    await api.ask('PUT', '/api/v1/user-groups/group-01', { key, body: { members: ['test01'] } })
    expect((await api.ask('DELETE', '/api/v1/users/test02', { key })).status).toBe(204)
  })

  test('whatever a flow or the default recipients name cannot be deleted, and the answer says who needs it', async () => {
    const hook = { id: 'hook', type: 'webhook', url: 'https://hooks.example/x' }
    const mail = { id: 'mail', type: 'email', host: 'mail.example.com', from: 'tocsin@example.com' }
    const action = { channel: 'mail', groups: ['group-01'], template: 'short', period: 'worktime' }
    const body = {
      ...{ channels: [hook, mail], calendars: [{ id: 'office' }] },
      templates: [{ id: 'short', name: 'Short', email: { content: 'x' } }],
      policies: [{ id: 'audit', calendar: 'office', notify: [action] }],
      defaults: { recipients: [{ channel: 'hook' }] },
    }
    expect((await api.ask('PUT', '/api/v1/config', { key, body })).status).toBe(200)
    for (const [path, needs] of [
      ['user-groups/group-01', 'policy "audit" names the user group "group-01"'],
      ['templates/short', 'policy "audit" names the template "short"'],
      ['calendars/office', 'policy "audit" names the calendar "office"'],
      ['channels/mail', 'policy "audit" names the channel "mail"'],
      ['channels/hook', 'default "recipients" names the channel "hook"'],
    ] as const) {
      const { status, json } = await api.ask('DELETE', `/api/v1/${path}`, { key })
      expect([status, json.error.code, json.error.message]).toEqual([409, 'needed', expect.stringContaining(needs)])
    }
  })

  test.each<[field: string, change: object]>([
    ['members[1]', { members: ['test01', 'test09'] }],
    [
      'rotation.overrides[0].user',
      {
        rotation: {
          ...{ start: '2026-01-05T09:00', every: '1w', order: ['test01'] },
          overrides: [{ from: '2026-01-05T09:00', until: '2026-01-06T09:00', user: 'test09' }],
        },
      },
    ],
  ])('an unknown user in %s is 422', async (field, change) => {
    const put = await api.ask('PUT', '/api/v1/user-groups/group-01', { key, body: { ...OPERATORS, ...change } })
    expect([put.status, put.json.error.details.map(({ path }: { path: string }) => path)]).toEqual([422, [field]])
  })

  test('a document may replace users and groups together', async () => {
    const body = { users: [{ id: 'test03', name: 'Bob' }], userGroups: [{ id: 'group-01', members: ['test03'] }] }
    expect((await api.ask('PUT', '/api/v1/config', { key, body })).status).toBe(200)
  })
})

describe('a table', () => {
  const send = (body: string, query = '', path = '/api/v1/users/import') =>
    api.ask('POST', `${path}${query}`, { key, body, type: 'text/csv' })
  const MIXED = 'id,name,phone\ntest03,Bob,86-13811110003\ntest04,B$b,\ntest01,Kumer2,86-138****0001\n'

  test('of users adds and changes, and leaves the others', async () => {
    const answer = await send('id,name,phone\ntest03,Bob,86-13811110003\ntest01,Kumer2,86-138****0001\n')
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        revision: await revision(),
        accepted: [
          { line: 2, id: 'test03', change: 'added' },
          { line: 3, id: 'test01', change: 'changed', fields: ['name'] },
        ],
        refused: [],
        warnings: [],
      },
    ])
    const { users } = await config()
    expect(users).toMatchObject([{ ...KUMER, name: 'Kumer2' }, ALICE, { id: 'test03', phone: '86-13811110003' }])
  })

  test('with a wrong line changes nothing, and says the line', async () => {
    const [before, at] = [await config(), await revision()]
    const { status, json } = await send(MIXED)
    expect([status, json.error.details]).toEqual([
      422,
      [{ path: 'line 3, name', message: 'must not have the character $' }],
    ])
    expect([await config(), await revision()]).toEqual([before, at])
  })

  test('with partial takes the other lines', async () => {
    const { status, json } = await send(MIXED, '?partial=true')
    expect([status, json.accepted.length, json.refused]).toEqual([
      200,
      2,
      [{ line: 3, field: 'name', message: 'must not have the character $' }],
    ])
    expect((await config()).users.map(({ id }: { id: string }) => id)).toEqual(['test01', 'test02', 'test03'])
  })

  test.each(['?dryRun=true', '?dryRun=true&partial=true'])('with %s changes nothing, and tells all', async (query) => {
    const at = await revision()
    const { status, json } = await send(MIXED, query)
    expect([status, json.revision, json.accepted.length, json.refused.length]).toEqual([200, undefined, 2, 1])
    expect(await revision()).toBe(at)
  })

  test('again changes nothing', async () => {
    const table = 'id,name,phone\ntest03,Bob,86-13811110003\n'
    const first = await send(table)
    const second = await send(table)
    expect(second.json).toMatchObject({ revision: first.json.revision, accepted: [{ change: 'unchanged' }] })
  })

  test('of groups knows the users', async () => {
    const path = '/api/v1/user-groups/import'
    const refused = await send('id,members\ngroup-02,test09\n', '', path)
    expect([refused.status, refused.json.error.details[0].path]).toEqual([422, 'line 2, members[0]'])
    expect((await send('id,members\ngroup-02,test01 test02\n', '', path)).status).toBe(200)
    expect((await config()).userGroups).toHaveLength(2)
  })

  test.each(['?partial=1', '?dryRun=yes', '?partial=true&partial=false'])('the query %s is 400', async (query) => {
    expect((await send(MIXED, query)).status).toBe(400)
  })

  test('beyond the limit of users is refused with one problem', async () => {
    const rows = Array.from({ length: 9_999 }, (_, at) => `user${at},U${at}\n`).join('')
    const { status, json } = await send(`id,name\n${rows}`)
    expect([status, json.error.details]).toEqual([422, [{ path: 'users', message: expect.stringContaining('limit') }]])
  })
})
