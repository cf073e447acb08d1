import { digest } from '../base/hash.ts'
import type { Millis } from '../base/time.ts'
import type { How, Notification } from '../delivery/delivery.ts'
import type { Target } from '../delivery/target.ts'
import type { Context, Draft } from './context.ts'
import type { Group, Teller } from './group.ts'
import { notifiedPolicy } from './incident.ts'
import type { TargetState } from './target-state.ts'
import { type Content, firstOf, type GroupAlerts, type Words, wordsOf } from './words.ts'

/** The parts of a notification beside its alerts. */
interface ContentDraft extends Pick<Notification, 'reason' | 'event' | 'incident' | 'ended'> {
  kind: Target['kind']
  /** Alerts shown at most, the first ones; further alerts are counted. Absent: every alert is shown. */
  shown?: number
  /** The group under whose key the target is told; absent: this group. */
  under?: string
  /** That group has alerts that fire, under the same key. */
  goesOn?: boolean
  /** The moment of the stage that calls the target: a message sent before that moment is no call. */
  call?: Millis
  /** The words of the whole group, when the alerts are a part of the group. */
  partOf?: Words
}

/** Freezes the content for a target: the given alerts of the group in their present state, and the reason. */
export function freeze(
  { group, frozen }: Draft,
  alerts: GroupAlerts,
  { kind, reason, event, incident, ended, shown, call, partOf, under, goesOn = false }: ContentDraft,
  ctx: Context,
): Content {
  const words = wordsOf(frozen, alerts, kind, ctx.now)
  const { text, firing, resolved } = words
  const whole = partOf ?? words
  const more = [...(ended === undefined ? [] : [ended]), ...(call === undefined ? [] : [call])]
  const about = JSON.stringify(event ?? incident ?? '') + more.map((one) => JSON.stringify(one)).join('')
  const kept = firstOf(words, Math.min(shown ?? alerts.length, alerts.length))
  const truncated = whole.alerts.length - kept.length
  const key = `${reason} ${truncated} ${about} ${under} ${goesOn}`
  const known = words.contents.get(key)
  if (known !== undefined) return known
  const { receiver, routeLabels } = ctx.policy
  const here = {
    receiver,
    groupKey: ctx.groupKey,
    groupLabels: group.labels,
    routeLabels,
    policy: notifiedPolicy(ctx.policy),
  }
  const {
    incident: _,
    ended: __,
    policy,
    ...names
  }: Teller = (under === undefined ? undefined : group.tellers?.[under]) ?? here
  const content: Content = {
    notification: {
      ...names,
      alerts: kept,
      truncated,
      ...(truncated > 0 || goesOn ? { fires: whole.firing.length > 0 || goesOn } : {}),
      reason,
      event,
      ...(kind === 'notification' ? { incident, ended, policy, level: whole.level } : {}),
    },
    hash: digest([`[${about},[${text}]]`, ...(under === undefined ? [] : [under, String(goesOn)])], 24),
    firing,
    resolved,
  }
  words.contents.set(key, content)
  return content
}

/** The content in the words of an action: the same notification under another hash. */
export function written(content: Content, how: How | undefined): Content {
  if (how === undefined) return content
  const { template = '', hash = '', language, timeZone, mention, details } = how
  // A word that the action does not say adds nothing, so what was told before the word existed keeps its hash.
  const more = [
    ...(mention === undefined ? [] : [JSON.stringify(mention)]),
    ...(details === undefined ? [] : [details]),
  ]
  return { ...content, how, hash: digest([content.hash, template, hash, language, timeZone, ...more], 24) }
}

/** An id never returns with other content in between, nor after the group was emptied and born again. */
export function deliveryId(
  { id, birth }: Pick<Group, 'id' | 'birth'>,
  target: string,
  { count }: Pick<TargetState, 'count'>,
  { hash }: Pick<Content, 'hash'>,
): string {
  return `${id}-${digest([String(birth), target, String(count), hash], 24)}`
}

/** Keeps the content of a delivery. The content is written before the head that names the delivery. */
export function keepContent(draft: Draft, target: string, delivery: string, content: Content, ctx: Context): void {
  const { account, id: group, policy } = draft.group
  const { notification, firing, resolved, how } = content
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
    ...(how === undefined ? {} : { how }),
  })
}
