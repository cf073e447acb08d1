import { digest } from '../base/hash.ts'
import { inSlices } from '../base/steps.ts'
import { DAY, type Millis } from '../base/time.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { ItemKey, Table } from '../table/port.ts'
import { readItem } from '../table/update.ts'
import { sideBySide } from './config-parts.ts'
import { readEntries } from './entry-lines.ts'

/*
 * Parts of a batch of rules, before the batch is saved. A part is kept under the hash of its rules, and the batch names its
 * parts in order. So a part that comes twice is the same item, parts may come in any order and late, and two batches never
 * mix. A part that no batch names within a day expires, as does a batch that never ends: nothing else knows of it.
 */

/** A person may mend a few hundred problems, or sleep over them. */
const KEPT_MS = DAY

/** The items of a part. */
interface StagedPart {
  /** The number of rules, and the bytes of their JSON. */
  rules: number
  bytes: number
  /** Items of the rules, and of the form of the rules that is quick to read. */
  pieces: number
  formPieces: number
}

const PART: BodyShape<StagedPart> = bodyShape('a part of a batch of rules')

/** A part as it is found again. */
export interface Staged extends Pick<StagedPart, 'rules' | 'bytes'> {
  name: string
  /** Rules as they were sent, unchecked. Undefined: the part has expired meanwhile. */
  read(): Promise<{ entries: unknown[]; form: string } | undefined>
}

/** The name of the part with these pieces. */
export function stagedName(pieces: readonly string[]): string {
  return digest(pieces)
}

/**
 * Keeps a part for a day. The items of the rules come first, then the item that names how many there are: whoever finds that
 * item finds the part whole. Safe twice and late: a name has one content, and a part that comes again gets a later end.
 */
export async function stageRules(
  table: Table,
  account: string,
  { rules, pieces, form }: { rules: number; pieces: readonly string[]; form: readonly string[] },
  now: Millis,
): Promise<{ name: string; expiresAt: Millis }> {
  const name = stagedName(pieces)
  const expiresAt = now + KEPT_MS
  const items = [...placesOf('rules', pieces.length), ...placesOf('form', form.length)]
  const texts = [...pieces, ...form]
  await sideBySide([...items.entries()], async ([index, place]) => {
    await table.put({ ...pieceKey(account, name, place), body: texts[index]!, expiresAt }, 'always')
  })
  const bytes = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0)
  const body = writeBody(PART, { rules, bytes, pieces: pieces.length, formPieces: form.length })
  await table.put({ ...keyOf(account, name), body, expiresAt }, 'always')
  return { name, expiresAt }
}

/** What an account keeps beside the part of a name. */
export interface Kept {
  parts: number
  bytes: number
}

const PARTS_AT_ONCE = 500

/** The parts that the account keeps, without the part of this name: a part that comes again takes no more room. */
export async function keptBeside(table: Table, account: string, name: string, now: Millis): Promise<Kept> {
  const own = keyOf(account, name)
  const { partition, sort } = keyOf(account, '')
  const kept: Kept = { parts: 0, bytes: 0 }
  for (let after: string | undefined; ; ) {
    const { items, next } = await table.query(partition, sort, { limit: PARTS_AT_ONCE, ...(after && { after }) })
    for (const item of items) {
      // The table removes an expired item some time later.
      if (item.sort === own.sort || (item.expiresAt ?? Number.POSITIVE_INFINITY) <= now) continue
      kept.parts++
      kept.bytes += readBody(PART, item).bytes
    }
    if (next === undefined) return kept
    after = next
  }
}

/** The part of the name; undefined: it has not come, or has expired. */
export async function findStaged(table: Table, account: string, name: string): Promise<Staged | undefined> {
  const found = await readItem(table, keyOf(account, name), PART)
  if (found === undefined) return undefined
  const { rules, bytes, pieces, formPieces } = found.body
  const texts = async (kind: Kind, count: number): Promise<(string | undefined)[]> =>
    await sideBySide(placesOf(kind, count), async (place) => (await table.get(pieceKey(account, name, place)))?.body)
  return {
    ...{ name, rules, bytes },
    async read() {
      const [list, form] = [await texts('rules', pieces), await texts('form', formPieces)]
      if (list.includes(undefined)) return undefined
      return { entries: await inSlices(readEntries(list as string[])), form: form.join('') }
    },
  }
}

type Kind = 'rules' | 'form'

function placesOf(kind: Kind, count: number): [Kind, string][] {
  return Array.from({ length: count }, (_, index) => [kind, String(index)])
}

/** The format of the item of a part is the format of its pieces too. */
function pieceKey(account: string, name: string, place: [Kind, string]): ItemKey {
  return keys.account(account, 'piece', name, ...place)
}

function keyOf(account: string, name: string): ItemKey {
  return keys.account(account, 'staged', name)
}
