import type { Alert, Fingerprint } from '../../../shared/alert/alert.ts'
import { countLevels, type LevelCounts } from '../../../shared/alert/level.ts'
import type { Millis } from '../../../shared/base/time.ts'
import { CARD_RANKS, sumOf } from '../../../shared/group/card.ts'
import { over } from '../../../shared/group/closed-by-hand.ts'
import type { GroupCard } from '../../../shared/group-store/cards.ts'
import { createPartReader, type PartReader } from '../../../shared/group-store/members.ts'
import { compileMatchers } from '../../../shared/matcher/compile.ts'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import { heldByMatchers } from '../groups/group-query.ts'
import { walkByRank } from '../groups/walk-cards.ts'
import type { ApiDeps } from '../http/deps.ts'

/** Limits of one look through the alerts of an account; at a limit the numbers are those of the alerts so far. */
const LOOKING_MS = 300
const MOST_CARDS = 5000
const SAMPLE = 500

/** The firing alerts of a group that matchers match. */
export interface MatchedGroup {
  card: GroupCard
  firing: LevelCounts
  /** Some of the alerts. */
  alerts: [Fingerprint, Alert][]
}

export interface Matched {
  groups: MatchedGroup[]
  /** Firing alerts of all groups that were looked at, whether matched or not. */
  looked: number
  partial: boolean
}

/**
 * The firing alerts that each list of matchers matches. Groups are looked at by their cards; alerts are read only where
 * a card cannot say, or for the `alerts` that are to be shown.
 */
export async function matchedAlerts(
  { table, clock }: Pick<ApiDeps, 'table' | 'clock'>,
  { account, now }: { account: string; now: Millis },
  lists: readonly (readonly Matcher[])[],
  shown = 0,
): Promise<Matched[]> {
  const reader = createPartReader(table, account)
  const matched = lists.map((): Matched => ({ groups: [], looked: 0, partial: false }))
  const began = clock.elapsed()
  let [cards, looked, partial] = [0, 0, false]
  for await (const { card } of walkByRank(table, account, { ranks: CARD_RANKS, atOnce: 100 })) {
    partial = cards >= MOST_CARDS || clock.elapsed() - began > LOOKING_MS
    if (partial) break
    cards++
    looked += sumOf(card.firing)
    for (const [index, matchers] of lists.entries()) {
      const { groups } = matched[index]!
      const wanted = heldByMatchers(card, matchers)
      const show = Math.max(0, shown - groups.reduce((sum, { alerts }) => sum + alerts.length, 0))
      if (wanted === 'no' || sumOf(card.firing) === 0) continue
      if (wanted === 'yes' && show === 0) groups.push({ card, firing: card.firing, alerts: [] })
      else {
        const found = await firingIn(reader, card, matchers, now)
        if (found.length === 0) continue
        // Of a group whose alerts all match, the card has the number, however large the group is.
        const firing = wanted === 'yes' ? card.firing : countLevels(found.map(([, alert]) => alert))
        groups.push({ card, firing, alerts: found.slice(0, show) })
      }
    }
  }
  return matched.map((one) => ({ ...one, looked, partial }))
}

async function firingIn(
  reader: PartReader,
  { group }: GroupCard,
  matchers: readonly Matcher[],
  now: Millis,
): Promise<[Fingerprint, Alert][]> {
  const matches = compileMatchers(matchers)
  const found: [Fingerprint, Alert][] = []
  let after: Fingerprint | undefined
  for (let more = true; more; ) {
    const page = await reader.members(group, { after, limit: SAMPLE })
    if (page === undefined) break
    for (const [fingerprint, member] of page.members) {
      if (!over(member, now) && matches(member.alert.labels)) found.push([fingerprint, member.alert])
    }
    after = page.members.at(-1)?.[0]
    more = page.more && after !== undefined
  }
  return found
}
