import { DAY, HOUR, MINUTE, type Millis, SECOND, toRfc3339 } from '../../../shared/base/time.ts'
import type { HandMachine } from './machine.ts'
import { RECEIVERS, type Receivers } from './receivers.ts'

/*
 * What happens before the data is stored. The story ends in the middle of work: every queue has messages, and targets
 * are in every state.
 */

export const START: Millis = Date.UTC(2026, 0, 5)
const END = toRfc3339(START + 6 * HOUR)

/** Pages: large alerts. Pieces of targets: many small alerts, of which each target knows in several ways. */
const PAGED = 70
const MANY = 160
const MANY_TARGETS = Array.from({ length: 10 }, (_, index) => `many-${index}`)

const LONG = 'The load balancer measures that a request in a hundred takes more than a second. '.repeat(4)

interface Posted {
  labels: Record<string, string>
  annotations?: Record<string, string>
  startsAt: string
  endsAt: string
}

function alertOf(team: string, alertname: string, labels: Record<string, string> = {}, more: Partial<Posted> = {}) {
  return { labels: { alertname, team, ...labels }, startsAt: toRfc3339(START), endsAt: END, ...more }
}

const small = (name: string, more?: Partial<Posted>) => alertOf('small', 'DiskFull', { instance: name }, more)
const paged = (id: number, more?: Partial<Posted>) =>
  alertOf(
    'paged',
    'RequestsSlow',
    { instance: `10.0.0.${id}:9100`, severity: id % 2 === 0 ? 'critical' : 'warning' },
    { annotations: { summary: `Requests to 10.0.0.${id} are slow`, description: LONG }, ...more },
  )
const many = (id: number, more?: Partial<Posted>) => alertOf('many', 'Up', { i: String(id) }, more)
const failedSignin = (id: number, at: Millis) => ({
  ...{ eventId: `0A5C1F2E-1111-4222-8333-00000000010${id}`, eventVersion: 1, eventName: 'ConsoleSignin' },
  ...{ eventSource: 'signin.aliyun.com', serviceName: 'AasCustomer', eventTime: toRfc3339(at) },
  ...{ errorMessage: 'The password is wrong.', acsRegion: 'cn-hangzhou', recipientAccountId: '1234567890123456' },
  userIdentity: { type: 'ram-user', principalId: '200000000000000001', userName: 'deploy' },
})
const changedRoute = (at: Millis) => ({
  ...{ eventId: '0A5C1F2E-1111-4222-8333-0000000000A1', eventVersion: 1, eventName: 'DeleteRouteEntry' },
  ...{ eventSource: 'vpc.aliyuncs.com', serviceName: 'Vpc', eventTime: toRfc3339(at), acsRegion: 'eu-central-1' },
  ...{ recipientAccountId: '1234567890123456' },
  userIdentity: { type: 'ram-user', accountId: '1234567890123456', principalId: '200000000000000001' },
})

const webhook = (id: string) => ({ id, type: 'webhook', url: `${RECEIVERS}/${id}` })
const timing = { groupWait: '0s', groupInterval: '30s', repeatInterval: '24h' }
const team = (id: string) => [{ label: 'team', op: '=', value: id }]
const told = (...ids: string[]) => ids.map((channel) => ({ channel }))
const by = (id: string, groupBy: string[], notify: object[]) => ({ id, ...timing, groupBy, match: team(id), notify })

const CONFIG = {
  integrations: [{ id: 'trail', type: 'actiontrail' }],
  channels: [
    ...['desk', 'slow', 'late', 'gone', ...MANY_TARGETS].map(webhook),
    { ...webhook('bus'), type: 'cloudevents', source: 'arms' },
  ],
  policies: [
    { ...by('small', ['alertname'], told('desk', 'slow')), lifecycle: ['bus'] },
    by('paged', [], told('desk', 'late')),
    by('many', [], told(...MANY_TARGETS)),
    by('gone', ['alertname'], told('desk', 'gone')),
    by('muted', ['alertname'], told('desk')),
    { ...by('rules', ['alertname'], told('desk')), match: [{ label: 'rule', op: '!=', value: '' }] },
    { ...by('tocsin', [], told('desk')), match: [{ label: 'alertname', op: '=', value: 'TocsinTargetPaused' }] },
  ],
  rules: [
    { id: 'logins', template: 'actiontrail/abnormal-login', policy: 'rules' },
    { id: 'routes', template: 'actiontrail/vpc-route-change', policy: 'rules' },
  ],
  inhibitRules: [{ source_matchers: ['alertname="Root"'], target_matchers: ['alertname="Follows"'], equal: ['site'] }],
  forwarding: { url: `${RECEIVERS}/i/other.from-here.0.token`, sources: 'own' },
}

