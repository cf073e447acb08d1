import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../infra/clock.ts'
import { type AlibabaEvent, startAlibabaEventBridge } from '../fakes/alibaba-eventbridge.ts'
import { type AwsEvent, startAwsEventBridge } from '../fakes/aws-eventbridge.ts'
import type { Provider } from '../fakes/provider.ts'
import { api, endHost, type HostProcess, startHostProcess, temporaryDirectory } from '../fault/host-process.ts'
import { until } from './wait.ts'

/*
 * The two documents behind forwarding and life-cycle events, step by step: alerts of several accounts collected in
 * one account ("Collect the ARMS alerts of multiple accounts"), and the life of an alert on an event bus ("Use
 * EventBridge to process ARMS alerts"). Three processes, two of them senders.
 */

const ALI = { accessKeyId: 'LTAI5tExample', accessKeySecret: 'ali-s3cret' }
const AWS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'aws-s3cret' }

const directories = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()]
const hosts: HostProcess[] = []
let [central, first, second] = ['', '', '']
let ali: Provider<AlibabaEvent>
let aws: Provider<AwsEvent>
let endpoint = ''

beforeAll(async () => {
  ali = await startAlibabaEventBridge({ clock: systemClock, ...ALI, buses: { armstest: ['arms'] } })
  const { accessKeyId, secretAccessKey } = AWS
  const keys = { [accessKeyId]: { secretAccessKey, buses: ['on-call'] } }
  aws = await startAwsEventBridge({ clock: systemClock, region: 'eu-west-1', keys, buses: ['on-call'] })
  for (const { path } of directories) hosts.push(startHostProcess(path))
  ;[central, first, second] = (await Promise.all(hosts.map(({ url }) => url))) as [string, string, string]
}, 60_000)
afterAll(async () => {
  for (const host of hosts) await endHost(host, 'SIGTERM')
  for (const directory of directories) directory.remove()
  await ali.stop()
  await aws.stop()
})

