import type { Fingerprint } from '../alert/alert.ts'
import { never } from '../base/never.ts'
import { DAY, type Millis, SECOND } from '../base/time.ts'
import type { LifecycleEvent, LifecycleType, PersonsPart } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { lifecycleTarget } from '../delivery/target.ts'
import { retryAfter } from './backoff.ts'
import { type Content, deliveryId, freeze, keepContent } from './content.ts'
import type { Context, Draft } from './context.ts'
import type { Fact, Incident, Member, Target } from './group.ts'
import { note } from './log.ts'
import { DELIVERY_WINDOW_MS, GONE, pause, pauseIfHopeless, targetOf } from './target.ts'

/*
 * What happened to an incident is a fact, not a state: whoever asked for life-cycle events is owed each of
 * them, as it was, in order. So each is frozen when it happens, for each channel, and waits in the
 * channel's queue in the head. The first of the queue is the only one that is out; it goes on when that
 * arrived, or was refused for good so often that it would only hold up the others.
 */

/** Waiting events of one group and channel; beyond it the oldest is given up, and the timeline says so. */
const MOST_FACTS = 500

/** How long the events of a paused channel wait for somebody to mend it. */
export const PAUSED_FACTS_MS = 21 * DAY

/** A refusal that no retry can change holds the queue up for some minutes, for whoever repairs the receiver. */
const DEAD_ATTEMPTS = 8
const DEAD_PAUSE_MS = 30 * SECOND

/** What happened, beside what every event says. */
export interface Happening {
  type: LifecycleType
  at: Millis
  /** Of its own when it is one of many of its type: `claim` and `comment`. */
  id?: string
  person?: PersonsPart
}

/** Freezes an event for every life-cycle channel of the policy. */
export function owe(
  draft: Draft,
  { type, at, id, person }: Happening,
  incident: Incident & { closedAt?: Millis },
  alerts: readonly [Fingerprint, Member][],
  by: Context,
): void {
  const { policy } = by
  if (policy.lifecycle.length === 0) return
  const { openedAt, closedAt, closes = 0 } = incident
  const count = type === 'close' && closes > 0 ? `_${closes + 1}` : ''
  const event: LifecycleEvent = {
    id: id ?? `${incident.id}_${type}${count}`,
    type,
    at,
    incident: { id: incident.id, openedAt, ...(closedAt === undefined ? {} : { closedAt }) },
    policy: { id: policy.id, name: policy.name, ...(policy.owner === undefined ? {} : { owner: policy.owner }) },
    ...(person === undefined ? {} : { person }),
  }
  const content = freeze(draft.group, alerts, { reason: 'lifecycle', event }, by)
  for (const channel of policy.lifecycle) enqueue(draft, lifecycleTarget(channel), event, content, by)
}

function enqueue(draft: Draft, id: string, event: LifecycleEvent, content: Content, by: Context): void {
  const target = targetOf(draft, id)
  target.count += 1
  const delivery = deliveryId(draft.group, id, target, content)
  keepContent(draft, id, delivery, content, by)
  const fact: Fact = { delivery, content: content.hash, type: event.type, at: event.at, attempts: 0 }
  const facts = [...(target.facts ?? []), fact]
  // The first may be out already, so the second is the oldest that can go.
  const [dropped] = facts.length > MOST_FACTS ? facts.splice(1, 1) : []
  if (dropped !== undefined) {
    const reason = `more than ${MOST_FACTS} events wait; this one is given up`
    note(draft, by.now, { kind: 'dead', target: id, delivery: dropped.delivery, reason })
  }
  target.facts = facts
}

/** An event that was sent or given up, once more: what it says lies there still. */
export function oweAgain(target: Target, event: Omit<Fact, 'content'>): void {
  const facts = target.facts ?? []
  if (facts.some(({ delivery }) => delivery === event.delivery)) return
  target.facts = [...facts, { ...event, content: '' }]
}

/** Sends the first event of every queue that has one, unless one is out or its retry lies ahead. */
export function openFacts(draft: Draft, by: Context): void {
  const wanted = new Set(by.policy.lifecycle.map(lifecycleTarget))
  for (const [id, target] of draft.group.targets) {
    const [fact] = target.facts ?? []
    if (fact === undefined || target.open !== undefined) continue
    if (!wanted.has(id)) {
      target.facts = []
      const reason = 'the policy names it no longer as a life-cycle channel'
      note(draft, by.now, { kind: 'not-told', target: id, reason })
    } else if (target.paused !== undefined) {
      if (by.now >= target.paused.at + PAUSED_FACTS_MS) giveUp(draft, id, target, by)
    } else if (by.now >= (target.retry?.notBefore ?? by.now)) {
      open(draft, id, target, fact, by)
    }
  }
}

/** Nobody wanted them for so long, and their contents end with the retention. */
function giveUp(draft: Draft, id: string, target: Target, by: Context): void {
  for (const { delivery, type } of target.facts ?? []) {
    note(draft, by.now, { kind: 'dead', target: id, delivery, reason: `${type}: its channel was paused too long` })
  }
  target.facts = []
}

function open(draft: Draft, id: string, target: Target, fact: Fact, by: Context): void {
  fact = { ...fact, attempts: fact.attempts + 1 }
  target.facts = [fact, ...(target.facts ?? []).slice(1)]
  const { delivery, content, type, at: nominal, attempts: attempt } = fact
  const deadline = by.now + DELIVERY_WINDOW_MS
  // What alerts it shows decides nothing here, so its sets stay with its content.
  target.open = { delivery, attempt, content, nominal, reason: 'lifecycle', firing: [], resolved: [], deadline }
  draft.open.push({ target: id, delivery, attempt, deadline })
  note(draft, by.now, { kind: 'telling', target: id, delivery, reason: type })
}

/** What became of the first event. Its id never changes, so an attempt whose fate is unknown is made again. */
export function settleFact(draft: Draft, id: string, target: Target, outcome: Outcome, by: Context): void {
  const [fact, ...rest] = target.facts ?? []
  if (fact === undefined) return
  const { delivery } = fact
  const done = (): void => {
    target.facts = rest
    target.retry = undefined
  }
  if (outcome.kind === 'arrived') {
    done()
    return note(draft, by.now, { kind: 'told', target: id, delivery, reason: fact.type })
  }
  const askedForMs = outcome.kind === 'refused' ? outcome.retryAfterMs : undefined
  target.retry = retryAfter(target.retry, by.now, by.policy.groupIntervalMs, by.chance, askedForMs)
  note(draft, by.now, {
    kind: outcome.kind,
    target: id,
    delivery,
    reason: `${outcome.reason}: ${outcome.detail}`,
  })
  switch (outcome.kind) {
    case 'refused':
    case 'ambiguous':
      return pauseIfHopeless(draft, id, target, by)
    case 'dead':
      if (outcome.reason === 'gone') return pause(draft, id, target, GONE, by)
      target.retry.notBefore = Math.max(target.retry.notBefore, by.now + DEAD_PAUSE_MS)
      if (fact.attempts >= DEAD_ATTEMPTS) done()
      return
    default:
      return never(outcome)
  }
}
