import { type Fingerprint, resolvedAt } from '../alert/alert.ts'
import { digest } from '../base/hash.ts'
import type { Millis } from '../base/time.ts'
import type { NotifyReason } from '../delivery/delivery.ts'
import { over } from './closed-by-hand.ts'
import { difference } from './compare.ts'
import { type Content, deliveryId, freeze, keepContent } from './content.ts'
import type { Context, Draft } from './context.ts'
import type { Member, Sent, Target } from './group.ts'
import { owe } from './lifecycle-events.ts'
import { note, noteMuted, noteTarget } from './log.ts'
import { DELIVERY_WINDOW_MS, held, targetOf } from './target.ts'

/** What a flush looks at: the group's alerts, without what is muted. */
export interface View {
  alerts: [Fingerprint, Member][]
  firing: Fingerprint[]
  resolved: Fingerprint[]
  /** Fingerprint → what mutes it. */
  muted: Map<Fingerprint, string>
}

export function view(draft: Draft, by: Context): View {
  const seen: View = { alerts: [], firing: [], resolved: [], muted: new Map() }
  for (const [fingerprint, member] of draft.group.members) {
    const reason = by.muted(fingerprint, member.alert)
    if (reason !== undefined) {
      seen.muted.set(fingerprint, reason)
      continue
    }
    seen.alerts.push([fingerprint, member])
    ;(over(member, by.now) ? seen.resolved : seen.firing).push(fingerprint)
  }
  return seen
}

/** One tick of the grid: every target is compared, every alert has then been looked at. */
export function flush(draft: Draft, nominal: Millis, by: Context): void {
  const { group } = draft
  const seen = view(draft, by)
  group.lastTick = nominal
  group.nextTick = nominal + by.policy.groupIntervalMs
  group.muted = false
  takeMuted(draft, seen, by)
  if (group.incident === undefined && seen.firing.length > 0 && by.policy.passesOn !== true) {
    group.incident = { id: `${group.id}-${nominal.toString(36)}`, openedAt: nominal }
    note(draft, by.now, { kind: 'opened', reason: 'alerts fire', alerts: seen.firing })
    const alive = seen.alerts.filter(([, { shut }]) => shut === undefined)
    owe(draft, { type: 'create', at: nominal }, group.incident, alive, by)
  }
  for (const id of by.policy.targets) tell(draft, id, nominal, seen, by)
  for (const [fingerprint, member] of group.members) {
    const due =
      member.compared === undefined || (resolvedAt(member.alert, by.now) && member.compared < member.alert.endsAt)
    if (due) group.members.set(fingerprint, { ...member, compared: by.now })
  }
}

/**
 * Compares one target with what is and opens a delivery where they differ.
 * Nothing is opened while a delivery is open, one of another group may still arrive, or before a retry is
 * due; all of them look again by themselves.
 */
export function tell(draft: Draft, id: string, nominal: Millis, seen: View, by: Context, forced?: NotifyReason): void {
  const target = targetOf(draft, id)
  if (target.open !== undefined || held(target, by.now)) {
    target.recheck = true
    return
  }
  target.recheck = false
  if (target.paused !== undefined) return noteTarget(draft, id, by.now, 'not-told', `paused: ${target.paused.reason}`)
  if (target.retry !== undefined && by.now < target.retry.notBefore) return
  // As upstream: with everything muted the pipeline ends before the comparison, and nothing is recorded.
  if (seen.alerts.length === 0) {
    target.retry = undefined
    return
  }
  const sendResolved = by.channel(id)?.sendResolved ?? true
  const rhythm = { nominal, repeatIntervalMs: by.policy.repeatIntervalMs, sendResolved }
  const reason = forced ?? byHand(difference(target, seen, rhythm), seen)
  if (reason === undefined) {
    target.retry = undefined
    return noteTarget(draft, id, by.now, 'not-told', notToldReason(target, seen))
  }
  const { handler } = draft.group.incident ?? {}
  if (reason === 'repeat' && handler !== undefined) {
    target.retry = undefined
    return noteTarget(draft, id, by.now, 'not-told', `${handler} has it in hand`)
  }
  if (seen.firing.length === 0 && !sendResolved) {
    // Recorded as told, or the same alert firing again would look as if it were known.
    const resolved = seen.resolved.filter((one) => mayKnow(target, one))
    target.told = { at: nominal, firing: [], resolved, openedAt: by.now }
    target.doubt = undefined
    target.last = undefined
    target.retry = undefined
    return noteTarget(draft, id, by.now, 'not-told', 'all resolved, and the channel does not send resolved')
  }
  // What resolved beside what fires is compared as any other, but not said.
  const shown = sendResolved ? seen.alerts : seen.alerts.filter(([, member]) => !over(member, by.now))
  const content = freeze(draft.group, shown, { reason }, by)
  const resolved = sendResolved ? seen.resolved : seen.resolved.filter((one) => mayKnow(target, one))
  open(draft, id, target, content, { nominal, reason, firing: seen.firing, resolved }, by)
}

/** Whether it may ever have heard of the alert. A resolve that is not sent tells nobody of what nobody knew. */
function mayKnow({ told, doubt }: Target, fingerprint: Fingerprint): boolean {
  return [told, doubt].some((heard) => heard?.firing.includes(fingerprint) || heard?.resolved.includes(fingerprint))
}

/** Of what a person closed it is said so. */
function byHand(reason: NotifyReason | undefined, { alerts }: View): NotifyReason | undefined {
  return reason === 'all-resolved' && alerts.some(([, { shut }]) => shut !== undefined) ? 'closed' : reason
}

function open(
  draft: Draft,
  id: string,
  target: Target,
  content: Content,
  compared: Pick<Sent, 'nominal' | 'reason' | 'firing' | 'resolved'>,
  by: Context,
): void {
  const { group } = draft
  const again = target.last?.content === content.hash ? target.last : undefined
  if (again === undefined) target.count += 1
  const delivery = again?.delivery ?? deliveryId(group, id, target, content)
  const attempt = (again?.attempt ?? 0) + 1
  const sent = { delivery, attempt, content: content.hash, ...compared }
  const deadline = by.now + DELIVERY_WINDOW_MS
  target.last = sent
  target.open = { ...sent, deadline }
  target.said = undefined
  keepContent(draft, id, delivery, content, by)
  draft.open.push({ target: id, delivery, attempt, deadline })
  const alerts = [...content.firing, ...content.resolved]
  note(draft, by.now, { kind: 'telling', target: id, delivery, reason: compared.reason, alerts })
}

function notToldReason(target: Target, seen: View): string {
  if (seen.firing.length === 0 && target.told === undefined) return 'resolved before the first flush'
  if (seen.firing.length === 0) return 'nothing fires that it was told of'
  return seen.resolved.length > 0 ? 'told already; what resolved is not sent' : 'told already'
}

/** What is muted now has to be looked at again when it is not, which the grid does; and the timeline says it. */
export function takeMuted(draft: Draft, seen: View, by: Context): void {
  draft.group.muted ||= seen.muted.size > 0
  const said = [...seen.muted].map(([fingerprint, reason]) => `${fingerprint} ${reason}`).sort()
  const key = said.length === 0 ? undefined : digest(said)
  if (key === draft.group.said) return
  draft.group.said = key
  noteMuted(draft, seen.muted, by.now)
}
