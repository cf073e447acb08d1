import type { AwsClient } from '../aws/client.ts'
import { AwsError } from '../aws/error.ts'
import { type Chance, MINUTE } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import { checkItem, checkKey, readCursor, readSortCursor, writeCursor } from '../table/limits.ts'
import { type Condition, type ItemKey, type NewItem, type Page, type Table, WriteUnknown } from '../table/port.ts'
import { newVersion, putCount, splitVersion, type Version } from '../table/version.ts'
import { CARDS_INDEX, DUE_INDEX, LIST_INDEX } from './description.ts'
import { type Attributes, attributesOf, isKey, keyOf, toCard, toItem, toKey, toPlace } from './item.ts'
import { fromWire, toWire, type WireAttributes } from './wire.ts'

interface TableClient {
  client: AwsClient
  /** The table name, for every request. */
  TableName: string
}

/**
 * The table over DynamoDB: single-item requests, no transactions. `createTableInput` describes the table. `chance`
 * makes the marks of versions.
 */
export function dynamodbTable(client: AwsClient, tableName: string, chance: Chance): Table {
  const store: TableClient = { client, TableName: tableName }
  const read = sharedReads(store)
  return {
    // Compressed, such an item costs some four write units.
    wholeBytes: 16 * 1024,
    dueGridMs: 5 * MINUTE,
    // A write that was answered is on several disks.
    durable: async () => undefined,
    async get(key) {
      if (!isKey(key)) return undefined
      const found = await read(key)
      return found && toItem(found)
    },
    async put(item, when) {
      checkItem(item)
      const version = newVersion(typeof when === 'string' ? undefined : when.version, chance)
      const result = await put(store, item, version, when)
      if (result === 'held') return version
      if (result === 'failed') return 'lost'
      const found = await read(item)
      const settled = settleUnclear(version, when, found && toItem(found).version)
      if (settled === undefined) throw new WriteUnknown('table', 'PutItem', result.unclear.cause)
      return settled
    },
    async remove(key, when = 'always') {
      checkKey(key)
      return await remove(store, key, when)
    },
    async query(partition, prefix, { limit, after, descending = false }) {
      if (!isKey({ partition, sort: prefix || '-' })) return { items: [] }
      const inPartition = 'pk = :pk'
      // DynamoDB refuses an empty string here.
      const hasPrefix = prefix === '' ? [] : ['begins_with(sk, :prefix)']
      const cursor = readSortCursor(after, prefix)
      const { found, more } = await page(store, limit, {
        ConsistentRead: true,
        KeyConditionExpression: [inPartition, ...hasPrefix].join(' AND '),
        ExpressionAttributeValues: { ':pk': { S: partition }, ...(prefix === '' ? {} : { ':prefix': { S: prefix } }) },
        ScanIndexForward: !descending,
        ...(cursor ? { ExclusiveStartKey: keyOf({ partition, sort: cursor }) } : {}),
      })
      return { items: found.map(toItem), ...nextCursor(more, (last) => toKey(last).sort) }
    },
    async due(bucket, until, { limit, after }) {
      const cursor = readCursor(after)
      // DynamoDB answers a start beyond the end with an error.
      if (cursor && cursor.at > until) return { keys: [] }
      const inBucket = 'dueBucket = :bucket'
      const isDue = 'dueMinute <= :until'
      const bucketValue = { N: String(bucket) }
      const { found, more } = await page(store, limit, {
        IndexName: DUE_INDEX,
        KeyConditionExpression: `${inBucket} AND ${isDue}`,
        ExpressionAttributeValues: { ':bucket': bucketValue, ':until': { N: String(Math.floor(until)) } },
        ...(cursor
          ? { ExclusiveStartKey: { ...keyOf(cursor), dueBucket: bucketValue, dueMinute: { N: String(cursor.at) } } }
          : {}),
      })
      return { keys: found.map(toKey), ...nextCursor(more, (last) => writeCursor(toPlace(last, 'dueMinute'))) }
    },
    async list(name, asked) {
      const { found, next } = await newestFirst(store, LIST_INDEX, ['listName', 'listAt'], name, asked)
      return { keys: found.map((entry) => toPlace(entry, 'listAt')), ...next }
    },
    async cards(name, asked) {
      const { found, next } = await newestFirst(store, CARDS_INDEX, ['cardName', 'cardAt'], name, asked)
      return { cards: found.map((entry) => ({ ...toPlace(entry, 'cardAt'), text: toCard(entry.card) })), ...next }
    },
  }
}

/** Entries of an index under a name, newest first; the index has an attribute for the name and another for the time. */
async function newestFirst(
  store: TableClient,
  IndexName: string,
  [nameKey, atKey]: [string, 'listAt' | 'cardAt'],
  name: string,
  { limit, after }: Page,
): Promise<{ found: Attributes[]; next: { next?: string } }> {
  if (!isKey({ partition: name, sort: '-' })) return { found: [], next: {} }
  const cursor = readCursor(after)
  const { found, more } = await page(store, limit, {
    IndexName,
    KeyConditionExpression: `${nameKey} = :name`,
    ExpressionAttributeValues: { ':name': { S: name } },
    ScanIndexForward: false,
    ...(cursor
      ? { ExclusiveStartKey: { ...keyOf(cursor), [nameKey]: { S: name }, [atKey]: { N: String(cursor.at) } } }
      : {}),
  })
  return { found, next: nextCursor(more, (last) => writeCursor(toPlace(last, atKey))) }
}

