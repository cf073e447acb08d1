import { beforeEach, describe, expect, test } from 'vitest'
import { LIMITS } from '../../../../shared/base/limits.ts'
import { DAY } from '../../../../shared/base/time.ts'
import { stageRules } from '../../../../shared/store/staged-rules.ts'
import type { Table } from '../../../../shared/table/port.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'

const PATH = '/api/v1/rules:batch'
const rule = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  sigma: {
    title: `Rule ${id}`,
    logsource: { product: 'aws' },
    detection: { s: { eventName: id }, condition: 's' },
    ...more,
  },
})
const [ONE, TWO] = [[rule('a'), rule('b')], [rule('c')]]

let failing = false
let api: Api
beforeEach(async () => {
  failing = false
  api = await startApi(
    (table) =>
      ({
        ...table,
        put: (item, when) =>
          failing && /^staged#[^#]+$/.test(item.sort) ? Promise.reject(new Error('crash')) : table.put(item, when),
      }) satisfies Table,
  )
  await put('/api/v1/config', { ...CONFIG, rules: [rule('old')] })
})

const key = 'a-editor'
const put = (path: string, body: unknown) => api.ask('PUT', path, { key, body })
const get = async (path: string) => (await api.ask('GET', path, { key })).json
const rules = async () => (await get('/api/v1/rules')).items
const part = async (list: unknown[]): Promise<string> => (await put(PATH, { rules: list })).json.part
const save = (parts: string[], query = '', headers = {}) =>
  api.ask('POST', `${PATH}${query}`, { key, body: { parts }, headers })