/** The paths of integrations, and what a person or a sender does with a machine. */
export async function hands(machine: HandMachine) {
  const json = async (method: string, path: string, body?: unknown) => {
    const answer = await machine.api(method, path, body)
    if (answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.text === '' ? undefined : JSON.parse(answer.text)
  }
  const pathOf = async (id: string): Promise<string> =>
    new URL((await json('GET', `/api/v1/integrations/${id}`)).url).pathname
  const post = async (path: string, body: unknown): Promise<void> => {
    const answer = await machine.post(path, body)
    if (answer.status > 299) throw new Error(`POST: ${answer.status} ${answer.text}`)
  }
  const incident = async (alertname: string): Promise<string> => {
    const { items } = await json('GET', '/api/v1/incidents?limit=200')
    const found = (items as { id: string; labels: Record<string, string> }[]).find(
      ({ labels }) => labels.alertname === alertname,
    )
    if (found === undefined) throw new Error(`no incident of ${alertname}`)
    return found.id
  }
  return { json, pathOf, post, incident }
}

/** Plays the story and stops in the middle of work. */
export async function play(machine: HandMachine, receivers: Receivers): Promise<void> {
  const { clock, queues } = machine
  const { json, pathOf, post, incident } = await hands(machine)
  await json('PUT', '/api/v1/config', CONFIG)
  const alerts = await pathOf('default')
  const trail = await pathOf('trail')
  const at = (seconds: number) => machine.advanceTo(START + seconds * SECOND)
  const act = (id: string, action: string, body: object) => json('POST', `/api/v1/incidents/${id}/${action}`, body)

  await json('POST', '/api/v2/silences', {
    ...{ startsAt: toRfc3339(START), endsAt: toRfc3339(START + HOUR), createdBy: 'ada', comment: 'maintenance' },
    matchers: [{ name: 'alertname', value: 'Silenced', isRegex: false }],
  })
  await json('POST', '/api/v1/keys', { name: 'a reader', role: 'viewer' })
  receivers.behave(410, '/gone')
  await post(alerts, [small('a'), small('b'), small('c')])
  const copied = await queues.alerts.receive(1000)
  await machine.handle('alerts', copied)
  await post(
    alerts,
    Array.from({ length: PAGED }, (_, id) => paged(id)),
  )
  await post(
    alerts,
    Array.from({ length: MANY }, (_, id) => many(id)),
  )
  await post(alerts, [
    alertOf('gone', 'GoneDown'),
    alertOf('small', 'Ended'),
    alertOf('small', 'ByHand'),
    alertOf('muted', 'Silenced'),
    alertOf('muted', 'Root', { site: 'x' }),
    alertOf('muted', 'Follows', { site: 'x' }),
  ])
  await post(
    trail,
    [1, 2, 3, 4, 5].map((id) => failedSignin(id, START - id * SECOND)),
  )
  await machine.post(alerts, 'no JSON')
  await at(60)
  const disk = await incident('DiskFull')
  await act(disk, 'claim', { by: 'ada' })
  await act(disk, 'comment', { by: 'ada', comment: 'the disk is full' })
  await act(await incident('ByHand'), 'close', { by: 'grace', solution: 'known, and on its way' })
  await json('POST', `/api/v1/incidents/${disk}/links`, {})
  await json('DELETE', '/api/v1/links')
  const over = { endsAt: toRfc3339(START + 70 * SECOND) }
  await at(70)
  await post(alerts, [small('c', over), alertOf('small', 'Ended', {}, over), paged(3, over), many(3, over)])
  await post(trail, [changedRoute(START + 60 * SECOND)])
  await at(180)
  receivers.behave(503, '/bus')
  receivers.behave('times out', '/slow', ...MANY_TARGETS.slice(0, 9).map((id) => `/${id}`))
  await act(disk, 'comment', { by: 'grace', comment: 'a larger disk is ordered' })
  await act(disk, 'comment', { by: 'ada', comment: 'thanks' })
  const later = { startsAt: toRfc3339(START + 185 * SECOND) }
  await at(185)
  await post(alerts, [small('d', later), many(MANY, later)])
  await at(225)
  receivers.behave('hangs', '/late')
  await post(alerts, [paged(PAGED, later)])
  await machine.work('alerts')
  await stopHalfWay(machine, receivers, { alerts, trail })
  // A late copy of the first message: one of its alerts is over and gone.
  await queues.alerts.send(copied.map(({ body }) => ({ account: 'default', body })))
  await act(disk, 'comment', { by: 'ada', comment: 'nobody has worked on this comment yet' })
  if (clock.now() >= START + DAY || queues.alerts.depth().ready === 0) throw new Error('the story went astray')
}

/** Leaves messages of every kind in the queues. */
async function stopHalfWay(
  machine: HandMachine,
  receivers: Receivers,
  { alerts, trail }: { alerts: string; trail: string },
): Promise<void> {
  const { clock, queues } = machine
  const { post } = await hands(machine)
  const now = (): string => toRfc3339(clock.now())
  // A dead letter: each receive ends without an answer.
  await post(alerts, [alertOf('small', 'DeadLetter')])
  for (let receives = 0; receives < 5; receives++) {
    const messages = await queues.alerts.receive(1000)
    await queues.alerts.retry(
      messages.map(({ id }) => id),
      0,
    )
  }
  // The deadline of the group brings one target of it to open a delivery that hangs, and one to a report not read yet.
  for (let minutes = 0; queues.deliveries.depth().ready < 2 && minutes < 10; minutes++) {
    clock.advance(30 * SECOND)
    await machine.work('alerts')
  }
  const due = await queues.deliveries.receive(1000)
  const hanging = due.filter(({ body }) => body.includes('"late"'))
  const told = due.filter(({ body }) => body.includes('"desk"')).slice(0, 1)
  if (hanging.length !== 1 || told.length !== 1) throw new Error(`nothing to leave half-way among ${due.length}`)
  void machine.handle('deliveries', hanging)
  await receivers.hanging
  await machine.handle('deliveries', told)
  const rest = due.filter((message) => !hanging.includes(message) && !told.includes(message))
  await queues.deliveries.retry(
    rest.map(({ id }) => id),
    0,
  )
  await post(alerts, [small('e', { startsAt: now() }), paged(5, { endsAt: now() })])
  // In flight, without an answer.
  await queues.alerts.receive(1)
  await post(alerts, [alertOf('muted', 'Waiting', {}, { startsAt: now() })])
  await post(trail, [failedSignin(0, clock.now() - MINUTE)])
}
