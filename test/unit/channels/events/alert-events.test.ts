import { describe, expect, test } from 'vitest'
import { alertEvents } from '../../../../shared/channels/events/alert-events.ts'
import type { EventSettings, Notification } from '../../../../shared/delivery/delivery.ts'
import { alert, NOW, notification } from '../email/story.ts'
import { OPTIONS } from './story.ts'

const eventsOf = (told: Notification, settings: Partial<EventSettings> = {}, id = 'd1') =>
  alertEvents({ id, account: 'acme', notification: told }, settings, OPTIONS)

describe('an event of an alert', () => {
  test('has the fields of Log Service, and the policy and the incident', () => {
    const labels = { alertname: 'Route changed', rule: 'vpc-route-change', severity: 'high', region: 'cn-hangzhou' }
    const told = notification({ alerts: [alert({ labels, annotations: { project: 'p1' } })] })
    const [event] = eventsOf(told, { eventBus: 'on-call', region: 'cn-hangzhou', stampedByBus: true })
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      source: 'acs.sls.alert',
      type: 'sls:AlertEvent:Firing',
      time: new Date(NOW - 300_000).toISOString(),
      datacontenttype: 'application/json',
      subject: 'Route changed',
      aliyuneventbusname: 'on-call',
      aliyunregionid: 'cn-hangzhou',
      data: {
        aliuid: '',
        alert_instance_id: `8f1c6a0b2f3d4e5a-${(NOW - 300_000).toString(36)}`,
        alert_id: 'vpc-route-change',
        alert_name: 'Route changed',
        region: 'cn-hangzhou',
        project: 'p1',
        alert_time: (NOW - 300_000) / 1000,
        fire_time: (NOW - 300_000) / 1000,
        resolve_time: 0,
        status: 'firing',
        severity: 8,
        level: 'P2',
        labels,
        annotations: { project: 'p1' },
        fingerprint: '8f1c6a0b2f3d4e5a',
        query_url: '',
        alert_url: 'https://tocsin.example.com/incidents/inc-1',
        group_labels: { alertname: 'HostDown' },
        receiver: 'databases',
        policy: { alert_policy_id: 'databases', name: 'Databases' },
        incident: { id: 'inc-1' },
      },
    })
  })

  test('of a resolved alert says when the alert ended', () => {
    const [event] = eventsOf(notification({ alerts: [alert({ endsAt: NOW })] }))
    const data = { status: 'resolved', resolve_time: NOW / 1000, alert_time: NOW / 1000 }
    expect(event).toMatchObject({ type: 'sls:AlertEvent:Resolved', time: new Date(NOW).toISOString(), data })
  })

  test('has the names that the channel gives', () => {
    const [event] = eventsOf(notification(), { source: 'com.example', typePrefix: 'alert' })
    expect(event).toMatchObject({ source: 'com.example', type: 'alert:Firing' })
  })

  test('shows the incident without a key where the channel wants that', () => {
    const [event] = eventsOf(notification(), { links: true })
    expect(event?.data).toMatchObject({ alert_url: expect.stringMatching(/^https:\/\/tocsin\.example\.com\/l\//) })
  })

  test('is no larger than a bus takes, and keeps the fingerprint', () => {
    const labels = { alertname: '磁'.repeat(30_000), instance: '磁'.repeat(30_000) }
    const large = alert({ labels, annotations: { summary: '😀'.repeat(50_000) } })
    const [event] = eventsOf(notification({ alerts: [large] }))
    const text = JSON.stringify(event)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(64 * 1024)
    expect(text.isWellFormed()).toBe(true)
    expect(event?.data).toMatchObject({ fingerprint: '8f1c6a0b2f3d4e5a' })
  })
})

describe('the id of an event', () => {
  const idOf = (told: Notification, id?: string) => eventsOf(told, {}, id)[0]?.id
  const usual = idOf(notification())

  test.each<[what: string, told: Notification, id: string]>([
    ['in another delivery', notification(), 'd2'],
    ['beside other alerts', notification({ alerts: [alert(), alert({ fingerprint: 'b' })] }), 'd2'],
    ['as news', notification({ reason: 'new-alerts' }), 'd2'],
  ])('is the same %s', (_what, told, id) => {
    expect(idOf(told, id)).toBe(usual)
  })

  test.each<[what: string, told: Notification]>([
    ['another alert', notification({ alerts: [alert({ fingerprint: 'b' })] })],
    ['another episode', notification({ alerts: [alert({ startsAt: NOW })] })],
    ['the end', notification({ alerts: [alert({ endsAt: NOW })] })],
    ['a repeat', notification({ reason: 'repeat' })],
    ['a replay', notification({ reason: 'replay' })],
  ])('differs for %s', (_what, told) => {
    expect(idOf(told)).not.toBe(usual)
  })

  test('differs for each repeat, and is the same at each attempt of a repeat', () => {
    const repeat = notification({ reason: 'repeat' })
    expect(idOf(repeat, 'd1')).toBe(idOf(repeat, 'd1'))
    expect(idOf(repeat, 'd1')).not.toBe(idOf(repeat, 'd2'))
  })
})
