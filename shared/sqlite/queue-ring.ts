/** The number of ready messages per account, in the order of the turns of the accounts. */
export function createRing() {
  /** A served account goes to the end; accounts without ready messages are not in the map. */
  const counts = new Map<string, number>()
  let sum = 0
  /** The sum follows the changes of the map, so that the map and the sum always agree. */
  const add = (account: string, by: number): void => {
    const before = counts.get(account) ?? 0
    const after = Math.max(0, before + by)
    sum += after - before
    if (after > 0) counts.set(account, after)
    else counts.delete(account)
  }
  return {
    sum: () => sum,
    clear(): void {
      counts.clear()
      sum = 0
    },
    add,
    served(account: string): void {
      const left = (counts.get(account) ?? 0) - 1
      add(account, -left - 1)
      add(account, left)
    },
    /**
     * The number of messages to take per account: a message of each account in turn, until `max` messages are taken or
     * no message is left.
     */
    shares(max: number): [account: string, count: number][] {
      const shares = new Map<string, number>()
      for (let left = Math.min(max, sum); left > 0; ) {
        for (const [account, count] of counts) {
          const share = shares.get(account) ?? 0
          if (share === count) continue
          shares.set(account, share + 1)
          if (--left === 0) break
        }
      }
      return [...shares]
    },
  }
}
