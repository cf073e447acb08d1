import { CARDS_INDEX, DUE_INDEX, LIST_INDEX } from '../../shared/dynamodb/description.ts'
import type { Ask, AwsAnswer, AwsCall, Json } from './aws-proxy.ts'

/*
 * The billing of a call, by AWS's own rules of size:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html and
 * https://aws.amazon.com/sqs/pricing/ ("Every 64 KB chunk of a payload is billed as 1 request").
 */

/** Requests of SQS, write and read units of DynamoDB. A write is billed whether its condition held or not. */
export interface Bill {
  sqs: number
  wru: number
  /** The part of the write units spent on indexes. */
  index: number
  rru: number
}

export const CHUNK_BYTES = 64 * 1024
const WRITE_BYTES = 1024
const READ_BYTES = 4096

/** Makes the call, and reports its cost and purpose. */
export async function billed(call: AwsCall, ask: Ask): Promise<{ answer: AwsAnswer; bill: Bill; what: string }> {
  const { operation, input } = call
  const bill: Bill = { sqs: 0, wru: 0, index: 0, rru: 0 }
  if (call.service === 'sqs') {
    bill.sqs = Math.max(1, Math.ceil(payloadBytes(input) / CHUNK_BYTES))
    return { answer: await ask(), bill, what: `${operation} ${queueOf(input.QueueUrl)}` }
  }
  if (call.service !== 'dynamodb') return { answer: await ask(), bill, what: operation }
  const what = `${operation} ${kindOf(input)}`
  const key = input.Key ?? (input.Item && { pk: input.Item.pk, sk: input.Item.sk })
  if (operation === 'GetItem' || operation === 'Query') {
    const answer = await ask()
    bill.rru = readUnits(answer.output, input)
    return { answer, bill, what }
  }
  const look = async (): Promise<Json> =>
    (await ask({ TableName: input.TableName, Key: key, ConsistentRead: true }, 'GetItem')).output.Item
  const before = await look()
  const answer = await ask()
  const after = answer.status === 200 && operation !== 'DeleteItem' ? (input.Item ?? (await look())) : undefined
  const lost = answer.status !== 200
  bill.wru = units(Math.max(sizeOf(before), sizeOf(after)), WRITE_BYTES)
  if (!lost) {
    bill.index = [DUE_KEYS, LIST_KEYS].reduce((sum, keys) => sum + indexUnits(before, after, keys), 0)
    bill.index += indexUnits(before, after, CARD_KEYS, ['card'])
  }
  bill.wru += bill.index
  return { answer, bill, what: lost ? `${what}, in vain` : what }
}

const DUE_KEYS = ['dueBucket', 'dueMinute']
const LIST_KEYS = ['listName', 'listAt']
const CARD_KEYS = ['cardName', 'cardAt']

/** An entry of an index: a begin, an end and a change in its place are billed once, a move twice. */
function indexUnits(before: Json, after: Json, names: readonly string[], projected: readonly string[] = []): number {
  const [old, next] = [entryOf(before, names), entryOf(after, names)]
  const shown = (item: Json): Json => projected.map((name) => item?.[name])
  const sizes = [old, next].map((entry, index) =>
    entry === undefined ? 0 : units(sizeOf({ ...entry, ...pick([before, after][index], projected) }), WRITE_BYTES),
  )
  if (JSON.stringify(old) !== JSON.stringify(next)) return sizes[0]! + sizes[1]!
  if (old === undefined || JSON.stringify(shown(before)) === JSON.stringify(shown(after))) return 0
  return Math.max(...sizes)
}

function pick(item: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.flatMap((name) => (item?.[name] === undefined ? [] : [[name, item[name]]])))
}

function entryOf(item: Json, names: readonly string[]): Json {
  if (item === undefined || names.some((name) => item[name] === undefined)) return undefined
  return Object.fromEntries(['pk', 'sk', ...names].map((name) => [name, item[name]]))
}

/** A query costs the sum of the items read; an empty read costs as much as the smallest. */
function readUnits({ Item, Items }: Json, { ConsistentRead }: Json): number {
  const bytes = [...(Items ?? []), ...(Item ? [Item] : [])].reduce((sum: number, item: Json) => sum + sizeOf(item), 0)
  return units(bytes, READ_BYTES) * (ConsistentRead ? 1 : 0.5)
}

/** Write units of an item as the client sends it. */
export function writeUnitsOf(item: Json): number {
  return units(sizeOf(item), WRITE_BYTES)
}

function units(bytes: number, unit: number): number {
  return Math.max(1, Math.ceil(bytes / unit))
}

/**
 * Bytes of names and values of all attributes: text in UTF-8, binary as it is, numbers at two digits a byte and one
 * byte more.
 */
function sizeOf(item: Json): number {
  let bytes = 0
  for (const [name, value] of Object.entries<Json>(item ?? {})) {
    bytes += Buffer.byteLength(name)
    if (value.S !== undefined) bytes += Buffer.byteLength(value.S)
    if (value.B !== undefined) bytes += Buffer.from(value.B, 'base64').length
    if (value.N !== undefined) bytes += Math.ceil(value.N.length / 2) + 1
  }
  return bytes
}

function payloadBytes({ Entries = [] }: Json): number {
  return Entries.reduce((sum: number, { MessageBody = '' }: Json) => sum + Buffer.byteLength(MessageBody), 0)
}

function queueOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}

/** The kind of an item, by its keys. */
function kindOf({ Key, Item, IndexName, ExpressionAttributeValues }: Json): string {
  if ([DUE_INDEX, LIST_INDEX, CARDS_INDEX].includes(IndexName)) return `index ${IndexName}`
  const sort = String((Key ?? Item)?.sk?.S ?? ExpressionAttributeValues?.[':prefix']?.S ?? '')
  return sort.split('#')[0]!
}
