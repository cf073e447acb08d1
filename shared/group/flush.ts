import { type Fingerprint, resolvedAt } from '../alert/alert.ts'
import { DAY, type Millis } from '../base/time.ts'
import type { NotifiedIncident, NotifyReason } from '../delivery/delivery.ts'
import { type Target, targetKey } from '../delivery/target.ts'
import type { NotToldReason } from '../reason/reason.ts'
import { type AlertSet, common, union, without } from './alert-sets.ts'
import { type Addressee, audienceNow } from './audience.ts'
import { over } from './closed-by-hand.ts'
import { difference, owedAlerts } from './compare.ts'
import { deliveryId, freeze, keepContent, written } from './content.ts'
import type { Context, Draft } from './context.ts'
import { type EndsUnder, endedUnsentUnder, keepWire, underEarlierKeys, underPresentKey } from './earlier-keys.ts'
import type { Group } from './group.ts'
import { mayBeOvertaken, mayThinkFiring, type NotificationLogEntry } from './heard.ts'
import { incidentOf, notifiedIncident, opensIncidents, stopsRepeats } from './incident.ts'
import { endedIncidents, keepsIncidents, owesClaim, owesIncident } from './kept-incidents.ts'
import { oweEvent } from './lifecycle-events.ts'
import { about, note, noteDelivery, noteTarget } from './log.ts'
import { keepsMutedEnds, noteWaitingEnds, takeMuted } from './muted-ends.ts'
import { nextPart } from './parts.ts'
import { sendsResolved, setState, stateOf } from './target.ts'
import {
  counted,
  DELIVERY_WINDOW_MS,
  endedUnsent,
  type OpenDelivery,
  opened,
  type Rest,
  type SentDelivery,
  settled,
  type TargetState,
} from './target-state.ts'
import type { View } from './view.ts'
import { type Content, firstThatFit, type GroupAlerts, type Words, wordsOf } from './words.ts'

/** Ledgers are kept for longer: 30 days. */
const PLACE_MS = 25 * DAY

export function view(draft: Draft, ctx: Context): View {
  const [firing, resolved]: [Fingerprint[], Fingerprint[]] = [[], []]
  const seen: View = { alerts: [], firingAlerts: [], firing, resolved, leftOut: [], muted: new Map() }
  for (const [fingerprint, member] of draft.group.members) {
    const reason = ctx.muted(fingerprint, member.alert)
    if (reason !== undefined) {
      seen.muted.set(fingerprint, reason)
      continue
    }
    seen.alerts.push([fingerprint, member])
    if (over(member, ctx.now)) resolved.push(fingerprint)
    else {
      firing.push(fingerprint)
      seen.firingAlerts.push([fingerprint, member])
    }
  }
  return seen.resolved.length === 0 ? { ...seen, firingAlerts: seen.alerts } : seen
}

/** The view without firing alerts. */
export function endsOnly({ alerts, ...seen }: View, { now }: Context): View {
  const ended = alerts.filter(([, member]) => over(member, now))
  return { ...seen, firing: [], firingAlerts: [], leftOut: seen.firing, alerts: ended }
}

/** Whether the target may still believe that an alert fires, among these ended alerts. */
export function owedEnds(state: TargetState, resolved: readonly Fingerprint[]): boolean {
  return common(resolved, mayThinkFiring(state)).length > 0
}

/** A tick of the grid: compares every target; after the tick no alert is new any more. */
export function flush(draft: Draft, nominal: Millis, ctx: Context): void {
  const { group } = draft
  const seen = view(draft, ctx)
  const first = group.lastTick === undefined
  group.lastTick = nominal
  group.nextTick = nominal + ctx.policy.groupIntervalMs
  group.muted = false
  takeMuted(draft, seen, ctx)
  if (group.incident === undefined && seen.firing.length > 0 && opensIncidents(ctx.policy)) {
    group.incident = { id: `${group.id}-${nominal.toString(36)}`, openedAt: nominal }
    note(draft, ctx.now, { kind: 'opened', reason: { code: 'alerts-fire' }, alerts: seen.firing })
    const alive = seen.alerts.filter(([, { closedByHand }]) => closedByHand === undefined)
    oweEvent(draft, { type: 'create', at: nominal }, group.incident, alive, ctx)
  }
  const look = { ...lookAt(group, nominal, seen), first }
  for (const addressee of audienceNow(group, ctx).tell.values()) tell(draft, addressee, look, ctx)
  noteWaitingEnds(draft, seen.muted, ctx)
  for (const [fingerprint, member] of group.members) {
    const due =
      member.compared === undefined || (resolvedAt(member.alert, ctx.now) && member.compared < member.alert.endsAt)
    if (due) group.members.set(fingerprint, { ...member, compared: ctx.now })
  }
}

