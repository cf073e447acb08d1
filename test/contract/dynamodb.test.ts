import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Unavailable } from '../../shared/base/unavailable.ts'
import { dynamodbTable } from '../../shared/dynamodb/table.ts'
import { ITEM_BYTES, ItemRefused, type Table, WriteUnknown } from '../../shared/table/port.ts'
import type { Version } from '../../shared/table/version.ts'
import { type AwsProxy, startAwsProxy } from '../fakes/aws-proxy.ts'
import { localClient, startDynamodb } from '../fakes/dynamodb.ts'
import { chance } from './chance.ts'

const KEY = { partition: 'p', sort: 's' }

/** Seven random bits a byte: the least compressible text. The same text for the same length. */
const dense = (bytes: number): string =>
  createHash('shake256', { outputLength: bytes })
    .digest()
    .map((byte) => byte & 0x7f)
    .toString()

let dynamodb: Awaited<ReturnType<typeof startDynamodb>>
let proxy: AwsProxy
let lossy: ReturnType<typeof localClient>
let name: string
let table: Table
/** The same table, over a network that loses answers. */
let far: Table

beforeAll(async () => {
  dynamodb = await startDynamodb()
  proxy = await startAwsProxy({ dynamodb: dynamodb.port })
  lossy = localClient(proxy.port)
})
beforeEach(async () => {
  name = await dynamodb.createTable()
  table = dynamodbTable(dynamodb.client, name, chance)
  far = dynamodbTable(lossy, name, chance)
})
afterAll(async () => {
  lossy.destroy()
  await proxy.close()
  await dynamodb.close()
})

describe('an answer that is lost', () => {
  test('of a put is found by its mark: the put was saved', async () => {
    proxy.loseNext()
    const first = (await far.put({ ...KEY, body: '1' }, 'absent')) as Version
    expect(await table.get(KEY)).toMatchObject({ body: '1', version: first })
    proxy.loseNext()
    const second = await far.put({ ...KEY, body: '2' }, { version: first })
    expect(await table.get(KEY)).toMatchObject({ body: '2', version: second })
  })

  test('of a put whose place another put has is lost, also with the same body', async () => {
    const first = (await table.put({ ...KEY, body: '1' }, 'absent')) as Version
    proxy.loseNextRequest(async () => void (await table.put({ ...KEY, body: '2' }, { version: first })))
    expect(await far.put({ ...KEY, body: '2' }, { version: first })).toBe('lost')
  })

  test('of a put is unknown when the item has gone on since', async () => {
    const first = (await table.put({ ...KEY, body: '1' }, 'absent')) as Version
    proxy.loseNext(async () => {
      const { version } = (await table.get(KEY))!
      await table.put({ ...KEY, body: '3' }, { version })
    })
    await expect(far.put({ ...KEY, body: '2' }, { version: first })).rejects.toBeInstanceOf(WriteUnknown)
  })

  /** Every request of the operation is lost, before or after the service did the work. */
  const loseAll = (operation: string, done: boolean): void =>
    proxy.treat(async (call, ask) => {
      if (call.operation !== operation) return ask()
      if (done) await ask()
      return 'cut'
    })

  test.each(['absent', 'always', 'version'] as const)(
    'of every request of a put (%s) is found by its mark',
    async (on) => {
      const first = on === 'absent' ? undefined : ((await table.put({ ...KEY, body: '1' }, 'absent')) as Version)
      loseAll('PutItem', true)
      const version = await far.put({ ...KEY, body: '2' }, on === 'version' ? { version: first! } : on)
      expect(await table.get(KEY)).toMatchObject({ body: '2', version })
    },
  )

  test('of every request of a put that was never made leaves the put unknown: a request may arrive later', async () => {
    loseAll('PutItem', false)
    for (const when of ['absent', 'always'] as const) {
      await expect(far.put({ ...KEY, body: '1' }, when)).rejects.toBeInstanceOf(WriteUnknown)
    }
    const version = (await table.put({ ...KEY, body: '1' }, 'absent')) as Version
    await expect(far.put({ ...KEY, body: '2' }, { version })).rejects.toBeInstanceOf(Unavailable)
    await expect(far.put({ ...KEY, body: '2' }, 'always')).rejects.toBeInstanceOf(Unavailable)
    await table.put({ ...KEY, body: '3' }, { version })
    expect(await far.put({ ...KEY, body: '2' }, { version })).toBe('lost')
  })

  test('of every request of a put, and of the look for its mark, leaves the put unknown', async () => {
    proxy.treat(async (_, ask) => {
      await ask()
      return 'cut'
    })
    const failed = await far.put({ ...KEY, body: '1' }, 'absent').catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Unavailable)
    expect(failed).not.toBeInstanceOf(WriteUnknown)
  })

  test('is not looked for when the service refused the put', async () => {
    const asked: string[] = []
    proxy.treat(async ({ operation }) => {
      asked.push(operation)
      return { status: 400, output: { __type: 'com.amazonaws#AccessDeniedException', message: 'planted' } }
    })
    await expect(far.put({ ...KEY, body: '1' }, 'absent')).rejects.toBeInstanceOf(Unavailable)
    expect(asked).toEqual(['PutItem'])
  })

  test('of a remove under a version is unknown', async () => {
    const version = (await table.put({ ...KEY, body: '1' }, 'absent')) as Version
    proxy.loseNext()
    await expect(far.remove(KEY, { version })).rejects.toThrow('unknown')
    expect(await table.get(KEY)).toBeUndefined()
  })

  test('leaves an unconditional write as it is asked for', async () => {
    proxy.loseNext()
    const version = await far.put({ ...KEY, body: '1' }, 'always')
    expect(await table.get(KEY)).toMatchObject({ body: '1', version })
    proxy.loseNext()
    expect(await far.remove(KEY)).toBe('removed')
  })

  test('of a read is asked for again', async () => {
    await table.put({ ...KEY, body: '1' }, 'absent')
    proxy.loseNext()
    expect((await far.get(KEY))?.body).toBe('1')
  })
})

