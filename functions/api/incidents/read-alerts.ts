import type { Fingerprint } from '../../../shared/alert/alert.ts'
import type { Labels } from '../../../shared/alert/labels.ts'
import type { Millis } from '../../../shared/base/time.ts'
import type { Member } from '../../../shared/group/group.ts'
import { groupId, groupLabels } from '../../../shared/group/identity.ts'
import type { GroupCore } from '../../../shared/group-store/group-core.ts'
import { createPartReader, type PartReader, walkAlerts } from '../../../shared/group-store/members.ts'
import type { CompiledConfig } from '../../../shared/routing/compile.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Paging } from '../http/paging.ts'
import type { Scanned } from '../http/scan.ts'
import { type GroupedAlert, loadStandings, newer, policiesOf, type Standing } from './standing.ts'

/** Limits of the walk of one request. At a limit the answer has the alerts so far, and a cursor to go on from. */
const MOST_STRETCHES = 1000
const MOST_ALERTS = 5000

export interface AlertFilter {
  labels(labels: Labels): boolean
  standing(standing: Standing): boolean
}

/** An alert in a group, at its place in the walk. An alert may be in several groups. */
interface WalkedAlert {
  core: GroupCore
  fingerprint: Fingerprint
  member: Member
  place: string
}

/**
 * A page of the alerts of an account, every alert once: groups newest first, and fingerprints ascending in a group.
 * The cost depends on the size of the page and not of the account: the heads of the groups on the page, the touched
 * pages of large groups, and for an alert that several policies take, one read in every further group.
 */
export async function readAlertPage(
  deps: Pick<ApiDeps, 'table' | 'configs'>,
  { account, now }: { account: string; now: Millis },
  { limit, after }: Paging,
  wanted: AlertFilter,
): Promise<Scanned<Standing>> {
  const { table, configs } = deps
  const config = await configs.current(account)
  const reader = createPartReader(table, account)
  const shown: { standing: Standing; place: string }[] = []
  let met: WalkedAlert[] = []
  const settle = async (): Promise<void> => {
    const places = new Map(met.map(({ fingerprint, place }) => [fingerprint, place]))
    const found = await Promise.all(met.map((one) => groupedIfShownHere(reader, config, one)))
    const here = new Map(found.flatMap((one) => (one === undefined ? [] : [one])))
    for (const standing of await loadStandings(table, account, config, here, now)) {
      if (wanted.standing(standing)) shown.push({ standing, place: places.get(standing.fingerprint)! })
    }
    met = []
  }
  let [stretches, alerts] = [0, 0]
  for await (const { core, members, place } of walkAlerts(table, account, reader, { after, limit: limit + 1 })) {
    for (const [fingerprint, member] of members) {
      if (wanted.labels(member.alert.labels)) met.push({ core, fingerprint, member, place: place(fingerprint) })
    }
    alerts += members.length
    const tired = ++stretches >= MOST_STRETCHES || alerts >= MOST_ALERTS
    if (tired || shown.length + met.length > limit) await settle()
    if (shown.length > limit) return firstPage(shown, limit)
    if (tired) return { items: shown.map(({ standing }) => standing), next: place(members.at(-1)?.[0]) }
  }
  await settle()
  return { items: shown.map(({ standing }) => standing) }
}

function firstPage(shown: readonly { standing: Standing; place: string }[], limit: number): Scanned<Standing> {
  const kept = shown.slice(0, limit)
  return { items: kept.map(({ standing }) => standing), next: kept.at(-1)!.place }
}

/**
 * The alert with the state of all its groups, or undefined if the alert is shown with another group. An alert that
 * several policies take is shown with the group of the first policy. An alert in a group where no policy would put
 * the alert now is shown there, until the regrouping.
 */
async function groupedIfShownHere(
  reader: PartReader,
  config: CompiledConfig,
  here: WalkedAlert,
): Promise<[Fingerprint, GroupedAlert] | undefined> {
  const { core, fingerprint, member } = here
  const { alert } = member
  const ids = policiesOf(config, alert).map((one) => groupId(core.account, one.id, groupLabels(one, alert.labels)))
  const others = [...new Set(ids)].filter((id) => id !== core.id)
  const there = await Promise.all(others.map((id) => reader.member(id, fingerprint)))
  const all = [here, ...there.flatMap((one) => one ?? [])]
  const place = (id: string): number => (ids.includes(id) ? ids.indexOf(id) : ids.length)
  all.sort((a, b) => place(a.core.id) - place(b.core.id))
  if (all[0] !== here) return undefined
  return [fingerprint, { groups: all.map((one) => one.core), member: all.map((one) => one.member).reduce(newer) }]
}
