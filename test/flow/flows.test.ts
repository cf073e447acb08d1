import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { SECOND } from '../../shared/base/time.ts'
import { type PhoneMessage, startAlibabaPhone } from '../fakes/alibaba-phone.ts'
import type { Provider } from '../fakes/provider.ts'
import { startSlack } from '../fakes/slack.ts'
import { ALICE, BOTH, KUMER, openPeopleStage, type PeopleStage, refusing, step, TIMING, words } from './people-stage.ts'

/* Action flows over HTTP, as the people of ActionTrail's documentation meet them. Seconds count from the start. */

let stage: PeopleStage
const providers: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.stop()
  await stage.close()
  expect(stage.logged).toEqual([])
})

async function begin(policy: object, more: object = {}, smtp: SMTPServerOptions = {}): Promise<void> {
  stage = await openPeopleStage(policy, more, smtp)
}

async function inbox(user: string): Promise<string[]> {
  const answer = await stage.api('GET', `/api/v1/users/${user}/inbox`)
  const { items } = (await answer.json()) as { items: { at: string; status: string }[] }
  return items.map(({ at, status }) => `${(Date.parse(at) - stage.start) / SECOND} ${status}`).reverse()
}

describe('a changed route', () => {
  const audit = (flow: object) => ({ id: 'audit', ...TIMING, ...flow })
  const sections = {
    integrations: [{ id: 'trail', type: 'actiontrail', autoRecoverAfter: '1h' }],
    rules: [{ id: 'routes', template: 'actiontrail/vpc-route-change' }],
  }
  const escalated = {
    notify: [BOTH],
    escalation: [{ unclaimed: '15m', flow: [step([{ channel: 'inbox', users: ['test01'] }])] }],
  }

  test('is told to both by mail; nobody claims, so the message centre calls Kumer, and hears the end', async () => {
    await begin({}, { ...sections, policies: [audit(escalated)] })
    await stage.changeRoute()
    await stage.to(2 * 3600)
    expect(stage.mails().slice(0, 2).sort()).toEqual(['0 alice FIRING', '0 kumer FIRING'])
    expect(words(stage.mails().slice(2))).toEqual(['alice RESOLVED', 'kumer RESOLVED'])
    const resolved = expect.stringMatching(/^3\d\d\d(\.\d+)? resolved$/)
    expect(await inbox('test01')).toEqual(['900 firing', resolved])
    expect(await inbox('test02')).toEqual([])
  })

  test('that is claimed in time calls nobody, and the end is told to whoever heard the beginning', async () => {
    await begin({}, { ...sections, policies: [audit(escalated)] })
    await stage.changeRoute()
    await stage.to(899)
    await stage.act('claim', { by: 'test02' })
    await stage.to(2 * 3600)
    expect(words(stage.mails())).toEqual(['alice FIRING', 'alice RESOLVED', 'kumer FIRING', 'kumer RESOLVED'])
    expect(await inbox('test01')).toEqual([])
  })

  test('is told by the account that it happened in', async () => {
    const flow = (value: string) => [step([KUMER], { if: { all: { field: 'cloudAccount', value } } }), step([ALICE])]
    await begin({}, { ...sections, policies: [audit({ flow: flow('1234567890123456') })] })
    await stage.changeRoute()
    expect(words(stage.mails())).toEqual(['alice FIRING', 'kumer FIRING'])
    await stage.configure({ policies: [audit({ flow: flow('154035569884') })] })
    await stage.to(2 * 3600)
    await stage.changeRoute()
    expect(words(stage.mails().slice(4))).toEqual(['alice FIRING'])
  })

  test('that no policy takes is told to the default recipients, and nothing else is', async () => {
    await begin({}, { ...sections, policies: [], defaults: { recipients: [KUMER] } })
    await stage.fire('Down')
    await stage.changeRoute()
    await stage.to(60)
    expect(words(stage.mails())).toEqual(['kumer FIRING'])
    expect(stage.mail.taken[0]?.text).toContain('VPC Network Route Change Alert')
    expect(stage.mail.taken[0]?.text).not.toContain('Down')
    await stage.to(2 * 3600)
    expect(words(stage.mails())).toEqual(['kumer FIRING', 'kumer RESOLVED'])
  })
})

