import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Host } from '../../infra/machine/host.ts'
import { temporaryDirectory } from '../fault/host-process.ts'
import { hostileRequests } from '../fixtures/hostile-requests.ts'
import { startHostHere } from './host-here.ts'

const [KEY, ADMIN_KEY] = ['the-owner', 'the-operator']

describe('one request holds up nobody', () => {
  const data = temporaryDirectory()
  const logged: unknown[] = []
  let host: Host
  let other: string

  beforeAll(async () => {
    const keys = { apiKey: KEY, adminKey: ADMIN_KEY }
    host = await startHostHere({ dataDir: data.path, ...keys, log: (entry) => logged.push(entry) })
    const made = await ask(ADMIN_KEY, 'POST', '/api/v1/accounts', JSON.stringify({ id: 'other', name: 'Other' }))
    other = JSON.parse(made.text).apiKey
  })

  afterAll(async () => {
    await host.stop()
    data.remove()
  })

  async function ask(key: string, method: string, path: string, body?: string, type = 'application/json') {
    const headers = { authorization: `Bearer ${key}`, 'content-type': type }
    const response = await fetch(new URL(path, host.url), { method, headers, ...(body === undefined ? {} : { body }) })
    return { status: response.status, text: await response.text() }
  }

  test.each(hostileRequests())('$name: answered as it should be', async ({ method, path, body, type, status }) => {
    const answer = await ask(KEY, method, path, body, type)
    expect(status, answer.text.slice(0, 300)).toContain(answer.status)
    expect(logged).toEqual([])
  })

  const LONG = ['60,000 keys', '1,000 rules as texts', '4 MiB of list items', '500 policies with distinct expressions']
  test.each(LONG)('%s: requests of another account are answered in between', async (name) => {
    const { method, path, body, type } = hostileRequests().find((request) => request.name === name)!
    let answered = false
    const hostile = ask(KEY, method, path, body?.replaceAll('Event', `Event${name.length}`), type).then(
      () => (answered = true),
    )
    let between = 0
    while (!answered && between < 5) {
      expect((await ask(other, 'GET', '/api/v1/policies')).status).toBe(200)
      if (!answered) between++
    }
    await hostile
    expect(between).toBe(5)
  })
})
