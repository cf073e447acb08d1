import type { Metrics } from '../base/metrics.ts'
import { never } from '../base/never.ts'
import type { FailureReason, Outcome } from '../delivery/outcome.ts'

/** Counts an attempt of a kind of channel that took so many seconds. */
export function count(type: string, outcome: Outcome, seconds: number, metrics: Metrics): void {
  const integration = type
  // Nothing was sent.
  if (outcome.kind === 'refused' && (outcome.reason === 'limited' || outcome.reason === 'quota')) return
  metrics.add('tocsin_notifications_total', { type, outcome: outcome.kind })
  metrics.add('alertmanager_notifications_total', { integration })
  metrics.observe('alertmanager_notification_latency_seconds', { integration }, seconds)
  if (outcome.kind === 'arrived') return
  metrics.add('tocsin_notifications_failed_total', { type, reason: outcome.reason })
  metrics.add('alertmanager_notifications_failed_total', { integration, reason: alertmanagerReason(outcome.reason) })
}

/** Alertmanager's class of a failure. Its sender has no word for a target that may not be called. */
function alertmanagerReason(reason: FailureReason): string {
  switch (reason) {
    case 'clientError':
    case 'authError':
    case 'rateLimited':
    case 'gone':
      return 'clientError'
    case 'serverError':
      return 'serverError'
    case 'timeout':
      return 'contextDeadlineExceeded'
    case 'connection':
    case 'forbiddenTarget':
    case 'misconfigured':
    case 'limited':
    case 'quota':
    case 'other':
      return 'other'
    default:
      return never(reason)
  }
}
