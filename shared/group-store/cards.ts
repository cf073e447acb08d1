import type { Labels } from '../alert/labels.ts'
import { LEVELS, type Level, type LevelCounts } from '../alert/level.ts'
import type { Millis } from '../base/time.ts'
import { type Card, type CardPeople, type CardRank, cardOf, cardPeople, cardRank } from '../group/card.ts'
import type { Group } from '../group/group.ts'
import { keys, parseGroupPartition } from '../table/keys.ts'
import { CARD_BYTES, type CardEntry, type NewItem, type Page, type Table } from '../table/port.ts'

/** A card in a list, and the group that the card is about. */
export interface GroupCard extends Card {
  group: string
  rank: CardRank
  /** The birth of the group: the place in the list of the rank. */
  at: Millis
}

/**
 * The JSON of a card, a list without names: it is written at every change, in the head and in the index. The incident is
 * its id without the id of the group before it.
 */
type StoredCard = [
  version: 1,
  policy: string,
  title: string,
  labels: Labels,
  /** From P1 to P4. */
  firing: number[],
  since: Millis,
  more?: {
    /** The summary. */
    s?: string
    /** `cut`. */
    c?: 1
    h?: number[]
    l?: Level
    i?: string
    o?: Millis
    /** The handler. */
    w?: string
    /** Targets that fail, and how many more. */
    e?: string[]
    m?: number
  },
]

type More = NonNullable<StoredCard[6]>

/**
 * The card of a group for its head. Every change of a card is billed beside the head, so the card of before stays where
 * it says what matters: until the next tick, unless the group has another rank, incident, handler or target out of
 * reach; and while nothing but the summary is new, since summaries have measured values, which change with every message.
 *
 * `gridMs`, where a change is billed: numbers alone wait for the first tick of the next step of the grid, while the group
 * is going to be looked at soon.
 */
export function cardEntry(
  group: Group,
  now: Millis,
  before?: { card?: NewItem['card']; group: Pick<Group, 'lastTick'> },
  gridMs = 0,
): NewItem['card'] {
  const rank = cardRank(group, now)
  if (rank === undefined) return undefined
  const name = keys.cards(group.account, rank)
  const { card } = before ?? {}
  const known = card?.name === name && card.at === group.birth ? parsed(card.text) : undefined
  const isSameTick = before?.group.lastTick === group.lastTick
  if (known !== undefined && isSameTick && textOf(withPeople(known, group)) === card?.text) return card
  const stored = storedCard(group.id, cardOf(group, now)!.card)
  if (known !== undefined && !isSameTick) {
    const waits = isSoonSaved(group, now, gridMs) && stepOf(before?.group, gridMs) === stepOf(group, gridMs)
    const seen = waits ? withNumbers(stored, known) : stored
    if (textOf(withSummary(seen, known)) === card?.text) return card
  }
  return { name, at: group.birth, text: textOf(stored) }
}

/** Numbers that waited are right at this wake, at the latest: the save by the wake finds no wake so soon, or another step. */
function isSoonSaved({ wakeAt }: Pick<Group, 'wakeAt'>, now: Millis, gridMs: number): boolean {
  return wakeAt !== undefined && wakeAt - now <= gridMs
}

function stepOf(group: Pick<Group, 'lastTick'> | undefined, gridMs: number): number {
  return Math.floor((group?.lastTick ?? 0) / (gridMs || 1))
}

/**
 * The numbers of before, while several alerts fire at each level that has any: whether an alert fires at all, and whether
 * the labels are those of a single alert, a card says at once.
 */
function withNumbers(stored: StoredCard, known: StoredCard): StoredCard {
  const [v, p, t, l, firing, a, more] = stored
  const [, , , , before] = known
  const alike = firing.every((count, level) => count === before[level] || Math.min(count, before[level]!) > 1)
  return alike ? [v, p, t, l, before, a, more] : stored
}

