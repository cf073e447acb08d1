import { uuidOf } from '../base/hash.ts'
import { never } from '../base/never.ts'
import type { PersonsPart } from '../delivery/delivery.ts'
import type { Action } from './action.ts'
import { over } from './closed-by-hand.ts'
import type { Context, Draft } from './context.ts'
import type { ClosedIncident, Incident, TimelineKind } from './group.ts'
import { owe } from './lifecycle-events.ts'
import { note } from './log.ts'
import { targetOf } from './target.ts'

/*
 * What people do. A claim stops repeats, not what begins or ends. A close by hand counts its alerts as over
 * (`closed-by-hand.ts`), and who was told of them is told that. Each action acts once, however often it comes.
 */

/** Comments that an incident shows; the timeline has all of them. */
const SHOWN_COMMENTS = 10
/** Ids of actions that are remembered: a repetition comes soon or not at all. */
const KEPT_ACTIONS = 50

export function takeAction(draft: Draft, action: Action, by: Context): void {
  const { group } = draft
  if (group.incident?.id === action.incident) return act(draft, group.incident, action, by)
  if (group.shut?.id === action.incident) return actAfterwards(draft, group.shut, action, by)
  tellTimeline(draft, action, by, 'the incident is over')
}

function act(draft: Draft, incident: Incident, action: Action, by: Context): void {
  if (incident.acted?.includes(action.id)) return
  const acted = [...(incident.acted ?? []), action.id].slice(-KEPT_ACTIONS)
  const { group } = draft
  const next = (change: Partial<Incident>): Incident => ({ ...incident, ...change, acted })
  switch (action.type) {
    case 'claim':
    case 'assign': {
      const handler = action.type === 'claim' ? action.by : (action.to ?? action.by)
      group.incident = next({ handler })
      tellTimeline(draft, action, by, action.type === 'claim' ? 'claimed' : `assigned to ${handler}`)
      return oweAction(draft, 'claim', group.incident, action, by)
    }
    case 'unclaim': {
      const { handler: _, ...free } = next({})
      group.incident = free
      return tellTimeline(draft, action, by, 'not claimed any more')
    }
    case 'comment': {
      const comment = { at: action.at, by: action.by, text: action.text ?? '' }
      group.incident = next({ comments: [...(incident.comments ?? []), comment].slice(-SHOWN_COMMENTS) })
      tellTimeline(draft, action, by, 'comment')
      return oweAction(draft, 'comment', group.incident, action, by)
    }
    case 'close':
      group.incident = next({})
      tellTimeline(draft, action, by, 'closed by hand')
      return closeByHand(draft, group.incident, action, by)
    case 'reopen':
      group.incident = next({})
      return tellTimeline(draft, action, by, 'it is open already')
    default:
      return never(action.type)
  }
}

/** On an incident that a person closed and whose alerts still fire. */
function actAfterwards(draft: Draft, shut: Incident, action: Action, by: Context): void {
  if (shut.acted?.includes(action.id)) return
  const { group } = draft
  const known = { ...shut, acted: [...(shut.acted ?? []), action.id].slice(-KEPT_ACTIONS) }
  group.shut = known
  if (action.type === 'comment') {
    tellTimeline(draft, action, by, 'comment')
    return oweAction(draft, 'comment', known, action, by)
  }
  if (action.type !== 'reopen') return tellTimeline(draft, action, by, 'the incident is closed')
  if (group.incident !== undefined) return tellTimeline(draft, action, by, 'another incident of the group is open')
  for (const [fingerprint, { shut: _, compared: __, ...member }] of group.members)
    group.members.set(fingerprint, member)
  group.incident = known
  group.shut = undefined
  draft.reopened.push(known.id)
  tellTimeline(draft, action, by, 'reopened')
  lookAtAll(draft, by)
}

function closeByHand(draft: Draft, incident: Incident, action: Action, by: Context): void {
  const { group } = draft
  close(draft, 'closed', by, { closedBy: action.by, ...(action.text === undefined ? {} : { solution: action.text }) })
  let fires = false
  for (const [fingerprint, member] of group.members) {
    if (over(member, by.now)) continue
    fires = true
    group.members.set(fingerprint, { ...member, shut: { at: by.now } })
  }
  group.shut = fires ? { ...incident, closes: (incident.closes ?? 0) + 1 } : undefined
  lookAtAll(draft, by)
}

/** Ends the open incident: its item, and the event of it. The alerts are shown as they are at this moment. */
export function close(
  draft: Draft,
  because: 'resolved' | 'closed',
  by: Context,
  how: Pick<ClosedIncident, 'closedBy' | 'solution'> = {},
): void {
  const { group } = draft
  const { incident } = group
  if (incident === undefined) return
  const members = [...group.members].filter(([, { shut }]) => shut === undefined)
  const alerts = members.map(([fingerprint, { alert }]): ClosedIncident['alerts'][number] => [fingerprint, alert])
  const closed: ClosedIncident = { ...incident, ...how, closedAt: by.now, closedBecause: because, alerts }
  draft.closed.push(closed)
  const asOver =
    because === 'resolved' ? members : members.map(([id, member]) => [id, { ...member, shut: { at: by.now } }] as const)
  const person: PersonsPart = {
    ...(incident.handler === undefined ? {} : { handler: incident.handler }),
    ...(how.closedBy === undefined ? {} : { operator: how.closedBy }),
    ...(how.solution === undefined ? {} : { solution: how.solution }),
  }
  const happening = { type: 'close' as const, at: by.now, ...(Object.keys(person).length === 0 ? {} : { person }) }
  owe(
    draft,
    happening,
    closed,
    asOver.map(([id, member]) => [id, member]),
    by,
  )
  group.incident = undefined
}

/** Every target compares now what is with what it was told, as soon as nothing is out to it. */
function lookAtAll(draft: Draft, by: Context): void {
  for (const id of by.policy.targets) targetOf(draft, id).recheck = true
}

function oweAction(draft: Draft, type: 'claim' | 'comment', incident: Incident, action: Action, by: Context): void {
  const person: PersonsPart = {
    ...(incident.handler === undefined ? {} : { handler: incident.handler }),
    operator: action.by,
    ...(action.text === undefined ? {} : { comment: action.text }),
  }
  owe(draft, { type, at: action.at, id: uuidOf(action.id), person }, incident, [...draft.group.members], by)
}

const KINDS: Record<Action['type'], TimelineKind> = {
  claim: 'claimed',
  unclaim: 'unclaimed',
  assign: 'assigned',
  comment: 'commented',
  close: 'closed',
  reopen: 'reopened',
}

function tellTimeline(draft: Draft, action: Action, by: Context, reason: string): void {
  note(draft, by.now, {
    incident: action.incident,
    kind: KINDS[action.type],
    reason,
    by: action.by,
    ...(action.text === undefined ? {} : { text: action.text }),
  })
}
