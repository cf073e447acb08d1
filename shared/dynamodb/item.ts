import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { SECOND } from '../base/time.ts'
import { bucketOf, checkKey, dueMinute, type IndexPlace } from '../table/limits.ts'
import { ITEM_BYTES, type Item, type ItemKey, type NewItem } from '../table/port.ts'
import { joinVersion } from '../table/version.ts'
import { TTL_ATTRIBUTE } from './description.ts'

export type Attributes = Record<string, AttributeValue>

/** A write unit: compressing a body that fits into a single unit saves nothing. */
const PLAIN_BYTES = 1024

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

/** The attributes of an item without keys and version. An undefined attribute is absent in the stored item. */
export function attributesOf({ partition, body, dueAt, list, expiresAt }: NewItem) {
  return {
    body: bodyAttribute(body),
    dueBucket: number(dueAt === undefined ? undefined : bucketOf(partition)),
    dueMinute: number(dueAt === undefined ? undefined : dueMinute(dueAt)),
    // The attribute is in no index: a wake that moves within its minute is a single write, not two.
    dueAt: number(dueAt === undefined ? undefined : Math.ceil(dueAt)),
    listName: list === undefined ? undefined : { S: list.name },
    listAt: number(list === undefined ? undefined : Math.floor(list.at)),
    [TTL_ATTRIBUTE]: number(expiresAt === undefined ? undefined : Math.ceil(expiresAt / SECOND)),
  } satisfies Record<string, AttributeValue | undefined>
}

/**
 * The text itself while the text is short, else compressed; the attribute type tells which. UTF-8 carries at most 7 of
 * 8 bits, so a body that `checkItem` accepts always fits into an item with room to spare.
 */
function bodyAttribute(body: string): AttributeValue {
  return Buffer.byteLength(body) <= PLAIN_BYTES ? { S: body } : { B: deflateRawSync(body) }
}

function number(value: number | undefined): AttributeValue | undefined {
  return value === undefined ? undefined : { N: String(value) }
}

export function toItem(attributes: Attributes): Item {
  const { dueAt, listName, listAt, [TTL_ATTRIBUTE]: ttl } = attributes
  return {
    ...toKey(attributes),
    version: joinVersion(Number(attributes.v?.N), attributes.m?.S ?? ''),
    body: toBody(attributes.body),
    ...(dueAt === undefined ? {} : { dueAt: Number(dueAt.N) }),
    ...(listName?.S === undefined ? {} : { list: { name: listName.S, at: Number(listAt?.N) } }),
    ...(ttl === undefined ? {} : { expiresAt: Number(ttl.N) * SECOND }),
  }
}

function toBody(body: AttributeValue | undefined): string {
  if (body?.B === undefined) return body?.S ?? ''
  return inflateRawSync(body.B, { maxOutputLength: ITEM_BYTES }).toString()
}

export function toKey({ pk, sk }: Attributes): ItemKey {
  return { partition: pk?.S ?? '', sort: sk?.S ?? '' }
}

/** The place of an index entry; `at` is the name of the sort key of the index. */
export function toPlace(attributes: Attributes, at: 'dueMinute' | 'listAt'): IndexPlace {
  return { at: Number(attributes[at]?.N), ...toKey(attributes) }
}
