import { OWNER_KEY } from '../fault/host-process.ts'
import { type Asked, HOOK, json } from './bad-input-world.ts'

/* People, flows and tables of users: what is wrong, and the places that the answer names, all of them. */

export type BadPeople = [title: string, ask: () => Asked, at: string[]]

const config = (document: object) => (): Asked => ({ ...json('PUT', '/api/v1/config', document), key: OWNER_KEY })

const ANN = { id: 'ann01', name: 'Ann' }
const DUTY = { start: '2026-01-05T09:00', every: '1w', order: ['ann01'] }
const people = { users: [ANN], userGroups: [{ id: 'plain', members: ['ann01'] }] }
/** A flow beside one person, one user group without a rotation and one channel of e-mail. */
const flow = (policy: object, more: object = {}) => {
  const mail = { id: 'mail', type: 'email', host: 'mail.example.com', from: 'a@example.com' }
  return config({
    ...people,
    channels: [{ ...HOOK, url: 'https://hooks.example/x' }, mail],
    policies: [{ id: 'all', ...policy }],
    ...more,
  })
}
const one = (action: object) => flow({ notify: [{ channel: 'mail', ...action }] })
// biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
const told = (actions: object[], more: object = {}) => ({ ...more, then: actions })
const calls = [told([{ channel: 'hook' }])]
const step = (more: object) => flow({ flow: [{ ...calls[0], ...more }] })
const user = (more: object) => config({ users: [{ ...ANN, ...more }] })
const rotation = (more: object) =>
  config({ users: [ANN], userGroups: [{ id: 'oncall', members: ['ann01'], rotation: { ...DUTY, ...more } }] })
const calendar = (more: object) => config({ calendars: [{ id: 'office', ...more }] })

const NAMES = 'policies[0].notify[0]'

export const PEOPLE: BadPeople[] = [
  ['a policy with a user that is not there', one({ users: ['bob01'] }), [`${NAMES}.users[0]`]],
  ['a policy with a user group that is not there', one({ groups: ['nobody'] }), [`${NAMES}.groups[0]`]],
  ['a user named as a user group', one({ groups: ['ann01'] }), [`${NAMES}.groups[0]`]],
  ['a user named on duty', one({ onDuty: ['ann01'] }), [`${NAMES}.onDuty[0]`]],
  ['a user group without a rotation named on duty', one({ onDuty: ['plain'] }), [`${NAMES}.onDuty[0]`]],
  ['an action with a template that is not there', one({ users: ['ann01'], template: 'none' }), [`${NAMES}.template`]],
  ['people to mention outside of a chat', one({ users: ['ann01'], mention: { all: true } }), [`${NAMES}.mention`]],
  ['a calendar that is not there', one({ users: ['ann01'], period: 'worktime' }), [`${NAMES}.period`]],
  ['a channel that reaches nobody without a user', one({}), [`${NAMES}.channel`]],
  [
    'quotas of 0 and above the largest',
    config({ quotas: { sms: 0, voice: 10_000, fax: 1 } }),
    ['quotas.sms', 'quotas.voice', 'quotas.fax'],
  ],
  [
    'a condition with a field that is none',
    step({ if: { any: { field: 'sevrity', value: 'x' } } }),
    ['policies[0].flow[0].if.any.field'],
  ],
  [
    'a condition without an end',
    step({ if: { any: { field: 'labels.a', op: '=~', value: '(' } } }),
    ['policies[0].flow[0].if.any.value'],
  ],
  [
    'a number that is none',
    step({ if: { any: { field: 'labels.a', op: '>', value: 'many' } } }),
    ['policies[0].flow[0].if.any.value'],
  ],
  ['an action group without an action', flow({ flow: [told([])] }), ['policies[0].flow[0].then']],
  ['a stage without a time', flow({ escalation: [{ flow: calls }] }), ['policies[0].escalation[0]']],
  [
    'a stage after nothing',
    flow({ escalation: [{ unclaimed: '-1s', flow: calls }] }),
    ['policies[0].escalation[0].unclaimed'],
  ],
  [
    'everything at once',
    flow(
      {
        notify: [{ channel: 'mail', users: ['bob01'], period: 'night', template: 'none' }, { channel: 'nothing' }],
        fallback: told([], { after: 'soon' }),
      },
      { users: [{ ...ANN, phone: '138', timeZone: 'Mars/Olympus' }] },
    ),
    [
      ...['users[0].phone', 'users[0].timeZone', 'policies[0].notify[1].channel'],
      ...[`${NAMES}.period`, `${NAMES}.users[0]`, `${NAMES}.template`],
      'policies[0].fallback.after',
      'policies[0].fallback.then',
    ],
  ],
  ['a zone that is none', user({ timeZone: 'Europe/Berlinn' }), ['users[0].timeZone']],
  ['a number with a plus', user({ phone: '+86-13800000001' }), ['users[0].phone']],
  ['an address that is none', user({ emails: ['ann@'] }), ['users[0].emails[0]']],
  ['a name in a chat that is none', user({ chats: { slack: '@ann' } }), ['users[0].chats.slack']],
  ['an id of four characters', user({ id: 'anna' }), ['users[0].id']],
  [
    'a user group with a user that is not there',
    config({ userGroups: [{ id: 'group', members: ['bob01'] }] }),
    ['userGroups[0].members[0]'],
  ],
  ['a shift of nothing', rotation({ every: '0s' }), ['userGroups[0].rotation.every']],
  ['a day that does not exist', rotation({ start: '2026-02-30T09:00' }), ['userGroups[0].rotation.start']],
  ['a rotation in a zone that is none', rotation({ timeZone: 'Nowhere' }), ['userGroups[0].rotation.timeZone']],
  ['an order of nobody', rotation({ order: [] }), ['userGroups[0].rotation.order']],
  ['a day off that does not exist', calendar({ daysOff: ['2026-02-30'] }), ['calendars[0].daysOff[0]']],
  ['days off in the wrong order', calendar({ daysOff: ['2026-03-02:2026-03-01'] }), ['calendars[0].daysOff[0]']],
  ['an hour of 25', calendar({ worktime: [{ start_time: '09:00', end_time: '25:00' }] }), ['calendars[0].worktime[0]']],
  [
    'recipients that are not there',
    config({ defaults: { recipients: [{ channel: 'nothing' }] } }),
    ['defaults.recipients[0].channel'],
  ],
]

