import type { Fingerprint } from '../alert/alert.ts'
import type { Group, Member, Tombstone } from '../group/group.ts'
import type { Item, Table } from '../table/port.ts'
import { type HeadBody, parseHead, parsePiece, parseRun } from './head-body.ts'
import { NOTHING, type PackedGroup, pieceKeys, runKeys } from './pack.ts'
import { type PagedHead, readPagedGroup } from './paged-head.ts'
import {
  fingerprintOf,
  isMember,
  isTombstoneKey,
  type Row,
  type RowKey,
  readMember,
  readTombstone,
  type StoredRow,
  textsName,
} from './rows.ts'
import type { RowInRun, Run } from './runs.ts'
import { type StoredTargets, unpackTargets } from './target-cohorts.ts'
import { type AlertTexts, IN_HEAD, readTexts, type TextsItem } from './texts.ts'

/** A group as it was read, and the places of its parts. */
export interface ReadGroup {
  group: Group
  packed: PackedGroup
}

/**
 * Reads the group of a head; `undefined`: an item is missing, as the group was saved meanwhile. `known`: an earlier
 * state of the group. Items of texts never change, so the texts of the earlier state are not read again.
 */
export async function readGroup(
  table: Table,
  account: string,
  group: string,
  item: Item,
  known?: PackedGroup,
): Promise<ReadGroup | undefined> {
  const head = parseHead(item)
  if (isPaged(head)) return await readPaged(table, account, group, head)
  const [targets, stored] = await Promise.all([
    readTargets(table, account, group, head),
    readRows(table, account, group, head),
  ])
  const texts = stored && (await readMissing(table, { account, id: group }, head, stored.newest, known))
  if (targets === undefined || stored === undefined || texts === undefined) return undefined
  return assemble(head, targets, stored, texts)
}

export function isPaged(head: HeadBody | PagedHead): head is PagedHead {
  return 'inline' in head || 'pages' in head
}

async function readPaged(
  table: Table,
  account: string,
  group: string,
  head: PagedHead,
): Promise<ReadGroup | undefined> {
  const read = await readPagedGroup(table, account, group, head)
  return read && { group: read.group, packed: { ...NOTHING, pages: read.pages } }
}

/** The stored rows of a group: the newest of each key, and where the runs have which row. */
export interface StoredRows {
  newest: Map<RowKey, StoredRow>
  runs: { run: Run; rows: StoredRow[] }[]
}

/** `undefined`: a run is missing. */
export async function readRows(
  table: Table,
  account: string,
  group: string,
  { rows: inHead = [], runs: named = [] }: HeadBody,
): Promise<StoredRows | undefined> {
  const runs = await Promise.all(
    named.map(async ([name, count]) => {
      const run = { name, rows: count }
      const items = await Promise.all(runKeys({ account, id: group }, run).map((key) => table.get(key)))
      const found = items.flatMap((item) => (item === undefined ? [] : [parseRun(item)]))
      return found.length < items.length ? undefined : { run, rows: found.flat() }
    }),
  )
  const complete = runs.flatMap((run) => run ?? [])
  if (complete.length < runs.length) return undefined
  const newest = new Map<RowKey, StoredRow>()
  for (const row of [...complete.flatMap(({ rows }) => rows), ...inHead]) {
    if (textsName(row) === undefined) newest.delete(row[0])
    else newest.set(row[0], row)
  }
  return { newest, runs: complete }
}

interface ReadTargets {
  stored: StoredTargets | undefined
  /** The text of the pieces. */
  text: string
}

async function readTargets(
  table: Table,
  account: string,
  group: string,
  { targets, pieces }: HeadBody,
): Promise<ReadTargets | undefined> {
  if (pieces === undefined) return { stored: targets, text: '' }
  const items = await Promise.all(pieceKeys({ account, id: group }, pieces).map((key) => table.get(key)))
  const found = items.flatMap((item) => (item === undefined ? [] : [parsePiece(item)]))
  if (found.length < items.length) return undefined
  const text = found.join('')
  return { stored: JSON.parse(text) as StoredTargets, text }
}

type TextsByItem = ReadonlyMap<string, { item: TextsItem; of: ReadonlyMap<Fingerprint, AlertTexts> }>

/** The texts of the rows by item: from the earlier state, as far as it has the texts, and from the table. */
async function readMissing(
  table: Table,
  { account, id }: Pick<Group, 'account' | 'id'>,
  { texts: inHead = [] }: HeadBody,
  rows: ReadonlyMap<RowKey, StoredRow>,
  known: PackedGroup | undefined,
): Promise<TextsByItem | undefined> {
  const texts = new Map<string, { item: TextsItem; of: Map<Fingerprint, AlertTexts> }>()
  for (const [key, { item, texts: own }] of known?.rows ?? []) {
    const kept = texts.get(item.name) ?? { item, of: new Map() }
    texts.set(item.name, kept)
    kept.of.set(fingerprintOf(key), own)
  }
  texts.set(IN_HEAD.name, { item: IN_HEAD, of: new Map(inHead) })
  const missing = new Set<string>()
  for (const [key, row] of rows) {
    const name = textsName(row)!
    if (texts.get(name)?.of.has(fingerprintOf(key)) !== true) missing.add(name)
  }
  const read = await readTexts(table, account, id, missing)
  if (read.size < missing.size) return undefined
  for (const [name, of] of read) texts.set(name, { item: { name, alerts: of.size }, of })
  return texts
}

function assemble(
  { core, pieces, rows: inHead = [] }: HeadBody,
  { stored: storedTargets, text }: ReadTargets,
  { newest, runs: read }: StoredRows,
  texts: TextsByItem,
): ReadGroup {
  const members = new Map<Fingerprint, Member>()
  const tombstones = new Map<Fingerprint, Tombstone>()
  const rows = new Map<RowKey, Row>()
  const items = new Map<TextsItem, number>()
  for (const [key, stored] of newest) {
    const { item, of } = texts.get(textsName(stored)!)!
    const fingerprint = fingerprintOf(key)
    const text = of.get(fingerprint)!
    const one = isTombstoneKey(key) ? readTombstone(stored, text) : readMember(stored, text)
    rows.set(key, { one, item, texts: isMember(one) ? one.alert : text })
    if (item !== IN_HEAD) items.set(item, (items.get(item) ?? 0) + 1)
    if (isMember(one)) members.set(fingerprint, one)
    else tombstones.set(fingerprint, one)
  }
  const inRuns = new Map<RowKey, RowInRun>()
  for (const { run, rows: stored } of read) {
    for (const row of stored) {
      const [key] = row
      const gone = textsName(row) === undefined
      inRuns.set(key, { run, row: gone ? undefined : newest.get(key) === row ? rows.get(key) : 'overwritten' })
    }
  }
  const runs = read.map(({ run }) => run)
  const targets =
    storedTargets === undefined ? new Map() : unpackTargets(storedTargets, { ...core, members, tombstones })
  const places = { inHead: inHead.map(([key]) => key), texts: items, runs, inRuns }
  return {
    group: { ...core, members, tombstones, targets },
    packed: { rows, ...places, pieces: pieces && { ...pieces, text } },
  }
}
