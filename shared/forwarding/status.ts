import { resolvedAt } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import { FORWARD_POLICY } from '../config/config.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { FORWARD_TARGET, targetKey } from '../delivery/target.ts'
import type { Group } from '../group/group.ts'
import { groupId, shards } from '../group/identity.ts'
import type { TargetState } from '../group/target-state.ts'
import { readProgress } from '../group-store/deliveries.ts'
import { listGroups, loadGroup } from '../group-store/heads.ts'
import type { PauseReason } from '../reason/reason.ts'
import { keys, parseGroupPartition } from '../table/keys.ts'
import type { Table } from '../table/port.ts'

/** The state of an account's forwarding, from the groups and deliveries as they are now. */
export interface ForwardingStatus {
  lastSuccessAt?: Millis
  /** The number of alerts whose present state the receiver does not have yet, and since when at least. */
  owed: number
  owedSince?: Millis
  /** Newest first. */
  failures: ({ delivery: string } & Failure)[]
  /** The number of groups with a paused forwarding, and the reason of the first pause. */
  paused?: { groups: number; since: Millis; reason: PauseReason }
  /** Failed attempts in a row, of the group with the most. */
  failing: number
  /** The account has more groups or deliveries than a single request reads. */
  partial: boolean
}

/** The state of forwarding in each of its groups. */
const FORWARD_KEY = targetKey(FORWARD_TARGET)

type Failure = Exclude<Outcome, { kind: 'arrived' }>

/** Reads are bounded: the groups of alerts raised here, so many further groups, so many of the newest deliveries. */
const AT_ONCE = 64
const MOST_GROUPS = 1000
const GROUPS_A_PAGE = 200
const KEYS_A_PAGE = 500
const MOST_PAGES = 4
const MOST_DELIVERIES = 20
const SHOWN_FAILURES = 5

/** `others`: alerts that were forwarded here, or came through other accounts, are passed on too, in separate groups. */
export async function readForwarding(
  table: Table,
  account: string,
  { now, others }: { now: Millis; others: boolean },
): Promise<ForwardingStatus> {
  const own = shards().map((labels) => groupId(account, FORWARD_POLICY, labels))
  const known = (await inParts(own, (id) => loadGroup(table, account, id))).flatMap((loaded) => loaded?.group ?? [])
  const more = others ? await otherGroups(table, account, new Set(own)) : { groups: [], partial: false }
  const groups = [...known, ...more.groups]
  const ids = new Set([...own, ...more.groups.map(({ id }) => id)])
  const told = groups.flatMap(({ targets }) => targets.get(FORWARD_KEY)?.told?.at ?? [])
  const { lastSuccessAt = Number.NEGATIVE_INFINITY, failures } = await outcomes(table, account, ids, groups)
  const success = Math.max(lastSuccessAt, ...told)
  return {
    ...(Number.isFinite(success) ? { lastSuccessAt: success } : {}),
    ...owedOf(groups, now),
    failures,
    ...pausedOf(groups),
    failing: Math.max(0, ...groups.map(({ targets }) => targets.get(FORWARD_KEY)?.retry?.failures ?? 0)),
    partial: more.partial,
  }
}

async function inParts<From, To>(all: readonly From[], read: (one: From) => Promise<To>): Promise<To[]> {
  const found: To[] = []
  for (let from = 0; from < all.length; from += AT_ONCE) {
    found.push(...(await Promise.all(all.slice(from, from + AT_ONCE).map(read))))
  }
  return found
}

async function otherGroups(
  table: Table,
  account: string,
  own: ReadonlySet<string>,
): Promise<{ groups: Group[]; partial: boolean }> {
  const groups: Group[] = []
  let after: string | undefined
  for (let looked = 0; looked < MOST_GROUPS; looked += GROUPS_A_PAGE) {
    const page = await listGroups(table, account, { limit: GROUPS_A_PAGE, ...(after === undefined ? {} : { after }) })
    groups.push(...page.groups.filter(({ id, policy }) => policy === FORWARD_POLICY && !own.has(id)))
    after = page.next
    if (after === undefined) return { groups, partial: false }
  }
  return { groups, partial: true }
}

function owedOf(groups: readonly Group[], now: Millis): Pick<ForwardingStatus, 'owed' | 'owedSince'> {
  let owed = 0
  let since = Number.POSITIVE_INFINITY
  for (const group of groups) {
    const count = owedIn(group, now)
    if (count === 0) continue
    owed += count
    since = Math.min(since, owedFrom(group, now))
  }
  return owed === 0 ? { owed } : { owed, owedSince: since }
}

