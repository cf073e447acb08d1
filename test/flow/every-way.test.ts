import { afterEach, describe, expect, test } from 'vitest'
import { channelTypes } from '../../shared/channels/registry.ts'
import { openPeopleStage, type PeopleStage, step, TIMING } from './people-stage.ts'
import { openChatWays } from './ways/chats.ts'
import { openMachineWays } from './ways/machines.ts'
import { openPeopleWays } from './ways/people.ts'
import type { Person, Told, Way } from './ways/way.ts'

/*
 * ActionTrail's "Configure event alerts", step by step over the API, with every kind of channel: the two people of the
 * user group are told, or called by name, each in their language, and nobody else is.
 */

const ACCOUNT = '1540355698840001'
const ALERT = 'VPC Network Route Change Alert'

/** Kumer reads Chinese, Alice English; both are in the group. Bob is not. */
const PEOPLE: readonly Person[] = ['Kumer', 'Alice', 'Bob'].map((name, index) => ({
  id: `test0${index + 1}`,
  mailbox: `${name.toLowerCase()}@example.net`,
  number: `1381111000${index + 1}`,
  chats: {
    ...{ dingtalk: `${name}.1`, wecom: name, lark: `ou_${name}`, slack: `U01${name.toUpperCase()}` },
    ...{ discord: `12345678901234567${index}`, telegram: `1234${index}`, teams: `${name}@example.com` },
  },
}))
const [KUMER, ALICE] = ['test01', 'test02']
const BOTH = [KUMER, ALICE]

/** In the words of each kind; a machine is told in English. */
const STATUS = {
  en: { firing: /firing|trigger|create/i, resolved: /resolved?\b|close/i },
  zh: { firing: /告警中|触发/, resolved: /恢复/ },
}

/** What a content template says and the built-in text does not. */
const LIST = /Severity|告警等级/
const TEMPLATE_SAYS: Readonly<Record<string, RegExp>> = {
  ...{ email: LIST, inbox: LIST, dingtalk: LIST, wecom: LIST, lark: LIST, slack: LIST, teams: LIST, discord: LIST },
  ...{ telegram: LIST, voice: LIST, pagerduty: LIST, opsgenie: LIST, sns: LIST },
  ...Object.fromEntries(
    ['webhook', 'function', 'cloudevents', 'alibaba-eventbridge', 'aws-eventbridge'].map((type) => [
      type,
      /fire_results_count/,
    ]),
  ),
}

/** The link of a message into a chat: who opens the link may claim the incident while it fires. */
const OPEN = {
  en: { firing: 'Open and claim', resolved: 'Open the incident' },
  zh: { firing: '查看并认领', resolved: '查看事件' },
}

type Status = 'firing' | 'resolved'

let stage: PeopleStage
let ways: Way[]
afterEach(async () => {
  for (const way of ways) await way.stop()
  await stage.close()
  expect(stage.logged).toEqual([])
})

async function ok(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await stage.api(method, `/api/v1/${path}`, body)
  const text = await answer.text()
  expect([method, path, answer.ok, answer.ok ? '' : text]).toEqual([method, path, true, ''])
  return JSON.parse(text)
}

/** The message centre is part of the hub, so the API is what a provider is for other kinds. */
const INBOX: Way = {
  ...{ channel: { id: 'inbox', type: 'inbox' }, names: 'people', told: () => [], refused: () => [] },
  stop: async () => undefined,
}

async function toldBy(way: Way): Promise<Told[]> {
  if (way !== INBOX) return way.told()
  const messages = await Promise.all(
    PEOPLE.map(async ({ id }) => {
      const { items } = (await ok('GET', `users/${id}/inbox`)) as { items: Record<'at' | 'title' | 'text', string>[] }
      return items.map(({ at, title, text }) => ({ at, to: [id], text: `${title}\n${text}` }))
    }),
  )
  return messages.flat().sort((one, other) => one.at.localeCompare(other.at))
}

/** Steps 1 to 6 of the documentation. `template`: step 4 is taken, and the action policy uses the content template. */
async function configure(template: boolean): Promise<void> {
  // Steps 1 and 2: the trail, and where its records are posted.
  await ok('POST', 'integrations', { id: 'trail', type: 'actiontrail', autoRecoverAfter: '1h' })
  // Step 3: the stage has imported the users and the group as they are printed; language and chats are set by hand.
  const bob = { id: 'test03', name: 'Bob', phone: '86-13811110003', emails: ['bob@example.net'] }
  await ok('POST', 'users', { ...bob, sms: true, voice: true })
  for (const { id, chats } of PEOPLE) {
    const user = await ok('GET', `users/${id}`)
    await ok('PUT', `users/${id}`, { ...user, chats, timeZone: 'Asia/Shanghai', language: id === KUMER ? 'zh' : 'en' })
  }
  const rotation = { start: '2026-01-01T00:00', every: '4w', order: [ALICE, KUMER] }
  await ok('POST', 'user-groups', { id: 'shift-01', name: 'On duty', members: BOTH, rotation })
  const worktime = [{ start_time: '07:00', end_time: '20:00' }]
  await ok('POST', 'calendars', { id: 'office', timeZone: 'Asia/Shanghai', worktime })
  await ok('PUT', 'config', { channels: ways.map(({ channel }) => channel) })
  if (template) {
    // Step 4: a text of every kind in both languages.
    const { items } = (await ok('GET', 'templates:shipped')) as { items: object[] }
    await ok('POST', 'templates', items[0])
  }
  // Step 5: condition, action group, end.
  const action = ({ channel, names }: Way): object => ({
    ...{ channel: channel.id, period: 'worktime' },
    ...(names === 'people' && { groups: ['group-01'] }),
    ...(names === 'called' && { mention: { users: [KUMER], onDuty: ['shift-01'] } }),
  })
  const told = ways.filter(({ lifecycle }) => lifecycle === undefined).map(action)
  const inAccount = { all: { field: 'cloudAccount', op: '=', value: ACCOUNT } }
  const nobodyElse = step([{ channel: 'inbox', users: ['test03'] }])
  await ok('POST', 'policies', {
    ...{ id: 'audit', name: 'Audit', ...TIMING, calendar: 'office', ...(template && { template: 'log-service' }) },
    flow: [step(told, { if: inAccount, end: true }), nobodyElse],
    lifecycle: ways.filter(({ lifecycle }) => lifecycle).map(({ channel }) => channel.id),
  })
  // Step 6: a rule from a template.
  await ok('POST', 'rules', { id: 'routes', template: 'actiontrail/vpc-route-change' })
  const { items } = (await ok('GET', 'rules:status')) as { items: { id: string; status: string }[] }
  expect(items).toEqual([expect.objectContaining({ id: 'routes', status: 'running' })])
}

