import type { Millis } from '../../shared/base/time.ts'
import type { RuleEntry } from '../../shared/config/config.ts'
import type { RecordsReceived } from '../../shared/message/message.ts'
import type { InMessage } from '../../shared/queue/port.ts'
import type { AuditRecord } from '../../shared/record/record.ts'
import type { Holding, RuleBook } from '../../shared/rule-book/rule-book.ts'

/** One message of records, and what its records make rules raise. */
export interface Inspected {
  message: InMessage
  body: RecordsReceived
  /** Records for which some rule holds. */
  found: Found[]
  raised: Raised[]
}

export interface Found {
  record: AuditRecord
  /** Ids of the rules and correlations that hold. */
  held: Set<string>
}

export interface Raised {
  holding: Holding
  record: AuditRecord
}

/** A rule that failed on a record. */
export interface Failure {
  entry: RuleEntry
  error: unknown
  record: AuditRecord
  integration: string
  receivedAt: Millis
}

/** Asks the rules about every record. Of all that fail, each is told of once. */
export function inspect(
  book: RuleBook,
  message: InMessage,
  body: RecordsReceived,
  failures: Map<RuleEntry, Failure>,
): Inspected {
  const { integration, receivedAt } = body
  const inspected: Inspected = { message, body, found: [], raised: [] }
  for (const record of body.records) {
    const holdings = book.match(record, (entry, error) => {
      if (!failures.has(entry)) failures.set(entry, { entry, error, record, integration, receivedAt })
    })
    if (holdings.length === 0) continue
    inspected.found.push({ record, held: new Set(holdings.map(({ id }) => id)) })
    for (const holding of holdings) if (holding.raise !== undefined) inspected.raised.push({ holding, record })
  }
  return inspected
}
