import { resolvedAt } from '../alert/alert.ts'
import { DAY, type Millis } from '../base/time.ts'
import type { NotifiedIncident, NotifyReason } from '../delivery/delivery.ts'
import { DELIVERY_WINDOW_MS } from '../delivery/delivery.ts'
import { type Target, targetKey } from '../delivery/target.ts'
import type { NotToldReason } from '../reason/reason.ts'
import { type AlertSet, union } from './alert-sets.ts'
import { type Asked, askedOf, openingFor, opensAfter } from './asked.ts'
import { type Addressee, audienceNow } from './audience.ts'
import { difference } from './compare.ts'
import { deliveryId, freeze, keepContent, written } from './content.ts'
import type { Context, Draft } from './context.ts'
import { type EndsUnder, endedUnsentUnder, keepWire, underEarlierKeys, underPresentKey } from './earlier-keys.ts'
import { noteAudible, noteNobody } from './flow-marks.ts'
import { mayBeOvertaken, type NotificationLogEntry } from './heard.ts'
import { opensIncidents, stopsRepeats } from './incident.ts'
import { endedIncidents, keepsIncidents, owesClaim, owesIncident } from './kept-incidents.ts'
import { oweEvent } from './lifecycle-events.ts'
import { about, note, noteDelivery, noteTarget } from './log.ts'
import { endReason, type Look, lookAt, viewOf } from './look.ts'
import { keepsMutedEnds, noteWaitingEnds, takeMuted } from './muted-ends.ts'
import { sendsResolved, setState, stateOf } from './target.ts'
import {
  counted,
  endedUnsent,
  endsUnsent,
  type OpenDelivery,
  opened,
  type SentDelivery,
  settled,
  type TargetState,
} from './target-state.ts'
import { forwardable, mayKnow, type Telling, tellingOf } from './telling.ts'
import { goesOnUnder } from './told-beside.ts'
import type { Content } from './words.ts'

/** Ledgers are kept for longer: 30 days. */
const PLACE_MS = 25 * DAY

/** A tick of the grid: compares every target; after the tick no alert is new any more. */
export function flush(draft: Draft, nominal: Millis, ctx: Context): void {
  const { group } = draft
  const seen = viewOf(group, ctx)
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
  noteAudible(group, seen, ctx)
  const look = { ...lookAt(group, nominal, seen), first }
  const audible = seen.firingAlerts.map(([, { alert }]) => alert)
  const addressees = [...audienceNow(group, ctx, audible).tell.values()]
  noteNobody(draft, seen, addressees, ctx)
  for (const addressee of addressees) tell(draft, addressee, look, ctx)
  if (ctx.flow !== undefined) markOut(draft, new Set(addressees.map(({ target }) => targetKey(target))))
  noteWaitingEnds(draft, seen.muted, ctx)
  for (const [fingerprint, member] of group.members) {
    const due =
      member.compared === undefined || (resolvedAt(member.alert, ctx.now) && member.compared < member.alert.endsAt)
    if (due) group.members.set(fingerprint, { ...member, compared: ctx.now })
  }
}

/** Targets without a name at this tick, such as a disabled user, are compared as soon as the flow names the target again. */
function markOut(draft: Draft, asked: ReadonlySet<string>): void {
  for (const [key, state] of draft.group.targets) {
    if (!asked.has(key) && state.told !== undefined && state.out !== true) setState(draft, key, { ...state, out: true })
  }
}

/**
 * Compares a target with the present alerts and opens a delivery when there is a difference. No delivery is opened
 * while another delivery is open, while a delivery of another group may still arrive, or before a retry is due; in
 * these cases a later step compares again. The comparison is made under each group key: what is told under the present
 * key goes first, as no end is more urgent than a beginning, and the other keys follow when it has arrived.
 */
export function tell(draft: Draft, addressee: Addressee, look: Look, ctx: Context): void {
  const { target } = addressee
  const key = targetKey(target)
  const state = stateOf(draft, key)
  // Most people of a large flow are never told, and need no state.
  if (!draft.group.targets.has(key) && askedOf(draft, addressee, state, look.seen, ctx).tells === 'ends') return
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
  const sendResolved = sendsResolved(target, ctx)
  if (!sendResolved) for (const one of ends) ready = endedUnsentUnder(ready, one, look.nominal)
  const own = answerUnderPresentKey(draft, addressee, ready, look, ctx)
  const owed = own.tell === undefined ? [] : [own.tell]
  if (sendResolved && opensAfter(draft.group, key, ctx) === undefined) {
    owed.push(...ends.map((one) => endsUnder(draft, target, one, look, ctx)))
  }
  const [next, ...later] = owed
  if (next !== undefined) {
    const told = { ...ready, out: own.state.out, recheck: later.length > 0 }
    return openNotification(draft, addressee, told, next.look, next.why, ctx)
  }
  setState(draft, key, own.state)
  for (const reason of own.notTold) noteTarget(draft, key, ctx.now, 'not-told', reason)
}

