/**
 * Groups that this process read or saved last, so that the next decision needs no reading. Another process may have
 * saved a kept group since: a decision on a kept group is only worth what the conditional save of its head says.
 */
export interface KeptGroups<Loaded> {
  get(account: string, group: string): KeptGroup<Loaded> | undefined
  /** As `get`, for a reader beside the decisions: a group is not kept longer because somebody looks at the group. */
  look(account: string, group: string): Loaded | undefined
  keep(account: string, group: string, loaded: Loaded): void
  /** The kept state is no longer the saved state, as far as this process knows. Its texts are still true. */
  outdate(account: string, group: string): void
  forget(account: string, group: string): void
  forgetAll(): void
}

interface KeptGroup<Loaded> {
  loaded: Loaded
  current: boolean
}

/** The number of alerts, under 1 KiB each, in the kept groups; a group without alerts counts as one alert. */
const KEPT_ALERTS = 150_000

/** `alertsOf`: the number of alerts of a group. */
export function createKeptGroups<Loaded>(
  alertsOf: (loaded: Loaded) => number,
  mostAlerts = KEPT_ALERTS,
): KeptGroups<Loaded> {
  /** The groups that were used last are the last. */
  const kept = new Map<string, KeptGroup<Loaded>>()
  let alerts = 0
  const weight = (loaded: Loaded): number => 1 + alertsOf(loaded)
  const take = (key: string): KeptGroup<Loaded> | undefined => {
    const found = kept.get(key)
    if (found === undefined) return undefined
    kept.delete(key)
    alerts -= weight(found.loaded)
    return found
  }
  const put = (key: string, group: KeptGroup<Loaded>): void => {
    kept.set(key, group)
    alerts += weight(group.loaded)
    while (alerts > mostAlerts && kept.size > 1) take(kept.keys().next().value!)
  }
  return {
    get(account, group) {
      const key = keyOf(account, group)
      const found = take(key)
      if (found !== undefined) put(key, found)
      return found
    },
    look: (account, group) => kept.get(keyOf(account, group))?.loaded,
    keep(account, group, loaded) {
      const key = keyOf(account, group)
      take(key)
      put(key, { loaded, current: true })
    },
    outdate(account, group) {
      const key = keyOf(account, group)
      const found = take(key)
      if (found !== undefined) put(key, { ...found, current: false })
    },
    forget(account, group) {
      take(keyOf(account, group))
    },
    forgetAll() {
      kept.clear()
      alerts = 0
    },
  }
}

function keyOf(account: string, group: string): string {
  return `${account}/${group}`
}
