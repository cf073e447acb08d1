import type { Fingerprint } from '../alert/alert.ts'
import { digest } from '../base/hash.ts'
import type { Millis } from '../base/time.ts'
import type { NotifiedAlert } from '../delivery/delivery.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'

/** The large part of a delivery. */
export interface Words {
  alerts: NotifiedAlert[]
  /** Fingerprints of the alerts that the delivery tells of; `alerts` may show fewer. */
  firing: Fingerprint[]
  resolved: Fingerprint[]
}

/** The items of words that lie apart from the deliveries that say the words. */
export interface WordsPlace {
  hash: string
  items: number
}

/** One of the items, in their order. The first item has the fingerprints, so a list of deliveries reads no other item. */
type WordsItem = Pick<Words, 'alerts'> & Partial<Words>

const WORDS: BodyShape<WordsItem> = bodyShape('words of deliveries')

/** Fingerprints that are kept of each of the two sets. The group has the whole sets, and decides by those. */
const MOST_FINGERPRINTS = 5000

export function keptFingerprints(set: readonly Fingerprint[]): Fingerprint[] {
  return set.slice(0, MOST_FINGERPRINTS)
}

/** Bytes of JSON in an item, without its frame. The largest alert fits into an item. */
const ITEM_WORDS_BYTES = 380 * 1024

/**
 * Writes the words under their hash, before the deliveries that name the hash. Running it twice is safe: the hash
 * covers the words and the size of the items, so a second run writes the same items. The later write decides when the
 * items expire, which is the time of the youngest delivery with these words.
 */
export async function putWords(
  table: Table,
  { account, group }: { account: string; group: string },
  { alerts, ...whole }: Words,
  expiresAt: Millis,
): Promise<WordsPlace> {
  const [firing, resolved] = [keptFingerprints(whole.firing), keptFingerprints(whole.resolved)]
  const texts = alerts.map((alert) => JSON.stringify(alert))
  const lists = JSON.stringify([firing, resolved])
  const hash = digest([String(ITEM_WORDS_BYTES), lists, `[${texts.join(',')}]`])
  const [first = [], ...more] = divide(alerts, texts, Buffer.byteLength(lists))
  const items: WordsItem[] = [{ firing, resolved, alerts: first }, ...more.map((part) => ({ alerts: part }))]
  await Promise.all(
    items.map((item, index) =>
      table.put({ ...keys.words(account, group, hash, index), body: writeBody(WORDS, item), expiresAt }, 'always'),
    ),
  )
  return { hash, items: items.length }
}

/** The alerts in parts that fit into items. `taken`: bytes of the first item that are not free for alerts. */
function divide(alerts: readonly NotifiedAlert[], texts: readonly string[], taken: number): NotifiedAlert[][] {
  const parts: NotifiedAlert[][] = []
  let left = ITEM_WORDS_BYTES - taken
  let part: NotifiedAlert[] = []
  for (const [index, alert] of alerts.entries()) {
    const bytes = Buffer.byteLength(texts[index]!) + 1
    if (bytes > left) {
      parts.push(part)
      part = []
      left = ITEM_WORDS_BYTES
    }
    part.push(alert)
    left -= bytes
  }
  return [...parts, part]
}

/** The whole words; undefined: an item is gone, as its time was over. */
export async function readWords(
  table: Table,
  place: { account: string; group: string },
  words: WordsPlace,
): Promise<Words | undefined> {
  const read = await Promise.all(
    Array.from({ length: words.items }, (_, index) => readItem(table, place, words, index)),
  )
  const items = read.filter((item) => item !== undefined)
  if (items.length < words.items) return undefined
  const { firing = [], resolved = [] } = items[0] ?? {}
  return { firing, resolved, alerts: items.flatMap(({ alerts }) => alerts) }
}

/** The fingerprints of the words, and the alerts if no more items have to be read for them. */
export async function readFingerprints(
  table: Table,
  place: { account: string; group: string },
  words: WordsPlace,
): Promise<Partial<Words>> {
  const { alerts, ...fingerprints } = (await readItem(table, place, words, 0)) ?? {}
  return words.items === 1 ? { ...fingerprints, alerts } : fingerprints
}

async function readItem(
  table: Table,
  { account, group }: { account: string; group: string },
  { hash }: WordsPlace,
  index: number,
): Promise<WordsItem | undefined> {
  const item = await table.get(keys.words(account, group, hash, index))
  return item && readBody(WORDS, item)
}
