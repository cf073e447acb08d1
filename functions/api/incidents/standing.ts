import { type Alert, type Fingerprint, resolvedAt } from '../../../shared/alert/alert.ts'
import { compareStamps } from '../../../shared/alert/stamp.ts'
import { flatMapSteps, inSlices, pause, type Steps } from '../../../shared/base/steps.ts'
import type { Millis } from '../../../shared/base/time.ts'
import { FORWARD_POLICY, type Policy } from '../../../shared/config/config.ts'
import type { Group, Member } from '../../../shared/group/group.ts'
import { loadGroup } from '../../../shared/group-store/heads.ts'
import { loadMuting } from '../../../shared/muting/load.ts'
import type { Muting } from '../../../shared/muting/muting.ts'
import type { CompiledConfig } from '../../../shared/routing/compile.ts'
import { keys, parseGroupPartition } from '../../../shared/table/keys.ts'
import type { Table } from '../../../shared/table/port.ts'
import type { ApiDeps } from '../http/deps.ts'

const GROUPS_LISTED_AT_ONCE = 200
/** Read side by side, and then others come first. */
const GROUPS_READ_AT_ONCE = 10

/** An alert and the muting of the alert at the moment of the request. An alert of several groups is listed once. */
export interface Standing {
  fingerprint: Fingerprint
  alert: Alert
  updatedAt: Millis
  resolved: boolean
  groups: readonly StandingGroup[]
  /** Ids of silences. */
  silencedBy: string[]
  /** A single source at most, as Alertmanager reports. */
  inhibitedBy: Fingerprint[]
  /** Names of time intervals, when a time interval mutes every policy that takes the alert. */
  mutedBy: string[]
}

export type StandingGroup = Pick<Group, 'id' | 'policy' | 'incident'>

/** An alert with the groups of the alert; `member` is the newest copy in the groups. */
export interface GroupedAlert {
  member: Member
  groups: readonly StandingGroup[]
}

type GroupedEntry = readonly [Fingerprint, GroupedAlert]

export interface Standings {
  config: CompiledConfig
  muting: Muting
  groups: Group[]
  /** By fingerprint, ascending. A standing is made when the iterator comes to its alert: a list would be as large as the alerts. */
  alerts: Iterable<Standing>
}

/** The alerts and groups of the account, read now: alerts from the groups, with the muting at this moment. */
export async function readStandings(deps: ApiDeps, account: string, now: Millis): Promise<Standings> {
  const [config, groups] = await Promise.all([deps.configs.current(account), allGroups(deps, account)])
  const grouped = await inSlices(byFingerprint(groups))
  const muting = await mutingOf(deps.table, account, config, grouped, now)
  return { config, muting, groups, alerts: mapLazily(grouped, standingBy(config, muting, now)) }
}

/** Every alert once, ascending. Fingerprints are spread evenly, so each part that is sorted at a stretch is small. */
function* byFingerprint(groups: readonly Group[]): Steps<GroupedEntry[]> {
  const found = new Map<Fingerprint, GroupedAlert>()
  const parts = new Map<number, GroupedEntry[]>()
  for (const group of groups) {
    const alone = [group]
    for (const [fingerprint, member] of group.members) {
      const known = found.get(fingerprint)
      if (known !== undefined) {
        known.groups = [...known.groups, group]
        known.member = newer(known.member, member)
        continue
      }
      const grouped = { member, groups: alone }
      found.set(fingerprint, grouped)
      const place = partOf(fingerprint)
      const part = parts.get(place)
      if (part === undefined) parts.set(place, [[fingerprint, grouped]])
      else part.push([fingerprint, grouped])
    }
    yield group.members.size
  }
  const sorted: GroupedEntry[] = []
  for (const [, part] of [...parts].sort(([a], [b]) => a - b)) {
    part.sort(([a], [b]) => (a < b ? -1 : 1))
    for (const entry of part) sorted.push(entry)
    yield 2 * part.length
  }
  return sorted
}

/** By the first two digits: 256 parts, in the order of the fingerprints. */
function partOf(fingerprint: Fingerprint): number {
  return 256 * fingerprint.charCodeAt(0) + fingerprint.charCodeAt(1)
}

