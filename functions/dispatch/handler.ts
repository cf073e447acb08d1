import { errorText } from '../../shared/base/log.ts'
import { inSlices, pause } from '../../shared/base/steps.ts'
import { toRfc3339 } from '../../shared/base/time.ts'
import { createHeads, type Heads } from '../../shared/group-store/heads.ts'
import { createSaidAlerts, type SaidAlerts } from '../../shared/group-store/said-alerts.ts'
import type { BodyRefused, DispatchMessage } from '../../shared/message/message.ts'
import { takeDispatched } from '../../shared/message/parse.ts'
import { type InMessage, type QueueHandler, sendAll } from '../../shared/queue/port.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import { activeSilences } from '../../shared/silence/active.ts'
import { keepRefused } from '../../shared/store/refused.ts'
import { createSilencesReader } from '../../shared/store/silences.ts'
import { createIntegrationCounts, type IntegrationCounts } from '../../shared/store/statistics.ts'
import { settleUnread } from '../../shared/store/unreadable.ts'
import { type GroupWork, type ReadMessage, workByGroup } from './by-group.ts'
import { decide, RETENTION_MS } from './decide.ts'
import type { Decider } from './decider.ts'
import type { DispatchDeps } from './deps.ts'
import { type Decided, sendEffects } from './effects.ts'
import { createBatchLedgers } from './ledgers.ts'
import { noteInhibitors } from './muting.ts'
import { createPausedChannels, type PausedChannels } from './paused-channels.ts'
import { wakeGroups } from './reconfigured.ts'
import { learnSaved } from './refreshed.ts'

export type { DispatchDeps } from './deps.ts'

/** Reading more characters takes milliseconds, so requests come first. */
const LARGE_CHARS = 256 * 1024
const DISPATCH = { function: 'dispatch', queue: 'alerts' }

/** The memory of a worker between batches. */
interface KeptByWorker {
  heads: Heads
  tally: IntegrationCounts
  pausedChannels: PausedChannels
  silencesOf: ReturnType<typeof createSilencesReader>
  said: SaidAlerts
}

/**
 * Routes alerts to groups and advances every group that the batch touches, once, with every input of the batch for the
 * group. A message is acknowledged when each of its groups is saved: until then the message comes again, and groups
 * recognise inputs that were taken before.
 */
export function createDispatch(deps: DispatchDeps): QueueHandler {
  const heads = createHeads(deps.table, deps.keptGroups)
  const tally = createIntegrationCounts(deps.table, 'dispatch')
  const kept: KeptByWorker = {
    heads,
    tally,
    pausedChannels: createPausedChannels(deps, heads),
    silencesOf: createSilencesReader(deps.table),
    said: createSaidAlerts(),
  }
  return async (messages) => {
    const failed = new Set<string>()
    const byAccount = new Map<string, ReadMessage[]>()
    let chars = 0
    for (const message of messages) {
      if (message.value === undefined) chars += message.body.length
      if (chars > LARGE_CHARS) {
        await pause()
        chars = 0
      }
      const parsed = takeDispatched(message)
      if (!parsed.ok) {
        if (!(await settleUnread(deps, DISPATCH, message, parsed.unread))) failed.add(message.id)
      } else if (parsed.body.kind === 'refused') {
        if (!(await keep(deps, message, parsed.body))) failed.add(message.id)
        count(tally, message, parsed.body)
      } else if (parsed.body.kind === 'reconfigured') {
        const { account } = parsed.body
        const woken = await wakeGroups(deps, parsed.body).catch((error: unknown) => report(deps, account, error))
        if (!woken) failed.add(message.id)
      } else {
        const list = byAccount.get(parsed.body.account) ?? []
        byAccount.set(parsed.body.account, list)
        list.push({ message, body: parsed.body })
      }
    }
    await Promise.all([...byAccount].map(([account, parsed]) => dispatchAccount(deps, kept, account, parsed, failed)))
    // Refreshes are counted with the next batch: the counts are for people, and decide nothing.
    for (const { account, integration, events, at } of deps.refreshes?.takeCounts() ?? []) {
      tally.add(account, integration, { events }, at)
    }
    await tally.save(messages)
    return { failed: [...failed] }
  }
}

/**
 * Counts the alerts and refused bodies of integrations. Alerts raised by rules came in as records and were counted
 * then; a message that is received again was counted before.
 */