/**
 * Reads of an item that begin in the same moment share a single request. The request is sent after the last of these
 * reads began, so the answer is as fresh as the answer to a separate request.
 */
function sharedReads({ client, TableName }: TableClient): (key: ItemKey) => Promise<Attributes | undefined> {
  const unsent = new Map<string, Promise<Attributes | undefined>>()
  return (key) => {
    const name = JSON.stringify([key.partition, key.sort])
    const asked =
      unsent.get(name) ??
      Promise.resolve().then(async () => {
        unsent.delete(name)
        const request = { TableName, Key: keyOf(key), ConsistentRead: true }
        const { Item } = (await answered('GetItem', client.call('GetItem', request))) as { Item?: WireAttributes }
        return Item && fromWire(Item)
      })
    unsent.set(name, asked)
    return asked
  }
}

/**
 * Twice is safe: a second put under the same condition fails, as the first put has changed the version. A put without a
 * condition writes the same item again.
 */
function put(
  { client, TableName }: TableClient,
  item: NewItem,
  version: Version,
  when: Condition,
): Promise<WriteResult> {
  const request = { TableName, Item: toWire(attributesOf(item, version)), ...conditionOf(when) }
  return resultOf('PutItem', client.call('PutItem', request))
}

/**
 * The outcome of an unclear put, by the stored version. The own version: a request wrote the item. The same count under
 * another mark: another put was first, and the condition of this put can never hold. In other cases (undefined) both are
 * possible, and a request may even arrive later: the caller has to look again, as after a crash.
 */
function settleUnclear(version: Version, when: Condition, found: Version | undefined): Version | 'lost' | undefined {
  if (found === version) return version
  if (found === undefined || when === 'always') return undefined
  return putCount(found) === putCount(version) ? 'lost' : undefined
}

/** Twice is safe: a second remove finds no item. */
async function remove({ client, TableName }: TableClient, key: ItemKey, when: Condition): Promise<'removed' | 'lost'> {
  const request = { TableName, Key: keyOf(key), ...conditionOf(when) }
  const result = await resultOf('DeleteItem', client.call('DeleteItem', request))
  if (typeof result !== 'string') throw result.unclear
  return result === 'held' ? 'removed' : 'lost'
}

function conditionOf(when: Condition) {
  const notYetThere = 'attribute_not_exists(pk)'
  const sameCount = 'v = :count'
  const sameMark = 'm = :mark'
  if (when === 'always') return {}
  if (when === 'absent') return { ConditionExpression: notYetThere }
  const { count, mark } = splitVersion(when.version)
  return {
    ConditionExpression: `${sameCount} AND ${sameMark}`,
    ExpressionAttributeValues: { ':count': { N: String(count) }, ':mark': { S: mark } },
  }
}

/**
 * The result of a write. `unclear`: the item may have been written, and no answer says so. Either the condition failed
 * at a repetition by the client, after an answer was lost, or no request got an answer. The error is for a caller that
 * cannot find out more.
 */
type WriteResult = 'held' | 'failed' | { unclear: Unavailable }

async function resultOf(operation: string, request: Promise<unknown>): Promise<WriteResult> {
  try {
    await answered(operation, request)
    return 'held'
  } catch (error) {
    if (isFailedCondition(error)) return error.attempts === 1 ? 'failed' : { unclear: unclear(operation) }
    if (error instanceof Unavailable && !isRefused(error.cause)) return { unclear: error }
    throw error
  }
}

/** DynamoDB answered the only request with a refusal, so nothing was written. A status 5xx says less. */
function isRefused(cause: unknown): boolean {
  if (!(cause instanceof AwsError)) return false
  return cause.attempts === 1 && (cause.status ?? 500) < 500
}

function unclear(operation: string): Unavailable {
  return new WriteUnknown('table', operation, 'whether the item was written is unknown: an answer was lost')
}

/** An error of the client becomes `Unavailable`, except a failed condition and a wrong request. */
async function answered<T>(operation: string, request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    if (isFailedCondition(error) || isBug(error)) throw error
    throw new Unavailable('table', operation, error)
  }
}

function isFailedCondition(error: unknown): error is AwsError {
  return error instanceof AwsError && error.name === 'ConditionalCheckFailedException'
}

function isBug(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'ValidationException')
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */
interface QueryOutput {
  Items?: WireAttributes[]
  LastEvaluatedKey?: WireAttributes
}

/**
 * The query asks for one entry more than the limit, to learn whether entries follow. DynamoDB also stops after a
 * megabyte.
 */
async function page({ client, TableName }: TableClient, limit: number, input: object) {
  const request = { TableName, Limit: limit + 1, ...input }
  const { Items = [], LastEvaluatedKey } = (await answered('Query', client.call('Query', request))) as QueryOutput
  const found = Items.slice(0, limit).map(fromWire)
  return { found, more: Items.length > limit || LastEvaluatedKey !== undefined ? found.at(-1) : undefined }
}

function nextCursor(last: Attributes | undefined, cursor: (last: Attributes) => string): { next?: string } {
  return last === undefined ? {} : { next: cursor(last) }
}
