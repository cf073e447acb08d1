/** How many messages of each account are ready, in the order of the accounts' turns. */
export function createRing() {
  /** Who was served goes to the end; accounts with nothing ready are not in it. */
  const counts = new Map<string, number>()
  let sum = 0
  /** The sum follows what the map takes, so that both always agree. */
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
    /** How many of each account to take: one each in turn, until there are `max` or nothing is left. */
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
