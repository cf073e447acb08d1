import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, MINUTE, SECOND } from '../../../../shared/base/time.ts'
import { type Api, START, startApi } from '../harness.ts'

const path = '/api/v1/policies:simulate'
const key = 'a-editor'

const hook = { type: 'webhook', url: 'https://hooks.example/services/s3cret-path' }
const mail = { type: 'email', host: 'mail.example.com', from: 'tocsin@example.com', to: ['team@example.com'] }
const DOCUMENT = {
  channels: [{ id: 'ops', ...hook }, ...['mail', 'voice'].map((id) => ({ id, ...mail }))],
  users: [
    { id: 'alice', name: 'Alice', phone: '86-13800000001', emails: ['alice@example.net'] },
    { id: 'bobby', name: 'Bobby' },
  ],
  policies: [
    {
      id: 'audit',
      groupBy: ['alertname'],
      groupWait: '5s',
      flow: [
        {
          if: { any: [{ field: 'severity', op: 'in', value: ['critical'] }] },
          // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
          then: [{ channel: 'mail', users: ['alice', 'bobby'] }],
        },
        // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
        { then: [{ channel: 'ops' }] },
      ],
      escalation: [
        // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
        { unclaimed: '15m', flow: [{ then: [{ channel: 'voice', users: ['alice'] }] }] },
      ],
    },
  ],
}

let api: Api
beforeEach(async () => {
  api = await startApi()
  const put = await api.ask('PUT', '/api/v1/config', { key, body: DOCUMENT })
  expect([put.status, put.json.error]).toEqual([200, undefined])
})

// biome-ignore lint/suspicious/noExplicitAny: tests look at answers field by field.
async function simulate(body: object): Promise<any> {
  const { status, json } = await api.ask('POST', path, { key, body })
  expect([status, json.error]).toEqual([200, undefined])
  return json
}

const short = ({ at, target, reason, step }: Record<string, string>): string =>
  [(Date.parse(at!) - api.time.now) / SECOND, target, reason, step].join(' ')

describe('a simulation by alerts', () => {
  test('says who is told what, when and by which step, and who not', async () => {
    const answer = await simulate({ alerts: [{ labels: { alertname: 'A', severity: 'low' } }], for: '1h' })
    expect(answer.told.map(short)).toEqual(['5 ops first flow[1]', '905 voice@alice escalated escalation[0].flow[0]'])
    expect(answer.told[0]).toMatchObject({ policy: 'audit', alerts: [{ labels: { alertname: 'A' }, state: 'firing' }] })
    expect(answer.notTold).toEqual(
      ['mail@alice', 'mail@bobby'].map((target) => ({
        target,
        policy: 'audit',
        reason: 'no step that holds names it',
        why: { code: 'not-asked' },
        step: 'flow[0]',
      })),
    )
    expect(answer.complete).toBe(true)
    expect(api.sent).toEqual(api.sent.filter(({ body }) => !body.includes('alerts')))
  })

  test('plays what people do, and alerts that end', async () => {
    const answer = await simulate({
      alerts: [
        { labels: { alertname: 'A', severity: 'critical' } },
        {
          labels: { alertname: 'A', severity: 'critical' },
          endsAt: new Date(api.time.now + 20 * MINUTE).toISOString(),
          after: '20m',
        },
      ],
      actions: [{ type: 'claim', by: 'mei', after: '10m' }],
    })
    expect(answer.told.map(short)).toEqual([
      '5 mail@alice first flow[0]',
      '5 mail@bobby first flow[0]',
      '5 ops first flow[1]',
      '1205 mail@alice all-resolved ',
      '1205 mail@bobby all-resolved ',
      '1205 ops all-resolved ',
    ])
    expect(answer.notTold).toMatchObject([{ target: 'voice@alice', step: 'escalation[0].flow[0]' }])
  })

  test('plays a configuration that the account does not have', async () => {
    const [policy] = DOCUMENT.policies
    const config = { policies: [{ ...policy, flow: undefined, notify: [{ channel: 'voice' }], escalation: [] }] }
    const answer = await simulate({ alerts: [{ labels: { alertname: 'A' } }], config, for: '1h' })
    expect(answer.told.map(short)).toEqual(['5 voice first '])
    expect((await api.ask('GET', '/api/v1/config', { key })).json.policies).toHaveLength(1)
    expect((await simulate({ alerts: [{ labels: { alertname: 'A' } }] })).told.map(short)[0]).toBe(
      '5 ops first flow[1]',
    )
  })

  test('has no address and no secret in it', async () => {
    const text = JSON.stringify(await simulate({ alerts: [{ labels: { alertname: 'A', severity: 'critical' } }] }))
    expect(text).not.toMatch(/1380000|alice@|s3cret/)
  })

  test('ends early, and says so, when there is too much to play', async () => {
    const [policy] = DOCUMENT.policies
    const config = { policies: [{ ...policy, groupInterval: '1ms', repeatInterval: '1ms' }] }
    const answer = await simulate({ alerts: [{ labels: { alertname: 'A' } }], config })
    expect([answer.complete, answer.told.length]).toEqual([false, 1000])
    expect(Date.parse(answer.until) - api.time.now).toBeLessThan(MINUTE)
  })
})

test('an open incident goes on from now', async () => {
  await api.post('a', [{ labels: { alertname: 'A', severity: 'low' }, endsAt: START + DAY }])
  const [group] = (await api.ask('GET', '/api/v1/alerts', { key })).json.items[0].groups
  await api.later(6 * SECOND, 'a', [group.id])
  await api.later(10 * MINUTE, 'a', [])
  const { id } = (await api.ask('GET', '/api/v1/incidents', { key })).json.items[0]
  const answer = await simulate({ incident: id })
  expect(answer.told.map(short)).toContainEqual(expect.stringMatching(/^300(\.\d+)? voice@alice escalated/))
  const claimed = await simulate({ incident: id, actions: [{ type: 'claim', by: 'mei', after: '1m' }] })
  expect(JSON.stringify(claimed.told)).not.toContain('voice')
})

describe('every mistake is told', () => {
  const alerts = [{ labels: { alertname: 'A' } }]
  test.each([
    [{}, ['']],
    [{ alerts: [] }, ['']],
    [
      { alerts: [{ labels: {} }, { labels: { a: 5 } }, {}] },
      ['alerts[0].labels', 'alerts[1].labels.a', 'alerts[2].labels'],
    ],
    [{ alerts, for: '32d', at: 'soon', x: 1 }, ['at', 'for', 'x']],
    [{ alerts, for: '0s' }, ['for']],
    [{ alerts, actions: [{ type: 'nap', by: 'mei' }, { type: 'claim' }] }, ['actions[0].type', 'actions[1].by']],
    [
      { alerts, config: { users: 5, policies: [{ id: 'p', notify: [{ channel: 'none' }] }] } },
      ['config.users', 'config.policies[0].notify[0].channel'],
    ],
  ])('%j', async (body, paths) => {
    const { status, json } = await api.ask('POST', path, { key, body })
    expect([status, json.error.details.map((one: { path: string }) => one.path).sort()]).toEqual([422, paths.sort()])
  })

  test('an incident that is not open is 404', async () => {
    expect((await api.ask('POST', path, { key, body: { incident: 'x' } })).status).toBe(404)
    expect((await api.ask('POST', path, { key, body: { incident: `${'0'.repeat(32)}-abc` } })).status).toBe(404)
  })
})
