import type { Lane, Room } from '../queue/receiver.ts'

/** The number of messages to take from a lane. */
export interface Share extends Lane {
  count: number
}

/** The ready messages of an account: their number, and their number per lane, in the order of the turns of the lanes. */
interface Waiting {
  sum: number
  lanes: Map<string, number>
}

/**
 * The number of ready messages per account and lane. Accounts have turns, and within an account its lanes have turns: a
 * storm of one account delays no other account, and a storm of one lane delays no other lane.
 */
export function createRing() {
  /** A served account goes to the end, and so does a served lane. Accounts and lanes without messages are not kept. */
  const accounts = new Map<string, Waiting>()
  let sum = 0
  /** The sums follow the changes of the maps, so that the sums and the maps always agree. */
  const add = ({ account, lane }: Lane, by: number): void => {
    const waiting = accounts.get(account) ?? { sum: 0, lanes: new Map<string, number>() }
    const before = waiting.lanes.get(lane) ?? 0
    const after = Math.max(0, before + by)
    sum += after - before
    waiting.sum += after - before
    if (after > 0) waiting.lanes.set(lane, after)
    else waiting.lanes.delete(lane)
    if (waiting.sum > 0) accounts.set(account, waiting)
    else accounts.delete(account)
  }
  return {
    sum: () => sum,
    of: ({ account, lane }: Lane): number => accounts.get(account)?.lanes.get(lane) ?? 0,
    clear(): void {
      accounts.clear()
      sum = 0
    },
    add,
    served(served: Lane): void {
      const { account, lane } = served
      const waiting = accounts.get(account)
      const left = waiting?.lanes.get(lane) ?? 0
      if (waiting === undefined || left === 0) return
      add(served, -1)
      if (left > 1) {
        waiting.lanes.delete(lane)
        waiting.lanes.set(lane, left - 1)
      }
      if (!accounts.delete(account)) return
      accounts.set(account, waiting)
    },
    /**
     * The number of messages to take per lane: a message of each account in turn, from the lanes of the account in turn,
     * until `max` messages are taken, or nothing is left that has room. The work grows with the messages taken and with
     * the full lanes, and not with the messages that wait.
     */
    shares(max: number, room: Room = () => 'free'): Share[] {
      const shares: Share[] = []
      let left = Math.min(max, sum)
      let turns: Turn[] = []
      for (const [account, { lanes }] of accounts) {
        if (left === 0) break
        const turn = { account, fresh: lanes.entries(), again: [] }
        if (!takeOne(turn, room, shares)) continue
        turns.push(turn)
        left--
      }
      while (left > 0 && turns.length > 0) {
        turns = turns.filter((turn) => left > 0 && takeOne(turn, room, shares) && left-- > 0)
      }
      return shares
    },
  }
}

/** The turns of an account in one round: lanes that had no turn yet, then lanes with more messages, in a circle. */
interface Turn {
  account: string
  fresh: Iterator<[lane: string, count: number]>
  again: { share: Share; left: number }[]
}

/** Takes a message of an account. False: the account has no message for which there is room. */
function takeOne(turn: Turn, room: Room, shares: Share[]): boolean {
  for (;;) {
    const { value, done } = turn.fresh.next()
    const next = done
      ? turn.again.shift()
      : { share: { account: turn.account, lane: value[0], count: 0 }, left: value[1] }
    if (next === undefined) return false
    const found = room(next.share)
    if (found === 'account full') return false
    if (found === 'lane full') continue
    if (next.share.count++ === 0) shares.push(next.share)
    if (--next.left > 0) turn.again.push(next)
    return true
  }
}
