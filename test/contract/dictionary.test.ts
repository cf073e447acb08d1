import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { DICTIONARIES, WRITTEN_WITH } from '../../shared/dynamodb/dictionary.ts'
import { type Attributes, attributesOf, toItem } from '../../shared/dynamodb/item.ts'
import type { NewItem } from '../../shared/table/port.ts'
import type { Version } from '../../shared/table/version.ts'
import { storedBodies } from '../bench/stored-bodies.ts'
import { writeUnitsOf } from '../fakes/aws-bill.ts'

const VERSION = '12.abcdefg' as Version

/** Texts that are stored somewhere: a changed text makes every body under its number unreadable. */
const PINNED: [number: number, sha256: string][] = [
  [1, 'ee1aaee832a92c1a05c00dbf65d13170645e777676ccb56b4208cbf1bdaf66f0'],
]

test('a dictionary never changes: another text is another number', () => {
  const found = [...DICTIONARIES].map(([number, text]) => [number, createHash('sha256').update(text).digest('hex')])
  expect(found).toEqual(PINNED)
  expect(DICTIONARIES.has(WRITTEN_WITH)).toBe(true)
})

test('a dictionary fits into the window of deflate', () => {
  for (const text of DICTIONARIES.values()) expect(text.length).toBeLessThan(32 * 1024)
})

describe('items of real handlers', () => {
  let items: NewItem[]
  beforeAll(async () => {
    items = await storedBodies()
  })
  const usual = (sort: string) => items.filter((item) => item.sort === sort && item.body.includes('"policy":"shop"'))

  test('are read as they were written', () => {
    for (const item of items) expect(toItem(attributesOf(item, VERSION))).toMatchObject({ body: item.body })
  })

  test('the head of a group of twenty usual alerts is one write unit, and with a card most heads are', () => {
    const heads = usual('head')
    expect(heads.length).toBeGreaterThan(50)
    const units = (head: NewItem): number => writeUnitsOf(onTheWire(attributesOf(head, VERSION)))
    expect(Math.max(...heads.map((head) => units({ ...head, card: undefined })))).toBe(1)
    const withCards = heads.map(units)
    expect(Math.max(...withCards)).toBe(2)
    expect(withCards.filter((count) => count === 1).length).toBeGreaterThan(heads.length / 2)
  })
})

function onTheWire(attributes: Attributes): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') },
    ]),
  )
}
