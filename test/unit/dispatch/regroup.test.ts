import { beforeEach, describe, expect, test } from 'vitest'
import type { DispatchMessage } from '../../../shared/message/message.ts'
import { type Api, startApi } from '../api/harness.ts'

const OPTIONS = { groupWait: '5m', notify: [{ channel: 'hook' }] }
const CHANNELS = [{ id: 'hook', type: 'webhook', url: 'https://hooks.example/path' }]

describe('an alert that a changed configuration moves', () => {
  let api: Api
  beforeEach(async () => {
    api = await startApi()
    await configure('first')
    await api.post('a', [{ labels: { alertname: 'A' } }])
    api.sent.length = 0
  })

  const configure = async (policy: string): Promise<void> => {
    const body = { channels: CHANNELS, policies: [{ id: policy, ...OPTIONS }] }
    const { status, text } = await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })
    expect(status, text).toBe(200)
  }
  /** Messages in the queue, by kind. */
  const taken = (kind: DispatchMessage['kind']): string[] => {
    return api.sent.splice(0).flatMap(({ body }) => (JSON.parse(body).kind === kind ? [body] : []))
  }
  const look = async (): Promise<string[]> => {
    await api.run(taken('reconfigured'))
    await api.run(taken('wake'))
    return taken('regrouped')
  }
  const policies = async (): Promise<string[]> => {
    const { json } = await api.ask('GET', '/api/v1/alerts', { key: 'a-owner' })
    return json.items.flatMap((item: { groups: { policy: string }[] }) => item.groups.map(({ policy }) => policy))
  }

  test('is where it was until its group has looked, and then where the configuration says', async () => {
    await configure('second')
    expect(await policies()).toEqual(['first'])
    const moved = await look()
    expect(await policies()).toEqual([])
    await api.run(moved)
    await api.run(moved)
    expect(await policies()).toEqual(['second'])
  })

  test('goes where the present configuration says, though another one sent it on its way', async () => {
    await configure('second')
    const moved = await look()
    await configure('third')
    await api.run(moved)
    expect(await policies()).toEqual(['third'])
  })
})