/** The message for a target under the present key; `state`: the target's state if no key has a message. */
interface OwnAnswer {
  tell?: { look: Look; why: NotifyReason } | undefined
  state: TargetState
  notTold: NotToldReason[]
}

function answerUnderPresentKey(
  draft: Draft,
  addressee: Addressee,
  ready: TargetState,
  look: Look,
  ctx: Context,
): OwnAnswer {
  // A target without a name in the policy is told ends under earlier keys alone.
  if (addressee.tells === 'earlier-ends') {
    return { state: settled(ready), notTold: ready.retry === undefined ? [] : [{ code: 'not-named' }] }
  }
  const here = underPresentKey(draft, ready, forwardable(draft, addressee.target, ready, look.seen))
  const asked = askedOf(draft, addressee, here.state, here.seen, ctx)
  if (asked.tells === 'ends') return answerEnds(draft, addressee, ready, asked, look, ctx)
  const call = asked.calls ? addressee.since : undefined
  const { seen } = asked
  const same = seen === look.seen && call === undefined
  const mine = same ? look : { ...look, ...lookAt(draft.group, look.nominal, seen, look.whole), call }
  const answer = compare(draft, addressee, { ...here.state, out: undefined }, mine, ctx)
  const asks = { ...ready, out: undefined }
  if ('tell' in answer) return { tell: { look: mine, why: answer.tell }, state: asks, notTold: [] }
  const { notTold } = answer
  const unsent = notTold?.code === 'all-resolved-unsent'
  const state = unsent ? endedUnsent(asks, endOf(asks, mine, ctx), mine.seen.leftOut) : settled(asks)
  return { state, notTold: notTold === undefined ? [] : [notTold] }
}

/**
 * A target that the flow does not ask for hears the ends of alerts that the target may think to fire, beside the alerts
 * that fire on. Outside of the target's periods an end waits, unless the next period is too far off.
 */
function answerEnds(
  draft: Draft,
  { target }: Addressee,
  ready: TargetState,
  { seen, because }: Extract<Asked, { tells: 'ends' }>,
  look: Look,
  ctx: Context,
): OwnAnswer {
  const state = { ...settled(ready), out: true }
  if (seen === undefined) return { state, notTold: [because] }
  const unsent = (ends: AlertSet): TargetState => endsUnsent(state, ends, look.nominal)
  if (!sendsResolved(target, ctx)) return { state: unsent(seen.resolved), notTold: [{ code: 'all-resolved-unsent' }] }
  const opening = openingFor(draft.group, targetKey(target), seen.resolved, ctx)
  if (opening === undefined) {
    const mine = { ...look, ...lookAt(draft.group, look.nominal, seen, look.whole), forced: undefined }
    return { tell: { look: mine, why: seen.firing.length > 0 ? 'some-resolved' : mine.end }, state, notTold: [] }
  }
  const { opensAt, tooFar } = opening
  const waits = tooFar.length < seen.resolved.length
  return {
    state: tooFar.length > 0 ? unsent(tooFar) : state,
    notTold: [
      ...(tooFar.length > 0 ? [{ code: 'period-too-far' as const }] : []),
      ...(waits ? [{ code: 'end-waits-for-period' as const, opensAt }] : []),
    ],
  }
}

/** Ends that are owed under an earlier key, with the incident of the group that told the beginnings. */
function endsUnder({ group }: Draft, target: Target, { under, seen }: EndsUnder, look: Look, ctx: Context) {
  const incident = group.tellers?.[under]?.incident
  const goesOn = goesOnUnder(under, targetKey(target), incident, ctx)
  const why: NotifyReason = goesOn || seen.firing.length > 0 ? 'some-resolved' : endReason(seen)
  return { look: { ...look, seen, under, goesOn, incident, forced: undefined }, why }
}

/** The incidents that the target may keep open since before the incident that a message under the earlier key names. */
function endedBefore({ group }: Draft, target: Target, under: string, ctx: Context): readonly string[] | undefined {
  return keepsIncidents(target, ctx) ? group.tellers?.[under]?.ended : undefined
}

