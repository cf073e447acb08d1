import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { Unavailable } from '../base/unavailable.ts'
import { checkItem, checkKey, readCursor, readSortCursor, writeCursor } from '../table/limits.ts'
import type { Condition, ItemKey, NewItem, Table } from '../table/port.ts'
import { DUE_INDEX, LIST_INDEX } from './description.ts'
import { type Attributes, attributesOf, isKey, keyOf, toItem, toKey, toPlace } from './item.ts'

interface Store {
  client: DynamoDBClient
  /** What every request names. */
  TableName: string
}

/** The table over DynamoDB: single-item requests, no transactions. `createTableInput` says what it has to be. */
export function dynamodbTable(client: DynamoDBClient, tableName: string): Table {
  const store: Store = { client, TableName: tableName }
  const read = sharedReads(store)
  return {
    // Compressed it is some four write units, which as many pages of it cost as well.
    wholeBytes: 32 * 1024,
    async get(key) {
      if (!isKey(key)) return undefined
      const found = await read(key)
      return found && toItem(found)
    },
    async put(item, when) {
      checkItem(item)
      const saved = await (when === 'always' ? replace(store, item) : put(store, item, when))
      return saved ? 'saved' : 'lost'
    },
    async remove(key, when = 'always') {
      checkKey(key)
      return (await remove(store, key, when)) ? 'removed' : 'lost'
    },
    async query(partition, prefix, { limit, after, descending = false }) {
      if (!isKey({ partition, sort: prefix || '-' })) return { items: [] }
      const inPartition = 'pk = :pk'
      // DynamoDB takes no empty string here.
      const hasPrefix = prefix === '' ? [] : ['begins_with(sk, :prefix)']
      const cursor = readSortCursor(after, prefix)
      const { found, more } = await page(store, limit, {
        ConsistentRead: true,
        KeyConditionExpression: [inPartition, ...hasPrefix].join(' AND '),
        ExpressionAttributeValues: { ':pk': { S: partition }, ...(prefix === '' ? {} : { ':prefix': { S: prefix } }) },
        ScanIndexForward: !descending,
        ...(cursor ? { ExclusiveStartKey: keyOf({ partition, sort: cursor }) } : {}),
      })
      return { items: found.map(toItem), ...next(more, (last) => toKey(last).sort) }
    },
    async due(bucket, until, { limit, after }) {
      const cursor = readCursor(after)
      // A start beyond the end is an error there.
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
      return { keys: found.map(toKey), ...next(more, (last) => writeCursor(toPlace(last, 'dueMinute'))) }
    },
    async list(name, { limit, after }) {
      if (!isKey({ partition: name, sort: '-' })) return { keys: [] }
      const cursor = readCursor(after)
      const { found, more } = await page(store, limit, {
        IndexName: LIST_INDEX,
        KeyConditionExpression: 'listName = :name',
        ExpressionAttributeValues: { ':name': { S: name } },
        ScanIndexForward: false,
        ...(cursor
          ? { ExclusiveStartKey: { ...keyOf(cursor), listName: { S: name }, listAt: { N: String(cursor.at) } } }
          : {}),
      })
      const keys = found.map((entry) => toPlace(entry, 'listAt'))
      return { keys, ...next(more, (last) => writeCursor(toPlace(last, 'listAt'))) }
    },
  }
}

/**
 * Reads of one item that are begun in one moment are one request: whoever joins has done so before it is sent,
 * so it says what his own would have said.
 */
function sharedReads({ client, TableName }: Store): (key: ItemKey) => Promise<Attributes | undefined> {
  const unsent = new Map<string, Promise<Attributes | undefined>>()
  return (key) => {
    const name = JSON.stringify([key.partition, key.sort])
    const asked =
      unsent.get(name) ??
      Promise.resolve().then(async () => {
        unsent.delete(name)
        const request = new GetItemCommand({ TableName, Key: keyOf(key), ConsistentRead: true })
        return (await answered('GetItem', client.send(request))).Item
      })
    unsent.set(name, asked)
    return asked
  }
}

