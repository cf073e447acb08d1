import type { Steps } from '../../shared/base/steps.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { RuleEntry } from '../../shared/config/config.ts'
import type { RecordsReceived } from '../../shared/message/message.ts'
import type { InMessage } from '../../shared/queue/port.ts'
import type { AuditRecord } from '../../shared/record/record.ts'
import type { LabelPairs, MatchedRules } from '../../shared/rule/groups.ts'
import type { BookRule, RuleBook } from '../../shared/rule-book/rule-book.ts'

/** A message of records, and the rules' matches among its records. */
export interface InspectedMessage {
  message: InMessage
  body: RecordsReceived
  /** Records with at least one matching rule. */
  matchedRecords: MatchedRecord[]
  /** Matches of raising rules; matches of rules only counted by a correlation are left out. */
  raisingMatches: RuleMatch[]
}

export interface MatchedRecord {
  record: AuditRecord
  /** By id: the matching rules and correlations. */
  matched: MatchedRules
}

export interface RuleMatch {
  rule: BookRule
  record: AuditRecord
  /** The labels that tell the alert apart from the rule's other alerts. */
  labels: LabelPairs
}

/** A rule with the record on which the rule failed. */
export interface RuleFailure {
  entry: RuleEntry
  error: unknown
  record: AuditRecord
  integration: string
  receivedAt: Millis
}

/** Asks the rules about every record. Only the first failure of a rule is kept in `failures`. */
export function* inspect(
  book: RuleBook,
  message: InMessage,
  body: RecordsReceived,
  failures: Map<RuleEntry, RuleFailure>,
): Steps<InspectedMessage> {
  const { integration, receivedAt } = body
  const inspected: InspectedMessage = { message, body, matchedRecords: [], raisingMatches: [] }
  for (const record of body.records) {
    yield* book.prepare(record.trail)
    const rules = book.match(record, (entry, error) => {
      if (!failures.has(entry)) failures.set(entry, { entry, error, record, integration, receivedAt })
    })
    yield book.unitsOf(record.trail)
    if (rules.length === 0) continue
    inspected.matchedRecords.push({ record, matched: new Map(rules.map(({ id }) => [id, 'record'])) })
    for (const rule of rules) {
      if (rule.raise === undefined) continue
      for (const labels of rule.labelsOf(record.fields)) inspected.raisingMatches.push({ rule, record, labels })
    }
  }
  return inspected
}
