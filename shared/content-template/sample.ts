import type { Notification, NotifiedAlert } from '../delivery/delivery.ts'

/** An hour of a day on which nothing happened. */
const BEGAN = Date.UTC(2026, 0, 14, 8, 4, 30)
const LASTED = 25 * 60_000

const first: NotifiedAlert = {
  fingerprint: '478325709134bc5c',
  labels: {
    alertname: 'VPC Network Route Change Alert',
    rule: 'vpc-route-change',
    severity: 'high',
    region: 'cn-hangzhou',
    project: 'actiontrail-prod',
    cloudAccount: '154035569884',
    eventName: 'CreateRouteEntry',
  },
  annotations: {
    summary: 'A route of the VPC vpc-bp1 was changed',
    description: 'CreateRouteEntry by Alice, from 203.0.113.7.\nCheck whether the change was planned.',
    user: 'Alice',
    sourceIp: '203.0.113.7',
    runbook_url: 'https://example.com/runbooks/vpc-route',
    __count__: '1',
  },
  startsAt: BEGAN,
  generatorURL: 'https://example.com/query?q=CreateRouteEntry',
}

const second: NotifiedAlert = {
  ...first,
  fingerprint: '478325709134bc5d',
  labels: { ...first.labels, severity: 'critical', region: 'cn-beijing', eventName: 'DeleteRouteEntry' },
  annotations: { ...first.annotations, summary: 'A route of the VPC vpc-2ze was deleted', user: '<Bob & "friends">' },
  startsAt: BEGAN + 60_000,
}

/** A notification to try a template with: two alerts of an audit trail, with characters that have to be escaped. */
export function sampleNotification(state: 'firing' | 'resolved'): Notification {
  const ended = (alert: NotifiedAlert): NotifiedAlert =>
    state === 'resolved' ? { ...alert, endsAt: BEGAN + LASTED } : alert
  return {
    receiver: 'audit',
    groupKey: '{}/{}:{alertname="VPC Network Route Change Alert"}',
    groupLabels: { alertname: 'VPC Network Route Change Alert' },
    reason: state === 'resolved' ? 'all-resolved' : 'first',
    alerts: [ended(first), ended(second)],
    truncated: 0,
    level: 'P1',
    policy: { id: 'audit', name: 'Audit', owner: 'security' },
    incident: { id: '00112233445566778899aabbccddeeff-mkdpvz9c', openedAt: BEGAN, handler: 'Kumer' },
  }
}