describe('conditions', () => {
  const CASES: [is: unknown, labels: Record<string, string>, holds: boolean][] = [
    [{ field: 'severity', value: 'critical' }, { severity: 'critical' }, true],
    [{ field: 'severity', op: '!=', value: 'critical' }, { severity: 'critical' }, false],
    [{ field: 'labels.zone', op: 'in', value: ['a', 'b'] }, { zone: 'b' }, true],
    [{ field: 'labels.zone', op: 'not in', value: ['a', 'b'] }, { zone: 'b' }, false],
    [{ field: 'region', op: '=~', value: 'cn-.*' }, { region_id: 'cn-hangzhou' }, true],
    [{ field: 'region', op: '!~', value: 'cn-.*' }, { region: 'eu-1' }, true],
    [{ field: 'labels.cpu', op: '>', value: 90 }, { cpu: '90.5' }, true],
    [{ field: 'labels.cpu', op: '>', value: 90 }, { cpu: 'many' }, false],
    [{ field: 'labels.cpu', op: '<=', value: 90 }, { cpu: '9e1' }, true],
    [{ field: 'labels.cpu', op: '<', value: 90 }, { cpu: '90' }, false],
    [{ field: 'level', op: '>=', value: 'P2' }, { severity: 'critical' }, true],
    [[{ field: 'alertname', value: 'Down' }, { not: { field: 'labels.zone', value: 'a' } }], { zone: 'b' }, true],
    [
      {
        or: [
          {
            and: [
              { field: 'labels.zone', value: 'a' },
              { field: 'severity', value: 'x' },
            ],
          },
          { field: 'labels.cpu', value: '1' },
        ],
      },
      { zone: 'a', cpu: '1' },
      true,
    ],
  ]

  test('of every operator, nested, decide who is told', async () => {
    const steps = CASES.map(([is], index) => step([{ channel: `c${index}` }], { if: { any: is } }))
    await begin({})
    const hooks = await Promise.all(CASES.map(() => stage.webhook()))
    for (const [index, [, labels, holds]] of CASES.entries()) {
      const channels = hooks.map(({ url }, at) => ({ id: `c${at}`, type: 'webhook', url }))
      await stage.configure({
        channels,
        policies: [
          { id: `p${index}`, ...TIMING, match: [{ label: 'alertname', value: 'Down' }], flow: [steps[index]] },
        ],
      })
      await stage.fire('Down', labels)
      await stage.to(index * 60 + 30)
      expect([index, hooks[index]!.received.length]).toEqual([index, holds ? 1 : 0])
      await stage.end('Down', labels)
      await stage.to(index * 60 + 60)
    }
  })

  test('over all alerts, and a step that ends the flow', async () => {
    const critical = { field: 'severity', value: 'critical' }
    await begin({ flow: [step([KUMER], { if: { all: critical }, end: true }), step([ALICE])] })
    await stage.fire('Down', { severity: 'critical' })
    expect(stage.mails()).toEqual(['0 kumer FIRING'])
    await stage.fire('Down', { severity: 'low' })
    await stage.to(30)
    expect(stage.mails()).toEqual(['0 kumer FIRING', '30 alice FIRING'])
    await stage.end('Down', { severity: 'low' })
    await stage.to(60)
    await stage.end('Down', { severity: 'critical' })
    await stage.to(120)
    expect(words(stage.mails().slice(2)).filter((text) => text.includes('RESOLVED'))).toEqual([
      'alice RESOLVED',
      'kumer RESOLVED',
    ])
  })
})

