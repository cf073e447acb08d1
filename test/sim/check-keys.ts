import type { Millis } from '../../shared/base/time.ts'
import type { Policy } from '../../shared/config/config.ts'
import { DELIVERY_WINDOW_MS } from '../../shared/delivery/delivery.ts'
import { over } from '../../shared/group/closed-by-hand.ts'
import { thoughtHere } from '../../shared/group/earlier-keys.ts'
import type { Group, TimelineEntry } from '../../shared/group/group.ts'
import { groupKey } from '../../shared/group/identity.ts'
import { storedDeliveries } from './check-incidents.ts'
import type { Seen } from './sink.ts'
import type { Outcome } from './stage.ts'
import type { Story } from './story.ts'
import { EPOCH } from './world.ts'

/*
 * A receiver may keep a ticket for each `groupKey`: a message that something is resolved has the key of a message that
 * told one of its alerts as firing, and an alert that was told as firing under several keys ends under each of them.
 */

/**
 * Messages with status `resolved` whose key the receiver does not know from any of the alerts. `anyAlert`: nor from
 * other alerts. As upstream, where ends of muted alerts are dropped, the end of all is told although the end of the
 * alert that was told is not.
 */
export function strangeKeys(
  run: Outcome,
  name: string,
  seen: readonly Seen[],
  { timeline, anyAlert }: { timeline: readonly TimelineEntry[]; anyAlert: boolean },
): string[] {
  const target = name.split('/')[1]!
  const deliveries = storedDeliveries(run)
  const tickets = new Map<string, { began: Set<string>; open: Set<string> }>()
  const found: string[] = []
  // As upstream, while all alerts that may have been told are muted, the end of another alert counts as the end of all.
  const muted = new Set(timeline.flatMap(({ reason, alerts = [] }) => (MUTED.has(reason.code) ? alerts : [])))
  for (const { id, groupKey, status: whole, alerts } of seen) {
    const { began, open } = tickets.get(groupKey) ?? { began: new Set(), open: new Set() }
    tickets.set(groupKey, { began, open })
    // As upstream, an end that nobody heard the beginning of is mentioned beside the alerts that fire.
    const known = whole === 'firing' || open.size > 0 || alerts.some(({ fingerprint }) => began.has(fingerprint))
    for (const { fingerprint, status } of alerts) {
      if (status === 'resolved') open.delete(fingerprint)
      else for (const set of [began, open]) set.add(fingerprint)
    }
    if (known) continue
    // The receiver did not take the beginning, and the sender could not know: a group that an alert left learns more.
    const prints = new Set(alerts.map(({ fingerprint }) => fingerprint))
    const isPart = (deliveries.get(id)?.notification.truncated ?? 0) > 0
    const mayHaveHeard = [...deliveries.values()].some((one) => {
      const attempts = timeline.filter(({ kind, delivery }) => kind === 'telling' && delivery === one.id).length
      const failed = timeline.filter(({ kind, delivery }) => isFailure(kind) && delivery === one.id).length
      const about = one.target === target && one.notification.groupKey === groupKey
      return (
        about &&
        attempts > (run.story.changes.length > 0 ? 0 : failed) &&
        one.firing.some((print) => anyAlert || isPart || prints.has(print) || muted.has(print))
      )
    })
    if (!mayHaveHeard) found.push(`strange: ${name} heard the end of ${[...prints].join()} under ${groupKey}, as ${id}`)
  }
  return found
}

const MUTED: ReadonlySet<string> = new Set(['silenced', 'inhibited', 'end-waits'])

function isFailure(kind: TimelineEntry['kind']): boolean {
  return kind === 'refused' || kind === 'dead'
}

/** By alert: the keys under which a receiver believes that the alert fires, and since when it has heard nothing else. */
export function openKeys(seen: readonly Seen[]): Map<string, { groupKey: string; at: Millis }[]> {
  const last = new Map<string, { print: string; status: string; groupKey: string; at: Millis }>()
  for (const { groupKey, alerts, at } of seen) {
    for (const { fingerprint: print, status } of alerts) {
      last.set(`${groupKey} ${print}`, { print, status, groupKey, at })
    }
  }
  const open = [...last.values()].filter(({ status }) => status === 'firing')
  return Map.groupBy(open, ({ print }) => print)
}

