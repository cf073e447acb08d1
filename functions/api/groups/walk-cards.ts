import { CARD_RANKS, type CardRank } from '../../../shared/group/card.ts'
import { type GroupCard, listCards } from '../../../shared/group-store/cards.ts'
import { keys } from '../../../shared/table/keys.ts'
import { writeCursor } from '../../../shared/table/limits.ts'
import type { Table } from '../../../shared/table/port.ts'

/** A card, and the place behind the card: a later walk goes on from there. */
export interface WalkedCard {
  card: GroupCard
  place: string
}

/** How many cards one read takes. */
export interface Walk {
  ranks: readonly CardRank[]
  /** The size of a read: the number of cards that are wanted, and one more. */
  atOnce: number
  after?: string | undefined
}

/** The cards of an account rank by rank, the worst rank first, and in each rank the newest group first. */
export async function* walkByRank(
  table: Table,
  account: string,
  { ranks, atOnce, after = '' }: Walk,
): AsyncGenerator<WalkedCard> {
  const [begun = '', cursor = ''] = after.split(':')
  const from = Math.max(0, ranks.indexOf(begun as CardRank))
  let place = cursor
  for (const rank of ranks.slice(from)) {
    let next: string | undefined = place
    while (next !== undefined) {
      const page = await listCards(table, account, rank, { limit: atOnce, ...(next !== '' && { after: next }) })
      for (const card of page.cards) yield { card, place: `${rank}:${cursorOf(account, card)}` }
      next = page.next
    }
    place = ''
  }
}

/** The cards of an account, the newest group first: the lists of the ranks are merged. */
export async function* walkByTime(
  table: Table,
  account: string,
  { ranks, atOnce, after = '' }: Walk,
): AsyncGenerator<WalkedCard> {
  const places = new Map(after.split(',').map((text) => text.split(':') as [string, string]))
  const lists = await Promise.all(ranks.map((rank) => openList(table, account, rank, atOnce, places.get(rank))))
  for (;;) {
    const [first] = lists.filter((list) => list.head !== undefined).sort((a, b) => b.head!.at - a.head!.at)
    if (first === undefined) return
    const card = first.head!
    places.set(first.rank, cursorOf(account, card))
    await first.step()
    yield { card, place: [...places].map((pair) => pair.join(':')).join(',') }
  }
}

interface CardList {
  rank: CardRank
  head: GroupCard | undefined
  step(): Promise<void>
}

async function openList(
  table: Table,
  account: string,
  rank: CardRank,
  atOnce: number,
  after: string | undefined,
): Promise<CardList> {
  let next = after ?? ''
  let ended = false
  let cards: GroupCard[] = []
  const list: CardList = {
    rank,
    head: undefined,
    async step() {
      while (cards.length === 0 && !ended) {
        const page = await listCards(table, account, rank, { limit: atOnce, ...(next !== '' && { after: next }) })
        cards = page.cards
        next = page.next ?? ''
        ended = page.next === undefined
      }
      list.head = cards.shift()
    },
  }
  await list.step()
  return list
}

function cursorOf(account: string, { group, at }: GroupCard): string {
  return writeCursor({ ...keys.head(account, group), at })
}

/** The cards of an account of any rank, at most so many; `more`: there are further cards. */
export async function allCards(
  table: Table,
  account: string,
  most: number,
): Promise<{ cards: GroupCard[]; more: boolean }> {
  const cards: GroupCard[] = []
  for await (const { card } of walkByRank(table, account, { ranks: CARD_RANKS, atOnce: Math.min(most, 500) })) {
    if (cards.length === most) return { cards, more: true }
    cards.push(card)
  }
  return { cards, more: false }
}
