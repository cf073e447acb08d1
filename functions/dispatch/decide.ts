import type { Alert } from '../../shared/alert/alert.ts'
import { type Millis, SECOND } from '../../shared/base/time.ts'
import type { Policy } from '../../shared/config/config.ts'
import { advance, unbornGroup } from '../../shared/group/advance.ts'
import { over } from '../../shared/group/closed-by-hand.ts'
import type { Context, Decision, DroppedEnds, Input, Note, OpenGroup } from '../../shared/group/context.ts'
import type { Arrival } from '../../shared/group/fold.ts'
import type { ClosedIncident, Group } from '../../shared/group/group.ts'
import { groupId, groupKey } from '../../shared/group/identity.ts'
import { about } from '../../shared/group/log.ts'
import { joinNotes, targetsOf } from '../../shared/group/log-entry.ts'
import { BODY_BYTES } from '../../shared/group/parts.ts'
import { withArrivals } from '../../shared/group/settle.ts'
import { putDeliveries } from '../../shared/group-store/deliveries.ts'
import type { Heads, LoadedGroup } from '../../shared/group-store/heads.ts'
import { forgetClosed } from '../../shared/group-store/incidents.ts'
import type { AlertsRegrouped, GroupWake } from '../../shared/message/message.ts'
import { wakeOf } from '../../shared/message/wake.ts'
import { NOBODY } from '../../shared/people/people.ts'
import { MAX_DELAY_MS, MESSAGE_LIFE_MS } from '../../shared/queue/port.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import { configuredContext } from '../../shared/routing/context.ts'
import type { ActiveSilence } from '../../shared/silence/active.ts'
import { WriteUnknown } from '../../shared/table/port.ts'
import { retryLost } from '../../shared/table/update.ts'
import type { GroupWork } from './by-group.ts'
import type { DispatchDeps } from './deps.ts'
import { keptOutcomes } from './kept-outcomes.ts'
import { type BatchLedgers, firstNotifications } from './ledgers.ts'
import { mutedIn } from './muting.ts'
import { nobodyTold, tellOfNobody } from './nobody.ts'
import type { PausedChannels } from './paused-channels.ts'
import { refreshesSaved, withRefreshes } from './refreshed.ts'
import { regroup } from './regroup.ts'
import { policiesLike } from './shared-tickets.ts'
import { writtenFor } from './written.ts'

/** Deliveries, timelines and closed incidents are kept for 30 days. */
export const RETENTION_MS = 30 * 24 * 3600 * SECOND

/** Lost races before the messages go back to the queue. */
const TRIES = 6
const RACE_JITTER_MS = 50

export interface Decider {
  deps: DispatchDeps
  heads: Heads
  config: CompiledConfig
  silences: readonly ActiveSilence[]
  /**
   * Sends messages to further groups before the head is saved: regrouped alerts must be in the queue before the head lets
   * go of the alerts. False: a message is not in the queue.
   */
  sendToGroups: (messages: (AlertsRegrouped | GroupWake)[]) => Promise<boolean>
  pausedChannels: PausedChannels
  ledgers: BatchLedgers
}

/**
 * Advances a group: read, decide, write the contents of the opened deliveries, save the head under its version. After a
 * lost race the group is read and decided anew; `undefined`: too many lost races, the messages come again. Content
 * written before a lost save is harmless: no message asks to send the content.
 */
export async function decide(work: GroupWork, decider: Decider): Promise<Decision | 'nothing' | undefined> {
  const { clock, chance } = decider.deps
  const jitter = { clock, chance, ms: RACE_JITTER_MS }
  try {
    const decided = await retryLost(() => decideAgain(work, decider), { tries: TRIES, jitter })
    return decided === 'lost' ? undefined : decided
  } finally {
    decider.ledgers.leave(work)
  }
}

/**
 * A save of unknown fate is looked at anew, as after a crash between the save and its effects: what is open is then sent
 * once more. A request that arrives later than the new decision finds another version, or leaves a head that `sweep` finds.
 */
async function decideAgain(work: GroupWork, decider: Decider): ReturnType<typeof decideOnce> {
  try {
    return await decideOnce(work, decider)
  } catch (error) {
    if (!(error instanceof WriteUnknown)) throw error
    work.again = true
    return 'lost'
  }
}

async function decideOnce(work: GroupWork, decider: Decider): Promise<Decision | 'nothing' | undefined | 'lost'> {
  const { account, id } = work
  const loaded = await decider.heads.load(account, id)
  const considered = await consider(loaded, work, decider)
  // Another process may have saved a kept group since. The effects that come before the save need the present group.
  if (loaded?.kept && actsBeforeSave(considered)) {
    const present = await decider.heads.read(account, id)
    // A group that nobody has saved since is the present group, and the decision on it stands.
    if (present?.version === loaded.version) return await act(present, considered, work, decider)
    return await act(present, await consider(present, work, decider), work, decider)
  }
  return await act(loaded, considered, work, decider)
}