/** A put that counts by itself. Should the SDK repeat one whose answer was lost, it counts twice: still one more than before. */
async function replace({ client, TableName }: Store, item: NewItem): Promise<true> {
  const attributes = Object.entries(attributesOf(item))
  const names = attributes.map(([name]) => [`#${name}`, name])
  const values = attributes.flatMap(([name, value]) => (value === undefined ? [] : [[`:${name}`, value] as const]))
  const counted = 'v = if_not_exists(v, :zero) + :one'
  const set = values.map(([value]) => `#${value.slice(1)} = ${value}`)
  const absent = attributes.flatMap(([name, value]) => (value === undefined ? [`#${name}`] : []))
  const request = new UpdateItemCommand({
    TableName,
    Key: keyOf(item),
    UpdateExpression: `SET ${[counted, ...set].join(', ')}${absent.length > 0 ? ` REMOVE ${absent.join(', ')}` : ''}`,
    ExpressionAttributeNames: Object.fromEntries(names),
    ExpressionAttributeValues: { ...Object.fromEntries(values), ':zero': { N: '0' }, ':one': { N: '1' } },
  })
  await answered('UpdateItem', client.send(request))
  return true
}

/** A second put under the same condition is lost: the first has changed the version. */
async function put({ client, TableName }: Store, item: NewItem, when: Exclude<Condition, 'always'>): Promise<boolean> {
  const version = when === 'absent' ? 1 : when.version + 1
  const given = Object.entries(attributesOf(item)).filter(([, value]) => value !== undefined)
  const saved = { ...keyOf(item), v: { N: String(version) }, ...(Object.fromEntries(given) as Attributes) }
  const request = new PutItemCommand({
    TableName,
    Item: saved,
    ...conditionOf(when),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
  return held(
    'PutItem',
    client.send(request),
    ({ Item: found }) => found?.v?.N === String(version) && toItem(found).body !== item.body,
  )
}

/** Removing twice removes once. */
function remove({ client, TableName }: Store, key: ItemKey, when: Condition): Promise<boolean> {
  const request = new DeleteItemCommand({ TableName, Key: keyOf(key), ...conditionOf(when) })
  return held('DeleteItem', client.send(request), () => false)
}

function conditionOf(when: Condition) {
  const notYetThere = 'attribute_not_exists(pk)'
  const stillThatVersion = 'v = :version'
  if (when === 'always') return {}
  if (when === 'absent') return { ConditionExpression: notYetThere }
  return {
    ConditionExpression: stillThatVersion,
    ExpressionAttributeValues: { ':version': { N: String(when.version) } },
  }
}

/**
 * False when the condition did not hold. When the SDK had to ask more than once, it may have held the
 * first time and only the answer was lost: unless what is there now proves that it was another's
 * write, nobody can say, and a throw, as after a crash, makes the caller look again.
 */
async function held(
  operation: string,
  request: Promise<unknown>,
  byAnother: (lost: ConditionalCheckFailedException) => boolean,
): Promise<boolean> {
  try {
    await answered(operation, request)
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    if ((error.$metadata.attempts ?? 1) === 1 || byAnother(error)) return false
    throw new Unavailable('table', operation, 'whether the item was written is unknown: an answer was lost')
  }
}

/** Everything that the SDK gave up on is `Unavailable`, except a condition that failed and a request that is wrong. */
async function answered<T>(operation: string, request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException || isBug(error)) throw error
    throw new Unavailable('table', operation, error)
  }
}

function isBug(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'ValidationException')
}

/** One more than asked for says whether there are more; so does DynamoDB, which stops after a megabyte. */
async function page({ client, TableName }: Store, limit: number, input: Omit<QueryCommandInput, 'TableName'>) {
  const request = new QueryCommand({ TableName, Limit: limit + 1, ...input })
  const { Items = [], LastEvaluatedKey } = await answered('Query', client.send(request))
  const found = Items.slice(0, limit)
  return { found, more: Items.length > limit || LastEvaluatedKey !== undefined ? found.at(-1) : undefined }
}

function next(last: Attributes | undefined, cursor: (last: Attributes) => string): { next?: string } {
  return last === undefined ? {} : { next: cursor(last) }
}