type Answer = { tell: NotifyReason } | { notTold: NotToldReason | undefined }

/** Whether the target is told, and why or why not. */
function compare({ group }: Draft, addressee: Addressee, state: TargetState, look: Look, ctx: Context): Answer {
  const { target } = addressee
  const { nominal, seen, forced } = look
  // As upstream: with every alert muted the pipeline ends before the comparison, and nothing is recorded.
  if (seen.alerts.length === 0) return { notTold: state.retry && [...seen.muted.values()][0] }
  const sendResolved = sendsResolved(target, ctx)
  const { repeatIntervalMs } = ctx.policy
  const rhythm = { nominal, repeatIntervalMs, sendResolved, keepsMuted: keepsMutedEnds(ctx.policy) }
  const next = seen.firing.length > 0 && owesIncident(group, state, target, ctx) ? 'first' : undefined
  const parts = state.rest?.from === undefined ? undefined : state.rest.reason
  const news = forced ?? difference(state, seen, rhythm) ?? parts ?? next
  // A claim follows the news of the alerts, and stands for a repeat.
  const claimed =
    (news === undefined || news === 'repeat') && seen.firing.length > 0 && owesClaim(group, state, target, ctx)
  const found = claimed ? 'claim' : news
  if (look.call !== undefined && forced === undefined) return { tell: 'escalated' }
  if (found === undefined) return { notTold: notToldReason(state, look, sendResolved) }
  const reason = reasonOf(found, addressee, state, look)
  const handler = stopsRepeats(group, ctx.policy)
  if (reason === 'repeat' && handler !== undefined) return { notTold: { code: 'claimed', handler } }
  if (seen.firing.length === 0 && !sendResolved) return { notTold: { code: 'all-resolved-unsent' } }
  return { tell: reason }
}

/** The parts of a first notification all are told as the first. Alerts closed by a person are told as closed. */
function reasonOf(found: NotifyReason, { why }: Addressee, { rest }: TargetState, { end }: Look): NotifyReason {
  if (found === 'all-resolved') return end
  if (found === 'first' && why === 'fallback') return why
  return found === 'new-alerts' && rest?.reason === 'first' ? 'first' : found
}

function endOf(state: TargetState, { nominal, seen }: Look, { now }: Context): NotificationLogEntry {
  return { at: nominal, firing: [], resolved: mayKnow(state, seen.resolved), openedAt: now }
}

/**
 * The content for the target. A repeated end names the incident and the reason of its first attempt, even when the
 * incident was claimed, closed, reopened or opened since: so the content has the same id and says the same.
 */
function contentOf(
  draft: Draft,
  state: TargetState,
  addressee: Addressee,
  reason: NotifyReason,
  { alerts, firing, shown, partOf }: Telling,
  { incident, under, goesOn, call }: Look,
  ctx: Context,
): Content {
  const { target } = addressee
  const { kind } = target
  const { last } = state
  const form = { kind, under, goesOn, call, shown, partOf }
  if (kind === 'forward') return freeze(draft, alerts, { ...form, reason }, ctx)
  const how = ctx.written?.(target, addressee)?.how
  const named = (one: NotifiedIncident | undefined) => ({
    incident: one,
    ended: under === undefined ? endedIncidents(state, one, target, ctx) : endedBefore(draft, target, under, ctx),
  })
  if (firing.length === 0 && last?.firing.length === 0) {
    const again = written(freeze(draft, alerts, { ...form, reason: last.reason, ...named(last.incident) }, ctx), how)
    if (again.hash === last.content) return again
  }
  return written(freeze(draft, alerts, { ...form, reason, ...named(incident) }, ctx), how)
}

function openNotification(
  draft: Draft,
  addressee: Addressee,
  state: TargetState,
  look: Look,
  why: NotifyReason,
  ctx: Context,
): void {
  const { group } = draft
  const { target, step } = addressee
  const key = targetKey(target)
  const { under } = look
  if (under === undefined) keepWire(group, ctx.policy)
  const telling = tellingOf(draft, addressee, state, why, look, ctx)
  const content = contentOf(draft, state, addressee, why, telling, look, ctx)
  const again = state.last?.content === content.hash ? state.last : undefined
  const { reason, incident, ended } = content.notification
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
    ...(ended !== undefined && { ended }),
    under,
    ...(look.goesOn && firing.length === 0 && { goesOn: true }),
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
    ...(under === undefined && firing.length > 0 ? { step } : {}),
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
