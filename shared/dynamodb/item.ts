import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { SECOND } from '../base/time.ts'
import { bucketOf, checkKey, dueMinute, type Place } from '../table/limits.ts'
import { ITEM_BYTES, type Item, type ItemKey, type NewItem } from '../table/port.ts'
import { joinVersion } from '../table/version.ts'
import { TTL_ATTRIBUTE } from './description.ts'

export type Attributes = Record<string, AttributeValue>

/** One write unit: compressing what fits into it saves nothing. */
const PLAIN_BYTES = 1024

export function keyOf({ partition, sort }: ItemKey): Attributes {
  return { pk: { S: partition }, sk: { S: sort } }
}

/** What no item can lie under: asking DynamoDB would be an error, where the answer is just "nothing". */
export function isKey(key: ItemKey): boolean {
  try {
    checkKey(key)
    return true
  } catch {
    return false
  }
}

/** Every attribute of an item but its keys and its version; those that are undefined are to be gone. */
export function attributesOf({ partition, body, dueAt, list, expiresAt }: NewItem) {
  return {
    body: bodyAttribute(body),
    dueBucket: number(dueAt === undefined ? undefined : bucketOf(partition)),
    dueMinute: number(dueAt === undefined ? undefined : dueMinute(dueAt)),
    // In no index: a wake that moves within its minute is one write, not two.
    dueAt: number(dueAt === undefined ? undefined : Math.ceil(dueAt)),
    listName: list === undefined ? undefined : { S: list.name },
    listAt: number(list === undefined ? undefined : Math.floor(list.at)),
    [TTL_ATTRIBUTE]: number(expiresAt === undefined ? undefined : Math.ceil(expiresAt / SECOND)),
  } satisfies Record<string, AttributeValue | undefined>
}

/**
 * Text as it is while it is short; the type says which it is. UTF-8 carries at most 7 of 8 bits, so
 * that what `checkItem` lets pass always fits into an item with room to spare.
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
    version: joinVersion(Number(attributes.v?.N), attributes.mark?.S ?? ''),
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

/** An index entry's place; `at` is the name of the index's sort key. */
export function toPlace(attributes: Attributes, at: 'dueMinute' | 'listAt'): Place {
  return { at: Number(attributes[at]?.N), ...toKey(attributes) }
}