function count(tally: IntegrationCounts, { receives }: InMessage, body: DispatchMessage): void {
  if (receives > 1) return
  const { account } = body
  if (body.kind === 'refused') tally.add(account, body.integration, { failures: 1 }, body.receivedAt)
  if (body.kind !== 'alerts' || body.rule !== undefined) return
  tally.add(account, body.integration, { events: body.alerts.length }, body.receivedAt)
}

async function keep(deps: DispatchDeps, message: InMessage, body: BodyRefused): Promise<boolean> {
  // The key is the id of the message, so that a second copy writes the same item.
  await keepRefused(deps.table, body, message.id)
  deps.metrics.add('tocsin_bodies_refused_total')
  return true
}

/**
 * The part of a batch that belongs to a single account. An error fails the messages of this account and no message of
 * another account.
 */
async function dispatchAccount(
  deps: DispatchDeps,
  { heads, tally, pausedChannels, silencesOf, said }: KeptByWorker,
  account: string,
  parsed: ReadMessage[],
  failed: Set<string>,
): Promise<void> {
  const now = deps.clock.now()
  try {
    const config = await deps.configs.current(account)
    // Before any group is read: no refresh is kept for a group that lets the alert go.
    deps.refreshes?.decidedBy(account, config.config.revision)
    const { works, arrivals } = await inSlices(workByGroup(parsed, config, now))
    for (const { message, body } of parsed) count(tally, message, body)
    await noteInhibitors(deps.table, account, config, arrivals, now)
    // Read for every batch: a silence counts from the moment at which its save was answered.
    const silences = activeSilences(await silencesOf(account), now)
    const decider: Decider = {
      deps,
      heads,
      config,
      silences,
      sendToGroups: (sent) => sendJson(deps, account, sent),
      pausedChannels,
      ledgers: createBatchLedgers(deps, works.values(), RETENTION_MS, said),
    }
    const decideOn = async (work: GroupWork): Promise<Decided> => {
      const decision = await decide(work, decider).catch((error: unknown) => report(deps, work.id, error))
      if (decision === undefined) for (const id of work.messages) failed.add(id)
      const looksOn = work.inputs.some((input) => input.kind === 'wake' && input.at === undefined)
      return { decision, again: work.again, looksOn }
    }
    const decisions = await decideOnEach([...works.values()], decideOn, deps)
    learnSaved(account, { works, arrivals }, failed, config, deps)
    await sendEffects(deps, account, decisions)
    for (const { decision } of decisions) await tellPauses(deps, pausedChannels, account, config, decision)
  } catch (error) {
    report(deps, account, error)
    for (const { message } of parsed) failed.add(message.id)
  }
}

/**
 * On AWS all groups are decided at once: each decision waits for the network, and the deliveries of all groups share
 * ledgers. On one machine the table answers at once, so one group follows the other: the temporary objects of a decision
 * are garbage at the next collection of young objects. All at once would make old objects of them.
 */
async function decideOnEach(
  works: readonly GroupWork[],
  decideOn: (work: GroupWork) => Promise<Decided>,
  { deliveries }: Pick<DispatchDeps, 'deliveries'>,
): Promise<Decided[]> {
  if (deliveries.carries !== undefined) return await Promise.all(works.map(decideOn))
  const decisions: Decided[] = []
  for (const work of works) decisions.push(await decideOn(work))
  return decisions
}

/** A failure fails no message: a pause is announced by the next decision, and the next arrival ends the alert. */
async function tellPauses(
  deps: DispatchDeps,
  pausedChannels: PausedChannels,
  account: string,
  config: CompiledConfig,
  decision: Decided['decision'],
): Promise<void> {
  if (decision === undefined || decision === 'nothing') return
  const place = { account, group: decision.group.id }
  try {
    await pausedChannels.raise(place, decision.announce.afterSave, config.channel)
    await pausedChannels.arrived(place, decision.arrived)
  } catch (error) {
    report(deps, place.group, error)
  }
}

function report(deps: DispatchDeps, what: string, error: unknown): undefined {
  deps.metrics.add('tocsin_errors_total', { function: 'dispatch' })
  deps.log?.({ at: toRfc3339(deps.clock.now()), function: 'dispatch', what, error: errorText(error) })
}

async function sendJson(deps: DispatchDeps, account: string, messages: unknown[]): Promise<boolean> {
  const sent = await sendAll(
    deps.dispatchQueue,
    messages.map((message) => ({ account, body: JSON.stringify(message) })),
  )
  return sent.failed.length === 0
}
