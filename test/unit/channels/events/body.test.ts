import { describe, expect, test } from 'vitest'
import { finish } from '../../../../shared/base/steps.ts'
import { MAX_MILLIS, type Millis } from '../../../../shared/base/time.ts'
import type { NotifiedAlert } from '../../../../shared/delivery/delivery.ts'
import { arms } from '../../../../shared/integrations/arms.ts'
import type { DecodeContext } from '../../../../shared/integrations/integration.ts'
import { decodeBody } from '../../../../shared/integrations/severity.ts'
import {
  type AlertsBody,
  BUS,
  CLOSED,
  firing,
  INCIDENT,
  moment,
  OPENED,
  PUBLISHED,
  read,
  resolved,
  told,
} from './story.ts'

const LINK = `https://tocsin.example.com/incidents/${INCIDENT}`
const bodyOf = (...args: Parameters<typeof told>): AlertsBody => read(told(...args)).data.data

const LABELS = {
  _aliyun_arms_denoise_code: '0',
  _aliyun_arms_integration_id: 'prometheus-prod',
  _aliyun_arms_integration_name: 'prometheus-prod',
  _aliyun_arms_is_denoise_filtered: 'false',
  _aliyun_arms_product_type: 'CUSTOM',
  _aliyun_arms_userid: 'acme',
  alertname: 'DiskFull',
  host: 'db-1',
  severity: 'error',
}

/** https://www.alibabacloud.com/help/en/arms/user-guide/send-alert-events-to-eventbridge: its fields, our values. */
const CREATED = {
  specversion: '1.0',
  id: `${INCIDENT}_create`,
  source: 'arms',
  type: 'aliyun:arms:alarm:create',
  datacontenttype: 'application/json',
  subject: LINK,
  aliyuneventbusname: 'on-call',
  aliyunregionid: 'cn-hangzhou',
  aliyunaccountid: '1100000000000001',
  aliyunoriginalaccountid: '1100000000000001',
  aliyunpublishtime: '2026-01-05T18:30:05.052Z',
  data: {
    owner: 'storage',
    timestamp: OPENED,
    data: {
      status: 'firing',
      level: 'P2',
      dispatchRuleName: 'Databases & caches',
      // 18:30 in London is the next day in Shanghai.
      startTime: '2026-01-06 02:30:00',
      externalURL: LINK,
      receiver: 'databases',
      alerts: [
        {
          fingerprint: '8f1c6a0b2f3d4e5a',
          status: 'firing',
          startsAt: '2026-01-05T18:30:00.645000000Z',
          endsAt: '2026-01-05T18:34:05.000000000Z',
          labels: LABELS,
          annotations: { message: 'disk of db-1 is full' },
        },
      ],
      commonLabels: LABELS,
      commonAnnotations: { message: 'disk of db-1 is full' },
      groupLabels: { alertname: 'DiskFull' },
    },
  },
}