describe('a service that is away', () => {
  const CALLS: [operation: string, call: (from: Table) => Promise<unknown>][] = [
    ['GetItem', (from) => from.get(KEY)],
    ['PutItem', (from) => from.put({ ...KEY, body: '1' }, 'absent')],
    ['PutItem', (from) => from.put({ ...KEY, body: '1' }, 'always')],
    ['DeleteItem', (from) => from.remove(KEY)],
    ['Query', (from) => from.query('p', 's', { limit: 1 })],
    ['Query', (from) => from.due(0, 0, { limit: 1 })],
    ['Query', (from) => from.list('l', { limit: 1 })],
  ]

  test.each(CALLS)('is told by %s, with its name', async (operation, call) => {
    const failed = await call(dynamodbTable(dynamodb.client, 'missing', chance)).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Unavailable)
    expect(failed).toMatchObject({ dependency: 'table', operation })
  })

  test('a request that DynamoDB finds wrong is a bug', async () => {
    const failed = await dynamodbTable(dynamodb.client, '!', chance)
      .get(KEY)
      .catch((error: unknown) => error)
    expect(failed).toMatchObject({ name: 'ValidationException' })
  })
})

describe('reads of one item', () => {
  test('that are begun in one moment are one request; one that is begun later sees what was written since', async () => {
    let asked = 0
    proxy.treat(async ({ operation }, ask) => {
      if (operation === 'GetItem') asked++
      return ask()
    })
    await table.put({ ...KEY, body: '1' }, 'absent')
    const found = await Promise.all([far.get(KEY), far.get({ ...KEY }), far.get({ ...KEY, sort: 'other' })])
    expect(found.map((item) => item?.body)).toEqual(['1', '1', undefined])
    expect(asked).toBe(2)
    const first = far.get(KEY)
    await table.put({ ...KEY, body: '2' }, 'always')
    expect([(await first)?.version, (await far.get(KEY))?.body]).toEqual([expect.any(String), '2'])
    expect(asked).toBe(4)
  })
})

