import { digest } from '../../shared/base/hash.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { Config, RuleEntry } from '../../shared/config/config.ts'
import { DEFAULT_INTEGRATION } from '../../shared/config/sections.ts'
import { MESSAGE_VERSION, type RecordsReceived } from '../../shared/message/message.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import type { RuleBook } from '../../shared/rule-book/rule-book.ts'
import { keepRefused } from '../../shared/store/refused.ts'
import type { EvaluateDeps } from './deps.ts'
import type { RaisedMessages } from './effects.ts'
import type { RuleFailure } from './inspect.ts'

/** Reports to the owner of an account, in the list of refused bodies. */
export interface Reports {
  /**
   * Unreadable rules, and rules with a failure on a record. A rule is reported once in a revision, with the record on
   * which the rule failed.
   */
  rules(
    account: string,
    config: CompiledConfig,
    book: RuleBook,
    failures: ReadonlyMap<RuleEntry, RuleFailure>,
  ): Promise<void>
  /** An alert too large to be sent. */
  alert(from: RecordsReceived, tooLarge: RaisedMessages['tooLarge'][number]): Promise<void>
}

interface RefusedItem {
  account: string
  integration: string
  receivedAt: Millis
  reason: string
  kept: unknown
}

/** As much of a body as ingest keeps. */
const KEPT_BYTES = 64 * 1024
const KEPT_REASON = 1000

export function createReports(deps: EvaluateDeps): Reports {
  const reported = new WeakMap<Config, Set<RuleEntry>>()
  return {
    async rules(account, config, { problems }, failures) {
      const known = reported.get(config.config) ?? new Set()
      reported.set(config.config, known)
      const reportOnce = async (entry: RuleEntry, item: Omit<RefusedItem, 'account'>): Promise<void> => {
        if (known.has(entry)) return
        known.add(entry)
        deps.metrics.add('tocsin_rules_failed_total')
        await keep(deps, { account, ...item }, ['rule', entry.id, config.config.revision])
      }
      for (const { entry, problem } of problems) {
        const reason = `rule ${entry.id} cannot be read: ${[problem.path, problem.message].filter(Boolean).join(': ')}`
        await reportOnce(entry, {
          integration: DEFAULT_INTEGRATION,
          receivedAt: config.config.since,
          reason,
          kept: entry,
        })
      }
      for (const [entry, { error, record, integration, receivedAt }] of failures) {
        const reason = `rule ${entry.id} failed on record ${record.id}: ${String(error)}`
        await reportOnce(entry, { integration, receivedAt, reason, kept: record.fields })
      }
    },
    async alert({ account, integration, receivedAt }, { rule, alert, reason }) {
      const id = ['alert', rule, String(receivedAt), JSON.stringify(alert.labels)]
      await keep(deps, { account, integration, receivedAt, reason, kept: alert }, id)
    },
  }
}

/**
 * Keeps the report under an id derived from the rule or alert, so a repeated report replaces the first. A failure to
 * keep the report is counted as an error.
 */
async function keep({ table, metrics }: EvaluateDeps, item: RefusedItem, id: readonly string[]): Promise<void> {
  const { kept, reason, ...rest } = item
  const body = Buffer.from(JSON.stringify(kept)).subarray(0, KEPT_BYTES).toString('base64')
  const refused = { v: MESSAGE_VERSION, kind: 'refused' as const, ...rest, reason: reason.slice(0, KEPT_REASON), body }
  try {
    await keepRefused(table, refused, digest(id))
    metrics.add('tocsin_bodies_refused_total')
  } catch {
    metrics.add('tocsin_errors_total', { function: 'evaluate' })
  }
}
