import type { PostedAlert } from '../../../../shared/alert/alert.ts'
import { fingerprint } from '../../../../shared/alert/fingerprint.ts'
import { levelOf } from '../../../../shared/alert/level.ts'
import { type Millis, toRfc3339 } from '../../../../shared/base/time.ts'
import { originOf } from '../../../../shared/message/origin.ts'
import type { AuditRecord } from '../../../../shared/record/record.ts'
import type { CompiledConfig } from '../../../../shared/routing/compile.ts'
import type { RuleBook } from '../../../../shared/rule-book/rule-book.ts'

/** Whom it came from, and who looks at it. */
export interface Asked {
  account: string
  integration: string
  config: CompiledConfig
  recoverAfterMs: Millis
  receivedAt: Millis
  hops?: string[]
  rule?: string
}

/** An alert as dispatch would take it. */
export function showAlert(alert: PostedAlert, from: Asked): object {
  const { labels, annotations, startsAt, endsAt, generatorURL } = alert
  const origin = originOf(from, alert)
  const resolved = endsAt !== undefined && endsAt <= from.receivedAt
  return {
    fingerprint: fingerprint(labels),
    state: resolved ? 'resolved' : 'firing',
    level: levelOf(labels),
    ...{ labels, annotations, startsAt: toRfc3339(startsAt) },
    ...endOf(endsAt, from),
    ...(generatorURL === undefined ? {} : { generatorURL }),
    origin,
    policies: from.config.route(labels, origin).map(({ id }) => id),
  }
}

/** Without an end of its own it ends by itself, unless it is sent again. */
function endOf(endsAt: Millis | undefined, { receivedAt, recoverAfterMs }: Asked): object {
  if (endsAt !== undefined) return { endsAt: toRfc3339(endsAt) }
  return recoverAfterMs === 0 ? {} : { recoversAt: toRfc3339(receivedAt + recoverAfterMs) }
}

/** A record with the rules that match the record, each with the alert that it raises or as one that is only counted. */
export function showRecord(record: AuditRecord, book: RuleBook, from: Asked): object {
  const failed: string[] = []
  const matches = book.match(record, ({ id }) => failed.push(id))
  const rules = matches.map(({ entry, raise }) => ({
    rule: entry.id,
    ...(raise === undefined ? {} : { alert: showAlert(raise(record, from.receivedAt), { ...from, rule: entry.id }) }),
  }))
  const matchedIds = new Set(matches.map(({ id }) => id))
  const counting = book.steps
    .flat()
    .filter(({ countedRules }) => [...countedRules.keys()].some((rule) => matchedIds.has(rule)))
  return {
    id: record.id,
    time: toRfc3339(record.time),
    trail: record.trail,
    rules,
    countedBy: counting.map(({ entry }) => entry.id),
    ...(failed.length === 0 ? {} : { failed }),
  }
}
