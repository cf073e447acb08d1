import type { Fingerprint } from '../../../shared/alert/alert.ts'
import type { Millis } from '../../../shared/base/time.ts'
import { sumOf } from '../../../shared/group/card.ts'
import type { Member } from '../../../shared/group/group.ts'
import type { GroupCard } from '../../../shared/group-store/cards.ts'
import { createPartReader, type PartReader } from '../../../shared/group-store/members.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Paging } from '../http/paging.ts'
import { type AlertInGroup, alertInGroup, readHoldingFacts, sortAlerts } from './alert-in-group.ts'
import { type GroupQuery, wantedAlert, wantedByCard } from './group-query.ts'
import { walkByRank, walkByTime } from './walk-cards.ts'

/** A group of a list: its card, and the first of its alerts, if they were asked for. */
export interface ReadGroup {
  card: GroupCard
  alerts?: AlertInGroup[]
  /** Alerts of the group that `alerts` does not have; at least, where the group is large. */
  moreAlerts?: number
}

export interface GroupPage {
  items: ReadGroup[]
  next?: string
  /** Groups whose cards were looked at; a filter may pass many of them by. */
  looked: number
}

/** Alerts that are read of one group, for its first alerts and for a filter. */
const SAMPLE = 200
/** A group with more firing alerts, or more rows, is large: the card lags behind the rows until the next tick. */
const LARGE = { alerts: 50, rows: 250 }
/** A filter that reads alerts ends after so long, with what it has found and a cursor. */
const LOOKING_MS = 300
const MOST_LOOKED = 5000

/** A page of groups with the first alerts of each. */
export async function readGroups(
  deps: Pick<ApiDeps, 'table' | 'configs' | 'clock'>,
  ask: { account: string; now: Millis },
  paging: Paging,
  query: GroupQuery,
  alerts: number,
): Promise<GroupPage> {
  const { cards, ...page } = await readCards(deps, ask, paging, query)
  const items = alerts === 0 ? cards.map((card) => ({ card })) : await withAlerts(deps, ask, cards, alerts, query)
  return { items, ...page }
}

export interface CardPage extends Omit<GroupPage, 'items'> {
  cards: GroupCard[]
}

/**
 * A page of cards: one read, whatever the number of groups of the account. Alerts are read only when a card cannot say
 * whether a filter holds.
 */
export async function readCards(
  deps: Pick<ApiDeps, 'table' | 'clock'>,
  { account }: { account: string },
  { limit, after }: Paging,
  query: GroupQuery,
): Promise<CardPage> {
  const { table, clock } = deps
  const reader = createPartReader(table, account)
  const walk = query.sort === 'level' ? walkByRank : walkByTime
  const began = clock.elapsed()
  const found: GroupCard[] = []
  let [looked, place] = [0, '']
  let next: string | undefined
  for await (const walked of walk(table, account, { ranks: query.ranks, atOnce: limit + 1, after })) {
    const tired = looked >= MOST_LOOKED || clock.elapsed() - began > LOOKING_MS
    if (found.length === limit || (tired && looked > 0)) {
      next = place
      break
    }
    looked++
    place = walked.place
    const wanted = wantedByCard(walked.card, query)
    if (wanted === 'yes' || (wanted === 'unknown' && (await someAlert(reader, walked.card, query)))) {
      found.push(walked.card)
    }
  }
  return { cards: found, looked, ...(next !== undefined && { next }) }
}

async function someAlert(reader: PartReader, { group }: GroupCard, query: GroupQuery): Promise<boolean> {
  let after: Fingerprint | undefined
  for (let more = true; more; ) {
    const page = await reader.members(group, { after, limit: SAMPLE })
    if (page === undefined) return false
    if (page.members.some(([, { alert }]) => wantedAlert(alert.labels, alert.annotations, query))) return true
    more = page.more && page.members.length > 0
    after = page.members.at(-1)?.[0]
  }
  return false
}

/**
 * The first alerts of each group, except of large groups, whose cards say enough: so a page costs the same among 100
 * alerts and among 100,000. A filter asks alerts, so it gets alerts of every group.
 */
export async function withFewAlerts(
  deps: Pick<ApiDeps, 'table' | 'configs'>,
  ask: { account: string; now: Millis },
  cards: readonly GroupCard[],
  count: number,
  query: GroupQuery,
): Promise<ReadGroup[]> {
  if (query.matchers.length > 0 || query.text !== undefined) return await withAlerts(deps, ask, cards, count, query)
  const reader = createPartReader(deps.table, ask.account)
  const large = await Promise.all(
    cards.map(async ({ group, firing }) => sumOf(firing) > LARGE.alerts || (await reader.rows(group)) > LARGE.rows),
  )
  const listed = cards.filter((_, index) => !large[index])
  const read = await withAlerts({ ...deps, reader }, ask, listed, count, query)
  const byGroup = new Map(read.map((group) => [group.card.group, group]))
  return cards.map((card) => byGroup.get(card.group) ?? { card })
}

/** The first alerts of each group, with the reasons that hold them back at this moment. */
async function withAlerts(
  { table, configs, reader: known }: Pick<ApiDeps, 'table' | 'configs'> & { reader?: PartReader },
  { account, now }: { account: string; now: Millis },
  cards: readonly GroupCard[],
  count: number,
  query: GroupQuery,
): Promise<ReadGroup[]> {
  const reader = known ?? createPartReader(table, account)
  const [config, pages] = await Promise.all([
    configs.current(account),
    Promise.all(cards.map(({ group }) => reader.members(group, { limit: SAMPLE }))),
  ])
  const members = pages.flatMap((page) => page?.members ?? [])
  const alerts = members.map(([, { alert }]) => alert)
  const facts = await readHoldingFacts(table, account, config, alerts, now)
  return cards.map((card, index) => {
    const page = pages[index]
    if (page === undefined) return { card, alerts: [] }
    const policy = config.policy(card.policy)
    const wanted = page.members.filter(([, { alert }]) => wantedAlert(alert.labels, alert.annotations, query))
    const shown = wanted.map(([fingerprint, member]: [Fingerprint, Member]) =>
      alertInGroup(fingerprint, member, { ...facts, policy }),
    )
    const first = sortAlerts(shown).slice(0, count)
    const more = shown.length - first.length + (page.more ? 1 : 0)
    return { card, alerts: first, ...(more > 0 && { moreAlerts: more }) }
  })
}
