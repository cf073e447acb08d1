import { describe, expect, test } from 'vitest'
import type { Notification } from '../../../shared/delivery/delivery.ts'
import { viewOf } from '../../../shared/message-view/view.ts'
import { CLOSED, firing, INCIDENT, moment, OPENED, resolved, told } from '../channels/events/story.ts'

const { event: _event, ...life } = told(moment('create'))
const notification = (more: Partial<Notification> = {}): Notification => ({ ...life, reason: 'first', ...more })
const [ON, OFF] = [firing(), resolved()]

describe('the status of a notification', () => {
  test.each<[title: string, given: Partial<Notification>, status: string]>([
    ['one alert fires', { alerts: [OFF, ON] }, 'firing'],
    ['none fires', { alerts: [OFF] }, 'resolved'],
    ['there are no alerts', { alerts: [] }, 'resolved'],
    ['an alert left out fires', { alerts: [OFF], truncated: 1, fires: true, reason: 'replay' }, 'firing'],
    ['no alert left out fires', { alerts: [OFF], truncated: 1, fires: false, reason: 'repeat' }, 'resolved'],
    ['an earlier release did not say what fires', { alerts: [OFF], truncated: 1 }, 'firing'],
    ['all are said to be resolved', { alerts: [OFF], truncated: 1, reason: 'all-resolved' }, 'resolved'],
    ['a replay shows what it has', { alerts: [OFF], truncated: 1, reason: 'replay' }, 'resolved'],
    ['an incident opens', told(moment('create'), [OFF]), 'firing'],
    ['an incident is closed over firing alerts', told(moment('close'), [ON]), 'resolved'],
  ])('%s: %s', (_title, given, status) => {
    expect(viewOf(notification(given)).status).toBe(status)
  })
})

describe('the view', () => {
  test('sums up the alerts that are shown and counts the others', () => {
    const alerts = ['db-1', 'db-2', 'db-3'].map((host) => firing({ labels: { severity: 'error', host } }))
    const view = viewOf(notification({ alerts, truncated: 4 }), { shown: 1 })
    expect(view).toMatchObject({ truncated: 6, commonLabels: { severity: 'error', host: 'db-1' }, level: 'P2' })
    expect(view.alerts).toHaveLength(1)
    expect(viewOf(notification({ alerts })).commonLabels).toEqual({ severity: 'error' })
  })

  test('has the incident, the policy and the level of the notification', () => {
    const given = {
      incident: { id: INCIDENT, openedAt: OPENED, handler: 'mei' },
      policy: { id: 'db', name: 'Databases' },
      level: 'P1',
    } as const
    expect(viewOf(notification(given))).toMatchObject(given)
  })

  test('has those of a life-cycle event', () => {
    expect(viewOf(told(moment('close', { person: { handler: 'mei' } })))).toMatchObject({
      incident: { id: INCIDENT, openedAt: OPENED, closedAt: CLOSED, handler: 'mei' },
      policy: { id: 'databases', owner: 'storage' },
      level: 'P2',
    })
  })

  test('ends firing alerts with their incident', () => {
    const view = viewOf(told(moment('close'), [ON, OFF]))
    expect(view.alerts.map(({ status, endsAt }) => [status, endsAt])).toEqual([
      ['resolved', CLOSED],
      ['resolved', OFF.endsAt],
    ])
    expect(view.endsAt).toBe(CLOSED)
  })

  test('has no times that are not known', () => {
    const view = viewOf(notification({ alerts: [] }))
    expect([view.startsAt, view.endsAt]).toEqual([undefined, undefined])
  })
})
