import type { Lane, Room } from '../../shared/queue/receiver.ts'

/** The invocations that a worker runs at a time. */
export interface Slots {
  taken(): number
  /** The number of invocations that may begin now, at most. */
  free(): number
  /** Room for the messages of one receive; nothing is taken by asking. */
  plan(): Room
  take(lane: Lane): void
  give(lane: Lane): void
}

/** A number of slots for whatever message comes. */
export function plainSlots(most: number): Slots {
  let taken = 0
  return {
    taken: () => taken,
    free: () => most - taken,
    plan: () => () => 'free',
    take: () => void taken++,
    give: () => void taken--,
  }
}

/**
 * Slots for invocations that wait for a target, a message each. Every lane has its own slots, and so has every account:
 * while a target hangs, messages to all other targets begin at once. While several targets of an account hang, a lane
 * without a slot still gets a slot. A lane that is alone may take all slots of the pool.
 */
export interface SlotShares {
  /** Slots that any lane may take while they are free. */
  pool: number
  /** Slots of a lane, and of all lanes of an account together, that are there although the pool is taken. */
  perLane: number
  perAccount: number
  /** Lanes of an account that have a slot each, although the slots of the account are taken. */
  lanes: number
  /** The limit of all: each slot may hold a connection. */
  most: number
}

export function sharedSlots(shares: SlotShares): Slots {
  const taken = createCounts(shares)
  return {
    taken: taken.sum,
    free: () => shares.most - taken.sum(),
    plan() {
      const planned = taken.copy()
      return (lane) => {
        const found = planned.room(lane)
        if (found === 'free') planned.add(lane, 1)
        return found
      }
    },
    take: (lane) => taken.add(lane, 1),
    give: (lane) => taken.add(lane, -1),
  }
}

/** Slots that are taken, per account and lane. An account without taken slots is not in the map. */
type Taken = Map<string, Map<string, number>>

function createCounts(shares: SlotShares, accounts: Taken = new Map(), before = 0) {
  const { pool, perLane, perAccount, lanes: mostLanes, most } = shares
  let sum = before
  /** Slots beyond those of its lanes were taken from the pool, and do not count as slots of the account. */
  const ofAccount = (lanes: ReadonlyMap<string, number>): number => {
    let own = 0
    for (const count of lanes.values()) own += Math.min(count, perLane)
    return own
  }
  return {
    sum: () => sum,
    copy: () => createCounts(shares, new Map([...accounts].map(([account, lanes]) => [account, new Map(lanes)])), sum),
    room({ account, lane }: Lane): ReturnType<Room> {
      if (sum >= most) return 'account full'
      if (sum < pool) return 'free'
      const lanes = accounts.get(account) ?? new Map<string, number>()
      if (ofAccount(lanes) >= perAccount) {
        if (lanes.size >= mostLanes) return 'account full'
        return lanes.has(lane) ? 'lane full' : 'free'
      }
      return (lanes.get(lane) ?? 0) >= perLane ? 'lane full' : 'free'
    },
    add({ account, lane }: Lane, by: number): void {
      sum += by
      const lanes = accounts.get(account) ?? new Map<string, number>()
      const count = (lanes.get(lane) ?? 0) + by
      if (count > 0) lanes.set(lane, count)
      else lanes.delete(lane)
      if (lanes.size > 0) accounts.set(account, lanes)
      else accounts.delete(account)
    },
  }
}