/** A comparison: the alerts, the time, and all that is the same for each target. */
export interface Look {
  /** Nominal time of the flush. */
  nominal: Millis
  seen: View
  /** `seen` with the alerts that it leaves out: what fires under an earlier key needs no open incident here. */
  whole: View
  /** The incident of a new notification. */
  incident: NotifiedIncident | undefined
  /** The reason of a notification without a firing alert: alerts closed by a person are told as closed. */
  end: 'all-resolved' | 'closed'
  /** The group under whose key the alerts are told; absent: the present group. */
  under?: string
  /** That group has alerts that fire, under the same key. */
  goesOn?: boolean
  /** A person's wish; absent: only differences are told. */
  forced?: NotifyReason
  /** The first flush of this life of the group, or since the configuration changed. */
  first?: boolean
}

export function lookAt(group: Group, nominal: Millis, seen: View, whole = seen): Look {
  const open = group.incident && notifiedIncident(group.incident)
  const incident = seen.firing.length === 0 ? incidentOf(group, seen.alerts) : open
  return { nominal, seen, whole, incident, end: endReason(seen) }
}

function endReason({ alerts }: View): Look['end'] {
  return alerts.some(([, { closedByHand }]) => closedByHand !== undefined) ? 'closed' : 'all-resolved'
}

/**
 * Compares a target with the present alerts and opens a delivery when there is a difference. No delivery is opened
 * while another delivery is open, while a delivery of another group may still arrive, or before a retry is due; in
 * these cases a later step compares again. The comparison is made under each group key: what is told under the present
 * key goes first, as no end is more urgent than a beginning, and the other keys follow when it has arrived.
 */
export function tell(draft: Draft, { target, tells }: Addressee, look: Look, ctx: Context): void {
  const key = targetKey(target)
  const state = stateOf(draft, key)
  if (state.open !== undefined || mayBeOvertaken(state, ctx.now)) {
    return setState(draft, key, { ...state, recheck: true })
  }
  let ready: TargetState = { ...state, recheck: false }
  setState(draft, key, ready)
  if (ready.paused !== undefined) {
    return noteTarget(draft, key, ctx.now, 'not-told', { code: 'paused', pause: ready.paused.reason })
  }
  if (ready.retry !== undefined && ctx.now < ready.retry.notBefore) return
  const ends = underEarlierKeys(draft, ready, look.whole)
  const sendResolved = sendsResolved(target.channel, ctx)
  if (!sendResolved) for (const one of ends) ready = endedUnsentUnder(ready, one, look.nominal)
  const here = underPresentKey(draft, ready, look.seen)
  const mine = here.seen === look.seen ? look : { ...look, ...lookAt(draft.group, look.nominal, here.seen) }
  const answer: Answer = tells === 'all' ? compare(draft, target, here.state, mine, ctx) : notAsked(ready)
  const owed = 'tell' in answer ? [{ look: mine, why: answer.tell }] : []
  if (sendResolved) owed.push(...ends.map((one) => endsUnder(draft, target, one, look, ctx)))
  const [next, ...later] = owed
  if (next !== undefined) {
    const told = later.length > 0 ? { ...ready, recheck: true } : ready
    return openNotification(draft, target, told, next.look, next.why, ctx)
  }
  const notTold = 'tell' in answer ? undefined : answer.notTold
  const quiet =
    notTold?.code === 'all-resolved-unsent'
      ? endedUnsent(ready, endOf(ready, mine, ctx), mine.seen.leftOut)
      : settled(ready)
  setState(draft, key, quiet)
  if (notTold !== undefined) noteTarget(draft, key, ctx.now, 'not-told', notTold)
}

/** The policy does not name the target, which is told ends under earlier keys alone. */
function notAsked({ retry }: TargetState): Answer {
  return { notTold: retry && { code: 'not-named' } }
}

/** Ends that are owed under an earlier key, with the incident of the group that told the beginnings. */
function endsUnder({ group }: Draft, target: Target, { under, seen }: EndsUnder, look: Look, ctx: Context) {
  const incident = group.tellers?.[under]?.incident
  const open = ctx.openIncidents.get(under)
  // A target that keeps incidents has the alerts of another incident under another id.
  const goesOn = open !== undefined && (open === incident?.id || !keepsIncidents(target, ctx))
  const why: NotifyReason = goesOn || seen.firing.length > 0 ? 'some-resolved' : endReason(seen)
  return { look: { ...look, seen, under, goesOn, incident, forced: undefined }, why }
}

