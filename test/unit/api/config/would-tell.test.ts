import { beforeEach, describe, expect, test } from 'vitest'
import { type Api, startApi } from '../harness.ts'

const key = 'a-editor'
const hook = { type: 'webhook', url: 'https://hooks.example/services/x' }
const CHANNELS = ['ops', 'dba'].map((id) => ({ id, ...hook }))
const NETWORK = { id: 'network', match: [{ label: 'alertname', value: 'Route' }], groupWait: '0s' }

let api: Api
beforeEach(async () => {
  api = await startApi()
  const policies = [{ ...NETWORK, notify: [{ channel: 'ops' }] }]
  expect((await api.ask('PUT', '/api/v1/config', { key, body: { channels: CHANNELS, policies } })).status).toBe(200)
  await api.post('a', [{ labels: { alertname: 'Route', severity: 'low' } }])
})

async function plan(policies: object[], dryRun = true) {
  const { status, json } = await api.ask('PUT', `/api/v1/config?dryRun=${dryRun}`, { key, body: { policies } })
  expect([status, json.error]).toEqual([200, undefined])
  return json.wouldTell
}
// biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
const step = (channel: string, more: object = {}) => ({ ...more, then: [{ channel }] })

describe('a dry run says who of an open incident would be told otherwise', () => {
  test('by another channel, by a condition, and by another policy', async () => {
    const about = { incident: expect.any(String), title: 'Route', policy: 'network' }
    expect(await plan([{ ...NETWORK, notify: [{ channel: 'dba' }] }])).toEqual([
      { ...about, more: ['dba'], fewer: ['ops'] },
    ])
    const critical = { if: { any: { field: 'severity', value: 'critical' } } }
    expect(await plan([{ ...NETWORK, flow: [step('ops', critical)] }])).toEqual([
      { ...about, more: [], fewer: ['ops'] },
    ])
    expect(await plan([{ id: 'other', flow: [step('dba'), step('ops', critical)] }])).toEqual([
      { ...about, more: ['dba'], fewer: ['ops'] },
    ])
  })

  test('and says nothing where nobody would be, or where the change was made', async () => {
    expect(await plan([{ ...NETWORK, repeatInterval: '1d', notify: [{ channel: 'ops' }] }])).toBeUndefined()
    const later = [{ unclaimed: '15m', flow: [step('dba')] }]
    expect(await plan([{ ...NETWORK, notify: [{ channel: 'ops' }], escalation: later }])).toBeUndefined()
    expect(await plan([{ ...NETWORK, notify: [{ channel: 'dba' }] }], false)).toBeUndefined()
  })

  test('of one entry too', async () => {
    const body = { ...NETWORK, notify: [{ channel: 'ops' }, { channel: 'dba' }] }
    const { json } = await api.ask('PUT', '/api/v1/policies/network?dryRun=true', { key, body })
    expect(json.wouldTell).toMatchObject([{ more: ['dba'], fewer: [] }])
    const gone = await api.ask('DELETE', '/api/v1/policies/network?dryRun=true', { key })
    expect(gone.json.wouldTell).toMatchObject([{ more: [], fewer: ['ops'] }])
  })
})