describe('an event', () => {
  test('create has the fields that ARMS publishes, no other and none less', () => {
    expect(read(told(moment('create')))).toEqual(CREATED)
  })

  test('close shows the same alerts as resolved, with both ends', () => {
    const { data } = CREATED
    const [alert] = data.data.alerts
    expect(read(told(moment('close')))).toEqual({
      ...CREATED,
      id: `${INCIDENT}_close`,
      type: 'aliyun:arms:alarm:close',
      data: {
        ...data,
        handler: '',
        operator: '',
        solution: '',
        timestamp: CLOSED,
        data: {
          ...data.data,
          status: 'resolved',
          endTime: '2026-01-06 02:34:30',
          alerts: [{ ...alert, status: 'resolved', endsAt: '2026-01-05T18:34:30.000000000Z' }],
        },
      },
    })
  })

  test.each([
    ['create', { owner: 'storage' }],
    ['claim', { owner: 'storage', handler: 'mei', operator: 'jo' }],
    ['comment', { owner: 'storage', handler: 'mei', operator: 'jo', comment: 'logs were not rotated' }],
    ['close', { owner: 'storage', handler: '', operator: '', solution: '' }],
  ] as const)('%s says of people %j', (type, people) => {
    const { timestamp, data: _data, ...said } = read(told(moment(type))).data
    expect(said).toEqual(people)
    expect(timestamp).toBe(moment(type).at)
  })

  test('close carries the solution of whoever closed it', () => {
    const person = { handler: 'mei', operator: 'mei', solution: 'rotated the logs', comment: 'of no close' }
    const { timestamp: _timestamp, data: _data, ...said } = read(told(moment('close', { person }))).data
    expect(said).toEqual({ owner: 'storage', handler: 'mei', operator: 'mei', solution: 'rotated the logs' })
  })

  test('of a policy without an owner has an empty one', () => {
    const policy = { id: 'p', name: 'P' }
    expect(read(told(moment('create', { policy }))).data.owner).toBe('')
  })

  test('leaves the bus and the region out that the channel does not know', () => {
    const { eventBus: _bus, region: _region, accountId: _account, ...rest } = BUS
    const names = Object.keys(read(told(moment('create')), rest)).filter((name) => name.startsWith('aliyun'))
    expect(names).toEqual(['aliyunaccountid', 'aliyunoriginalaccountid', 'aliyunpublishtime'])
  })

  test.each([
    ['that of the channel', '203.0.113.7', '10.0.0.7', '203.0.113.7'],
    ['that of the host, without one of the channel', undefined, '10.0.0.7', '10.0.0.7'],
    ['absent, when the host knows none', undefined, undefined, undefined],
  ])('has as address of the publisher %s', (_which, publishAddress, hostAddress, expected) => {
    const event = read(told(moment('create')), { ...BUS, publishAddress }, { hostAddress })
    expect(event.aliyunpublishaddr).toBe(expected)
  })

  test('has a time for a channel that asks for it only: the moment of the event', () => {
    expect(read(told(moment('claim')))).not.toHaveProperty('time')
    const event = read(told(moment('claim')), { ...BUS, time: true })
    expect(event.time).toBe(new Date(moment('claim').at).toISOString())
    expect(Date.parse(String(event.time))).toBe(event.data.timestamp)
  })

  test('leaves to a bus of Alibaba Cloud what such a bus writes', () => {
    const settings = { ...BUS, region: undefined, publishAddress: '203.0.113.7', stampedByBus: true } as const
    const names = Object.keys(read(told(moment('create')), settings, { hostAddress: '10.0.0.7' }))
    expect(names.filter((name) => name.startsWith('aliyun'))).toEqual(['aliyuneventbusname'])
  })

  test('has the source and the prefix of its channel', () => {
    const event = read(told(moment('claim')), { ...BUS, source: '/hub', typePrefix: 'com.example.alarm' })
    expect(event).toMatchObject({ source: '/hub', type: 'com.example.alarm:claim' })
  })
})

describe('the original account', () => {
  const from = (account: string, via?: string[]) =>
    firing({ origin: { account, integration: 'default', ...(via === undefined ? {} : { via }) } })

  test.each([
    ['that of the bus, of alerts of its own', [from('acme')], 'bus'],
    ['that which passed all of them on', [from('shop', ['shop~1']), from('shop', ['shop~1'])], 'shop'],
    ['that which ARMS names, which passes on too', [from('1100000000000009', [])], '1100000000000009'],
    ['that of the bus, when several did', [from('shop', ['shop~1']), from('bank', ['bank~1'])], 'bus'],
    ['that of the bus, when some are its own', [from('shop', ['shop~1']), from('acme')], 'bus'],
    ['that of the bus, of a name that no attribute can have', [from('sh\nop', ['shop~1'])], 'bus'],
    ['that of the bus, of no alerts at all', [], 'bus'],
  ])('is %s', (_title, alerts, original) => {
    const event = read(told(moment('create'), alerts), { ...BUS, accountId: 'bus' })
    expect([event.aliyunaccountid, event.aliyunoriginalaccountid]).toEqual(['bus', original])
  })

  test('is that of the bus, when alerts were cut off that may be of others', () => {
    const event = read(told(moment('create'), [from('shop', ['shop~1'])], 1), { ...BUS, accountId: 'bus' })
    expect(event.aliyunoriginalaccountid).toBe('bus')
  })

  test('and that of the bus are the account of the incident, when the channel names none', () => {
    const { accountId: _account, ...rest } = BUS
    const accounts = (alerts: NotifiedAlert[]) => {
      const { aliyunaccountid, aliyunoriginalaccountid } = read(told(moment('create'), alerts), rest)
      return [aliyunaccountid, aliyunoriginalaccountid]
    }
    expect(accounts([from('acme')])).toEqual(['acme', 'acme'])
    expect(accounts([from('shop', ['shop~1'])])).toEqual(['acme', 'shop'])
  })
})