describe('a batch of rules', () => {
  test('becomes the rules of the account at its end, in the order of its parts, as one revision', async () => {
    const [second, first] = [await part(TWO), await part(ONE)]
    expect(await rules()).toEqual([rule('old')])
    const saved = await save([first, second])
    expect([saved.status, saved.json.revision]).toEqual([200, '2'])
    expect(saved.json.plan.map(({ id, change }: { id: string; change: string }) => `${change} ${id}`)).toEqual([
      ...['added a', 'added b', 'added c', 'removed old'],
    ])
    expect(await rules()).toEqual([...ONE, ...TWO])
    expect((await get('/api/v1/config')).policies[0]).toMatchObject({ id: 'all' })
  })

  test('has room for so many parts of an account, and a part that comes again takes no more', async () => {
    const { rulesPartsKept } = LIMITS
    const first = await part([rule('first')])
    for (let n = 1; n < rulesPartsKept; n++) {
      await stageRules(api.table, 'a', { rules: 0, pieces: [`[${n}]`], form: [] }, api.time.now)
    }
    expect(await part([rule('first')])).toBe(first)
    const refused = await put(PATH, { rules: [rule('more')] })
    expect([refused.status, refused.json.error.message]).toEqual([
      422,
      expect.stringContaining('limit: the account keeps 500 parts of'),
    ])
    expect((await api.ask('PUT', PATH, { key: 'b-editor', body: { rules: [rule('more')] } })).status).toBe(200)
    api.time.now += DAY
    expect((await put(PATH, { rules: [rule('more')] })).status).toBe(200)
  })

  test('has room for so many bytes of an account', async () => {
    const pieces = Array.from({ length: 10 }, () => 'x'.repeat(350 * 1024))
    for (let n = 0; n < 38; n++) {
      await stageRules(api.table, 'a', { rules: 0, pieces: [`[${n}]`, ...pieces], form: [] }, api.time.now)
    }
    const refused = await put(PATH, { rules: [rule('more')] })
    expect([refused.status, refused.json.error.message]).toEqual([422, expect.stringContaining('134217728 bytes')])
  })

  test('that ends in the middle changes nothing, and says which parts have not come', async () => {
    const first = await part(ONE)
    const saved = await save([first, 'f'.repeat(32)])
    expect([saved.status, saved.json.error.details]).toEqual([
      422,
      [{ path: 'parts[1]', message: expect.stringContaining('has not come') }],
    ])
    expect(await rules()).toEqual([rule('old')])
  })

  test('whose part comes twice, or that is saved twice, is the same', async () => {
    const first = await part(ONE)
    expect(await part(ONE)).toBe(first)
    expect((await save([first])).json.revision).toBe('2')
    const again = await save([first])
    expect([again.json.revision, again.json.plan]).toEqual(['2', []])
    const twice = await save([first, first])
    expect(twice.json.error.details).toEqual([
      { path: 'parts[1].rules[0].id', message: 'is not unique' },
      { path: 'parts[1].rules[1].id', message: 'is not unique' },
    ])
  })

  test('does not mix with the batch of somebody else: the one that is saved last holds, or is refused by its tag', async () => {
    const { headers } = await api.ask('GET', '/api/v1/config', { key })
    const [mine, theirs] = [await part(ONE), await part(TWO)]
    await save([theirs])
    expect((await save([mine], '', { 'if-match': headers.get('etag') })).status).toBe(412)
    expect(await rules()).toEqual(TWO)
    expect((await save([mine])).status).toBe(200)
    expect(await rules()).toEqual(ONE)
  })

  test('that never ends expires, and a part that comes again stays for another day', async () => {
    const first = await part(ONE)
    const answer = await put(PATH, { rules: TWO })
    expect(answer.json).toEqual({
      part: answer.json.part,
      rules: 1,
      problems: [],
      expiresAt: '2026-11-22T12:00:00.000Z',
    })
    api.time.now += DAY / 2
    await part(ONE)
    api.time.now += DAY / 2
    await expire(api)
    expect((await save([first, answer.json.part])).json.error.details).toMatchObject([{ path: 'parts[1]' }])
    expect((await save([first])).status).toBe(200)
  })

  test('is there whole or not at all: a part that was written in part is not there', async () => {
    failing = true
    expect((await put(PATH, { rules: ONE })).status).toBe(500)
    failing = false
    const name = (await put(PATH, { rules: ONE })).json.part
    await api.table.remove({ partition: 'a#a', sort: `piece#${name}#rules#0` })
    expect((await save([name])).json.error.details).toMatchObject([{ path: 'parts[0]' }])
    await part(ONE)
    expect((await save([name])).status).toBe(200)
    api.logged.length = 0
  })

  test('says every problem of all parts at once, and nothing is half applied', async () => {
    const wrong = rule('bad', { detection: { s: { 'eventName|nope': 'x' }, condition: 's' } })
    const first = await put(PATH, { rules: [rule('a'), { id: 'b' }] })
    expect([first.status, first.json.problems]).toEqual([
      200,
      [{ path: 'rules[1]', message: 'needs either template or sigma' }],
    ])
    const second = await part([wrong, { ...rule('c'), policy: 'gone' }, rule('a')])
    const saved = await save([first.json.part, second])
    expect([saved.status, saved.json.error.details.map(({ path }: { path: string }) => path).sort()]).toEqual([
      422,
      [
        'parts[0].rules[1]',
        'parts[1].rules[0].sigma.detection.s["eventName|nope"]',
        'parts[1].rules[1].policy',
        'parts[1].rules[2].id',
      ],
    ])
    expect(await rules()).toEqual([rule('old')])
  })

  test('has correlations and filters over rules of other parts', async () => {
    const correlation = { type: 'event_count', rules: ['a'], 'group-by': ['x'], timespan: '1m', condition: { gte: 2 } }
    const counts = { id: 'counts', sigma: { title: 'Counts', correlation } }
    const [first, second] = [await part([counts]), await part(ONE)]
    expect((await save([first, second])).status).toBe(200)
    expect((await save([first])).json.error.details).toMatchObject([
      { path: 'parts[0].rules[0].sigma.correlation.rules' },
    ])
  })

  test('is only planned by a dry run', async () => {
    const saved = await save([await part(ONE)], '?dryRun=true')
    expect([saved.status, saved.json.revision, saved.json.plan]).toHaveLength(3)
    expect(saved.json.plan).toHaveLength(3)
    expect(await rules()).toEqual([rule('old')])
  })

  test('takes YAML, and the pages that the list of rules gives', async () => {
    await save([await part([...ONE, ...TWO])])
    const page = await get('/api/v1/rules?limit=2')
    const rest = await get(`/api/v1/rules?limit=2&after=${page.next}`)
    const names = [(await put(PATH, page)).json.part, (await put(PATH, rest)).json.part]
    expect((await save(names)).json.plan).toEqual([])
    const yaml =
      'rules:\n- id: y\n  sigma: |\n    title: Y\n    logsource: {product: aws}\n    detection: {s: {a: b}, condition: s}\n'
    const kept = await api.ask('PUT', PATH, { key, body: yaml, type: 'application/yaml' })
    expect((await save([kept.json.part])).status).toBe(200)
    expect((await rules()).map(({ id }: { id: string }) => id)).toEqual(['y'])
  })

  test('belongs to its account', async () => {
    const first = await part(ONE)
    const other = await api.ask('POST', PATH, { key: 'b-editor', body: { parts: [first] } })
    expect([other.status, other.json.error.details[0].path]).toEqual([422, 'parts[0]'])
  })

  test.each([
    ['a part with another section', 'PUT', { rules: [], policies: [] }, ''],
    ['a part without rules', 'PUT', {}, ''],
    ['a part of both shapes', 'PUT', { rules: [], items: [] }, ''],
    ['a list', 'PUT', [], ''],
    ['too many rules', 'PUT', { rules: Array.from({ length: 10_001 }, () => 1) }, 'rules'],
    ['a rule that nests too deeply', 'PUT', `{"rules":[${'['.repeat(200)}${']'.repeat(200)}]}`, ''],
    ['no parts', 'POST', { parts: [] }, 'parts'],
    ['a part that is no name', 'POST', { parts: ['../x'] }, 'parts[0]'],
    ['too many parts', 'POST', { parts: Array.from({ length: 101 }, () => 'a'.repeat(32)) }, 'parts'],
    ['another key', 'POST', { parts: ['a'.repeat(32)], rules: [] }, 'rules'],
  ])('%s is refused with its path', async (_what, method, body, path) => {
    const answer = await api.ask(method, PATH, { key, body })
    expect([answer.status, answer.json.error.details[0].path]).toEqual([422, path])
  })

  test('with a part beyond 4 MiB is 413, and with more rules than an account may have 422', async () => {
    expect((await put(PATH, { rules: [rule('x'.repeat(4 * 1024 * 1024))] })).status).toBe(413)
    const many = (from: number) =>
      part(Array.from({ length: 6_000 }, (_, n) => ({ id: `r${from + n}`, template: 'x' })))
    const saved = await save([await many(0), await many(6_000)])
    expect(saved.json.error.details).toEqual([
      { path: 'parts', message: 'limit: the parts have 12000 rules, at most 10000 are allowed' },
    ])
  })
})

/** Removes what has expired, as the table may do at any time. */
async function expire({ table }: Api): Promise<void> {
  await (table as Table & { expire(): Promise<unknown> }).expire()
}
