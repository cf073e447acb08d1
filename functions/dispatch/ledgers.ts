import { digest } from '../../shared/base/hash.ts'
import type { Chance, Millis } from '../../shared/base/time.ts'
import type { Delivery } from '../../shared/delivery/delivery.ts'
import { parseTargetKey } from '../../shared/delivery/target.ts'
import type { Decision } from '../../shared/group/context.ts'
import { placed } from '../../shared/group/target-state.ts'
import { putLedgers } from '../../shared/group-store/ledger.ts'
import type { SaidAlerts } from '../../shared/group-store/said-alerts.ts'
import type { GroupWork } from './by-group.ts'
import type { DispatchDeps } from './deps.ts'

/**
 * The ledgers of a batch. Every group of the batch is decided by itself, and the deliveries of all groups are written
 * together: a decision waits here until each group has decided or has nothing to write. A group that lost its race and
 * decides anew does not wait, and has its own ledger.
 */
export interface BatchLedgers {
  /**
   * Writes the notifications that the decision opens for the first time, and gives the decision whose head names their
   * place. The other contents are left to get items of their own: life-cycle events, which wait and are listed by
   * themselves; forwards; and attempts that are made again where the first attempt had an item of its own.
   */
  keep(work: GroupWork, decision: Decision): Promise<Decision>
  /** The group writes nothing more, so other groups need not wait for the group. */
  leave(work: GroupWork): void
}

interface Waiting {
  decision: Decision
  resolve(placed: Decision): void
  reject(error: unknown): void
}

export function createBatchLedgers(
  {
    table,
    deliveries,
    clock,
    chance,
    fresh,
  }: Pick<DispatchDeps, 'table' | 'deliveries' | 'clock' | 'chance' | 'fresh'>,
  works: Iterable<GroupWork>,
  retentionMs: Millis,
  said: SaidAlerts,
): BatchLedgers {
  // On one machine notify takes message by message: an attempt at a single delivery of a shared ledger would read the
  // words of ten deliveries, and ten claims would fight for one row. There each group writes a ledger of its own.
  const undecided = new Set(deliveries.carries === undefined ? [] : works)
  let waiting: Waiting[] = []
  const write = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const now = clock.now()
      const firsts = batch.map(({ decision }) => firstNotifications(decision))
      const name = newName(now, chance, firsts)
      const times = { openedAt: now, name, expiresAt: now + retentionMs }
      // On one machine a write costs little, and each reader would read twice.
      const places = await putLedgers(table, firsts, deliveries.carries === undefined ? times : { ...times, said })
      for (const [index, { decision, resolve }] of batch.entries()) {
        fresh?.note(firsts[index]!)
        resolve(withPlace(decision, firsts[index]!, places.get(decision.group.id)!))
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const writeWhenDecided = (): void => {
    if (undecided.size > 0 || waiting.length === 0) return
    const batch = waiting
    waiting = []
    void write(batch)
  }
  return {
    keep(work, decision) {
      undecided.delete(work)
      const placed = new Promise<Decision>((resolve, reject) => {
        if (firstNotifications(decision).length === 0) resolve(decision)
        else waiting.push({ decision, resolve, reject })
      })
      writeWhenDecided()
      return placed
    },
    leave(work) {
      undecided.delete(work)
      writeWhenDecided()
    },
  }
}

/**
 * A name that no other batch uses: the time keeps names apart for ever; the deliveries, and chance for a group that
 * decides anew, keep names apart within a moment.
 */
function newName(now: Millis, chance: Chance, groups: readonly (readonly Delivery[])[]): string {
  const ids = groups.flatMap((deliveries) => deliveries.map(({ id }) => id))
  return `${now.toString(36)}-${digest([String(chance()), ...ids], 12)}`
}

/** The contents of a decision that lie in ledgers. */
export function firstNotifications({ group, contents }: Decision): Delivery[] {
  return contents.filter(({ id, target }) => {
    const open = group.targets.get(target)?.open
    return parseTargetKey(target).kind === 'notification' && open?.delivery === id && open.attempt === 1
  })
}

function withPlace(decision: Decision, deliveries: readonly Delivery[], place: string): Decision {
  const targets = new Map(decision.group.targets)
  for (const { id, target } of deliveries) targets.set(target, placed(targets.get(target)!, id, place))
  const inLedger = new Set(deliveries)
  return {
    ...decision,
    group: { ...decision.group, targets },
    contents: decision.contents.filter((delivery) => !inLedger.has(delivery)),
    inLedger: deliveries,
  }
}
