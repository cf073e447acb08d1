import * as z from 'zod'
import type { Labels } from '../../../shared/alert/labels.ts'
import { LEVELS, type Level } from '../../../shared/alert/level.ts'
import type { Millis } from '../../../shared/base/time.ts'
import { CARD_RANKS, type CardRank, sumOf } from '../../../shared/group/card.ts'
import type { GroupCard } from '../../../shared/group-store/cards.ts'
import { compileMatchers } from '../../../shared/matcher/compile.ts'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import { filterParameter, readFilter } from '../http/filter.ts'
import type { Refusal } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'

/** Which groups a list of groups or of open incidents shows. */
export interface GroupQuery {
  ranks: readonly CardRank[]
  /** In the order of the ranks, or the newest group first. */
  sort: 'level' | 'newest'
  level?: Level
  handler?: string
  policy?: string
  /** A text that the name or the summary of an alert contains, in small letters. */
  text?: string
  /** Only groups whose incident opened at `from` or later, and before `to`. */
  opened?: { from: Millis; to: Millis }
  matchers: readonly Matcher[]
  matches: (labels: Labels) => boolean
}

export const GROUP_STATES = ['all', 'firing', 'held'] as const

const LONGEST_TEXT = 200

export const groupQueryParameters = {
  filter: filterParameter('A matcher, `severity=~"error|critical"`; repeated: every matcher matches one of the alerts'),
  q: z.string().max(LONGEST_TEXT).describe('A part of the name or of the summary of an alert'),
  level: z.enum(LEVELS).describe('The worst level of the group'),
  handler: z.string().describe('Who has the incident in hand; `-`: nobody'),
  policy: z.string(),
  sort: z.enum(['level', 'newest']).describe('`level`: what nobody has in hand first, then by the worst level'),
}

/** Reads the parameters above; `state` stands beside, since states of groups and of incidents differ. */
export function readGroupQuery(
  query: URLSearchParams,
  given: Pick<GroupQuery, 'ranks'> & { sort: GroupQuery['sort'] },
): GroupQuery | Refusal {
  const filter = readFilter(query)
  if (!filter.ok) return refuseWith(400, 'invalid', `filter: ${filter.error}`)
  const level = query.get('level') || undefined
  if (level !== undefined && !isLevel(level)) return refuseWith(400, 'invalid', `level: one of ${LEVELS.join(', ')}`)
  const sort = query.get('sort') || given.sort
  if (sort !== 'level' && sort !== 'newest') return refuseWith(400, 'invalid', 'sort: one of level, newest')
  const text = query.get('q')?.trim().toLowerCase() || undefined
  if (text !== undefined && text.length > LONGEST_TEXT) {
    return refuseWith(400, 'invalid', `q: at most ${LONGEST_TEXT} characters`)
  }
  const [handler, policy] = [query.get('handler') || undefined, query.get('policy') || undefined]
  const { matchers, matches } = filter
  const ranks = given.ranks.filter((rank) => level === undefined || !isLevel(rank) || rank === level)
  return {
    ...{ ranks, sort, matchers, matches },
    ...(level !== undefined && { level }),
    ...(handler !== undefined && { handler }),
    ...(policy !== undefined && { policy }),
    ...(text !== undefined && { text }),
  }
}

function isLevel(text: string): text is Level {
  return LEVELS.some((level) => level === text)
}

export function ranksOf(state: (typeof GROUP_STATES)[number]): readonly CardRank[] {
  return state === 'all' ? CARD_RANKS : CARD_RANKS.filter((rank) => (rank === 'held') === (state === 'held'))
}

/** The worst level of a group: of what fires, or of what is over. */
export function levelOfCard({ firing, level }: GroupCard): Level {
  return level ?? LEVELS.find((one) => (firing[one] ?? 0) > 0) ?? 'P4'
}

/**
 * Whether the query wants the group, by the card alone: a card has the labels that all alerts share. `unknown`: the
 * alerts have to be asked.
 */
export function wantedByCard(card: GroupCard, query: GroupQuery): 'yes' | 'no' | 'unknown' {
  const { level, handler, policy, text, opened } = query
  if (
    opened !== undefined &&
    !(card.openedAt !== undefined && card.openedAt >= opened.from && card.openedAt < opened.to)
  )
    return 'no'
  if (level !== undefined && levelOfCard(card) !== level) return 'no'
  if (policy !== undefined && card.policy !== policy) return 'no'
  if (handler !== undefined && (card.handler ?? '-') !== handler) return 'no'
  const matched = heldByMatchers(card, query.matchers)
  if (matched !== 'yes' || text === undefined) return matched
  return `${card.title}\n${card.summary ?? ''}`.toLowerCase().includes(text) ? 'yes' : 'unknown'
}

/** Whether the matchers match all firing alerts of the group, none of them, or perhaps some, by the card alone. */
export function heldByMatchers(
  card: Pick<GroupCard, 'labels' | 'cut' | 'firing'>,
  matchers: readonly Matcher[],
): 'yes' | 'no' | 'unknown' {
  const alone = sumOf(card.firing) === 1 && card.cut === undefined
  let unknown = false
  for (const matcher of matchers) {
    if (!alone && !Object.hasOwn(card.labels, matcher.name)) unknown = true
    else if (!compileMatchers([matcher])(card.labels)) return 'no'
  }
  return unknown ? 'unknown' : 'yes'
}

/** Whether an alert of the group is one that the query asks for. */
export function wantedAlert(labels: Labels, annotations: Labels, { matches, text }: GroupQuery): boolean {
  if (!matches(labels)) return false
  if (text === undefined) return true
  return [labels.alertname, annotations.summary, annotations.message, annotations.description].some((said) =>
    said?.toLowerCase().includes(text),
  )
}
