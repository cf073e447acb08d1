import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../../../shared/base/limits.ts'
import { finish } from '../../../shared/base/steps.ts'
import { readYamlAtOnce } from '../../../shared/document/reading/yaml.ts'
import { showConfig } from '../../../shared/document/show.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { asCurrent, box, nothing, parsed, problems, said } from './setup.ts'

/* The action flow of a policy in tocsin.yml: `notify` with people, `flow`, `escalation`, `fallback`, `calendar`. */

const ACCOUNT = `
channels:
  - { id: ops, type: webhook, url: "https://hooks.example/a" }
  - { id: mail, type: email, host: mail.example.com, from: tocsin@example.com, to: [team@example.com] }
  - { id: lone, type: email, host: mail.example.com, from: tocsin@example.com }
  - { id: chat, type: slack, url: "https://hooks.slack.com/services/T0/B0/x" }
  - { id: hall, type: wecom, url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x" }
  - { id: bus, type: cloudevents, url: "https://bus.example/c" }
users:
  - { id: alice, name: Alice }
  - { id: bobby, name: Bobby }
userGroups:
  - { id: both-of, members: [alice, bobby] }
  - { id: duty1, members: [alice, bobby], rotation: { start: "2026-03-02T09:00", every: 1w, order: [alice, bobby] } }
calendars: [{ id: office }]
templates: [{ id: words, name: Words, webhook: { content: "{}" } }]
`

function document(policy: string): unknown {
  const read = readYamlAtOnce(`${ACCOUNT}\npolicies:\n  - { id: p, ${policy} }\n`)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.document
}

const wrong = (policy: string): string[] => problems(document(policy)).map(said)
const read = (policy: string) => parsed(document(policy)).policies[0]!
const warned = (policy: string): string[] => {
  const result = finish(readTocsinYml(document(policy), nothing, box))
  return result.ok ? (result.warnings ?? []).map(said).filter((text) => text.startsWith('policies')) : ['refused']
}

const CONDITION = '{ field: severity, op: in, value: [critical, high] }'

