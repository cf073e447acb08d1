import * as z from 'zod'
import type { PostedAlert } from '../../../../shared/alert/alert.ts'
import { fingerprint } from '../../../../shared/alert/fingerprint.ts'
import { levelOf } from '../../../../shared/alert/level.ts'
import { type Millis, toRfc3339 } from '../../../../shared/base/time.ts'
import { originOf } from '../../../../shared/message/origin.ts'
import type { AuditRecord } from '../../../../shared/record/record.ts'
import type { CompiledConfig } from '../../../../shared/routing/compile.ts'
import type { RuleBook } from '../../../../shared/rule-book/rule-book.ts'
import { labels, time } from '../../http/schemas.ts'

const trialAlert = z
  .object({
    fingerprint: z.string(),
    state: z.enum(['firing', 'resolved']),
    level: z.string(),
    labels,
    annotations: labels,
    startsAt: time,
    endsAt: time.optional(),
    recoversAt: time.optional().describe('The end of an alert without an end, unless the alert is sent again'),
    generatorURL: z.string().optional(),
    origin: z.record(z.string(), z.unknown()),
    policies: z.array(z.string()).describe('Policies that take the alert; `_none`: no policy'),
  })
  .meta({ id: 'TrialAlert' })

const trialRecord = z
  .object({
    id: z.string(),
    time,
    trail: z.string(),
    rules: z
      .array(z.object({ rule: z.string(), alert: trialAlert.optional() }))
      .describe('Rules that match the record, once for each alert'),
    countedBy: z.array(z.string()).describe('Correlations that count the record'),
    failed: z.array(z.string()).optional().describe('Rules that fail on the record'),
  })
  .meta({ id: 'TrialRecord' })

export const trialAnswer = z
  .object({
    accepted: z.number(),
    alerts: z.array(trialAlert).optional().describe('The first 100'),
    records: z.array(trialRecord).optional().describe('The first 100'),
    invalid: z.array(z.object({ index: z.number(), message: z.string() })),
    looped: z.number().optional().describe('Dropped alerts, which this account has forwarded before'),
    needsSignature: z.boolean().optional().describe('The URL accepts the body only with a signature'),
  })
  .meta({ id: 'Trial' })

export type TrialAnswer = z.output<typeof trialAnswer>

/** The integration of a trial, and the configuration for the routing of the alerts. */
export interface Trial {
  account: string
  integration: string
  config: CompiledConfig
  recoverAfterMs: Millis
  receivedAt: Millis
  hops?: string[]
  rule?: string
}

/** The alert as dispatch would take the alert. */
export function showTrialAlert(alert: PostedAlert, trial: Trial): z.output<typeof trialAlert> {
  const { labels, annotations, startsAt, endsAt, generatorURL } = alert
  const { receivedAt } = trial
  const { recoverAfterMs = trial.recoverAfterMs } = alert
  const origin = originOf(trial, alert)
  return {
    fingerprint: fingerprint(labels),
    state: endsAt !== undefined && endsAt <= receivedAt ? 'resolved' : 'firing',
    level: levelOf(labels),
    labels,
    annotations,
    startsAt: toRfc3339(startsAt),
    endsAt: endsAt === undefined ? undefined : toRfc3339(endsAt),
    recoversAt: endsAt === undefined && recoverAfterMs > 0 ? toRfc3339(receivedAt + recoverAfterMs) : undefined,
    generatorURL,
    origin: { ...origin },
    policies: trial.config.route(labels, origin).map(({ id }) => id),
  }
}

/**
 * A record with the matching rules. A rule with an alert of its own is shown with the alert; a rule that
 * a correlation only counts has none.
 */
export function showTrialRecord(record: AuditRecord, book: RuleBook, trial: Trial): z.output<typeof trialRecord> {
  const failed: string[] = []
  const matches = book.match(record, ({ id }) => failed.push(id))
  const rules = matches.flatMap(({ entry, raise, labelsOf }) => {
    if (raise === undefined) return [{ rule: entry.id }]
    return labelsOf(record.fields).map((labels) => ({
      rule: entry.id,
      alert: showTrialAlert(raise(record, labels, trial.receivedAt), { ...trial, rule: entry.id }),
    }))
  })
  const matchedIds = new Set(matches.map(({ id }) => id))
  const counting = book.steps
    .flat()
    .filter(({ countedRules }) =>
      [...countedRules].some(([rule, { groupsOf }]) => matchedIds.has(rule) && groupsOf(record.fields).length > 0),
    )
  return {
    id: record.id,
    time: toRfc3339(record.time),
    trail: record.trail,
    rules,
    countedBy: counting.map(({ entry }) => entry.id),
    failed: failed.length === 0 ? undefined : failed,
  }
}
