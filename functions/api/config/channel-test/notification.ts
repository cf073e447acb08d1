import { fingerprint } from '../../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../../shared/alert/labels.ts'
import type { Millis } from '../../../../shared/base/time.ts'
import type { LifecycleEvent, Notification } from '../../../../shared/delivery/delivery.ts'

/** The policy that tests of channels name. No policy of a user begins with a low line. */
const POLICY = { id: '_test', name: 'Test' }

export interface TestOf {
  channel: string
  /** The name that the channel shows as its receiver. Absent: the policy of tests. */
  receiver?: string
  /** The person or the key that asked for the test. */
  by: string
  at: Millis
  /** `resolved`: the end of the alert of an earlier test. */
  status: 'firing' | 'resolved'
  /** The id of the delivery, for the event. */
  delivery: string
}

/**
 * The message of a test: one alert of the lowest level, of no incident. Every text of the alert says: nothing is wrong.
 * All tests of a channel have one group key, so the end of a test closes what the beginning opened at a service that
 * keeps incidents.
 */
export function testNotification({ channel, receiver = POLICY.id, by, at, status }: TestOf): Notification {
  const groupLabels = { alertname: 'TocsinTest', channel }
  const labels: Labels = { ...groupLabels, severity: 'info' }
  const annotations = {
    summary: `Test of the channel ${channel}: nothing is wrong`,
    description: `${by} tested whether messages arrive here. Nobody has to do anything.`,
  }
  const alert = { fingerprint: fingerprint(labels), labels, annotations, startsAt: at }
  return {
    ...{ receiver, groupKey: `{}/{channel="${channel}"}:{alertname="TocsinTest"}`, groupLabels },
    reason: 'test',
    alerts: [status === 'firing' ? alert : { ...alert, endsAt: at }],
    truncated: 0,
    policy: POLICY,
  }
}

/** The same for a channel that is sent life-cycle events: an incident of the test's own opens, or closes. */
export function testEvent({ delivery, at, by, status }: TestOf): LifecycleEvent {
  const closes = status === 'resolved'
  const type = closes ? 'close' : 'create'
  const incident = { id: delivery, openedAt: at }
  return {
    ...{ id: `${delivery}_${type}`, type, at, policy: POLICY },
    incident: closes ? { ...incident, closedAt: at } : incident,
    ...(closes && { person: { operator: by, solution: 'a test' } }),
  }
}