type Answer = { tell: NotifyReason } | { notTold: NotToldReason | undefined }

/** Whether the target is told, and why or why not. */
function compare({ group }: Draft, target: Target, state: TargetState, look: Look, ctx: Context): Answer {
  const { channel } = target
  const { nominal, seen, forced } = look
  // As upstream: with every alert muted the pipeline ends before the comparison, and nothing is recorded.
  if (seen.alerts.length === 0) return { notTold: state.retry && [...seen.muted.values()][0] }
  const sendResolved = sendsResolved(channel, ctx)
  const { repeatIntervalMs } = ctx.policy
  const rhythm = { nominal, repeatIntervalMs, sendResolved, keepsMuted: keepsMutedEnds(ctx.policy) }
  const next = seen.firing.length > 0 && owesIncident(group, state, target, ctx) ? 'first' : undefined
  const parts = state.rest?.from === undefined ? undefined : state.rest.reason
  const news = forced ?? difference(state, seen, rhythm) ?? parts ?? next
  // A claim follows the news of the alerts, and stands for a repeat.
  const claimed =
    (news === undefined || news === 'repeat') && seen.firing.length > 0 && owesClaim(group, state, target, ctx)
  const found = claimed ? 'claim' : news
  if (found === undefined) return { notTold: notToldReason(state, look, sendResolved) }
  const reason = reasonOf(found, state, look)
  const handler = stopsRepeats(group, ctx.policy)
  if (reason === 'repeat' && handler !== undefined) return { notTold: { code: 'claimed', handler } }
  if (seen.firing.length === 0 && !sendResolved) return { notTold: { code: 'all-resolved-unsent' } }
  return { tell: reason }
}

/** The parts of a first notification all are told as the first. Alerts closed by a person are told as closed. */
function reasonOf(found: NotifyReason, { rest }: TargetState, { end }: Look): NotifyReason {
  if (found === 'all-resolved') return end
  return found === 'new-alerts' && rest?.reason === 'first' ? 'first' : found
}

function endOf(state: TargetState, { nominal, seen }: Look, { now }: Context): NotificationLogEntry {
  return { at: nominal, firing: [], resolved: mayKnow(state, seen.resolved), openedAt: now }
}

/** The alerts that a delivery tells, and the rest. */
interface Telling {
  alerts: GroupAlerts
  firing: AlertSet
  resolved: AlertSet
  /** Alerts of the comparison that the delivery does not mention. */
  leftOut: AlertSet
  shown?: number
  partOf?: Words
  rest?: Rest
}

/**
 * The alerts that are told now: all of them, or the next part, if they are too large for a body and the target has to be
 * told of every alert.
 */
function tellingOf(
  draft: Draft,
  target: Target,
  state: TargetState,
  why: NotifyReason,
  look: Look,
  ctx: Context,
): Telling {
  const { seen, forced } = look
  const sendResolved = sendsResolved(target.channel, ctx)
  // Resolved alerts beside firing alerts are compared like the others, but not sent.
  const alerts = sendResolved ? seen.alerts : seen.firingAlerts
  const resolved = sendResolved ? seen.resolved : mayKnow(state, seen.resolved)
  const whole = { alerts, firing: seen.firing, resolved, leftOut: seen.leftOut }
  const words = wordsOf(draft.frozen, alerts, target.kind, ctx.now)
  const channel = ctx.channel(target.channel)
  const { partAlerts = channel?.partAlerts, mostAlerts = channel?.mostAlerts } = ctx.written?.(target) ?? {}
  const bytes = Math.min(channel?.bodyBytes ?? ctx.bodyBytes, ctx.bodyBytes)
  if (mostAlerts !== undefined) return { ...whole, shown: Math.min(mostAlerts, firstThatFit(words, bytes)) }
  if (words.bytes <= bytes && partAlerts === undefined) return whole
  const rest = forced === undefined ? state.rest : undefined
  const again = why === 'repeat' || why === 'replay' ? '' : undefined
  const part = nextPart(words, owedAlerts(state, seen, { sendResolved }), rest?.from ?? again, {
    bytes,
    alerts: partAlerts,
  })
  return {
    alerts: part.alerts,
    firing: without(seen.firing, part.left),
    resolved: sendResolved ? without(resolved, part.left) : resolved,
    leftOut: union(seen.leftOut, part.left),
    partOf: words,
    rest: part.more ? { reason: rest?.reason ?? why, from: part.from } : undefined,
  }
}