const table =
  (body: string | Buffer, list = 'users') =>
  (): Asked => ({
    method: 'POST',
    path: `/api/v1/${list}/import`,
    key: OWNER_KEY,
    headers: { 'content-type': 'text/csv' },
    body,
  })
const line = (cells: string): string => `id,name,phone,emails\n${cells}\n`

export const TABLES: BadPeople[] = [
  ['a formula', table(line('ann01,"=HYPERLINK(""http://x"")",,')), ['line 2, name']],
  ['a formula behind a byte order mark and CRLF', table('\ufeffid,name\r\nann01,@SUM(1)\r\n'), ['line 2, name']],
  ['a quote without an end', table('id,name\nann01,"Ann\nbob01,Bob\n'), ['line 2']],
  ['a wrong encoding', table(Buffer.from('id,name\nann01,Andr\xe9\n', 'latin1')), ['line 2']],
  ['UTF-16', table(Buffer.from('\ufeffid,name\nann01,Ann\n', 'utf16le')), ['line 1']],
  ['a column that is none', table('id,name,shoe size\nann01,Ann,44\n'), ['line 1']],
  ['too few cells', table('id,name,phone\nann01\n'), ['line 2']],
  ['an id twice', table('id,name\nann01,Ann\nann01,Bob\n'), ['line 3, id']],
  [
    'three lines, two of them wrong',
    table('id,name,phone\nann01,Ann,1\nbob01,Bob,\ncarol,Carol,+1\n'),
    ['line 2, phone', 'line 4, phone'],
  ],
  ['a hundred thousand lines', table(`id,name\n${'ann01,Ann\n'.repeat(100_000)}`), ['line 10002']],
  [
    'a user group with somebody unknown',
    table('id,name,members\ngroup-01,Group,nobody\n', 'user-groups'),
    ['line 2, members[0]'],
  ],
  ['nothing at all', table(''), ['line 1']],
]