describe('a flow', () => {
  const rows: [name: string, policy: string][] = [
    ['people of one action', 'notify: [{ channel: mail, users: [alice], groups: [both-of], onDuty: [duty1] }]'],
    [
      'channels and an escalation',
      'notify: [{ channel: ops }], escalation: [{ unclaimed: 15m, flow: [{ then: [{ channel: mail }] }] }]',
    ],
    [
      'a step with a condition',
      `flow: [{ if: { any: [${CONDITION}] }, then: [{ channel: ops }], end: true }, { then: [{ channel: mail }] }]`,
    ],
    [
      'conditions nest',
      `flow: [{ if: { all: { or: [{ field: cloudAccount, op: "=", value: "154" }, { and: [${CONDITION}, { not: { field: region, op: =~, value: cn.* } }] }] } }, then: [{ channel: ops }] }]`,
    ],
    [
      'periods of a calendar',
      'calendar: office, notify: [{ channel: ops, period: worktime }, { channel: mail, period: offtime }]',
    ],
    [
      'three timers',
      `notify: [{ channel: ops }], escalation: [
      { unclaimed: 15m, flow: [{ then: [{ channel: mail }] }] },
      { claimed: 4h, flow: [{ then: [{ channel: mail }] }] },
      { open: 8h, flow: [{ then: [{ channel: mail, sendResolved: false }] }] }]`,
    ],
    [
      'words and people to mention',
      'notify: [{ channel: ops, template: words }, { channel: chat, mention: { users: [alice], onDuty: [duty1], all: true } }]',
    ],
    [
      'pages of the incident',
      'notify: [{ channel: chat, details: claim }, { channel: mail, users: [bobby], details: none }]',
    ],
    ['a fallback', 'notify: [{ channel: ops }], fallback: { after: 5m, then: [{ channel: mail, users: [bobby] }] }'],
  ]
  test.each(rows)('%s: is shown as it was written, and changes nothing when it is put back', (_name, policy) => {
    const sections = parsed(document(policy))
    const shown = showConfig(sections)
    const again = parsed(shown, asCurrent(sections))
    expect(again.policies).toEqual(sections.policies)
    const written = (document(policy) as { policies: Record<string, unknown>[] }).policies[0]!
    expect((shown.policies as unknown[])[0]).toMatchObject(written)
  })

  test('of channels alone is none: the policy tells as before', () => {
    for (const policy of [
      'notify: [{ channel: ops }, { channel: mail }]',
      'flow: [{ then: [{ channel: ops }, { channel: mail }] }]',
    ]) {
      const { flow, targets } = read(policy)
      expect([flow, targets.map(({ channel }) => channel)]).toEqual([undefined, ['ops', 'mail']])
    }
    for (const policy of ['', 'notify: []', 'flow: []', 'flow: [], notify: [], escalation: []']) {
      expect([read(policy).flow, read(policy).targets]).toEqual([undefined, []])
    }
  })

  test('with one condition and with a list of conditions is read alike', () => {
    const one = read(`flow: [{ if: { any: ${CONDITION} }, then: [{ channel: ops }] }]`)
    expect(one.flow?.steps[0]?.if).toEqual({
      over: 'any',
      is: { field: 'severity', op: 'in', value: ['critical', 'high'] },
    })
    const two = read(
      `flow: [{ if: { all: [${CONDITION}, { field: level, op: ">=", value: P2 }] }, then: [{ channel: ops }] }]`,
    )
    expect(two.flow?.steps[0]?.if?.is).toEqual({
      and: [
        { field: 'severity', op: 'in', value: ['critical', 'high'] },
        { field: 'level', op: '>=', value: 'P2' },
      ],
    })
  })

  test('takes a number as the text of the number', () => {
    const { flow } = read(
      'flow: [{ if: { any: { field: cloudAccount, value: 154035569884 } }, then: [{ channel: ops }] }]',
    )
    expect(flow?.steps[0]?.if?.is).toEqual({ field: 'cloudAccount', op: '=', value: '154035569884' })
  })

  test('has two stages for one flow in the short form', () => {
    const { flow } = read(
      'notify: [{ channel: ops }], escalation: { unclaimedAfter: 15m, claimedAfter: 4h, flow: [{ then: [{ channel: mail }] }] }',
    )
    expect(flow?.stages.map(({ since, afterMs }) => [since, afterMs])).toEqual([
      ['unclaimed', 900_000],
      ['claimed', 14_400_000],
    ])
  })
})

test('the example of docs/configuration.md is valid, and warns of nothing', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
  const example = /^```yaml\n([\s\S]*?)^```$/m.exec(page.slice(page.indexOf('## Who is told')))?.[1]
  const read = readYamlAtOnce(example ?? '')
  const result = read.ok && finish(readTocsinYml(read.document, nothing, box))
  expect(result).toMatchObject({ ok: true })
  expect(result).not.toHaveProperty('warnings')
})

