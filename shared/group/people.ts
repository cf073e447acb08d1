import type { Fingerprint } from '../alert/alert.ts'
import { uuidOf } from '../base/hash.ts'
import { never } from '../base/never.ts'
import type { PersonsPart } from '../delivery/delivery.ts'
import type { Target } from '../delivery/target.ts'
import type { ActionReason } from '../reason/reason.ts'
import type { Action } from './action.ts'
import { addressedTargets } from './audience.ts'
import { over } from './closed-by-hand.ts'
import type { Context, Draft } from './context.ts'
import type { ClosedIncident, Incident, Member, TimelineKind } from './group.ts'
import { giveBack, markInHand, takenInHand, timersAnew } from './in-hand.ts'
import { alertsOf, notifiedIncident } from './incident.ts'
import { keepsIncidents } from './kept-incidents.ts'
import { oweEvent } from './lifecycle-events.ts'
import { note } from './log.ts'
import { setState, stateOf } from './target.ts'

/*
 * Actions of people. A claim stops repeats, not beginnings or ends. A close by hand counts the incident's alerts as
 * over (`closed-by-hand.ts`), and every target that was told of the alerts is told of the close. An action acts once,
 * even when the action arrives several times.
 */

/** The most comments that an incident shows; the timeline has every comment. */
const SHOWN_COMMENTS = 10
/** The number of remembered action ids: a repetition comes soon or never. */
const KEPT_ACTIONS = 50

export function takeAction(draft: Draft, action: Action, ctx: Context): void {
  const { group } = draft
  if (group.incident?.id === action.incident) return act(draft, group.incident, action, ctx)
  if (group.reopenable?.id === action.incident) return actAfterwards(draft, group.reopenable, action, ctx)
  tellTimeline(draft, action, ctx, { code: 'incident-over' })
}

function act(draft: Draft, incident: Incident, action: Action, ctx: Context): void {
  if (incident.acted?.includes(action.id)) return
  const acted = [...(incident.acted ?? []), action.id].slice(-KEPT_ACTIONS)
  const { group } = draft
  const next = (change: Partial<Incident>): Incident => ({ ...incident, ...change, acted })
  switch (action.type) {
    case 'claim':
    case 'assign': {
      const handler = action.type === 'claim' ? action.by : (action.to ?? action.by)
      group.incident = takenInHand(next({}), handler, ctx)
      markInHand(draft, ctx)
      tellTimeline(draft, action, ctx, { code: 'action', action: action.type, handler })
      recheck(draft, (target) => keepsIncidents(target, ctx), ctx)
      return oweAction(draft, 'claim', group.incident, action, ctx)
    }
    case 'unclaim': {
      group.incident = next({})
      if (incident.handler !== undefined) giveBack(draft, group.incident, ctx)
      return tellTimeline(draft, action, ctx, { code: 'action', action: 'unclaim' })
    }
    case 'comment': {
      const comment = { at: action.at, by: action.by, text: action.text ?? '' }
      group.incident = next({ comments: [...(incident.comments ?? []), comment].slice(-SHOWN_COMMENTS) })
      tellTimeline(draft, action, ctx, { code: 'action', action: 'comment' })
      return oweAction(draft, 'comment', group.incident, action, ctx)
    }
    case 'close':
      group.incident = next({})
      tellTimeline(draft, action, ctx, { code: 'action', action: 'close' })
      return closeByHand(draft, group.incident, action, ctx)
    case 'reopen':
      group.incident = next({})
      return tellTimeline(draft, action, ctx, { code: 'incident-open-already' })
    default:
      return never(action.type)
  }
}

/** An action on an incident that a person closed and whose alerts still fire. */
function actAfterwards(draft: Draft, reopenable: Incident, action: Action, ctx: Context): void {
  if (reopenable.acted?.includes(action.id)) return
  const { group } = draft
  const known = { ...reopenable, acted: [...(reopenable.acted ?? []), action.id].slice(-KEPT_ACTIONS) }
  group.reopenable = known
  if (action.type === 'comment') {
    tellTimeline(draft, action, ctx, { code: 'action', action: 'comment' })
    return oweAction(draft, 'comment', known, action, ctx)
  }
  if (action.type !== 'reopen') return tellTimeline(draft, action, ctx, { code: 'incident-closed' })
  if (group.incident !== undefined) return tellTimeline(draft, action, ctx, { code: 'another-incident-open' })
  for (const [fingerprint, { closedByHand: _, compared: __, ...member }] of group.members)
    group.members.set(fingerprint, member)
  group.incident = timersAnew(known, ctx.now)
  group.reopenable = undefined
  group.lastIncident = undefined
  draft.reopened.push(known.id)
  tellTimeline(draft, action, ctx, { code: 'action', action: 'reopen' })
  recheck(draft, everyone, ctx)
}