describe('what lies in the table', () => {
  const stored = async () => (await dynamodb.client.send(new GetItemCommand({ TableName: name, Key }))).Item!
  const Key = { pk: { S: KEY.partition }, sk: { S: KEY.sort } }

  test('a body is text while the item is one write unit, and is compressed beyond that', async () => {
    await table.put({ ...KEY, body: 'x'.repeat(950) }, 'always')
    expect((await stored()).body?.S).toHaveLength(950)
    await table.put({ ...KEY, body: 'x'.repeat(1025) }, 'always')
    const { body, z } = await stored()
    expect([body?.B?.length, z]).toEqual([expect.any(Number), { N: '1' }])
    expect(body?.B?.length).toBeLessThan(100)
  })

  test('a body that does not become cheaper by compressing stays text', async () => {
    await table.put({ ...KEY, body: dense(1500) }, 'always')
    expect(await stored()).toMatchObject({ body: { S: dense(1500) } })
    expect((await stored()).z).toBeUndefined()
  })

  test('a body that was compressed without a dictionary, by an older release, is read', async () => {
    const item = { ...Key, v: { N: '1' }, m: { S: 'old' }, body: { B: deflateRawSync('x'.repeat(2000)) } }
    await dynamodb.client.send(new PutItemCommand({ TableName: name, Item: item }))
    const found = await table.get(KEY)
    expect(found).toMatchObject({ body: 'x'.repeat(2000), version: '1.old' })
    expect(await table.put({ ...KEY, body: 'y'.repeat(2000) }, { version: found!.version })).toMatch(/^2\./)
    expect((await table.get(KEY))?.body).toBe('y'.repeat(2000))
  })

  test('an item of an unknown dictionary is unavailable, and stays as it is', async () => {
    const item = { ...Key, v: { N: '1' }, m: { S: 'new' }, body: { B: deflateRawSync('x') }, z: { N: '2' } }
    await dynamodb.client.send(new PutItemCommand({ TableName: name, Item: item }))
    for (const read of [() => table.get(KEY), () => table.query(KEY.partition, 's', { limit: 1 })]) {
      const failed = await read().catch((error: unknown) => error)
      expect(failed).toBeInstanceOf(Unavailable)
      expect(failed).toMatchObject({ dependency: 'table', message: expect.stringContaining('dictionary 2 is too new') })
    }
    expect(await stored()).toMatchObject({ v: { N: '1' }, z: { N: '2' } })
  })

  test('an item in no index has none of their attributes', async () => {
    const card = { name: 'c', at: 1, text: '{}' }
    await table.put({ ...KEY, body: '', dueAt: 1, list: { name: 'l', at: 1 }, card, expiresAt: 1 }, 'always')
    expect(Object.keys(await stored()).sort()).toEqual(
      [
        'body',
        'card',
        'cardAt',
        'cardName',
        'dueAt',
        'dueBucket',
        'dueMinute',
        'listAt',
        'listName',
        'm',
        'pk',
        'sk',
        'ttl',
        'v',
      ].sort(),
    )
    const version = (await table.put({ ...KEY, body: '' }, 'always')) as Version
    expect(Object.keys(await stored()).sort()).toEqual(['body', 'm', 'pk', 'sk', 'v'])
    await table.put({ ...KEY, body: '' }, { version })
    expect(Object.keys(await stored()).sort()).toEqual(['body', 'm', 'pk', 'sk', 'v'])
  })

  test('expiry is in seconds, rounded up', async () => {
    await table.put({ ...KEY, body: '1', expiresAt: 1500 }, 'always')
    expect((await stored()).ttl).toEqual({ N: '2' })
  })
})

test('keys that nothing can lie under are no errors to ask for', async () => {
  for (const partition of ['', 'x'.repeat(2049), '\ud800']) {
    expect(await table.get({ partition, sort: 's' })).toBeUndefined()
    expect(await table.get({ partition: 'p', sort: partition })).toBeUndefined()
    expect(await table.query(partition, 's', { limit: 5 })).toEqual({ items: [] })
    expect(await table.list(partition, { limit: 5 })).toEqual({ keys: [] })
    expect(await table.cards(partition, { limit: 5 })).toEqual({ cards: [] })
  }
  expect(await table.query('p', 'x'.repeat(1025), { limit: 5 })).toEqual({ items: [] })
})

test('the largest and densest text that is no refusal fits, with the longest name of a list', async () => {
  const body = dense(ITEM_BYTES - 516)
  await table.put({ ...KEY, body, list: { name: 'l'.repeat(2048), at: 1 } }, 'always')
  expect((await table.get(KEY))?.body).toBe(body)
  await expect(table.put({ ...KEY, body: `${body}12345678` }, 'always')).rejects.toBeInstanceOf(ItemRefused)
})