/**
 * The content for the target. A repeated end names the incident and the reason of its first attempt, even when the
 * incident was claimed, closed, reopened or opened since: so the content has the same id and says the same.
 */
function contentOf(
  draft: Draft,
  state: TargetState,
  target: Target,
  reason: NotifyReason,
  { alerts, firing, shown, partOf }: Telling,
  { incident, under, goesOn }: Look,
  ctx: Context,
): Content {
  const { kind } = target
  const { last } = state
  const form = { kind, under, goesOn, shown, partOf }
  if (kind === 'forward') return freeze(draft, alerts, { ...form, reason }, ctx)
  const how = ctx.written?.(target)?.how
  const named = (one: NotifiedIncident | undefined) => ({
    incident: one,
    ended: under === undefined ? endedIncidents(state, one, target, ctx) : undefined,
  })
  if (firing.length === 0 && last?.firing.length === 0) {
    const again = written(freeze(draft, alerts, { ...form, reason: last.reason, ...named(last.incident) }, ctx), how)
    if (again.hash === last.content) return again
  }
  return written(freeze(draft, alerts, { ...form, reason, ...named(incident) }, ctx), how)
}

/**
 * The alerts that the target may ever have heard of. An unsent resolve must not make an alert known that the target
 * never heard of.
 */
function mayKnow(state: TargetState, alerts: AlertSet): AlertSet {
  return common(alerts, union(mayThinkFiring(state), union(state.told?.resolved, state.doubt?.resolved)))
}

function openNotification(
  draft: Draft,
  target: Target,
  state: TargetState,
  look: Look,
  why: NotifyReason,
  ctx: Context,
): void {
  const { group } = draft
  const key = targetKey(target)
  const { under } = look
  if (under === undefined) keepWire(group, ctx.policy)
  const telling = tellingOf(draft, target, state, why, look, ctx)
  const content = contentOf(draft, state, target, why, telling, look, ctx)
  const again = state.last?.content === content.hash ? state.last : undefined
  const { reason, incident } = content.notification
  const { firing, resolved, leftOut, rest } = telling
  // A claim that is not told by this message is told as soon as this message has arrived.
  const claim = under === undefined && reason !== 'claim' && firing.length > 0
  const recheck = state.recheck || (claim && owesClaim(group, state, target, ctx))
  const next = { ...(again === undefined ? counted(state) : state), recheck }
  const delivery = again?.delivery ?? deliveryId(group, key, next, content)
  const attempt = (again?.attempt ?? 0) + 1
  const deadline = ctx.now + DELIVERY_WINDOW_MS
  const ledger = placeOf(again, ctx)
  const open: OpenDelivery = {
    delivery,
    attempt,
    content: content.hash,
    nominal: look.nominal,
    reason,
    openedAt: again === undefined ? ctx.now : (again.openedAt ?? 0),
    ledger,
    deadline,
    firing,
    resolved,
    incident: firing.length === 0 || keepsIncidents(target, ctx) ? incident : undefined,
    under,
    leftOut: leftOut.length === 0 ? undefined : mayKnow(state, leftOut),
    rest,
  }
  setState(draft, key, opened(next, open))
  if (ledger === undefined) keepContent(draft, key, delivery, content, ctx)
  draft.open.push({ target: key, delivery, attempt, deadline })
  const alerts = union(content.firing, content.resolved)
  const entry = {
    kind: 'telling' as const,
    target: key,
    delivery,
    reason: { code: reason },
    alerts,
    ...about(open, group),
  }
  noteDelivery(draft, ctx.now, entry, next, content.hash)
}

/**
 * The place of the earlier attempts: the content lies there, and a second place would let an old copy of a message claim
 * an attempt beside a newer attempt. A place near the end of its retention is given up, long after any message about the
 * place has died.
 */
function placeOf(again: SentDelivery | undefined, { now }: Context): string | undefined {
  return again?.openedAt !== undefined && now - again.openedAt < PLACE_MS ? again.ledger : undefined
}

/**
 * The comparison found nothing to tell. A resolved alert that the target was told of may still be compared, as another
 * target is owed its end. A target that was tried before, or at an earlier flush, missed more than the first flush.
 */
function notToldReason({ told, count }: TargetState, { seen, first }: Look, sendResolved: boolean): NotToldReason {
  if (seen.firing.length > 0) {
    return { code: seen.resolved.length > 0 && !sendResolved ? 'told-already-resolved-unsent' : 'told-already' }
  }
  return { code: first === true && told === undefined && count === 0 ? 'resolved-before-flush' : 'nothing-told-fires' }
}