function closeByHand(draft: Draft, incident: Incident, action: Action, ctx: Context): void {
  const { group } = draft
  close(draft, 'closed', ctx, { closedBy: action.by, ...(action.text === undefined ? {} : { solution: action.text }) })
  let fires = false
  for (const [fingerprint, member] of group.members) {
    if (over(member, ctx.now)) continue
    fires = true
    group.members.set(fingerprint, { ...member, closedByHand: { at: ctx.now } })
  }
  group.reopenable = fires ? { ...incident, closes: (incident.closes ?? 0) + 1 } : undefined
  recheck(draft, everyone, ctx)
}

/**
 * Ends the open incident: makes the incident's item and its event. The alerts are shown in their present state. An
 * incident whose alerts moved has no event: every word for a close says that the alerts are resolved.
 */
export function close(
  draft: Draft,
  because: 'resolved' | 'closed' | 'moved',
  ctx: Context,
  how: Pick<ClosedIncident, 'closedBy' | 'solution'> = {},
): void {
  const { group } = draft
  const { incident } = group
  if (incident === undefined) return
  const members = alertsOf(incident, group).filter(([, { closedByHand }]) => closedByHand === undefined)
  const shown = because === 'moved' ? [...members, ...draft.moved] : members
  const alerts = shown.map(([fingerprint, { alert }]): ClosedIncident['alerts'][number] => [fingerprint, alert])
  const closed: ClosedIncident = { ...incident, ...how, closedAt: ctx.now, closedBecause: because, alerts }
  draft.closed.push(closed)
  if (because !== 'moved') oweClose(draft, because, closed, members, ctx)
  group.incident = undefined
  group.lastIncident = notifiedIncident(incident)
}

function oweClose(
  draft: Draft,
  because: 'resolved' | 'closed',
  closed: ClosedIncident,
  members: [Fingerprint, Member][],
  ctx: Context,
): void {
  const asOver =
    because === 'resolved'
      ? members
      : members.map(([id, member]): [Fingerprint, Member] => [id, { ...member, closedByHand: { at: ctx.now } }])
  const person: PersonsPart = {
    ...(closed.handler === undefined ? {} : { handler: closed.handler }),
    ...(closed.closedBy === undefined ? {} : { operator: closed.closedBy }),
    ...(closed.solution === undefined ? {} : { solution: closed.solution }),
  }
  const moment = { type: 'close' as const, at: ctx.now, ...(Object.keys(person).length === 0 ? {} : { person }) }
  oweEvent(draft, moment, closed, asOver, ctx)
}

/** Makes targets compare the present alerts with the told alerts, as soon as no delivery to the target is open. */
function recheck(draft: Draft, whom: (target: Target) => boolean, ctx: Context): void {
  for (const [key, target] of addressedTargets(draft.group, ctx.policy)) {
    // A target that a flow never told is owed no end, and hears of firing alerts by the next tick.
    if (ctx.flow !== undefined && !draft.group.targets.has(key)) continue
    if (whom(target)) setState(draft, key, { ...stateOf(draft, key), recheck: true })
  }
}

function everyone(): boolean {
  return true
}

function oweAction(draft: Draft, type: 'claim' | 'comment', incident: Incident, action: Action, ctx: Context): void {
  const person: PersonsPart = {
    ...(incident.handler === undefined ? {} : { handler: incident.handler }),
    operator: action.by,
    ...(action.text === undefined ? {} : { comment: action.text }),
  }
  oweEvent(
    draft,
    { type, at: action.at, id: uuidOf(action.id), person },
    incident,
    alertsOf(incident, draft.group),
    ctx,
  )
}

const KINDS: Record<Action['type'], TimelineKind> = {
  claim: 'claimed',
  unclaim: 'unclaimed',
  assign: 'assigned',
  comment: 'commented',
  close: 'closed',
  reopen: 'reopened',
}

function tellTimeline(draft: Draft, action: Action, ctx: Context, reason: ActionReason): void {
  note(draft, ctx.now, {
    incident: action.incident,
    kind: KINDS[action.type],
    reason,
    by: action.by,
    ...(action.text === undefined ? {} : { text: action.text }),
  })
}
