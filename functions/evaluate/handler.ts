import { errorText } from '../../shared/base/log.ts'
import { inSlices } from '../../shared/base/steps.ts'
import { toRfc3339 } from '../../shared/base/time.ts'
import type { RuleEntry } from '../../shared/config/config.ts'
import type { RecordsReceived } from '../../shared/message/message.ts'
import { readRecords } from '../../shared/message/parse.ts'
import { type InMessage, type QueueHandler, sendAll } from '../../shared/queue/port.ts'
import { createRuleBooks, type RuleBook } from '../../shared/rule-book/rule-book.ts'
import { createIntegrationCounts, type IntegrationCounts, ruleCounts } from '../../shared/store/statistics.ts'
import { settleUnread } from '../../shared/store/unreadable.ts'
import { countMatches } from './count.ts'
import type { EvaluateDeps } from './deps.ts'
import { raisedMessages } from './effects.ts'
import { type InspectedMessage, inspect, type RuleFailure } from './inspect.ts'
import { createReports, type Reports } from './reports.ts'

export type { EvaluateDeps } from './deps.ts'

const EVALUATE = { function: 'evaluate', queue: 'records' }

interface Evaluator {
  deps: EvaluateDeps
  tally: IntegrationCounts
  bookOf: ReturnType<typeof createRuleBooks>
  reports: Reports
}

interface ReceivedRecords {
  message: InMessage
  body: RecordsReceived
}

/**
 * Asks an account's rules about audit records and raises alerts. A message is acknowledged when its alerts are in the
 * queue. A message received again raises the same alerts, which dispatch recognises by their labels.
 */
export function createEvaluate(deps: EvaluateDeps): QueueHandler {
  const tally = createIntegrationCounts(deps.table, 'evaluate')
  const evaluator: Evaluator = { deps, tally, bookOf: createRuleBooks(), reports: createReports(deps) }
  return async (messages) => {
    const failed = new Set<string>()
    const byAccount = new Map<string, ReceivedRecords[]>()
    for (const message of messages) {
      const parsed = readRecords(message.body)
      if (!parsed.ok) {
        if (!(await settleUnread(deps, EVALUATE, message, parsed.unread))) failed.add(message.id)
        continue
      }
      const { body } = parsed
      const received = byAccount.get(body.account) ?? []
      byAccount.set(body.account, received)
      received.push({ message, body })
    }
    await Promise.all([...byAccount].map(([account, received]) => evaluate(evaluator, account, received, failed)))
    await tally.save(messages)
    return { failed: [...failed] }
  }
}

/** Evaluates an account's part of the batch. An error fails the messages of this account only. */
async function evaluate(
  { deps, tally, bookOf, reports }: Evaluator,
  account: string,
  received: readonly ReceivedRecords[],
  failed: Set<string>,
): Promise<void> {
  const lost = (what: string, messages: readonly InMessage[], error: unknown): void => {
    report(deps, what, error)
    for (const { id } of messages) failed.add(id)
  }
  try {
    const config = await deps.configs.current(account)
    const book = await bookOf(config)
    const failures = new Map<RuleEntry, RuleFailure>()
    const batch = await inspectAll(book, received, failures, lost)
    for (const { message, body } of batch) {
      // A message received again was counted before.
      if (message.receives === 1) tally.add(account, body.integration, { events: body.records.length }, body.receivedAt)
    }
    await countMatches(deps, account, book, batch, ({ message }, error) => lost(account, [message], error))
    await reports.rules(account, config, book, failures)
    for (const { message, body, raisingMatches } of batch) {
      if (message.receives === 1) countRaised(tally, body, raisingMatches)
    }
    await raise(deps, reports, account, batch, lost)
  } catch (error) {
    lost(
      account,
      received.map(({ message }) => message),
      error,
    )
  }
}

/** Best effort, as every count: a rule is shown with the time of its last match. */
function countRaised(
  tally: IntegrationCounts,
  { account, receivedAt }: RecordsReceived,
  raisingMatches: InspectedMessage['raisingMatches'],
): void {
  for (const { rule } of raisingMatches) tally.add(account, ruleCounts(rule.entry.id), { events: 1 }, receivedAt)
}

type OnLost = (what: string, messages: readonly InMessage[], error: unknown) => void

/** A malformed message fails alone: the other messages of the batch go on. */
async function inspectAll(
  book: RuleBook,
  received: readonly ReceivedRecords[],
  failures: Map<RuleEntry, RuleFailure>,
  lost: OnLost,
): Promise<InspectedMessage[]> {
  const all: InspectedMessage[] = []
  for (const { message, body } of received) {
    try {
      all.push(await inSlices(inspect(book, message, body, failures)))
    } catch (error) {
      lost(message.id, [message], error)
    }
  }
  return all
}

async function raise(
  deps: EvaluateDeps,
  reports: Reports,
  account: string,
  batch: readonly InspectedMessage[],
  lost: OnLost,
): Promise<void> {
  const outgoing: { message: InMessage; body: string }[] = []
  for (const inspected of batch) {
    const { bodies, tooLarge } = raisedMessages(inspected)
    for (const body of bodies) outgoing.push({ message: inspected.message, body })
    for (const alert of tooLarge) await reports.alert(inspected.body, alert)
    deps.metrics.add('tocsin_records_evaluated_total', {}, inspected.body.records.length)
    const matches = inspected.raisingMatches.length
    if (matches > 0) deps.metrics.add('tocsin_rules_matched_total', {}, matches)
  }
  // Safe twice and late: a repetition has the same labels, times and order, which dispatch merges into the known
  // alerts.
  const { failed } = await sendAll(
    deps.dispatchQueue,
    outgoing.map(({ body }) => ({ account, body })),
  )
  if (failed.length === 0) return
  const messages = failed.map((index) => outgoing[index]!.message)
  lost(account, messages, new Error(`the queue did not take ${failed.length} messages of alerts`))
}

function report(deps: EvaluateDeps, what: string, error: unknown): void {
  deps.metrics.add('tocsin_errors_total', { function: 'evaluate' })
  deps.log?.({ at: toRfc3339(deps.clock.now()), function: 'evaluate', what, error: errorText(error) })
}
