import { deflateRawSync } from 'node:zlib'
import { DICTIONARIES, PARTS, WRITTEN_WITH } from '../../shared/dynamodb/dictionary.ts'
import { attributesOf } from '../../shared/dynamodb/item.ts'
import type { NewItem } from '../../shared/table/port.ts'
import type { Version } from '../../shared/table/version.ts'
import { storedBodies } from './stored-bodies.ts'

/*
 * What compressing does for the items that real handlers put (`stored-bodies.ts`), and what each part of the dictionary
 * is worth. Whoever changes a stored body changes the parts in this way: a new number, the names of the new members in
 * the part of their body, and no part whose last column is near zero.
 */

const VERSION = '12.abcdefg' as Version

export async function benchSizes(): Promise<void> {
  const items = await storedBodies()
  const dictionary = DICTIONARIES.get(WRITTEN_WITH)!
  console.log(`bytes of bodies, medians; the dictionary has ${dictionary.length} bytes`)
  console.log(row('', ['items', 'plain', 'deflated', 'with dict.', 'stored']))
  for (const [kind, some] of Map.groupBy(items, kindOf)) {
    const of = (size: (item: NewItem) => number): string => String(median(some.map(size)))
    const [plain, deflated] = [of(({ body }) => Buffer.byteLength(body)), of(({ body }) => deflateRawSync(body).length)]
    console.log(row(kind, [String(some.length), plain, deflated, of(compressed(dictionary)), of(stored)]))
  }
  console.log('\nbytes that a part saves, of all these bodies')
  const all = total(items, dictionary)
  for (const name of Object.keys(PARTS)) {
    const others = Object.entries(PARTS).filter(([other]) => other !== name)
    const without = Buffer.from(others.map(([, text]) => text).join(''))
    const saved = total(items, without) - all
    console.log(row(name, [String(saved), `${((saved / all) * 100).toFixed(1)} %`]))
  }
}

const compressed =
  (dictionary: Buffer) =>
  ({ body }: NewItem): number =>
    deflateRawSync(body, { dictionary }).length

/** The adapter leaves a body as it is where compressing saves no write unit. */
function stored(item: NewItem): number {
  const { S, B } = attributesOf(item, VERSION).body!
  return B?.length ?? Buffer.byteLength(S ?? '')
}

function kindOf({ sort, body }: NewItem): string {
  const kind = sort.split('#')[0]!
  return kind === 'head' && body.includes('"policy":"shop"') ? 'head of 20 alerts' : kind
}

function total(items: readonly NewItem[], dictionary: Buffer): number {
  return items.reduce((sum, item) => sum + compressed(dictionary)(item), 0)
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(20) + cells.map((cell) => cell.padStart(12)).join('')
}
