import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import type { ItemKey } from '../table/port.ts'
import type { GroupCore } from './group-core.ts'
import type { PagedHead } from './paged-head.ts'
import { readRepeated, type WrittenRow, writeRepeated } from './repeated-rows.ts'
import type { StoredRow } from './rows.ts'
import type { StoredTargets } from './target-cohorts.ts'
import type { StoredTexts } from './texts.ts'
import { readTold, type WrittenEntry, writeTold } from './told-entries.ts'

/**
 * The JSON of a head. Empty lists are left out: a head is written at every save, and write units are KiB. The state of
 * the targets is in the head, or in pieces beside the head.
 */
export interface HeadBody {
  core: GroupCore
  targets?: StoredTargets | undefined
  pieces?: Pieces | undefined
  /** The alerts that changed lately. */
  rows?: StoredRow[] | undefined
  /** The texts of a small group. */
  texts?: StoredTexts | undefined
  /** Name and number of rows, from the oldest run to the newest. */
  runs?: [string, number][] | undefined
}

/** The JSON of the states of the targets, divided into `count` items. */
export interface Pieces {
  readonly name: string
  readonly count: number
}

type WrittenHead = Omit<HeadBody, 'core' | 'rows'> & {
  core: Omit<GroupCore, 'log'> & { log: WrittenEntry[] }
  rows?: WrittenRow[] | undefined
}

/** Format 3 of heads had every entry of the timeline whole. Format 2, and format 1 of runs, had every row whole. */
const HEAD: BodyShape<WrittenHead | PagedHead> = bodyShape('the head of a group', { writes: 4, reads: 4 })
const RUN: BodyShape<{ rows: WrittenRow[] }> = bodyShape('a run of rows of alerts', { writes: 2, reads: 2 })
const PIECE: BodyShape<{ text: string }> = bodyShape('a piece of the states of targets')

export function parseHead(item: ItemKey & { body: string }): HeadBody | PagedHead {
  const { core, rows, ...head } = readBody(HEAD, item) as WrittenHead
  const read = { ...head, core: { ...core, log: readTold(core.log) } }
  return rows === undefined ? read : { ...read, rows: readRepeated(rows) }
}

export function headText({ core, rows, ...head }: HeadBody): string {
  return writeBody(HEAD, {
    core: { ...core, log: writeTold(core.log) },
    ...head,
    rows: rows && writeRepeated(rows),
  })
}

export function parseRun(item: ItemKey & { body: string }): StoredRow[] {
  return readRepeated(readBody(RUN, item).rows)
}

export function runText(rows: StoredRow[]): string {
  return writeBody(RUN, { rows: writeRepeated(rows) })
}

export function parsePiece(item: ItemKey & { body: string }): string {
  return readBody(PIECE, item).text
}

export function pieceText(text: string): string {
  return writeBody(PIECE, { text })
}