type Considered =
  | 'nothing'
  | undefined
  | { decision: Decision; regrouped: AlertsRegrouped[]; refreshes: readonly Arrival[] }

/**
 * Whether a part of the decision is seen by others before the head is saved. A ledger is not: no message names the ledger
 * of a decision that was not saved, and the timeline, not the ledger, says the fate of the deliveries.
 */
function actsBeforeSave(considered: Considered): boolean {
  if (considered === undefined || considered === 'nothing') return false
  const { decision, regrouped } = considered
  const { contents, closed, closedKeys, announce } = decision
  if (contents.length > firstNotifications(decision).length) return true
  return [regrouped, closedKeys, closed, announce.beforeSave, nobodyTold(decision)].some(({ length }) => length > 0)
}

async function act(
  loaded: LoadedGroup | undefined,
  considered: Considered,
  work: GroupWork,
  decider: Decider,
): Promise<Decision | 'nothing' | undefined | 'lost'> {
  if (considered === undefined || considered === 'nothing') return considered
  const { clock, chance, metrics, table } = decider.deps
  const { decision: decided, regrouped } = considered
  const place = { account: work.account, group: work.id }
  const messages = [...regrouped, ...wakesOf(decided, work.account)]
  if (messages.length > 0 && !(await decider.sendToGroups(messages))) return undefined
  await decider.pausedChannels.raise(place, decided.announce.beforeSave, decider.config.channel)
  await tellOfNobody(decider.deps, work.account, nobodyTold(decided))
  const decision = await decider.ledgers.keep(work, decided)
  const expiresAt = clock.now() + RETENTION_MS
  await putDeliveries(table, decision.contents, { expiresAt })
  const saved = await decider.heads.save(loaded, decision.group, {
    now: clock.now(),
    chance,
    retentionMs: RETENTION_MS,
    maxDelayMs: MAX_DELAY_MS,
    closed: decision.closed,
  })
  if (saved === 'saved') {
    await refreshesSaved(decision.group, considered.refreshes, decider.deps)
    await forgetClosed(table, work.account, work.id, decision.reopened)
    for (const entry of decision.group.log) {
      const labels = { kind: entry.kind, reason: entry.reason.code }
      metrics.add('tocsin_decisions_total', labels, Math.max(1, targetsOf(entry).length))
    }
    return decision
  }
  metrics.add('tocsin_group_races_total')
  return 'lost'
}

/** The groups whose tickets may be closed look at the knowledge of the targets. A second look changes no state. */
function wakesOf({ closedKeys }: Decision, account: string): GroupWake[] {
  return closedKeys.map(([group, closed]) => wakeOf({ account, group, closed }))
}

function newborn(work: GroupWork, decider: Decider): Group | undefined {
  if (work.policy === undefined || work.labels === undefined) return undefined
  const { revision } = decider.config.config
  return unbornGroup(work.account, work.id, work.policy, work.labels, { now: decider.deps.clock.now(), revision })
}

async function consider(loaded: LoadedGroup | undefined, asked: GroupWork, decider: Decider): Promise<Considered> {
  const { config } = decider
  const { group, work, refreshes } = withRefreshes(loaded?.group, asked, decider.deps)
  const before = group ?? newborn(work, decider)
  if (before === undefined) return 'nothing'
  // Another worker knows a newer configuration, or newer people: these messages come again, and are then decided under
  // the newer configuration. So nobody who left is told by a worker that was slow.
  if (Number(before.revision) > Number(config.config.revision)) return undefined
  if (Number(before.peopleRevision ?? NOBODY.revision) > Number(config.people.revision)) return undefined
  const now = decider.deps.clock.now()
  const policy = config.policy(before.policy)
  const { table, deliveries } = decider.deps
  const kept = await keptOutcomes(table, before, work.inputs, { now, mayBeLazy: deliveries.carries !== undefined })
  const inputs = [...kept, ...work.inputs]
  if (before.revision === config.config.revision && policy !== undefined) {
    return { decision: advance(before, inputs, await context(before, work, policy, decider)), regrouped: [], refreshes }
  }
  const settled = withArrivals(before, kept, { now, policy })
  const { leaving: regrouped, staying, moved, dropped } = regroup(settled.group, config, now)
  if (policy === undefined) {
    return { decision: after(settled, dissolve(settled.group, dropped, now)), regrouped, refreshes }
  }
  const here = { ...settled.group, ...staying }
  const movedAway: Input = { kind: 'moved', members: moved, dropped }
  const decision = advance(here, [movedAway, ...inputs], await context(here, work, policy, decider))
  return { decision: after(settled, decision), regrouped, refreshes }
}

/** The decision, with the arrivals before the decision. */
function after({ group: { log }, arrived }: Pick<Decision, 'group' | 'arrived'>, decision: Decision): Decision {
  const { group } = decision
  return { ...decision, group: { ...group, log: [...log, ...group.log] }, arrived: [...arrived, ...decision.arrived] }
}