/**
 * A worker whose clock is far ahead gives up on an attempt that is still on its way, and tells the end. No clock is there
 * by which the worker could know better, so a receiver may hear the attempt last.
 */
export function isLateAttempt(
  { skewsMs = [] }: Story,
  seen: readonly Seen[],
  timeline: readonly TimelineEntry[],
  open: { groupKey: string; at: Millis },
): boolean {
  if (!skewsMs.some((skew) => Math.abs(skew) > DELIVERY_WINDOW_MS)) return false
  const late = seen.filter(({ groupKey, at }) => groupKey === open.groupKey && at === open.at)
  return late.some(({ id }) => timeline.some(({ kind, delivery }) => kind === 'ambiguous' && delivery === id))
}

/**
 * The last message of a ticket was on its way while the policy changed: another group may have told the end of all alerts
 * in the ticket before the message arrived. docs/architecture.md states this limit.
 */
export function wasOvertaken(
  { changes }: Story,
  seen: readonly Seen[],
  timeline: readonly TimelineEntry[],
  ticket: { name: string; ticketOf?: TicketOf | undefined },
): boolean {
  const { name, ticketOf = BY_KEY } = ticket
  const last = seen.findLast((message) => ticketOf(message).ticket === name)
  const told = timeline.find(({ kind, delivery }) => kind === 'telling' && delivery === last?.id)
  if (last === undefined || told === undefined) return false
  return changes.some(({ atMs }) => told.at <= EPOCH + atMs && EPOCH + atMs <= last.at)
}

/** The ticket of a message, and earlier tickets that the message closes. */
export type TicketOf = (message: Seen) => { ticket: string; closes?: readonly string[] | undefined }

/** A ticket of a receiver: whether the last message left it open, and the alerts in it that fire. */
interface Ticket {
  isOpen: boolean
  firing: Set<string>
}

/**
 * The tickets of a receiver with one ticket for each key. Such a receiver looks at the status of a message: it closes the
 * ticket, with all alerts in it, when a message says that the ticket is resolved.
 */
function ticketsOf(seen: readonly Seen[], ticketOf: TicketOf): Map<string, Ticket> {
  const tickets = new Map<string, Ticket>()
  for (const message of seen) {
    const { status, alerts } = message
    const { ticket: name, closes = [] } = ticketOf(message)
    for (const one of closes) tickets.delete(one)
    const isOpen = status === 'firing'
    const firing = (isOpen && tickets.get(name)?.firing) || new Set<string>()
    tickets.set(name, { isOpen, firing })
    for (const alert of alerts) {
      if (alert.status === 'firing') firing.add(alert.fingerprint)
      else firing.delete(alert.fingerprint)
    }
  }
  return tickets
}

const BY_KEY: TicketOf = ({ groupKey }) => ({ ticket: groupKey })

/** The alerts that fire in the tickets of a receiver. */
export function firingInTickets(seen: readonly Seen[], ticketOf = BY_KEY): Set<string> {
  return new Set([...ticketsOf(seen, ticketOf).values()].flatMap(({ firing }) => [...firing]))
}

/** Tickets that the last message left open, although no alert in them fires: no message will close such a ticket. */
export function emptyTickets(seen: readonly Seen[], ticketOf = BY_KEY): string[] {
  return [...ticketsOf(seen, ticketOf)].flatMap(([name, { isOpen, firing }]) =>
    isOpen && firing.size === 0 ? [name] : [],
  )
}

/**
 * Whether an alert fires whose end is owed in the ticket: a part, or a message of before, may have left out the alert, and
 * its end will close the ticket.
 */
export function owesTicket(
  { members, incident, tellers = {}, targets, labels, policy: id }: Group,
  target: string,
  ticket: string,
  { policies, now }: { policies: readonly Policy[]; now: Millis },
): boolean {
  const state = targets.get(target)
  if (state === undefined) return false
  const policy = policies.find((one) => one.id === id)
  const isOwn = incident?.id === ticket || (policy !== undefined && groupKey(policy, labels) === ticket)
  const under = Object.entries(state.earlier?.under ?? {}).flatMap(([group, thought]) => {
    const teller = tellers[group]
    return teller?.groupKey === ticket || teller?.incident?.id === ticket ? thought : []
  })
  return [...(isOwn ? thoughtHere(state) : []), ...under].some((print) => {
    const member = members.get(print)
    return member !== undefined && !over(member, now)
  })
}
