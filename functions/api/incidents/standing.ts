import { type Alert, type Fingerprint, resolvedAt } from '../../../shared/alert/alert.ts'
import { compareUtf8 } from '../../../shared/alert/labels.ts'
import { compareStamps } from '../../../shared/alert/stamp.ts'
import type { Millis } from '../../../shared/base/time.ts'
import { FORWARD_POLICY, type Policy } from '../../../shared/config/config.ts'
import type { Group, Member } from '../../../shared/group/group.ts'
import { listGroups } from '../../../shared/group-store/heads.ts'
import { inhibitedBy } from '../../../shared/inhibition/inhibition.ts'
import { compileMatchers } from '../../../shared/matcher/compile.ts'
import type { CompiledConfig } from '../../../shared/routing/compile.ts'
import { silenceState } from '../../../shared/silence/silence.ts'
import { readSources } from '../../../shared/store/inhibition.ts'
import { readSilences } from '../../../shared/store/silences.ts'
import type { Table } from '../../../shared/table/port.ts'
import type { ApiDeps } from '../http/deps.ts'

const GROUPS_AT_ONCE = 200

/** What holds an alert back at this moment, whatever the last flush saw. */
export interface HeldBack {
  silencedBy: string[]
  /** One source at most, as upstream reports it. */
  inhibitedBy: Fingerprint[]
}

/** An alert as it stands now: once, however many groups it is in. */
export interface Standing extends HeldBack {
  fingerprint: Fingerprint
  alert: Alert
  updatedAt: Millis
  resolved: boolean
  groups: StandingGroup[]
  /** Time intervals, when every policy that takes it is muted by one. */
  mutedBy: string[]
}

export type StandingGroup = Pick<Group, 'id' | 'policy' | 'incident'>

/** An alert and the groups it was found in. */
export interface Found {
  member: Member
  groups: StandingGroup[]
}

export interface Standings {
  config: CompiledConfig
  groups: Group[]
  /** By fingerprint, ascending. */
  alerts: Standing[]
}

/** Everything the account has, read now: alerts from the groups, and what mutes them live. */
export async function readStandings(deps: ApiDeps, account: string, now: Millis): Promise<Standings> {
  const [config, groups] = await Promise.all([deps.configs.current(account), allGroups(deps.table, account)])
  const found = new Map<Fingerprint, Found>()
  for (const group of groups) {
    for (const [fingerprint, member] of group.members) {
      const known = found.get(fingerprint)
      if (known === undefined) found.set(fingerprint, { member, groups: [group] })
      else {
        known.groups.push(group)
        known.member = newer(known.member, member)
      }
    }
  }
  const alerts = await stand(deps.table, account, config, found, now)
  alerts.sort((a, b) => compareUtf8(a.fingerprint, b.fingerprint))
  return { config, groups, alerts }
}

/** How these alerts stand, in their order. */
export async function stand(
  table: Table,
  account: string,
  config: CompiledConfig,
  found: ReadonlyMap<Fingerprint, Found>,
  now: Millis,
): Promise<Standing[]> {
  const members = [...found.values()].map(({ member }) => member.alert)
  const heldBack = await readHeldBack(table, account, config, members, now)
  const policies = new Set([...found.values()].flatMap(({ groups }) => groups.map(({ policy }) => policy)))
  const muted = new Map([...policies].map((policy) => [policy, mutedByTime(config, policy, now)]))
  return [...found].map(([fingerprint, { member, groups }]): Standing => {
    const { alert, stamp } = member
    const resolved = resolvedAt(alert, now)
    const names = groups.map(({ policy }) => muted.get(policy) ?? [])
    const mutedBy = names.some((some) => some.length === 0) ? [] : [...new Set(names.flat())]
    return { fingerprint, alert, updatedAt: stamp.at, resolved, groups, mutedBy, ...heldBack(fingerprint, alert) }
  })
}

export function newer(a: Member, b: Member): Member {
  return compareStamps(a.stamp, b.stamp) < 0 ? b : a
}

async function allGroups(table: Table, account: string): Promise<Group[]> {
  const all = new Map<string, Group>()
  let after: string | undefined
  do {
    const page = await listGroups(table, account, { limit: GROUPS_AT_ONCE, ...(after === undefined ? {} : { after }) })
    // The index lags: a group that was born again while it was read may show twice.
    for (const group of page.groups) all.set(group.id, group)
    after = page.next
  } while (after !== undefined)
  return [...all.values()]
}

async function readHeldBack(
  table: Table,
  account: string,
  config: CompiledConfig,
  alerts: readonly Alert[],
  now: Millis,
): Promise<(fingerprint: Fingerprint, alert: Alert) => HeldBack> {
  const wanted = new Set(alerts.flatMap(({ labels }) => config.inhibition.targets(labels).map(({ key }) => key)))
  const [{ silences }, sources] = await Promise.all([
    readSilences(table, account),
    wanted.size === 0 ? new Map() : readSources(table, account, [...wanted]),
  ])
  const active = silences
    .filter((silence) => silenceState(silence, now) === 'active')
    .map(({ id, matchers }) => ({ id, matches: compileMatchers(matchers) }))
  return (fingerprint, { labels }) => {
    const silencedBy = active.filter(({ matches }) => matches(labels)).map(({ id }) => id)
    for (const { key, twoSided } of config.inhibition.targets(labels)) {
      const source = inhibitedBy(sources.get(key) ?? [], { fingerprint, twoSided }, now)
      if (source !== undefined) return { silencedBy, inhibitedBy: [source] }
    }
    return { silencedBy, inhibitedBy: [] }
  }
}

/** The policies that would take it now, in order. Forwarding is none of the account's own. */
export function policiesOf(config: CompiledConfig, { labels, origin }: Alert): Policy[] {
  return config.route(labels, origin).filter(({ id }) => id !== FORWARD_POLICY)
}

/** Names of the time intervals that mute a policy at this moment. */
export function mutedByTime(config: CompiledConfig, policyId: string, now: Millis): string[] {
  const policy = config.policy(policyId)
  const reason = policy === undefined ? undefined : config.mutedBy(policy, now)
  return reason === undefined ? [] : [reason.replace(/^.*? interval /, '')]
}

export function heldBack({ silencedBy, inhibitedBy }: HeldBack): boolean {
  return silencedBy.length > 0 || inhibitedBy.length > 0
}