/** The policy is gone: the alerts of the group were regrouped, its incident ends, no target is told. */
function dissolve(group: Group, dropped: readonly DroppedEnds[], now: number): Decision {
  const { incident } = group
  const alerts = [...group.members].map(([fingerprint, { alert }]): ClosedIncident['alerts'][number] => [
    fingerprint,
    alert,
  ])
  const closed =
    incident === undefined ? [] : [{ ...incident, closedAt: now, closedBecause: 'policy-removed' as const, alerts }]
  const entry = { at: now, kind: 'closed' as const, reason: { code: 'policy-removed' as const } }
  const notes: Note[] = incident === undefined ? [] : [{ ...entry, incident: incident.id }]
  const named = incident && { incident: incident.id }
  for (const ends of dropped) notes.push({ at: now, kind: 'not-told', ...named, ...ends })
  // Life-cycle events that are still owed are noted as not told: only the policy could say which targets get the
  // events.
  for (const [target, { owedEvents = [] }] of group.targets) {
    for (const { delivery, type } of owedEvents) {
      notes.push({ at: now, kind: 'not-told', target, delivery, reason: { code: 'policy-removed', event: type } })
    }
  }
  // No attempt is made again. An attempt that is out may still arrive, and no head takes its outcome.
  for (const [target, { last, open, retry, paused, owedEvents = [] }] of group.targets) {
    if (owedEvents.length > 0) continue
    if (open === undefined && retry === undefined && paused === undefined) continue
    const kind = open === undefined ? 'not-told' : 'ambiguous'
    const sent = open ?? last
    const which = sent && { delivery: sent.delivery, ...about(sent, group) }
    notes.push({ at: now, kind, target, reason: { code: 'policy-removed' }, ...which })
  }
  const empty = { members: new Map(), tombstones: new Map(), targets: new Map(), tellers: undefined }
  return {
    group: {
      ...group,
      ...empty,
      log: joinNotes(notes),
      incident: undefined,
      lastIncident: undefined,
      wakeAt: undefined,
    },
    contents: [],
    open: [],
    closed,
    reopened: [],
    announce: { beforeSave: [], afterSave: [] },
    arrived: [],
    closedKeys: [],
  }
}

async function context(group: Group, work: GroupWork, policy: Policy, decider: Decider): Promise<Context> {
  const { config, deps } = decider
  const now = deps.clock.now()
  return {
    now,
    chance: deps.chance,
    ...configuredContext(config, policy, group.labels),
    written: writtenFor(config, policy),
    muted: await mutedIn(deps.table, work.account, config, policy, alertsOf(group, work), decider.silences, now),
    ...soonestEnd(decider.silences),
    openGroups: await openGroups(group, decider, now),
    bodyBytes: deps.bodyBytes ?? BODY_BYTES,
    messageLifeMs: MESSAGE_LIFE_MS,
    maxDelayMs: MAX_DELAY_MS,
  }
}

function* alertsOf({ members }: Group, { inputs }: GroupWork): Iterable<Alert> {
  for (const input of inputs) if (input.kind === 'alert') yield input.arrival.alert
  for (const { alert } of members.values()) yield alert
}

/**
 * A policy that takes only a part of its alerts no longer goes on telling the others under its key. A route of an imported
 * tree may have the key of a route that is gone.
 */
async function openGroups(
  { account, id: here, members, tellers = {} }: Group,
  { heads, config }: Decider,
  now: Millis,
): Promise<Context['openGroups']> {
  const keys = Object.entries(tellers)
  if (keys.length === 0 || ![...members.values()].some((member) => over(member, now))) return new Map()
  const loaded = keys.flatMap(([teller, { groupKey: key, groupLabels: labels }]) => {
    const alike = policiesLike(key, config).filter((policy) => groupKey(policy, labels) === key)
    const ids = new Set([teller, ...alike.map((policy) => groupId(account, policy.id, labels))])
    ids.delete(here)
    // Not a kept head: the open incidents decide whether a message closes a ticket.
    return Array.from(ids, async (id) => [teller, (await heads.read(account, id))?.group] as const)
  })
  const open = new Map<string, OpenGroup>()
  for (const [teller, group] of await Promise.all(loaded)) {
    const present = group && followingConfig(group, config, now)
    if (present?.incident !== undefined) open.set(teller, { ...present, incident: present.incident })
  }
  return open
}

/**
 * The other group as it will be when it has followed the configuration: a worker may have died between the messages about
 * leaving alerts and the save of the group that they leave. Absent: no alert stays.
 */
function followingConfig(group: Group, config: CompiledConfig, now: Millis): Group | undefined {
  if (Number(group.revision) >= Number(config.config.revision)) return group
  if (config.policy(group.policy) === undefined) return undefined
  const { staying } = regroup(group, config, now)
  return staying.members.size === 0 ? undefined : { ...group, ...staying }
}

function soonestEnd(silences: readonly ActiveSilence[]): Pick<Context, 'silenceEnds'> {
  return silences.length === 0 ? {} : { silenceEnds: Math.min(...silences.map(({ endsAt }) => endsAt)) }
}