export function* mapLazily<Item, Result>(items: Iterable<Item>, map: (item: Item) => Result): Iterable<Result> {
  for (const item of items) yield map(item)
}

/** The standings of the given alerts, in the given order; silences and inhibition sources are read afresh. */
export async function loadStandings(
  table: Table,
  account: string,
  config: CompiledConfig,
  grouped: ReadonlyMap<Fingerprint, GroupedAlert>,
  now: Millis,
): Promise<Standing[]> {
  const standing = standingBy(config, await mutingOf(table, account, config, grouped, now), now)
  return await inSlices(flatMapSteps(grouped, UNITS_PER_ALERT, (entry) => [standing(entry)]))
}

async function mutingOf(
  table: Table,
  account: string,
  config: CompiledConfig,
  grouped: Iterable<GroupedEntry>,
  now: Millis,
): Promise<Muting> {
  const alerts = mapLazily(grouped, ([, { member }]) => member.alert)
  return (await loadMuting(table, account, config, alerts, now)).muting
}

function standingBy(config: CompiledConfig, muting: Muting, now: Millis): (entry: GroupedEntry) => Standing {
  const intervals = new Map<string, string[]>()
  const intervalsOf = ({ policy }: StandingGroup): string[] => {
    const known = intervals.get(policy) ?? mutedPolicy(config, muting, policy)
    intervals.set(policy, known)
    return known
  }
  return ([fingerprint, { member, groups }]) => {
    const { alert, stamp } = member
    const names = groups.map(intervalsOf)
    return {
      fingerprint,
      alert,
      updatedAt: stamp.at,
      resolved: resolvedAt(alert, now),
      groups,
      silencedBy: muting.silencedBy(alert.labels),
      inhibitedBy: muting.inhibitedBy(fingerprint, alert.labels),
      mutedBy: names.some((list) => list.length === 0) ? [] : [...new Set(names.flat())],
    }
  }
}

/** An alert is compared with every silence of the account. */
const UNITS_PER_ALERT = 50

/** Names of the time intervals that mute the policy; a removed policy has none. */
function mutedPolicy(config: CompiledConfig, muting: Muting, id: string): string[] {
  const policy = config.policy(id)
  return policy === undefined ? [] : muting.mutedBy(policy)
}

export function newer(a: Member, b: Member): Member {
  return compareStamps(a.stamp, b.stamp) < 0 ? b : a
}

async function allGroups(
  { table, keptGroups }: Pick<ApiDeps, 'table' | 'keptGroups'>,
  account: string,
): Promise<Group[]> {
  const all = new Map<string, Group>()
  let after: string | undefined
  do {
    const { keys: found, next } = await table.list(keys.list(account, 'groups'), {
      limit: GROUPS_LISTED_AT_ONCE,
      after,
    })
    const ids = found.map(({ partition }) => parseGroupPartition(partition)?.group ?? '')
    for (let from = 0; from < ids.length; from += GROUPS_READ_AT_ONCE) {
      const read = ids
        .slice(from, from + GROUPS_READ_AT_ONCE)
        .map((id) => loadGroup(table, account, id, keptGroups?.look(account, id)))
      // The index lags: a group that was born again during the read may be listed twice.
      for (const loaded of await Promise.all(read)) if (loaded !== undefined) all.set(loaded.group.id, loaded.group)
      await pause()
    }
    after = next
  } while (after !== undefined)
  return [...all.values()]
}

/** The policies that would take the alert now, in order. Forwarding is left out: no policy of the account's own. */
export function policiesOf(config: CompiledConfig, { labels, origin }: Alert): Policy[] {
  return config.route(labels, origin).filter(({ id }) => id !== FORWARD_POLICY)
}

/** Whether a silence or an inhibiting alert holds the alert back. Time intervals mute policies, not alerts. */
export function heldBack({ silencedBy, inhibitedBy }: Pick<Standing, 'silencedBy' | 'inhibitedBy'>): boolean {
  return silencedBy.length > 0 || inhibitedBy.length > 0
}
