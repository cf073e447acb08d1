import type { Fingerprint } from '../alert/alert.ts'
import { type Level, worstLevel } from '../alert/level.ts'
import { compareAlerts } from '../alert/sort.ts'
import { howManyFit } from '../base/fitting.ts'
import { digest } from '../base/hash.ts'
import type { Notification, NotifiedAlert } from '../delivery/delivery.ts'
import type { Target } from '../delivery/target.ts'
import { overAt } from './closed-by-hand.ts'
import type { Context, Draft } from './context.ts'
import type { Group, Member } from './group.ts'
import { notifiedPolicy } from './incident.ts'
import type { TargetState } from './target-state.ts'

/** The content of a delivery must fit into a single item of the table. The first alert is always kept, of any size. */
const CONTENT_BYTES = 160 * 1024

export interface Content {
  notification: Notification
  /**
   * Covers the incident with its handler, or the event, and the alerts with their startsAt: another episode of the same
   * alerts has another hash. Leaves out the reason and the policy: a repeated attempt says the same as the first
   * attempt.
   */
  hash: string
  firing: Fingerprint[]
  resolved: Fingerprint[]
}

/** The parts of a notification beside its alerts. */
interface ContentDraft extends Pick<Notification, 'reason' | 'event' | 'incident'> {
  kind: Target['kind']
}

/** Freezes the content for a target: the given alerts of the group in their present state, and the reason. */
export function freeze(
  group: Group,
  alerts: readonly [Fingerprint, Member][],
  { kind, reason, event, incident }: ContentDraft,
  ctx: Context,
): Content {
  const sorted = [...alerts].sort(([, a], [, b]) => compareAlerts(a.alert.labels, b.alert.labels))
  // A receiver that takes alerts over, such as another account or a bus, needs more of an alert than a reader needs.
  const more = kind !== 'notification'
  const all = sorted.map(([fingerprint, member]) => notified(fingerprint, member, more, ctx))
  const kept = all.slice(0, Math.max(1, howManyFit(all, CONTENT_BYTES)))
  return {
    notification: {
      receiver: ctx.policy.receiver,
      groupKey: ctx.groupKey,
      groupLabels: group.labels,
      alerts: kept,
      truncated: all.length - kept.length,
      reason,
      event,
      ...(kind === 'notification' ? { incident, policy: notifiedPolicy(ctx.policy), level: levelNow(all) } : {}),
    },
    hash: digest([JSON.stringify([event ?? incident ?? '', all])], 24),
    firing: all.filter((alert) => alert.endsAt === undefined).map((alert) => alert.fingerprint),
    resolved: all.filter((alert) => alert.endsAt !== undefined).map((alert) => alert.fingerprint),
  }
}

function levelNow(alerts: readonly NotifiedAlert[]): Level {
  const firing = alerts.filter(({ endsAt }) => endsAt === undefined)
  return worstLevel(firing.length > 0 ? firing : alerts)
}

/** An id never returns with other content in between, nor after the group was emptied and born again. */
export function deliveryId({ id, birth }: Group, target: string, { count }: TargetState, { hash }: Content): string {
  return `${id}-${digest([String(birth), target, String(count), hash], 24)}`
}

/** Keeps the content of a delivery. The content is written before the head that names the delivery. */
export function keepContent(draft: Draft, target: string, delivery: string, content: Content, ctx: Context): void {
  const { account, id: group, policy } = draft.group
  const { notification, firing, resolved } = content
  draft.contents.push({
    id: delivery,
    account,
    group,
    policy,
    target,
    openedAt: ctx.now,
    notification,
    firing,
    resolved,
  })
}

function notified(fingerprint: Fingerprint, member: Member, more: boolean, ctx: Context): NotifiedAlert {
  const { labels, annotations, startsAt, generatorURL, origin, endsAt: until, timeout } = member.alert
  const endsAt = overAt(member, ctx.now)
  return {
    fingerprint,
    labels,
    annotations,
    startsAt,
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(generatorURL === undefined ? {} : { generatorURL }),
    ...(more ? { origin, until, ...(timeout ? { timeout } : {}) } : {}),
  }
}
