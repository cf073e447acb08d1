import { LEVELS, type LevelCounts } from '../../../shared/alert/level.ts'
import type { Millis } from '../../../shared/base/time.ts'
import type { GroupCard } from '../../../shared/group-store/cards.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Paging } from '../http/paging.ts'
import type { GroupQuery } from './group-query.ts'
import { type CardPage, readCards } from './read-groups.ts'

/** The groups that have the same value of a label. */
export interface Section {
  /** Undefined: the cards of these groups name no single value. */
  value?: string
  /** Numbers of the whole section, with the groups of the section on other pages. */
  groups: number
  firing: LevelCounts
  /** The groups of the section that are on the page. */
  cards: GroupCard[]
  /** The first groups of the section stand on a page before. */
  begun: boolean
}

export interface SectionPage extends CardPage {
  sections: Section[]
  /** The account has more groups than were put into sections together. */
  partial: boolean
}

/** Groups that are put into sections together. Further groups make sections of their own, on later pages. */
export const MOST_TOGETHER = 500

/**
 * A page of groups by the value of a label. The section whose first group comes first in the order of the query is the
 * first section; groups without a single value come last. Groups of a section keep the order of the query.
 */
export async function readSections(
  deps: Pick<ApiDeps, 'table' | 'clock'>,
  ask: { account: string; now: Millis },
  { limit, after }: Paging,
  query: GroupQuery,
  label: string,
): Promise<SectionPage> {
  const { shown, latest, start } = readPlace(after)
  const together = { limit: MOST_TOGETHER, ...(start !== '' && { after: start }) }
  const { cards, next, looked } = await readCards(deps, ask, together, query)
  const sections = sectionsOf(cards, label)
  const ordered = sections.flatMap((section) => section.cards)
  const from = placeAfter(ordered, shown, latest)
  const to = Math.min(from + limit, ordered.length)
  const further =
    to < ordered.length
      ? writePlace({ shown: to, latest: ordered.slice(from, to).map(shortId), start })
      : next && writePlace({ shown: 0, latest: [], start: next })
  return {
    cards: ordered.slice(from, to),
    sections: partOf(sections, from, to),
    partial: next !== undefined || start !== '',
    looked,
    ...(further !== undefined && { next: further }),
  }
}

/** Where a page begins: behind so many groups, of which `latest` are the page before, in the sections behind `start`. */
interface Place {
  shown: number
  latest: readonly string[]
  start: string
}

/** The beginning of a group's id: the cursor names every group of a page. */
function shortId({ group }: GroupCard): string {
  return group.slice(0, SHORT_ID)
}

const SHORT_ID = 8

function writePlace({ shown, latest, start }: Place): string {
  return `${shown}.${latest.join('')}.${start}`
}

function readPlace(text = '0..'): Place {
  const [shown = '', latest = '', ...start] = text.split('.')
  const ids = Array.from({ length: latest.length / SHORT_ID }, (_, n) => latest.slice(n * SHORT_ID, (n + 1) * SHORT_ID))
  return { shown: Number(shown), latest: ids, start: start.join('.') }
}

/**
 * Groups end, begin and move between two pages. The page begins behind the last group of the page before that still
 * stands where it can have been shown: a group may be shown twice, and no group is left out because others have gone.
 * One that moves up over that place between the two pages, or one that a moved last group passes, stands on the pages
 * before: the list of a moment is the first page, read anew.
 */
function placeAfter(ordered: readonly GroupCard[], shown: number, latest: readonly string[]): number {
  return ordered.slice(0, shown).findLastIndex((card) => latest.includes(shortId(card))) + 1
}

function sectionsOf(cards: readonly GroupCard[], label: string): Section[] {
  const ownValue = ({ labels }: GroupCard): string | undefined =>
    Object.hasOwn(labels, label) ? labels[label] : undefined
  const byValue = Map.groupBy(cards, ownValue)
  const none = byValue.get(undefined)
  byValue.delete(undefined)
  return [...byValue, ...(none === undefined ? [] : [[undefined, none] as const])].map(([value, cards]) => ({
    ...(value !== undefined && { value }),
    ...{ groups: cards.length, firing: sumOfCards(cards), cards, begun: false },
  }))
}

function sumOfCards(cards: readonly GroupCard[]): LevelCounts {
  const sums = LEVELS.map((level) => [level, cards.reduce((sum, { firing }) => sum + (firing[level] ?? 0), 0)] as const)
  return Object.fromEntries(sums.filter(([, sum]) => sum > 0))
}

/** The sections between two places, with the groups that stand between the places. */
function partOf(sections: readonly Section[], from: number, to: number): Section[] {
  let place = 0
  return sections.flatMap((section) => {
    const [first, end] = [Math.max(0, from - place), to - place]
    place += section.groups
    const cards = end <= first ? [] : section.cards.slice(first, end)
    return cards.length === 0 ? [] : [{ ...section, cards, begun: first > 0 }]
  })
}
