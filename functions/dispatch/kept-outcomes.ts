import type { Millis } from '../../shared/base/time.ts'
import { ledgerOf } from '../../shared/delivery/ledger-place.ts'
import type { Input } from '../../shared/group/context.ts'
import type { Group } from '../../shared/group/group.ts'
import type { OpenDelivery } from '../../shared/group/target-state.ts'
import { readProgress } from '../../shared/group-store/deliveries.ts'
import { readClaims } from '../../shared/group-store/ledger-claims.ts'
import type { Table } from '../../shared/table/port.ts'

interface Overdue {
  target: string
  open: OpenDelivery
}

/**
 * Outcomes of attempts without a report, as their senders kept them. Looked for when the deadline is over: a report that
 * no queue took must not make an arrived attempt ambiguous, which would send the attempt again. `mayBeLazy`: looked for
 * at every decision, as arrivals may not have been reported; the groups of a batch share the reads of their ledgers.
 * Twice or late is safe: an outcome counts only for the attempt that is open.
 */
export async function keptOutcomes(
  table: Table,
  group: Group,
  inputs: readonly Input[],
  { now, mayBeLazy }: { now: Millis; mayBeLazy: boolean },
): Promise<Input[]> {
  const reported = new Set(inputs.flatMap((input) => (input.kind === 'outcome' ? [input.delivery] : [])))
  const overdue = [...group.targets].flatMap(([target, { open }]): Overdue[] => {
    if (open === undefined || reported.has(open.delivery)) return []
    return now >= open.deadline || (mayBeLazy && open.ledger !== undefined) ? [{ target, open }] : []
  })
  const places = Map.groupBy(overdue, ({ open: { ledger, delivery } }) => ledger && ledgerOf(ledger, delivery))
  const found = await Promise.all([...places].map(([ledger, some]) => read(table, group, ledger, some)))
  return found.flat()
}

/** One read for all deliveries of a ledger; a delivery with an item of its own has a progress of its own. */
async function read(
  table: Table,
  { account, id: group }: Group,
  ledger: string | undefined,
  overdue: readonly Overdue[],
): Promise<Input[]> {
  const claims = ledger === undefined ? undefined : await readClaims(table, account, ledger)
  const inputs = await Promise.all(
    overdue.map(async ({ target, open: { delivery, attempt } }): Promise<Input[]> => {
      const progress = claims ? claims(delivery) : await readProgress(table, account, group, delivery)
      const outcome = progress?.begun === attempt ? progress.last : undefined
      return outcome === undefined ? [] : [{ kind: 'outcome', target, delivery, attempt, outcome }]
    }),
  )
  return inputs.flat()
}
