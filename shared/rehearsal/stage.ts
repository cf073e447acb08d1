import type { Alert } from '../alert/alert.ts'
import { fingerprint } from '../alert/fingerprint.ts'
import type { Millis } from '../base/time.ts'
import type { Policy } from '../config/config.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { advance, unbornGroup } from '../group/advance.ts'
import { over } from '../group/closed-by-hand.ts'
import type { Context, Decision, Input, OpenedDelivery } from '../group/context.ts'
import type { Group } from '../group/group.ts'
import { groupId, groupLabels } from '../group/identity.ts'
import { targetsOf } from '../group/log-entry.ts'
import { BODY_BYTES } from '../group/parts.ts'
import { standingsOf } from '../group/standing.ts'
import { foldSource, type SourceEntry } from '../inhibition/inhibition.ts'
import { createMuting } from '../muting/muting.ts'
import { configuredContext } from '../routing/context.ts'
import { activeSilences } from '../silence/active.ts'
import type { Happening, Rehearsal, Rehearsed, Told } from './happening.ts'

/** A rehearsal under way. */
export interface Stage extends Pick<Rehearsed, 'told' | 'noted'> {
  rehearsal: Rehearsal
  groups: Map<string, Group>
  /** Policy and labels of every group that an alert was routed to. */
  routed: Map<string, Pick<Group, 'policy' | 'labels'>>
  /** The alerts that inhibit others, by key. */
  sources: Map<string, SourceEntry[]>
  contents: Map<string, Delivery>
  due: { at: Millis; group: string; input: Input }[]
  /** The last state of each group with a firing alert. */
  fired: Map<string, { group: Group; at: Millis }>
  /** Numbers alerts and actions. */
  count: number
}

/** The time of a queue message on its way, at most. */
const MESSAGE_LIFE_MS = 60_000

export function setStage(rehearsal: Rehearsal): Stage {
  return {
    rehearsal,
    groups: new Map(rehearsal.groups.map((group) => [group.id, group])),
    routed: new Map(),
    sources: new Map(),
    contents: new Map(),
    due: [],
    fired: new Map(),
    count: 0,
    told: [],
    noted: [],
  }
}

export function take(stage: Stage, happening: Happening, at: Millis): void {
  if ('alert' in happening) return takeAlert(stage, happening.alert, at)
  const { action } = happening
  for (const { id: group, incident, reopenable } of stage.groups.values()) {
    const about = action.type === 'reopen' ? reopenable : incident
    if (about === undefined) continue
    const whole = { ...action, id: `rehearsed-${++stage.count}`, incident: about.id, at }
    stage.due.push({ at, group, input: { kind: 'action', action: whole } })
  }
}

function takeAlert(stage: Stage, given: Omit<Alert, 'timeout'>, at: Millis): void {
  const { account, config } = stage.rehearsal
  const alert: Alert = { ...given, timeout: false }
  const stamp = { at, tie: String(++stage.count).padStart(8, '0') }
  const print = fingerprint(alert.labels)
  for (const { key, twoSided } of config.inhibition.sources(alert.labels)) {
    const { startsAt, endsAt, timeout } = alert
    const entry = { fingerprint: print, startsAt, endsAt, timeout, stamp, twoSided }
    stage.sources.set(key, foldSource(stage.sources.get(key) ?? [], entry))
  }
  const input: Input = { kind: 'alert', arrival: { fingerprint: print, alert, stamp, claimedEnd: alert.endsAt } }
  for (const policy of config.route(alert.labels, alert.origin)) {
    const labels = groupLabels(policy, alert.labels, alert.origin)
    const group = groupId(account, policy.id, labels)
    stage.routed.set(group, { policy: policy.id, labels })
    stage.due.push({ at, group, input })
  }
}

/** The next moment at which a group has something to do; infinite: never. */
export function nextMoment({ groups, due }: Stage): Millis {
  let next = Number.POSITIVE_INFINITY
  for (const { wakeAt } of groups.values()) if (wakeAt !== undefined && wakeAt < next) next = wakeAt
  for (const { at } of due) if (at < next) next = at
  return next
}

