import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { SECOND } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import { bucketOf, checkKey, dueMinute, type IndexPlace } from '../table/limits.ts'
import { CARD_BYTES, ITEM_BYTES, type Item, type ItemKey, type NewItem } from '../table/port.ts'
import { joinVersion, splitVersion, type Version } from '../table/version.ts'
import { TTL_ATTRIBUTE } from './description.ts'
import { DICTIONARIES, WRITTEN_WITH } from './dictionary.ts'

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html, the types that Tocsin stores. */
interface AttributeValue {
  S?: string
  /** A number in digits. */
  N?: string
  B?: Uint8Array
}

export type Attributes = Record<string, AttributeValue>

export function keyOf({ partition, sort }: ItemKey): Attributes {
  return { pk: { S: partition }, sk: { S: sort } }
}

/** A key beyond the limits has no item. DynamoDB would answer with an error, where the right answer is "absent". */
export function isKey(key: ItemKey): boolean {
  try {
    checkKey(key)
    return true
  } catch {
    return false
  }
}

/** An item as it is stored. */
export function attributesOf(item: NewItem, version: Version): Attributes {
  const { dueAt, list, card, expiresAt } = item
  const { count, mark } = splitVersion(version)
  const given: Record<string, AttributeValue | undefined> = {
    ...keyOf(item),
    v: number(count),
    m: { S: mark },
    dueBucket: number(dueAt === undefined ? undefined : bucketOf(item.partition)),
    dueMinute: number(dueAt === undefined ? undefined : dueMinute(dueAt)),
    // The attribute is in no index: a wake that moves within its minute is a single write, not two. A full minute is
    // written once.
    dueAt: number(dueAt === undefined || dueAt === dueMinute(dueAt) ? undefined : Math.ceil(dueAt)),
    listName: list === undefined ? undefined : { S: list.name },
    listAt: number(list === undefined ? undefined : Math.floor(list.at)),
    cardName: card === undefined ? undefined : { S: card.name },
    cardAt: number(card === undefined ? undefined : Math.floor(card.at)),
    card: card === undefined ? undefined : cardAttribute(card.text),
    [TTL_ATTRIBUTE]: number(expiresAt === undefined ? undefined : Math.ceil(expiresAt / SECOND)),
  }
  // An undefined attribute is absent in the stored item.
  const attributes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Attributes
  return { ...attributes, ...bodyAttributes(item.body, sizeOf(attributes)) }
}

/**
 * The text itself, unless the item becomes cheaper by compressing. The attribute type tells a compressed body, and `z`
 * its dictionary. UTF-8 carries at most 7 of 8 bits, so a body that `checkItem` accepts always fits into an item with
 * room to spare. `beside`: the size of the other attributes.
 */
function bodyAttributes(body: string, beside: number): Attributes {
  const plain: Attributes = { body: { S: body } }
  const plainUnits = writeUnits(beside + sizeOf(plain))
  if (plainUnits === 1) return plain
  const dictionary = DICTIONARIES.get(WRITTEN_WITH)
  const compressed: Attributes = {
    body: { B: deflateRawSync(body, { dictionary }) },
    z: { N: String(WRITTEN_WITH) },
  }
  return writeUnits(beside + sizeOf(compressed)) < plainUnits ? compressed : plain
}

/**
 * Bytes of names and values: text in UTF-8, numbers at two digits a byte and one byte more.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
function sizeOf(attributes: Attributes): number {
  let bytes = 0
  for (const [name, { S, N, B }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(S ?? '') + (B?.length ?? 0)
    if (N !== undefined) bytes += Math.ceil(N.length / 2) + 1
  }
  return bytes
}

const WRITE_UNIT_BYTES = 1024

function writeUnits(bytes: number): number {
  return Math.ceil(bytes / WRITE_UNIT_BYTES)
}

/**
 * A card lies in the item and in its index entry, so it is always compressed. The first byte is the number of the
 * dictionary: the index has no other attribute of the item.
 */
function cardAttribute(text: string): AttributeValue {
  const dictionary = DICTIONARIES.get(WRITTEN_WITH)
  return { B: Buffer.concat([Buffer.of(WRITTEN_WITH), deflateRawSync(text, { dictionary })]) }
}

/** An unknown dictionary: a newer release wrote the card, which this release leaves out as it leaves out its forms. */
export function toCard(card: AttributeValue | undefined): string {
  const dictionary = DICTIONARIES.get(card?.B?.[0] ?? 0)
  if (card?.B === undefined || dictionary === undefined) return ''
  return inflateRawSync(card.B.subarray(1), { maxOutputLength: CARD_BYTES, dictionary }).toString()
}

function number(value: number | undefined): AttributeValue | undefined {
  return value === undefined ? undefined : { N: String(value) }
}

export function toItem(attributes: Attributes): Item {
  const {
    dueMinute: minute,
    dueAt = minute,
    listName,
    listAt,
    cardName,
    cardAt,
    card,
    [TTL_ATTRIBUTE]: ttl,
  } = attributes
  return {
    ...toKey(attributes),
    version: joinVersion(Number(attributes.v?.N), attributes.m?.S ?? ''),
    body: toBody(attributes),
    ...(dueAt === undefined ? {} : { dueAt: Number(dueAt.N) }),
    ...(listName?.S === undefined ? {} : { list: { name: listName.S, at: Number(listAt?.N) } }),
    ...(cardName?.S === undefined ? {} : { card: { name: cardName.S, at: Number(cardAt?.N), text: toCard(card) } }),
    ...(ttl === undefined ? {} : { expiresAt: Number(ttl.N) * SECOND }),
  }
}

function toBody({ body, z, pk, sk }: Attributes): string {
  if (body?.B === undefined) return body?.S ?? ''
  return inflateRawSync(body.B, { maxOutputLength: ITEM_BYTES, ...dictionaryOf(z, `${pk?.S} ${sk?.S}`) }).toString()
}

/**
 * Items without `z` are from before the first dictionary. An item with an unknown dictionary was written by a newer
 * release. For this release the item is unavailable, as an item with a newer format is (`table/body.ts`).
 */
function dictionaryOf(z: AttributeValue | undefined, item: string): { dictionary?: Buffer } {
  if (z === undefined) return {}
  const dictionary = DICTIONARIES.get(Number(z.N))
  if (dictionary !== undefined) return { dictionary }
  throw new Unavailable('table', `read of ${item}`, `dictionary ${z.N} is too new for this release`)
}

export function toKey({ pk, sk }: Attributes): ItemKey {
  return { partition: pk?.S ?? '', sort: sk?.S ?? '' }
}

/** The place of an index entry; `at` is the name of the sort key of the index. */
export function toPlace(attributes: Attributes, at: 'dueMinute' | 'listAt' | 'cardAt'): IndexPlace {
  return { at: Number(attributes[at]?.N), ...toKey(attributes) }
}