describe('hours', () => {
  test('an alert is told when the period opens, and so is its end; without a period both are told at once', async () => {
    const worktime = [
      { start_time: '00:20', end_time: '00:40' },
      { start_time: '01:00', end_time: '02:00' },
    ]
    const calendars = [{ id: 'office', worktime }]
    await begin({ calendar: 'office', flow: [step([{ ...KUMER, period: 'worktime' }, ALICE])] }, { calendars })
    await stage.fire('Down')
    await stage.to(20 * 60 - 1)
    expect(stage.mails()).toEqual(['0 alice FIRING'])
    const held = { target: 'mail@test01', standing: 'held', step: 'flow[0]', reason: expect.any(String) }
    expect(await stage.explain()).toContainEqual(expect.objectContaining(held))
    await stage.to(21 * 60)
    expect(words(stage.mails())).toEqual(['alice FIRING', 'kumer FIRING'])
    await stage.to(41 * 60)
    await stage.end('Down')
    await stage.to(60 * 60 - 1)
    expect(words(stage.mails())).toEqual(['alice FIRING', 'alice RESOLVED', 'kumer FIRING'])
    await stage.to(61 * 60)
    expect(words(stage.mails())).toEqual(['alice FIRING', 'alice RESOLVED', 'kumer FIRING', 'kumer RESOLVED'])
  })

  test('when a shift changes and nobody has claimed, the next on duty is told; both hear the end', async () => {
    const rotation = { start: '2026-01-04T23:30', every: '1h', order: ['test01', 'test02'] }
    const userGroups = [{ id: 'oncall', members: ['test01', 'test02'], rotation }]
    await begin({ notify: [{ channel: 'mail', onDuty: ['oncall'] }] }, { userGroups })
    await stage.fire('Down')
    await stage.to(1800 + 60)
    expect(words(stage.mails())).toEqual(['alice FIRING', 'kumer FIRING'])
    expect(stage.mails()[0]).toBe('0 kumer FIRING')
    await stage.end('Down')
    await stage.to(2000)
    expect(words(stage.mails().slice(2))).toEqual(['alice RESOLVED', 'kumer RESOLVED'])
  })
})

describe('a mail server that refuses', () => {
  test('for good: the fallback is told at once, and how each target stands is explained', async () => {
    const fallback = step([{ channel: 'inbox', users: ['test02'] }], { after: '5m' })
    await begin({ notify: [KUMER], fallback }, {}, refusing(new Set(['kumer'])))
    await stage.fire('Down')
    expect(stage.mails()).toEqual([])
    expect(await inbox('test02')).toEqual(['0 firing'])
    expect(await stage.explain()).toMatchObject([
      { target: 'mail@test01', standing: 'failing', asked: 'primary', step: 'flow[0]' },
      { target: 'inbox@test02', standing: 'told', asked: 'fallback', step: 'fallback' },
    ])
  })

  test('and a user who is deleted while a retry waits is sent nothing more', async () => {
    const refuses = new Set(['kumer'])
    await begin({ notify: [BOTH] }, {}, refusing(refuses))
    await stage.fire('Down')
    expect(stage.mails()).toEqual(['0 alice FIRING'])
    await stage.configure({
      userGroups: [{ id: 'group-01', members: ['test02'] }],
      users: [{ id: 'test02', name: 'Alice', emails: ['alice@example.net'] }],
    })
    refuses.clear()
    await stage.to(6 * 3600)
    await stage.end('Down')
    await stage.to(7 * 3600)
    expect(words(stage.mails())).toEqual(['alice FIRING', 'alice FIRING', 'alice RESOLVED'])
    expect((await stage.explain()).map(({ target }) => target)).toContain('mail@test02')
  })
})