async function ok(answer: Promise<Response>, status = 200): Promise<Record<string, unknown>> {
  const { status: got, text } = await answer.then(async (found) => ({ status: found.status, text: await found.text() }))
  expect([got, got === status ? '' : text]).toEqual([status, ''])
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

/** A route is changed in the account of the hub: the account's own rule raises the alert. */
async function changeRoute(hub: string, event: string): Promise<void> {
  const { url } = await ok(api(hub, 'GET', '/api/v1/integrations/trail'))
  const record = {
    eventId: event,
    eventTime: new Date().toISOString(),
    serviceName: 'Vpc',
    eventName: 'CreateRouteEntry',
    userIdentity: { accountId: `account of ${event}`, principalId: '2', type: 'root-account' },
  }
  await ok(
    fetch(String(url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(record),
    }),
    202,
  )
}

interface Listed {
  id: string
  state: string
  alerts: { labels: Record<string, string> }[]
}

async function incidents(): Promise<Listed[]> {
  return ((await ok(api(central, 'GET', '/api/v1/incidents'))) as { items: Listed[] }).items
}

const typesAt = (): { ali: string[]; aws: string[] } => ({
  ali: ali.received.map(({ type }) => type),
  aws: aws.received.map((event) => event['detail-type']),
})
const TYPES = ['create', 'claim', 'comment', 'close'].map((type) => `aliyun:arms:alarm:${type}`)

describe('alerts of several accounts in one, and their life on event buses', { timeout: 60_000 }, () => {
  test('the central account makes an integration, and a policy that tells both buses of incidents', async () => {
    const channels = [
      {
        ...{ id: 'ali', type: 'alibaba-eventbridge', endpoint: ali.url, ...ALI },
        ...{ eventBus: 'armstest', region: 'cn-hangzhou', source: 'arms', timeZone: 'Asia/Shanghai' },
      },
      { id: 'aws', type: 'aws-eventbridge', endpoint: aws.url, ...AWS, eventBus: 'on-call', region: 'eu-west-1' },
    ]
    const timing = { groupWait: '0s', groupInterval: '1s', groupBy: ['alertname', 'accountId'] }
    const policies = [{ id: 'network', name: 'O & M team', owner: 'sre', ...timing, lifecycle: ['ali', 'aws'] }]
    const integrations = [{ id: 'members', type: 'arms', name: 'Member accounts', autoRecoverAfter: '5m' }]
    await ok(api(central, 'PUT', '/api/v1/config', { integrations, channels, policies }))
    endpoint = String((await ok(api(central, 'GET', '/api/v1/integrations/members'))).url)
    expect(endpoint).toContain('/i/')
  })

  test('the other accounts use its URL and forward the alerts of their own rules', async () => {
    for (const hub of [first, second]) {
      const integrations = [{ id: 'trail', type: 'actiontrail' }]
      const rules = [{ id: 'routes', template: 'actiontrail/vpc-route-change' }]
      await ok(api(hub, 'PUT', '/api/v1/config', { integrations, rules }))
      await ok(api(hub, 'PUT', '/api/v1/forwarding', { url: endpoint }))
    }
    await changeRoute(first, 'one')
    await changeRoute(second, 'two')
    const found = await until('an incident for each account', async () => {
      const open = await incidents()
      return open.length === 2 && open
    })
    expect(found.map(({ alerts }) => alerts[0]?.labels.alertname)).toEqual(
      Array(2).fill('VPC Network Route Change Alert'),
    )
  })

  test('create, claim, comment and close reach both buses, in this order, with comment and solution', async () => {
    await until('both incidents created on both buses', () => ali.received.length === 2 && aws.received.length === 2)
    const incident = (await incidents()).find(({ alerts }) => alerts[0]?.labels.accountId === 'account of one')
    const act = (action: string, body: object): Promise<unknown> =>
      ok(api(central, 'POST', `/api/v1/incidents/${incident?.id}/${action}`, { by: 'ada', ...body }), 202)
    await act('claim', {})
    await act('comment', { comment: 'a new peering, on purpose' })
    await act('close', { solution: 'nothing to do' })
    await until('the events of all that', () => ali.received.length === 5 && aws.received.length === 5)
    expect(typesAt()).toEqual({ ali: [TYPES[0], ...TYPES], aws: [TYPES[0], ...TYPES] })
    const about = ali.received.slice(2).map(({ data }) => data as Record<string, unknown>)
    expect(about.map(({ owner }) => owner)).toEqual(Array(3).fill('sre'))
    expect(JSON.stringify(about[1])).toContain('a new peering, on purpose')
    expect(JSON.stringify(about[2])).toContain('nothing to do')
    expect(about[2]).toMatchObject({ data: { status: 'resolved', dispatchRuleName: 'O & M team', level: 'P4' } })
    expect(ali.received.map(({ id }) => id)).toEqual(aws.received.map(({ detail }) => detail.id))
    const sent = (await ok(api(central, 'GET', '/api/v1/events'))) as { items: unknown[] }
    expect(sent.items).toHaveLength(10)
  })

  test('after forwarding is stopped nothing more arrives', async () => {
    await ok(api(first, 'DELETE', '/api/v1/forwarding'))
    await changeRoute(first, 'three')
    await until('the alert in its own account', async () => {
      const { items } = (await ok(api(first, 'GET', '/api/v1/alerts'))) as { items: unknown[] }
      return items.length === 2
    })
    // Alerts of the second sender still arrive, so a missing alert is not only late.
    await changeRoute(second, 'four')
    await until('the alert of the other account', async () =>
      (await incidents()).some(({ alerts }) => alerts.some(({ labels }) => labels.accountId === 'account of four')),
    )
    const known = (await incidents()).flatMap(({ alerts }) => alerts.map(({ labels }) => labels.accountId))
    expect(known).not.toContain('account of three')
    expect(hosts.map((host) => host.stderr())).toEqual(['', '', ''])
  })
})
