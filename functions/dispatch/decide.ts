import { SECOND } from '../../shared/base/time.ts'
import { advance, unbornGroup } from '../../shared/group/advance.ts'
import type { Decision, Input } from '../../shared/group/context.ts'
import type { Arrival } from '../../shared/group/fold.ts'
import type { Group } from '../../shared/group/group.ts'
import { targetsOf } from '../../shared/group/log-entry.ts'
import { withArrivals } from '../../shared/group/settle.ts'
import { putDeliveries } from '../../shared/group-store/deliveries.ts'
import type { LoadedGroup } from '../../shared/group-store/heads.ts'
import { forgetClosed } from '../../shared/group-store/incidents.ts'
import type { AlertsRegrouped, GroupWake } from '../../shared/message/message.ts'
import { wakeOf } from '../../shared/message/wake.ts'
import { NOBODY } from '../../shared/people/people.ts'
import { MAX_DELAY_MS } from '../../shared/queue/port.ts'
import { WriteUnknown } from '../../shared/table/port.ts'
import { retryLost } from '../../shared/table/update.ts'
import type { GroupWork } from './by-group.ts'
import { contextOf } from './context.ts'
import type { Decider } from './decider.ts'
import { dissolve } from './dissolve.ts'
import { keptOutcomes } from './kept-outcomes.ts'
import { firstNotifications } from './ledgers.ts'
import { nobodyTold, tellOfNobody } from './nobody.ts'
import { refreshesSaved, withRefreshes } from './refreshed.ts'
import { regroup } from './regroup.ts'

/** Deliveries, timelines and closed incidents are kept for 30 days. */
export const RETENTION_MS = 30 * 24 * 3600 * SECOND

/** Lost races before the messages go back to the queue. */
const TRIES = 6
const RACE_JITTER_MS = 50

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
    return {
      decision: advance(before, inputs, await contextOf(before, work, policy, decider)),
      regrouped: [],
      refreshes,
    }
  }
  const settled = withArrivals(before, kept, { now, policy })
  const { leaving: regrouped, staying, moved, dropped } = regroup(settled.group, config, now)
  if (policy === undefined) {
    return { decision: after(settled, dissolve(settled.group, dropped, now)), regrouped, refreshes }
  }
  const here = { ...settled.group, ...staying }
  const movedAway: Input = { kind: 'moved', members: moved, dropped }
  const decision = advance(here, [movedAway, ...inputs], await contextOf(here, work, policy, decider))
  return { decision: after(settled, decision), regrouped, refreshes }
}

/** The decision, with the arrivals before the decision. */
function after({ group: { log }, arrived }: Pick<Decision, 'group' | 'arrived'>, decision: Decision): Decision {
  const { group } = decision
  return { ...decision, group: { ...group, log: [...log, ...group.log] }, arrived: [...arrived, ...decision.arrived] }
}