/** Whom the messages are for, or call by name; their status, language and alert. */
function expectTold(way: Way, told: readonly Told[], status: Status, template: boolean): void {
  const { names, channel } = way
  const { recipients, mentions } = channelTypes.get(channel.type)!.kind
  expect(names).toBe(recipients !== 'none' ? 'people' : mentions === undefined ? 'nobody' : 'called')
  const { id, type } = channel
  expect([id, way.refused()]).toEqual([id, []])
  const to = told.map((one) => one.to.toSorted()).sort()
  const called = names === 'called' && status === 'firing' ? BOTH : []
  expect([id, status, to]).toEqual([id, status, names === 'people' ? BOTH.map((user) => [user]) : [called]])
  // A service closes its incident by the id alone.
  const byId = ['pagerduty', 'opsgenie'].includes(type) && status === 'resolved'
  const language = byId ? undefined : way.language
  for (const { to, text } of told) {
    const read = names === 'people' ? (to[0] === KUMER ? 'zh' : 'en') : language
    expect([id, text]).toEqual([id, expect.stringMatching(STATUS[read ?? 'en'][status])])
    expect([id, text]).toEqual([id, expect.stringContaining(byId ? '' : ALERT)])
    if (names === 'called') expect([id, text]).toEqual([id, expect.stringContaining(OPEN[read ?? 'en'][status])])
    const rendered = template && !byId && way.lifecycle === undefined && TEMPLATE_SAYS[type]
    if (rendered) expect([id, text]).toEqual([id, expect.stringMatching(rendered)])
    // Machines are told in no language, so an author's words stay as they are.
    if (read !== undefined) expect([id, text, /\p{Script=Han}/u.test(text)]).toEqual([id, text, read === 'zh'])
  }
}

/** Alice opens the link of a message and presses the button there. */
async function claimByLink(way: Way): Promise<void> {
  const text = (await toldBy(way)).find(({ to }) => to.includes(ALICE))?.text
  const link = /https?:\/\/[^\s"<>)]*\/l\/tsl_[\w.-]+/.exec(text ?? '')?.[0]
  const by = { by: 'Alice' }
  const claimed = await fetch(`${link}/claim`, { method: 'POST', body: new URLSearchParams(by) })
  expect([link, claimed.status]).toEqual([link, 202])
  await stage.clock.settle()
  const { items } = (await ok('GET', 'incidents')) as { items: { handler?: string }[] }
  expect(items).toMatchObject([{ handler: 'link: Alice' }])
}

describe.each([
  ['the built-in texts', false, 'mail'],
  ['a content template', true, 'teams-6-en'],
])('a changed route, in the words of %s', (_, template, claimedFrom) => {
  test('is told to the two people of the group by every kind of channel, in both languages, and so is its end', async () => {
    stage = await openPeopleStage({}, { channels: [], policies: [] }, {})
    const opened = [openPeopleWays, openChatWays, openMachineWays].map((open) => open(stage.clock, PEOPLE))
    ways = [INBOX, ...(await Promise.all(opened)).flat()]
    // Receivers of an imported alertmanager.yml are told as Alertmanager tells them: `test/e2e/beside/`.
    const kinds = [...channelTypes.keys()].filter((type) => !type.startsWith('alertmanager-'))
    expect([...new Set(ways.map(({ channel }) => channel.type))].sort()).toEqual(kinds.sort())
    await configure(template)

    await stage.changeRoute(ACCOUNT)
    await stage.to(60)
    for (const way of ways) expectTold(way, await toldBy(way), 'firing', template)
    await claimByLink(ways.find(({ channel }) => channel.id === claimedFrom)!)
    const before = new Map(await Promise.all(ways.map(async (way) => [way, (await toldBy(way)).length] as const)))
    await stage.to(2 * 3600)
    for (const way of ways) expectTold(way, (await toldBy(way)).slice(before.get(way)), 'resolved', template)
    expect((await stage.explain()).map(({ standing }) => standing)).not.toContain('failing')
  })
})