describe('every mistake is told at its place', () => {
  const then = 'then: [{ channel: ops }]'
  const rows: [policy: string, told: string[]][] = [
    ['notify: [{ channel: ops }], flow: [{ then: [{ channel: ops }] }]', ['notify: cannot stand beside flow']],
    ['escalation: [{ open: 1h, flow: [] }]', ['escalation[0].flow: must have a step']],
    ['flow: [{ then: [] }]', ['flow[0].then: must have an action']],
    ['flow: [{ }]', ['flow[0].then: is required']],
    ['flow: [{ if: {}, then: [{ channel: ops }] }]', ['flow[0].if: must have either any or all']],
    [`flow: [{ if: { any: ${CONDITION}, all: ${CONDITION} }, ${then} }]`, ['flow[0].if: must have either any or all']],
    [`flow: [{ if: { any: [] }, ${then} }]`, ['flow[0].if.any: must have a condition']],
    [`flow: [{ if: { any: 5 }, ${then} }]`, ['flow[0].if.any: expected a condition, or a list of conditions']],
    [`flow: [{ if: { any: { or: [] } }, ${then} }]`, ['flow[0].if.any.or: must have a condition']],
    [`flow: [{ if: { any: { and: 1 } }, ${then} }]`, ['flow[0].if.any.and: expected a list of conditions']],
    [
      `flow: [{ if: { any: { or: [${CONDITION}], and: [${CONDITION}] } }, ${then} }]`,
      ['flow[0].if.any.or: cannot stand beside and'],
    ],
    [
      `flow: [{ if: { any: [{ field: severty, value: x }, { filed: region, value: x }, { field: status, value: x }] }, ${then} }]`,
      [
        'flow[0].if.any[0].field: "severty" is not a field: one of account, alertname, cloudAccount, integration, level, project, raisedBy, region, rule, severity, labels.<name>, annotations.<name>',
        'flow[0].if.any[1].filed: unknown key; did you mean field?',
        'flow[0].if.any[1].field: is required',
        'flow[0].if.any[2].field: is no field of a condition: an end is told to the targets that were told of the beginning',
      ],
    ],
    [
      `flow: [{ if: { any: [{ field: region, op: "==", value: x }, { field: region, op: in, value: x }, { field: region, value: [x] }, { field: region }] }, ${then} }]`,
      [
        'flow[0].if.any[0].op: is not an operator: one of =, !=, in, not in, =~, !~, >, >=, <, <=',
        'flow[0].if.any[1].value: expected a list of texts',
        'flow[0].if.any[2].value: expected one text: the operators in and not in take a list',
        'flow[0].if.any[3].value: is required',
      ],
    ],
    [
      `flow: [{ if: { any: [{ field: labels.n, op: ">", value: many }, { field: level, op: "<", value: "2" }, { field: level, op: in, value: [P1, P9] }, { field: region, op: =~, value: "a(" }] }, ${then} }]`,
      [
        'flow[0].if.any[0].value: is not a number, which > compares',
        'flow[0].if.any[1].value: is not a level: one of P1, P2, P3, P4',
        'flow[0].if.any[2].value[1]: is not a level: one of P1, P2, P3, P4',
        'flow[0].if.any[3].value: error parsing regexp: missing closing ): `^(?:a()$`',
      ],
    ],
    [
      'notify: [{ channel: none, users: [carol], groups: [alice, nobody], onDuty: [bobby, both-of] }]',
      [
        'notify[0].channel: names a channel "none" that does not exist',
        'notify[0].users[0]: names a user "carol" that does not exist',
        'notify[0].groups[0]: names a user "alice": name it in users',
        'notify[0].groups[1]: names a user group "nobody" that does not exist',
        'notify[0].onDuty[0]: names a user "bobby": onDuty names a user group, of which the user on duty is told',
        'notify[0].onDuty[1]: names "both-of", a user group without a rotation',
      ],
    ],
    ['notify: [{ channel: ops }, { channel: ops }]', ['notify[1].channel: names "ops" twice']],
    [
      'notify: [{ channel: bus }]',
      ['notify[0].channel: names "bus", a channel for life-cycle events: name it in lifecycle'],
    ],
    [
      'notify: [{ channel: ops, period: nights }]',
      ['notify[0].period: expected one of any, workday, dayoff, worktime, offtime'],
    ],
    [
      'notify: [{ channel: ops, period: worktime }]',
      ['notify[0].period: needs a calendar: name one in `calendar` of the policy'],
    ],
    [
      'calendar: shop, notify: [{ channel: ops, period: worktime }]',
      ['calendar: names a calendar "shop" that does not exist'],
    ],
    ['calendar: office, notify: [{ channel: ops }]', ['calendar: is of no use: no action has a period']],
    [
      'notify: [{ channel: ops, template: short }]',
      ['notify[0].template: names a template "short" that does not exist'],
    ],
    ['notify: [{ channel: ops, mention: { users: [alice] } }]', ['notify[0].mention: is for chats, and "ops" is none']],
    [
      'notify: [{ channel: hall, mention: { all: true, users: [carol], onDuty: [both-of] } }]',
      [
        'notify[0].mention: names all, and this kind of chat calls single people only',
        'notify[0].mention.users[0]: names a user "carol" that does not exist',
        'notify[0].mention.onDuty[0]: names "both-of", a user group without a rotation',
      ],
    ],
    [
      'notify: [{ channel: ops, details: claim }, { channel: chat, details: mine }]',
      [
        'notify[1].details: expected one of signed, claim, page, none',
        'notify[0].details: is for messages with a link to the incident, and "ops" sends none',
      ],
    ],
    ['notify: [{ channel: chat, mention: {} }]', ['notify[0].mention: must have users, groups, onDuty or all']],
    [
      'escalation: [{ unclaimed: 0s, flow: [{ then: [{ channel: ops }] }] }]',
      ['escalation[0].unclaimed: cannot be zero'],
    ],
    [
      'escalation: [{ unclaimed: 5m, claimed: 5m, flow: [{ then: [{ channel: ops }] }] }, { flow: [{ then: [{ channel: ops }] }] }]',
      [
        'escalation[0]: must have one of unclaimed, claimed, open',
        'escalation[1]: must have one of unclaimed, claimed, open',
      ],
    ],
    [
      'escalation: [{ open: 1h, flow: [{ then: [{ channel: ops }] }] }, { claimed: 1h, flow: [{ then: [{ channel: ops }] }] }, { open: 60m, flow: [{ then: [{ channel: mail }] }] }]',
      ['escalation[2].open: is at the moment of escalation[0]: write the steps of both into one'],
    ],
    ['escalation: { flow: [{ then: [{ channel: ops }] }] }', ['escalation: must have unclaimedAfter or claimedAfter']],
    ['escalation: 5m', ['escalation: expected object, received string']],
    [
      'escalation: [{ unclaimed: soon, flow: [{ then: [{ chanel: ops }] }] }]',
      [
        'escalation[0].unclaimed: expected a duration such as 5s, 1h30m or 500ms',
        'escalation[0].flow[0].then[0].channel: is required',
        'escalation[0].flow[0].then[0].chanel: unknown key; did you mean channel?',
      ],
    ],
    [
      'escalation: [{ open: 1h, flow: [{ then: [{ channel: none }] }] }]',
      ['escalation[0].flow[0].then[0].channel: names a channel "none" that does not exist'],
    ],
    [
      'escalation: { unclaimedAfter: 1h, flow: [{ then: [{ channel: none }] }] }',
      ['escalation.flow[0].then[0].channel: names a channel "none" that does not exist'],
    ],
    ['fallback: { then: [{ channel: ops }] }', ['fallback.after: expected a duration such as 5s, 1h30m or 500ms']],
    [
      'fallback: { after: 0s, then: [{ channel: none }] }',
      ['fallback.after: cannot be zero', 'fallback.then[0].channel: names a channel "none" that does not exist'],
    ],
  ]
  test.each(rows)('%s', (policy, told) => {
    expect(wrong(policy)).toEqual(told.map((text) => `policies[0].${text}`))
  })

  test('limits of levels, conditions, steps, stages and actions', () => {
    const deep = `${'{ not: '.repeat(8)}${CONDITION}${' }'.repeat(8)}`
    expect(wrong(`flow: [{ if: { any: ${deep} }, ${then} }]`)).toEqual([
      `policies[0].flow[0].if.any${'.not'.repeat(8)}: limit: nests deeper than 8 levels`,
    ])
    const many = (text: string, count: number): string => Array.from({ length: count }, () => text).join(', ')
    const step = (count: number): string => `{ if: { any: [${many(CONDITION, count)}] }, ${then} }`
    expect(wrong(`flow: [${step(100)}]`)).toEqual([])
    expect(wrong(`flow: [${step(60)}, ${step(41)}]`)).toEqual([
      'policies[0].flow: limit: has 101 conditions, at most 100 are allowed',
    ])
    expect(wrong(`flow: [${many(`{ ${then} }`, LIMITS.flowSteps + 1)}]`)).toEqual([
      'policies[0].flow: limit: at most 50 steps are allowed',
    ])
    const stages = Array.from({ length: 11 }, (_, index) => `{ open: ${index + 1}h, flow: [{ ${then} }] }`)
    expect(wrong(`escalation: [${stages.join(', ')}]`)).toEqual([
      'policies[0].escalation: limit: at most 10 stages are allowed',
    ])
    expect(wrong(`flow: [${many(`{ then: [${many('{ channel: mail, users: [alice] }', 50)}] }`, 3)}]`)).toEqual([
      'policies[0]: limit: has 150 actions, at most 100 are allowed',
    ])
  })

  test('a policy of too many people is told at the policy, or at the people who became too many', () => {
    const users = Array.from({ length: 600 }, (_, index) => ({ id: `user-${index}`, name: 'One of many' }))
    const ids = users.map(({ id }) => id)
    const mail = { type: 'email', host: 'mail.example.com', from: 'tocsin@example.com' }
    const channels = ['one', 'two'].map((id) => ({ id, ...mail }))
    const of = (members: string[]) => ({
      channels,
      users,
      userGroups: [{ id: 'every', members }],
      policies: [{ id: 'p', notify: channels.map(({ id }) => ({ channel: id, groups: ['every'] })) }],
    })
    expect(problems(of(ids)).map(said)).toEqual([
      'policies[0].notify[0]: limit: the policy names 1200 people on channels, at most 1000 are allowed',
    ])
    const current = asCurrent(parsed(of(ids.slice(0, 500))))
    expect(problems({ userGroups: of(ids).userGroups }, current).map(said)).toEqual([
      'userGroups: policy "p" limit: the policy names 1200 people on channels, at most 1000 are allowed',
    ])
  })

  test('users, groups and calendars that a policy names cannot go', () => {
    const current = asCurrent(
      parsed(
        document('calendar: office, notify: [{ channel: mail, period: worktime, users: [bobby], onDuty: [duty1] }]'),
      ),
    )
    expect(problems({ calendars: [], userGroups: [] }, current).map(said)).toEqual([
      'calendars: policy "p" names a calendar "office" that does not exist',
      'userGroups: policy "p" names a user group "duty1" that does not exist',
    ])
  })
})