describe('what is firing', () => {
  test('is the whole, as long as one of its alerts is', () => {
    const body = bodyOf(moment('claim'), [resolved(), firing({ labels: { host: 'b' } })])
    expect(body.status).toBe('firing')
    expect(body.alerts.map(({ status }) => status)).toEqual(['resolved', 'firing'])
    expect(body).not.toHaveProperty('endTime')
  })

  test('is nothing when all ended, though the incident is still open', () => {
    expect(bodyOf(moment('comment'), [resolved()])).toMatchObject({
      status: 'resolved',
      endTime: '2026-01-06 02:34:30',
    })
  })

  test('is nothing once somebody closed it: what fired ended then', () => {
    const body = bodyOf(moment('close'), [firing()])
    expect(body).toMatchObject({ status: 'resolved', endTime: '2026-01-06 02:34:35' })
    expect(body.alerts).toMatchObject([{ status: 'resolved', endsAt: '2026-01-05T18:34:35.000000000Z' }])
  })

  test('may be among the alerts that are not shown', () => {
    expect(bodyOf(moment('claim'), [resolved()], 3)).toMatchObject({ status: 'firing', truncatedAlerts: 3 })
    expect(bodyOf(moment('create'), [resolved()], 3)).toMatchObject({ status: 'firing' })
    expect(bodyOf(moment('close'), [resolved()], 3)).toMatchObject({ status: 'resolved' })
  })
})

