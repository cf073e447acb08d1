import { digest } from '../../shared/base/hash.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { RuleEntry } from '../../shared/config/config.ts'
import { DEFAULT_INTEGRATION } from '../../shared/config/sections.ts'
import { MESSAGE_VERSION, type RecordsReceived } from '../../shared/message/message.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import type { RuleBook } from '../../shared/rule-book/rule-book.ts'
import { keepRefused } from '../../shared/store/refused.ts'
import type { EvaluateDeps } from './deps.ts'
import type { RaisedMessages } from './effects.ts'
import type { Failure } from './inspect.ts'

/** What the owner is told of in the list of what was refused. */
export interface Reports {
  /** Rules that cannot be read or failed on a record: each once in a revision, with what it failed on. */
  rules(
    account: string,
    config: CompiledConfig,
    book: RuleBook,
    failures: ReadonlyMap<RuleEntry, Failure>,
  ): Promise<void>
  /** An alert that is too large to be sent. */
  alert(from: RecordsReceived, tooLarge: RaisedMessages['tooLarge'][number]): Promise<void>
}

interface About {
  account: string
  integration: string
  receivedAt: Millis
  reason: string
  what: unknown
}

/** As much of a body as ingest keeps. */
const KEPT_BYTES = 64 * 1024
const KEPT_REASON = 1000

export function createReports(deps: EvaluateDeps): Reports {
  const told = new WeakMap<CompiledConfig, Set<RuleEntry>>()
  return {
    async rules(account, config, { problems }, failures) {
      const known = told.get(config) ?? new Set()
      told.set(config, known)
      const tell = async (entry: RuleEntry, about: Omit<About, 'account'>): Promise<void> => {
        if (known.has(entry)) return
        known.add(entry)
        deps.metrics.add('tocsin_rules_failed_total')
        await keep(deps, { account, ...about }, ['rule', entry.id, config.config.revision])
      }
      for (const { entry, problem } of problems) {
        const reason = `rule ${entry.id} cannot be read: ${[problem.path, problem.message].filter(Boolean).join(': ')}`
        await tell(entry, { integration: DEFAULT_INTEGRATION, receivedAt: config.config.since, reason, what: entry })
      }
      for (const [entry, { error, record, integration, receivedAt }] of failures) {
        const reason = `rule ${entry.id} failed on record ${record.id}: ${String(error)}`
        await tell(entry, { integration, receivedAt, reason, what: record.fields })
      }
    },
    async alert({ account, integration, receivedAt }, { rule, alert, reason }) {
      const id = ['alert', rule, String(receivedAt), JSON.stringify(alert.labels)]
      await keep(deps, { account, integration, receivedAt, reason, what: alert }, id)
    },
  }
}

/** Under an id of its own, so that whoever tells of it again tells of the same. What nobody is told of is counted. */
async function keep({ table, metrics }: EvaluateDeps, about: About, id: readonly string[]): Promise<void> {
  const { what, reason, ...rest } = about
  const body = Buffer.from(JSON.stringify(what)).subarray(0, KEPT_BYTES).toString('base64')
  const refused = { v: MESSAGE_VERSION, kind: 'refused' as const, ...rest, reason: reason.slice(0, KEPT_REASON), body }
  try {
    await keepRefused(table, refused, digest(id))
    metrics.add('tocsin_bodies_refused_total')
  } catch {
    metrics.add('tocsin_errors_total', { function: 'evaluate' })
  }
}