describe('a policy is warned of', () => {
  const rows: [policy: string, told: string[]][] = [
    ['notify: [{ channel: mail, users: [alice] }]', []],
    [
      `flow: [{ if: { any: ${CONDITION} }, then: [{ channel: ops }] }]`,
      ['flow: tells nobody of alerts for which no step holds: no step is without `if`'],
    ],
    [
      `flow: [{ if: { any: ${CONDITION} }, then: [{ channel: ops }] }], fallback: { after: 5m, then: [{ channel: mail }] }`,
      [],
    ],
    [
      'flow: [{ then: [{ channel: ops }], end: true }, { then: [{ channel: mail }] }]',
      ['flow[1]: is never looked at: flow[0] always holds, and has end'],
    ],
  ]
  test.each(rows)('%s', (policy, told) => {
    expect(warned(policy)).toEqual(told.map((text) => `policies[0].${text}`))
  })
})

describe('defaults', () => {
  const written = (defaults: string): unknown => {
    const read = readYamlAtOnce(`${ACCOUNT}\ndefaults: ${defaults}\n`)
    return read.ok ? read.document : read.problems
  }

  test('are shown as they were written, and go when they are empty', () => {
    const document = written(
      '{ recipients: [{ channel: mail, groups: [both-of], period: worktime }], calendar: office }',
    )
    const sections = parsed(document)
    expect(showConfig(sections).defaults).toEqual((document as { defaults: unknown }).defaults)
    for (const empty of ['{}', 'null', '{ recipients: [] }']) {
      expect(parsed(written(empty), asCurrent(sections)).defaults).toBe(undefined)
    }
  })

  const rows: [defaults: string, told: string[]][] = [
    ['5', ['defaults: expected object, received number']],
    [
      '{ recipients: [{ channel: none, users: [carol] }] }',
      [
        'defaults.recipients[0].channel: names a channel "none" that does not exist',
        'defaults.recipients[0].users[0]: names a user "carol" that does not exist',
      ],
    ],
    [
      '{ recipients: [{ channel: ops, period: worktime }] }',
      ['defaults.recipients[0].period: needs a calendar: name one in `calendar`'],
    ],
    [
      '{ recipient: [{ channel: ops }] }',
      ['defaults.recipients: is required', 'defaults.recipient: unknown key; did you mean recipients?'],
    ],
  ]
  test.each(rows)('%s', (defaults, told) => {
    expect(problems(written(defaults)).map(said)).toEqual(told)
  })
})