describe('times', () => {
  test.each([
    ['UTC', '2026-01-05 18:30:00'],
    ['America/New_York', '2026-01-05 13:30:00'],
    ['Asia/Kathmandu', '2026-01-06 00:15:00'],
    ['asia/shanghai', '2026-01-06 02:30:00'],
  ])('for people read as in %s', (timeZone, startTime) => {
    expect(read(told(moment('create')), { ...BUS, timeZone }).data.data.startTime).toBe(startTime)
  })

  test('follow daylight saving', () => {
    const alert = firing({ startsAt: Date.UTC(2026, 6, 1, 12, 0, 9) })
    const event = read(told(moment('create'), [alert]), { ...BUS, timeZone: 'Europe/Berlin' })
    expect(event.data.data.startTime).toBe('2026-07-01 14:00:09')
  })

  test('of the whole span its alerts', () => {
    const body = bodyOf(moment('close'), [
      resolved({ startsAt: OPENED + 60_000 }),
      resolved({ startsAt: OPENED - 60_000, endsAt: OPENED + 90_000 }),
    ])
    expect(body).toMatchObject({ startTime: '2026-01-06 02:29:05', endTime: '2026-01-06 02:34:30' })
  })

  test('of an incident that shows no alert are its own', () => {
    expect(bodyOf(moment('close'), [])).toMatchObject({
      startTime: '2026-01-06 02:30:05',
      endTime: '2026-01-06 02:34:35',
    })
  })

  test.each([-8.64e15, -62135596800000, 253402300799999, 8.64e15])('beyond any calendar (%d) are still times', (at) => {
    const body = bodyOf(moment('create'), [firing({ startsAt: at, until: at })])
    expect(body.startTime).toMatch(/^\d{4,5}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    expect(body.alerts[0]?.startsAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
  })

  test('that nobody gave are Go’s zero time', () => {
    const { until: _until, ...endless } = firing()
    // An alert that ends by its sender's word alone has the end of all time.
    for (const alert of [endless, firing({ until: MAX_MILLIS })]) {
      expect(bodyOf(moment('create'), [alert]).alerts[0]?.endsAt).toBe('0001-01-01T00:00:00Z')
    }
  })
})

describe('the level', () => {
  test('is that of the worst alert', () => {
    const alerts = ['warning', 'critical', 'info'].map((severity) => firing({ labels: { severity } }))
    expect(bodyOf(moment('create'), alerts).level).toBe('P1')
  })
})

describe('labels', () => {
  test('say which rule raised it', () => {
    const origin = { account: 'acme', integration: 'default', rule: 'root-login' }
    expect(bodyOf(moment('create'), [firing({ origin })]).alerts[0]?.labels).toMatchObject({
      _aliyun_arms_userid: 'acme',
      _aliyun_arms_integration_id: 'default',
      _aliyun_arms_alert_rule_id: 'root-login',
    })
  })

  test('of the origin cannot be forged by a sender', () => {
    const labels = { alertname: 'A', _aliyun_arms_userid: 'root', _aliyun_arms_alert_rule_id: 'r', _aliyun_arms_x: '1' }
    const [alert] = bodyOf(moment('create'), [firing({ labels })]).alerts
    expect(alert?.labels).toMatchObject({ _aliyun_arms_userid: 'acme', _aliyun_arms_x: '1' })
    expect(alert?.labels).not.toHaveProperty('_aliyun_arms_alert_rule_id')
    const { origin: _origin, ...unknown } = firing({ labels })
    expect(bodyOf(moment('create'), [unknown]).alerts[0]?.labels).toEqual({ alertname: 'A', _aliyun_arms_x: '1' })
  })

  test('that all have are common', () => {
    const alerts = ['a', 'b'].map((host) => firing({ labels: { alertname: 'A', host }, annotations: { host } }))
    const body = bodyOf(moment('create'), alerts)
    expect(body.commonLabels).toMatchObject({ alertname: 'A', _aliyun_arms_userid: 'acme' })
    expect(body.commonLabels).not.toHaveProperty('host')
    expect(body.commonAnnotations).toEqual({})
  })

  test('may have any name', () => {
    const labels = JSON.parse('{"__proto__":"p","constructor":"c"}')
    const { origin: _origin, ...plain } = firing({ labels, annotations: labels })
    const body = JSON.stringify(bodyOf(moment('create'), [plain]))
    expect(body).toContain('"commonLabels":{"__proto__":"p","constructor":"c"}')
    expect(body).toContain('"annotations":{"__proto__":"p","constructor":"c"}')
  })
})

describe('an integration of type arms', () => {
  const context = (receivedAt: Millis): DecodeContext => ({
    receivedAt,
    recoverAfterMs: 300_000,
    recoverToldMs: 0,
    self: () => 'here',
    name: 'ARMS',
  })

  test.each([
    ['firing', told(moment('create')), { recoverAfterMs: 0 }],
    ['resolved', told(moment('close')), { endsAt: CLOSED - 5_000 }],
  ] as const)('reads it back as the alert that is %s, with its origin', (_status, notification, end) => {
    const [alert] = notification.alerts
    const decoded = decodeBody(arms, read(notification), context(notification.event.at), {})
    expect(finish(decoded)).toMatchObject({
      alerts: [
        {
          labels: alert!.labels,
          annotations: alert!.annotations,
          startsAt: alert!.startsAt,
          ...end,
          origin: { account: 'acme', integration: 'prometheus-prod' },
        },
      ],
    })
  })
})

test('publishing is a moment of its own', () => {
  expect(read(told(moment('create'))).aliyunpublishtime).toBe(new Date(PUBLISHED).toISOString())
})