/** In a settled group only new alerts are owed; an alert left untold for another reason, such as a silence, is not owed. */
function owedIn({ members, targets }: Group, now: Millis): number {
  const target = targets.get(FORWARD_KEY)
  const settled = target !== undefined && !target.open && !target.retry && !target.recheck && !target.paused
  const heard = heardBy(target)
  let owed = 0
  for (const [fingerprint, { alert, compared }] of members) {
    const told = resolvedAt(alert, now) ? !heard.mayFire.has(fingerprint) : heard.fires.has(fingerprint)
    if (!told && (!settled || compared === undefined)) owed++
  }
  return owed
}

function heardBy({ told, doubt }: Pick<TargetState, 'told' | 'doubt'> = {}): Record<'fires' | 'mayFire', Set<string>> {
  const fires = new Set(told?.firing)
  for (const fingerprint of doubt?.resolved ?? []) fires.delete(fingerprint)
  return { fires, mayFire: new Set([...(told?.firing ?? []), ...(doubt?.firing ?? [])]) }
}

function owedFrom({ members, targets }: Group, now: Millis): Millis {
  const { retry, open, paused } = targets.get(FORWARD_KEY) ?? {}
  const fresh = [...members.values()].flatMap(({ stamp, compared }) => (compared === undefined ? [stamp.at] : []))
  return Math.min(now, ...[retry?.since, open?.nominal, paused?.at, ...fresh].filter((at) => at !== undefined))
}

function pausedOf(groups: readonly Group[]): Pick<ForwardingStatus, 'paused'> {
  const all = groups.flatMap(({ targets }) => targets.get(FORWARD_KEY)?.paused ?? [])
  const [first] = all.toSorted((a, b) => a.at - b.at)
  return first === undefined ? {} : { paused: { groups: all.length, since: first.at, reason: first.reason } }
}

/** The outcomes of the newest deliveries, and of deliveries of any age that groups still try. */
async function outcomes(
  table: Table,
  account: string,
  ids: ReadonlySet<string>,
  groups: readonly Group[],
): Promise<Pick<ForwardingStatus, 'lastSuccessAt' | 'failures'>> {
  const tried = groups.flatMap(({ id, targets }) => {
    const { last, retry, paused, open } = targets.get(FORWARD_KEY) ?? {}
    const delivery = last?.delivery ?? open?.delivery
    return delivery !== undefined && (retry || paused) ? [{ group: id, delivery }] : []
  })
  const newest = await newestDeliveries(table, account, ids)
  const named = new Map([...tried.slice(0, MOST_DELIVERIES), ...newest].map((one) => [one.delivery, one.group]))
  const read = await Promise.all(
    [...named].map(async ([delivery, group]) => ({
      delivery,
      last: (await readProgress(table, account, group, delivery))?.last,
    })),
  )
  const failures: ForwardingStatus['failures'] = []
  let lastSuccessAt: Millis | undefined
  for (const { delivery, last } of read) {
    if (last === undefined) continue
    if (last.kind === 'arrived') lastSuccessAt = Math.max(last.at, lastSuccessAt ?? last.at)
    else failures.push({ delivery, ...last })
  }
  failures.sort((a, b) => b.at - a.at)
  return { failures: failures.slice(0, SHOWN_FAILURES), ...(lastSuccessAt === undefined ? {} : { lastSuccessAt }) }
}

/** The keys tell which deliveries belong to forwarding, so no other delivery is read. */
async function newestDeliveries(
  table: Table,
  account: string,
  ids: ReadonlySet<string>,
): Promise<{ group: string; delivery: string }[]> {
  const found: { group: string; delivery: string }[] = []
  let after: string | undefined
  for (let pages = 0; pages < MOST_PAGES && found.length < MOST_DELIVERIES; pages++) {
    const from = { limit: KEYS_A_PAGE, ...(after === undefined ? {} : { after }) }
    const page = await table.list(keys.list(account, 'deliveries'), from)
    for (const { partition, sort } of page.keys) {
      const group = parseGroupPartition(partition)?.group
      if (group !== undefined && ids.has(group)) found.push({ group, delivery: deliveryOf(sort) })
    }
    after = page.next
    if (after === undefined) break
  }
  return found.slice(0, MOST_DELIVERIES)
}

/** `to#<id>`, without escapes: the id of a delivery has only hex digits and a dash. */
function deliveryOf(sort: string): string {
  return sort.slice(sort.indexOf('#') + 1)
}
