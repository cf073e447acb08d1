import type { NotifyReason } from '../delivery/delivery.ts'

/** Words of Alertmanager about a notification (facts from prometheus/alertmanager, Apache-2.0). */

/** Go's regexp.QuoteMeta, which Alertmanager applies to the names of receivers. */
export function quotedReceiver(name: string): string {
  return name.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}

/** Alertmanager's words since 0.32 (notify/dedup_stage.go). Alertmanager has no replay and no life cycle. */
export const REASON_WORDS: Record<NotifyReason, string> = {
  first: 'first notification',
  'new-alerts': 'new alerts added',
  'some-resolved': 'some alerts resolved',
  'all-resolved': 'all alerts resolved',
  escalated: 'escalated',
  fallback: 'fallback',
  repeat: 'repeat interval elapsed',
  replay: 'replay requested',
  claim: 'claimed by a person',
  closed: 'closed by a person',
  lifecycle: 'life cycle of the incident',
  test: 'test of the channel',
}

/** `externalURL`, without a slash at its end. */
export function externalUrl(publicUrl: string): string {
  return publicUrl.replace(/\/+$/, '')
}