describe('what users allow', () => {
  test('text messages, calls and everything are honoured', async () => {
    await begin({})
    const KEY = { accessKeyId: 'LTAI5tExampleKey000000000', accessKeySecret: 'an-example-secret-of-30-letters' }
    const at = { clock: stage.clock, key: KEY, signName: 'Tocsin' }
    const started: Provider<PhoneMessage>[] = [
      await startAlibabaPhone({ ...at, service: 'sms', templates: { SMS_1: ['content'] } }),
      await startAlibabaPhone({ ...at, service: 'voice', templates: { TTS_1: ['content'] } }),
    ]
    providers.push(...started)
    const [sms, voice] = started as [Provider<PhoneMessage>, Provider<PhoneMessage>]
    const user = (id: string, number: string, more: object) => ({ id, name: id, phone: `86-${number}`, ...more })
    const users = [
      user('takes-text', '13800000001', { sms: true }),
      user('takes-calls', '13800000002', { voice: true }),
      user('takes-none', '13800000003', { enabled: false, sms: true, voice: true, emails: ['none@example.net'] }),
    ]
    const everybody = users.map(({ id }) => id)
    await stage.configure({
      users,
      userGroups: [],
      channels: [
        {
          id: 'sms',
          type: 'sms',
          provider: 'alibaba',
          endpoint: sms.url,
          templateCode: 'SMS_1',
          signName: 'Tocsin',
          ...KEY,
        },
        { id: 'voice', type: 'voice', provider: 'alibaba', endpoint: voice.url, ttsCode: 'TTS_1', ...KEY },
        stage.mailChannel,
      ],
      policies: [
        { id: 'p', ...TIMING, notify: ['sms', 'voice', 'mail'].map((channel) => ({ channel, users: everybody })) },
      ],
    })
    await stage.fire('Down')
    await stage.to(300)
    expect(sms.received.map(({ number }) => number)).toEqual(['13800000001'])
    expect(voice.received.map(({ number }) => number)).toEqual(['13800000002'])
    expect(stage.mails()).toEqual([])
  })
})

describe('an action', () => {
  const rotation = { start: '2026-01-04T23:30', every: '1d', order: ['test02', 'test01'] }
  const userGroups = [{ id: 'oncall', members: ['test01', 'test02'], rotation }]

  test('mentions who is on duty in the chat, and has words of its own', async () => {
    await begin({})
    const slack = await startSlack({ clock: stage.clock })
    providers.push(slack)
    const hook = await stage.webhook()
    const users = [
      { id: 'test01', name: 'Kumer', chats: { slack: 'U000KUMER' } },
      { id: 'test02', name: 'Alice', chats: { slack: 'U000ALICE' } },
    ]
    const calls = step([{ channel: 'chat', mention: { onDuty: ['oncall'] } }])
    await stage.configure({
      ...{ users, userGroups },
      channels: [
        { id: 'chat', type: 'slack', token: 'xoxb-1', channel: '#alerts', endpoint: slack.url },
        { id: 'hook', type: 'webhook', url: hook.url },
      ],
      templates: [
        { id: 'short', name: 'Short', webhook: { mode: 'batch', content: '{ "name": "{{ alert_name }}" }' } },
      ],
      policies: [
        {
          ...{ id: 'p', ...TIMING, notify: [{ channel: 'chat' }, { channel: 'hook', template: 'short' }] },
          escalation: [{ unclaimed: '15m', flow: [calls] }],
        },
      ],
    })
    await stage.fire('Down')
    expect(slack.messages.map(({ text }) => text)).toEqual([expect.not.stringContaining('<@')])
    expect(hook.received.map(({ body }) => body)).toEqual([[{ name: 'Down' }]])
    await stage.to(901)
    expect(slack.replies).toMatchObject([{ text: expect.stringContaining('<@U000ALICE>'), broadcast: true }])
    await stage.end('Down')
    await stage.to(960)
    expect(slack.replies.map(({ text }) => text.includes('<@'))).toEqual([true, false])
  })

  test('links to the page that the action names, whatever the channel says', async () => {
    await begin({})
    const hook = await stage.webhook()
    const chat = (id: string, settings: object) => ({ id, type: 'slack', url: `${hook.url}/${id}`, ...settings })
    await stage.configure({
      channels: [chat('usual', {}), chat('named', {}), chat('silent', { details: 'claim' })],
      policies: [
        {
          ...{ id: 'p', ...TIMING },
          notify: [
            { channel: 'usual' },
            { channel: 'named', details: 'claim' },
            { channel: 'silent', details: 'none' },
          ],
        },
      ],
    })
    await stage.fire('Down')
    const [usual, named, silent] = ['usual', 'named', 'silent'].map((id) =>
      JSON.stringify(hook.received.find(({ path }) => path.endsWith(id))?.body),
    )
    expect(usual).toMatch(/\/l\/tsl_/)
    expect(usual).not.toContain('Open and claim')
    expect(named).toContain('Open and claim')
    expect(silent).not.toContain('/l/tsl_')
    expect(silent).not.toContain('/incidents/')
  })
})