/** The groups with something to do by now, with their inputs. */
export function takeDue(stage: Stage, now: Millis): Map<string, Input[]> {
  const work = new Map<string, Input[]>()
  for (const { group, input } of stage.due.filter(({ at }) => at <= now)) {
    work.set(group, [...(work.get(group) ?? []), input])
  }
  stage.due = stage.due.filter(({ at }) => at > now)
  for (const { id, wakeAt } of stage.groups.values()) {
    if (wakeAt !== undefined && wakeAt <= now && !work.has(id)) work.set(id, [{ kind: 'wake' }])
  }
  return work
}

/** Advances a group as dispatch does, and remembers the decision. */
export function play(stage: Stage, id: string, inputs: Input[], now: Millis): Group | undefined {
  const before = stage.groups.get(id) ?? newborn(stage, id, now)
  const policy = stage.rehearsal.config.policy(before.policy)
  if (policy === undefined) {
    stage.groups.delete(id)
    return undefined
  }
  const decision = advance(before, inputs, contextOf(stage, before, policy, now))
  const { group } = decision
  stage.noted.push(...group.log.map((entry) => ({ group: id, entry })))
  send(stage, decision, now)
  if ([...group.members.values()].some((member) => !over(member, now))) stage.fired.set(id, { group, at: now })
  if (group.wakeAt === undefined) stage.groups.delete(id)
  else stage.groups.set(id, group)
  return group
}

function newborn({ rehearsal, routed }: Stage, id: string, now: Millis): Group {
  const { account, config } = rehearsal
  const { policy, labels } = routed.get(id) ?? { policy: '', labels: {} }
  return unbornGroup(account, id, policy, labels, { now, revision: config.config.revision })
}

export function standingsAtFiring(stage: Stage): Rehearsed['standings'] {
  return [...stage.fired.values()].flatMap(({ group, at }) => {
    const policy = stage.rehearsal.config.policy(group.policy)
    if (policy === undefined) return []
    const targets = standingsOf(group, contextOf(stage, group, policy, at))
    return [{ group: group.id, policy: policy.id, at, targets }]
  })
}

/** The circumstances of a decision, which dispatch makes of the table. */
function contextOf({ rehearsal, sources }: Stage, group: Group, policy: Policy, now: Millis): Context {
  const { config } = rehearsal
  const silences = activeSilences(rehearsal.silences, now)
  const reasonOf = createMuting({ silences, sources, config, now }).reasonsOf(policy)
  return {
    now,
    chance: () => 0.5,
    ...configuredContext(config, policy, group.labels),
    muted: (print, { labels }) => reasonOf(print, labels),
    ...(silences.length === 0 ? {} : { silenceEnds: Math.min(...silences.map(({ endsAt }) => endsAt)) }),
    openGroups: new Map(),
    bodyBytes: BODY_BYTES,
    messageLifeMs: MESSAGE_LIFE_MS,
    maxDelayMs: Number.POSITIVE_INFINITY,
  }
}

/** Sends the deliveries of a decision; life-cycle events arrive too, and are not listed. */
function send(stage: Stage, { group, contents, open }: Decision, now: Millis): void {
  for (const delivery of contents) stage.contents.set(delivery.id, delivery)
  for (const attempt of open) {
    const delivery = stage.contents.get(attempt.delivery)
    if (delivery?.notification.event === undefined && delivery !== undefined) {
      stage.told.push(toldOf(group, attempt, delivery, now))
    }
    const { answer = ARRIVES } = stage.rehearsal
    const answered = answer(attempt, now)
    if (answered === undefined) continue
    const { target, delivery: id } = attempt
    const { outcome, afterMs } = answered
    const input: Input = { kind: 'outcome', target, delivery: id, attempt: attempt.attempt, outcome }
    stage.due.push({ at: now + afterMs, group: group.id, input })
  }
}

const ARRIVES: NonNullable<Rehearsal['answer']> = (_, at) => ({ afterMs: 0, outcome: { kind: 'arrived', at } })

function toldOf(group: Group, { target, attempt }: OpenedDelivery, { notification }: Delivery, at: Millis): Told {
  const entry = group.log.find((one) => one.kind === 'telling' && targetsOf(one).includes(target))
  const { incident, alerts, reason } = notification
  return {
    at,
    policy: group.policy,
    group: group.id,
    ...(incident === undefined ? {} : { incident: incident.id }),
    target,
    why: reason,
    ...(entry?.step === undefined ? {} : { step: entry.step }),
    attempt,
    alerts: alerts.map(({ fingerprint, labels, endsAt }) => ({ fingerprint, labels, ended: endsAt !== undefined })),
  }
}
