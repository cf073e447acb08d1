import type { PostedAlert } from '../../shared/alert/alert.ts'
import { finish } from '../../shared/base/steps.ts'
import { alertMessages, LARGEST_ALERT } from '../../shared/message/alert-messages.ts'
import { MESSAGE_VERSION, type RecordsReceived } from '../../shared/message/message.ts'
import type { InspectedMessage, RuleMatch } from './inspect.ts'

export interface RaisedMessages {
  bodies: string[]
  /** Alerts too large for a message, with the rule and the reason. */
  tooLarge: { rule: string; alert: PostedAlert; reason: string }[]
}

/**
 * The messages of alerts for a message of records: at least a message for every raising rule, since a message names its
 * rule.
 */
export function raisedMessages({ body, raisingMatches }: InspectedMessage): RaisedMessages {
  const made: RaisedMessages = { bodies: [], tooLarge: [] }
  for (const [rule, alerts] of alertsByRule(raisingMatches, body)) {
    const { account, integration, receivedAt, recoverAfterMs, order } = body
    const times = { receivedAt, ...(order === undefined ? {} : { order }), recoverAfterMs }
    const envelope = { v: MESSAGE_VERSION, kind: 'alerts' as const, account, integration, ...times }
    const { messages, tooLarge } = finish(alertMessages({ ...envelope, rule }, alerts))
    made.bodies.push(...messages.map(({ body }) => body))
    const reason = `rule ${rule} raised an alert that is larger than ${LARGEST_ALERT} bytes`
    for (const place of tooLarge) made.tooLarge.push({ rule, alert: alerts[place]!, reason })
  }
  return made
}

function alertsByRule(matches: readonly RuleMatch[], { receivedAt }: RecordsReceived): Map<string, PostedAlert[]> {
  const rules = new Map<string, Map<string, PostedAlert>>()
  for (const { rule, record, labels } of matches) {
    const alert = rule.raise?.(record, labels, receivedAt)
    if (alert === undefined) continue
    const alerts = rules.get(rule.entry.id) ?? new Map<string, PostedAlert>()
    rules.set(rule.entry.id, alerts)
    const identity = JSON.stringify(alert.labels)
    alerts.set(identity, mergeRaised(alerts.get(identity), alert))
  }
  return new Map([...rules].map(([rule, alerts]) => [rule, [...alerts.values()]]))
}

/**
 * Merges the alerts of several records with the same labels, as dispatch would: the start of the first alert, the facts
 * of the last.
 */
function mergeRaised(known: PostedAlert | undefined, alert: PostedAlert): PostedAlert {
  if (known === undefined) return alert
  const last = known.annotations.eventTime! > alert.annotations.eventTime! ? known : alert
  return { ...last, startsAt: Math.min(known.startsAt, alert.startsAt) }
}