function withPeople([v, p, t, l, f, a, more]: StoredCard, group: Group): StoredCard {
  return [v, p, t, l, f, a, inOrder({ ...more, ...storedPeople(group.id, cardPeople(group)) })]
}

function withSummary([v, p, t, l, f, a, more]: StoredCard, [, , , , , , known]: StoredCard): StoredCard {
  return [v, p, t, l, f, a, { ...more, s: more?.s && known?.s }]
}

function storedPeople(group: string, { incident, openedAt, handler, failing, moreFailing }: CardPeople): More {
  const i = incident?.slice(group.length + 1)
  return { i, o: i === openedAt?.toString(36) ? undefined : openedAt, w: handler, e: failing, m: moreFailing }
}

function storedCard(group: string, card: Card): StoredCard {
  const { policy, title, summary, labels, cut, firing, held, level, since } = card
  const more: More = {
    ...{ s: summary, c: cut && 1, h: held && LEVELS.map((one) => held[one] ?? 0), l: level },
    ...storedPeople(group, card),
  }
  return [1, policy, title, labels, LEVELS.map((one) => firing[one] ?? 0), since, inOrder(more)]
}

/** Equal cards are equal texts: the order of the members is always the same. */
function inOrder({ s, c, h, l, i, o, w, e, m }: More = {}): More {
  return { s, c, h, l, i, o, w, e, m }
}

/** Control characters take six bytes in JSON: a card that is too long says less. */
function textOf([v, p, t, l, f, a, more]: StoredCard): string {
  const shorter: (() => StoredCard)[] = [
    () => [v, p, t, l, f, a, more],
    () => [v, p, t, l, f, a, { ...more, s: undefined }],
    () => [v, p, t, {}, f, a, { ...more, s: undefined, c: 1 }],
    () => [v, p, '', {}, f, a, { ...more, s: undefined, c: 1, w: more?.w && '', e: more?.e && [] }],
  ]
  let text = ''
  for (const make of shorter) {
    text = JSON.stringify(make())
    if (Buffer.byteLength(text) <= CARD_BYTES) break
  }
  return text
}

/** Undefined: a newer release wrote the card in another form. */
function parsed(text: string): StoredCard | undefined {
  try {
    const card = JSON.parse(text) as StoredCard
    return card[0] === 1 ? card : undefined
  } catch {
    return undefined
  }
}

/**
 * Cards of the groups of a rank, the newest group first. The index lags: a card may be a moment old, and a group that
 * has just changed its rank may be in two lists or in none.
 */
export async function listCards(
  table: Table,
  account: string,
  rank: CardRank,
  page: Page,
): Promise<{ cards: GroupCard[]; next?: string }> {
  const { cards, next } = await table.cards(keys.cards(account, rank), page)
  return { cards: cards.flatMap((entry) => readCard(entry, rank) ?? []), ...(next !== undefined && { next }) }
}

function readCard({ partition, at, text }: CardEntry, rank: CardRank): GroupCard | undefined {
  const group = parseGroupPartition(partition)?.group
  const card = parsed(text)
  if (group === undefined || card === undefined) return undefined
  const [, policy, title, labels, firing, since, more = {}] = card
  return { group, rank, at, policy, title, labels, firing: countsOf(firing), since, ...readMore(group, more) }
}

function readMore(group: string, { s, c, h, l, i, o, w, e, m }: More): Partial<GroupCard> {
  return {
    ...(s !== undefined && { summary: s }),
    ...(c !== undefined && { cut: true }),
    ...(h !== undefined && { held: countsOf(h) }),
    ...(l !== undefined && { level: l }),
    ...(i !== undefined && { incident: `${group}-${i}`, openedAt: o ?? Number.parseInt(i, 36) }),
    ...(w !== undefined && { handler: w }),
    ...(e !== undefined && { failing: e }),
    ...(m !== undefined && { moreFailing: m }),
  }
}

function countsOf(numbers: readonly number[]): LevelCounts {
  return Object.fromEntries(LEVELS.flatMap((level, index) => (numbers[index] ? [[level, numbers[index]]] : [])))
}
