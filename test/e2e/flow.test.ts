import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSmtp } from '../fakes/smtp.ts'
import {
  api,
  endHost,
  type HostProcess,
  OWNER_KEY,
  startHostProcess,
  temporaryDirectory,
} from '../fault/host-process.ts'
import { until } from './wait.ts'

/*
 * "Configure event alerts" of ActionTrail, on a real process and in real time: Kumer and Alice from the printed table,
 * their user group, a policy with a second tab, and a changed route.
 */

/** As the page prints it: the order of the header is not the order of the rows. */
const USERS = `# ID, Name, Mobile phone number, Receive text messages, Receive voice calls, Mailbox, Enable
test01,Kumer,true,86-13811110001,true,true,kumer@example.net
test02,Alice,true,86-13811110002,true,true,alice@example.net
`
const GROUPS = 'ID,Group name,Added members,Enable\ngroup-01,ActionTrail O&M Group,test01;test02,true\n'

const directory = temporaryDirectory()
let host: HostProcess
let hub = ''
let mail: Awaited<ReturnType<typeof startSmtp>>

beforeAll(async () => {
  mail = await startSmtp()
  host = startHostProcess(directory.path)
  hub = await host.url
}, 60_000)
afterAll(async () => {
  await endHost(host, 'SIGTERM')
  directory.remove()
  await mail.stop()
})

async function ok(answer: Promise<Response>): Promise<Record<string, unknown>> {
  const { status, text } = await answer.then(async (found) => ({ status: found.status, text: await found.text() }))
  expect([status < 300, text]).toEqual([true, text])
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

async function take(list: string, body: string): Promise<void> {
  const headers = { authorization: `Bearer ${OWNER_KEY}`, 'content-type': 'text/csv' }
  await ok(fetch(`${hub}/api/v1/${list}/import`, { method: 'POST', headers, body }))
}

async function changeRoute(account: string): Promise<void> {
  const { url } = await ok(api(hub, 'GET', '/api/v1/integrations/trail'))
  const record = {
    eventId: `of ${account}`,
    eventTime: new Date().toISOString(),
    serviceName: 'Vpc',
    eventName: 'CreateRouteEntry',
    userIdentity: { accountId: account, principalId: '2', type: 'root-account' },
  }
  const headers = { 'content-type': 'application/json' }
  await ok(fetch(String(url), { method: 'POST', headers, body: JSON.stringify(record) }))
}

const mailsOf = (account: string): string[] =>
  mail.taken
    .filter(({ text }) => text.includes(account))
    .map(({ to, text }) => `${to.join()} ${/^Subject: \[(\w+)/m.exec(text)?.[1]}`)
    .sort()

async function inbox(account: string): Promise<string[]> {
  const { items } = await ok(api(hub, 'GET', '/api/v1/users/test01/inbox'))
  const messages = items as { status: string; text: string }[]
  return messages.flatMap((one) => (JSON.stringify(one).includes(account) ? [one.status] : [])).reverse()
}

async function incidentOf(account: string): Promise<string> {
  const { items } = await ok(api(hub, 'GET', '/api/v1/incidents?state=open'))
  const found = (items as { id: string; labels: Record<string, string> }[]).find(
    ({ labels }) => labels.accountId === account,
  )
  return found?.id ?? ''
}

test('the mails go to both; nobody claims, and the second channel calls Kumer; whoever heard it hears the end', async () => {
  await take('users', USERS)
  await take('user-groups', GROUPS)
  const channels = [
    { id: 'mail', type: 'email', host: '127.0.0.1', port: mail.port, tls: 'none', from: 'tocsin@example.com' },
    { id: 'inbox', type: 'inbox' },
  ]
  const audit = {
    ...{ id: 'audit', groupBy: ['accountId'], groupWait: '0s', groupInterval: '1s' },
    notify: [{ channel: 'mail', groups: ['group-01'] }],
    // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
    escalation: [{ unclaimed: '5s', flow: [{ then: [{ channel: 'inbox', users: ['test01'] }] }] }],
  }
  await ok(
    api(hub, 'PUT', '/api/v1/config', {
      channels,
      integrations: [{ id: 'trail', type: 'actiontrail', autoRecoverAfter: '12s' }],
      policies: [audit],
      rules: [{ id: 'routes', template: 'actiontrail/vpc-route-change' }],
    }),
  )
  await changeRoute('1000000000000001')
  await changeRoute('1000000000000002')
  const both = ['alice@example.net FIRING', 'kumer@example.net FIRING']
  await until('mails of both', () => [1, 2].every((one) => mailsOf(`100000000000000${one}`).length >= 2))
  const claimed = '1000000000000002'
  await ok(api(hub, 'POST', `/api/v1/incidents/${await incidentOf(claimed)}/claim`, { by: 'test02' }))
  expect([mailsOf('1000000000000001'), mailsOf(claimed)]).toEqual([both, both])
  await until('the call', async () => (await inbox('1000000000000001')).length > 0)
  const ends = ['alice@example.net RESOLVED', 'kumer@example.net RESOLVED']
  await until('the ends', () => [1, 2].every((one) => mailsOf(`100000000000000${one}`).length >= 4))
  expect(mailsOf('1000000000000001')).toEqual([...both, ...ends].sort())
  expect(mailsOf(claimed)).toEqual([...both, ...ends].sort())
  await until('the end of the call', async () => (await inbox('1000000000000001')).length > 1)
  expect(await inbox('1000000000000001')).toEqual(['firing', 'resolved'])
  expect(await inbox(claimed)).toEqual([])
}, 90_000)
