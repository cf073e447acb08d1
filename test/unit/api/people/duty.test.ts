import { beforeEach, expect, test } from 'vitest'
import { type Api, startApi } from '../harness.ts'

let api: Api
beforeEach(async () => {
  api = await startApi()
  const users = [
    { id: 'test01', name: 'Kumer' },
    { id: 'test02', name: 'Alice', phone: '86-13811110002' },
    { id: 'test03', name: 'Bob', enabled: false },
  ]
  const rotation = { start: '2026-11-16T09:00', every: '1w', timeZone: 'Asia/Shanghai', order: ['test01', 'test02'] }
  const override = { from: '2026-11-25T09:00', until: '2026-11-26T09:00', user: 'test01' }
  const userGroups = [
    { id: 'oncall', members: ['test01', 'test02'], rotation: { ...rotation, overrides: [override] } },
    { id: 'asleep', members: ['test03'], rotation: { ...rotation, order: ['test03'] } },
    { id: 'paused', members: ['test01'], enabled: false, rotation: { ...rotation, order: ['test01'] } },
    { id: 'everybody', members: ['test01'] },
  ]
  const put = await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { users, userGroups } })
  expect(put.status).toBe(200)
})

const duty = async (group: string, at = '') => {
  const { status, json } = await api.ask('GET', `/api/v1/user-groups/${group}/on-duty${at}`, { key: 'a-viewer' })
  return status === 200 ? [json.user, json.until] : status
}

test('tells who is on duty, and until when', async () => {
  expect(await duty('oncall')).toEqual(['test01', '2026-11-23T01:00:00.000Z'])
  expect(await duty('oncall', '?at=2026-11-23T01:00:00Z')).toEqual(['test02', '2026-11-25T01:00:00.000Z'])
  expect(await duty('oncall', '?at=2026-11-25T09:00:00%2B08:00')).toEqual(['test01', '2026-11-26T01:00:00.000Z'])
})

test('tells that nobody is: the users, or the group, are disabled', async () => {
  expect(await duty('asleep')).toEqual([undefined, '2026-11-23T01:00:00.000Z'])
  expect(await duty('paused')).toEqual([undefined, '2026-11-23T01:00:00.000Z'])
})

test('knows no other group, no group without a rotation, and no time that is none', async () => {
  expect(await duty('nobody-01')).toBe(404)
  expect(await duty('everybody')).toBe(404)
  for (const at of ['tomorrow', '2026-02-30T00:00:00Z', '']) expect(await duty('oncall', `?at=${at}`)).toBe(400)
})

test('answers without reading a name or a number', async () => {
  const { table } = api.deps
  const get = table.get.bind(table)
  const read: string[] = []
  table.get = (key) => {
    read.push(key.partition)
    return get(key)
  }
  await duty('oncall')
  expect(read.filter((partition) => partition.startsWith('p#'))).toEqual([])
})
