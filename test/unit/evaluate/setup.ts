import { createEvaluate } from '../../../functions/evaluate/handler.ts'
import type { Clock } from '../../../shared/base/time.ts'
import type { RuleEntry } from '../../../shared/config/config.ts'
import { defaultConfig } from '../../../shared/config/sections.ts'
import type { AlertsReceived, RecordsReceived } from '../../../shared/message/message.ts'
import { createRegistry } from '../../../shared/metrics/registry.ts'
import type { InMessage, OutMessage, Queue } from '../../../shared/queue/port.ts'
import type { AuditRecord } from '../../../shared/record/record.ts'
import { compileConfig } from '../../../shared/routing/compile.ts'
import { listRefused } from '../../../shared/store/refused.ts'
import { type MemoryTable, memoryTable } from '../../sim/table.ts'

export const NOW = Date.UTC(2026, 10, 21, 12)
export const MINUTE = 60_000

export const clock: Clock = {
  now: () => NOW,
  elapsed: () => 0,
  after(_ms, then) {
    queueMicrotask(then)
    return () => {}
  },
}

export type Rules = (Partial<RuleEntry> & Pick<RuleEntry, 'id'>)[]

/** Evaluate over the table model; every account has the same rules. */
export function bench(rules: Rules, table: MemoryTable = memoryTable(clock), send?: Queue['send']) {
  const sent: OutMessage[] = []
  const logged: Record<string, string>[] = []
  const entries = rules.map((rule): RuleEntry => ({ enabled: true, ...rule }))
  let compiled = compileConfig({ ...defaultConfig(), rules: entries })
  const metrics = createRegistry()
  const evaluate = createEvaluate({
    ...{ table, clock, metrics },
    dispatchQueue: {
      async send(messages) {
        const result = (await send?.(messages)) ?? { failed: [] }
        sent.push(...messages.filter((_, index) => !result.failed.includes(index)))
        return result
      },
    },
    configs: { current: async () => compiled },
    chance: () => 0.5,
    log: (entry) => logged.push(entry),
  })
  return {
    ...{ evaluate, table, sent, logged, metrics },
    messages: (): AlertsReceived[] => sent.map(({ body }) => JSON.parse(body)),
    alerts: () => sent.flatMap(({ body }) => (JSON.parse(body) as AlertsReceived).alerts),
    refused: async () => (await listRefused(table, 'a', { limit: 100 })).items,
    /** The next revision. */
    change(next: Rules, revision: string) {
      const changed = next.map((rule): RuleEntry => ({ enabled: true, ...rule }))
      compiled = compileConfig({ ...defaultConfig(), revision, rules: changed })
    },
  }
}

/** A CloudTrail record of `minute` minutes ago or ahead. */
export function record(id: string, fields: Record<string, unknown> = {}, minute = 0): AuditRecord {
  const time = NOW + minute * MINUTE
  const base = { eventID: id, eventTime: new Date(time).toISOString(), eventName: 'ConsoleLogin' }
  return { id, time, trail: 'cloudtrail', fields: { ...base, ...fields } }
}

export function message(id: string, records: AuditRecord[], more: Partial<RecordsReceived> = {}): InMessage {
  const body: RecordsReceived = {
    ...{ v: 1, kind: 'records', account: 'a', integration: 'trail', receivedAt: NOW, recoverAfterMs: 300_000 },
    records,
    ...more,
  }
  return { id, body: JSON.stringify(body), receives: 1, sentAt: NOW }
}

export const sigma = (more: object = {}): Record<string, unknown> => ({
  title: 'Console sign-in',
  logsource: { product: 'aws', service: 'cloudtrail' },
  detection: { login: { eventName: 'ConsoleLogin' }, condition: 'login' },
  level: 'high',
  ...more,
})
