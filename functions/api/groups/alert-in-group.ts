import * as z from 'zod'
import type { Alert, Fingerprint } from '../../../shared/alert/alert.ts'
import { LEVELS, type Level, levelOf } from '../../../shared/alert/level.ts'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import type { Policy } from '../../../shared/config/config.ts'
import { over } from '../../../shared/group/closed-by-hand.ts'
import type { Member } from '../../../shared/group/group.ts'
import { loadMuting } from '../../../shared/muting/load.ts'
import type { Muting } from '../../../shared/muting/muting.ts'
import type { CompiledConfig } from '../../../shared/routing/compile.ts'
import type { Silence } from '../../../shared/silence/silence.ts'
import type { Table } from '../../../shared/table/port.ts'
import { time } from '../http/schemas.ts'
import { alertFields, showAlertFields } from './alert-view.ts'

/** One reason that holds an alert back at a moment. */
export type HeldBy =
  | { kind: 'silence'; id: string; by?: string; comment?: string; endsAt?: Millis }
  | { kind: 'inhibition'; alert: Fingerprint }
  | { kind: 'interval'; name: string }

/** An alert of a group as a list shows it. */
export interface AlertInGroup {
  fingerprint: Fingerprint
  alert: Alert
  level: Level
  resolved: boolean
  heldBy: HeldBy[]
}

export interface HoldingFacts {
  muting: Muting
  policy: Policy | undefined
  silences: ReadonlyMap<string, Silence>
  now: Millis
}

/** Facts about the alerts of an account at the moment, read from the table. */
export async function readHoldingFacts(
  table: Table,
  account: string,
  config: CompiledConfig,
  alerts: Iterable<Alert>,
  now: Millis,
): Promise<Omit<HoldingFacts, 'policy'>> {
  const { muting, silences } = await loadMuting(table, account, config, alerts, now)
  return { muting, silences: new Map(silences.map((silence) => [silence.id, silence])), now }
}

export function alertInGroup(fingerprint: Fingerprint, member: Member, facts: HoldingFacts): AlertInGroup {
  const { alert } = member
  const resolved = over(member, facts.now)
  return {
    fingerprint,
    alert,
    level: levelOf(alert.labels),
    resolved,
    heldBy: resolved ? [] : heldBy(fingerprint, alert, facts),
  }
}

function heldBy(fingerprint: Fingerprint, { labels }: Alert, { muting, policy, silences }: HoldingFacts): HeldBy[] {
  return [
    ...muting.silencedBy(labels).map((id): HeldBy => {
      const silence = silences.get(id)
      if (silence === undefined) return { kind: 'silence', id }
      return { kind: 'silence', id, by: silence.createdBy, comment: silence.comment, endsAt: silence.endsAt }
    }),
    ...muting.inhibitedBy(fingerprint, labels).map((alert): HeldBy => ({ kind: 'inhibition', alert })),
    ...(policy === undefined ? [] : muting.mutedBy(policy)).map((name): HeldBy => ({ kind: 'interval', name })),
  ]
}

/** What needs somebody comes first: firing, not held back, the worst level, the longest. */
export function sortAlerts(alerts: readonly AlertInGroup[]): AlertInGroup[] {
  const place = ({ resolved, heldBy, level }: AlertInGroup): number =>
    Number(resolved) * 100 + Number(heldBy.length > 0) * 10 + LEVELS.indexOf(level)
  return alerts.toSorted(
    (a, b) => place(a) - place(b) || a.alert.startsAt - b.alert.startsAt || (a.fingerprint < b.fingerprint ? -1 : 1),
  )
}

const heldByView = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('silence'),
      id: z.string(),
      by: z.string().optional(),
      comment: z.string().optional(),
      endsAt: time.optional(),
    }),
    z.object({ kind: z.literal('inhibition'), alert: z.string().describe('The fingerprint of the inhibiting alert') }),
    z.object({ kind: z.literal('interval'), name: z.string() }),
  ])
  .meta({ id: 'HeldBy' })

export const alertInGroupView = z
  .object({
    ...alertFields,
    generatorURL: z.string().optional(),
    level: z.enum(LEVELS),
    state: z.enum(['firing', 'held', 'resolved']),
    heldBy: z.array(heldByView),
  })
  .meta({ id: 'AlertInGroup' })

export function showAlertInGroup({
  fingerprint,
  alert,
  level,
  resolved,
  heldBy,
}: AlertInGroup): z.output<typeof alertInGroupView> {
  return {
    ...showAlertFields(fingerprint, alert),
    generatorURL: alert.generatorURL,
    level,
    state: resolved ? 'resolved' : heldBy.length > 0 ? 'held' : 'firing',
    heldBy: heldBy.map((one) => {
      if (one.kind !== 'silence' || one.endsAt === undefined) return { ...one, endsAt: undefined }
      return { ...one, endsAt: toRfc3339(one.endsAt) }
    }),
  }
}
