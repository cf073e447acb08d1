import type { Fingerprint } from '../alert/alert.ts'
import type { Group, Member, Tombstone } from '../group/group.ts'
import { keys } from '../table/keys.ts'
import type { ItemKey } from '../table/port.ts'
import { type HeadBody, headText, type Pieces, pieceText, runText } from './head-body.ts'
import {
  fingerprintOf,
  isMember,
  isTombstoneKey,
  memberKey,
  otherKey,
  type Row,
  type RowKey,
  type StoredRow,
  storedRow,
  tombstoneKey,
} from './rows.ts'
import { placeRows, type RowEntry, type RowsInRuns, type Run } from './runs.ts'
import { packTargets, type StoredTargets } from './target-cohorts.ts'
import {
  divideTexts,
  IN_HEAD,
  sameTexts,
  storedTexts,
  type TextsByFingerprint,
  type TextsItem,
  textsBody,
  unitsOfTexts,
} from './texts.ts'

/*
 * A group is spread over items (docs/storage.md). The head has the group itself, the states of the targets, and the
 * rows of the alerts that changed lately. The other rows lie in runs (`runs.ts`), and the texts of the alerts in items
 * of texts (`texts.ts`). Only the head is ever changed: a save writes the other items under new names, and then the
 * head, which names the items. So the head alone decides which items are true, and a half-done save is invisible.
 */

/** Characters of rows in a head, and of texts in an item, unless the table gives another number. */
const WHOLE_CHARS = 8 * 1024
/** Characters of a row. */
const ROW_CHARS = 100
/** So few characters of texts lie in the head: an item of their own would be a second item to write and to read. */
const TEXTS_IN_HEAD_CHARS = 2 * 1024
/** Rows of a run in an item: some 60 KiB. */
const ROWS_AN_ITEM = 500
/** Longer states of targets lie beside the head: the head is written at every save. */
const TARGETS_CHARS = 16 * 1024
/** A piece is escaped once more in its item; the worst characters are three bytes each. */
const PIECE_CHARS = 96 * 1024

/** A group, and the places of its parts. */
export interface PackedGroup {
  readonly rows: ReadonlyMap<RowKey, Row>
  /** Keys of the rows in the head, and of the marks there. */
  readonly inHead: Iterable<RowKey>
  readonly texts: RowsByTexts
  readonly runs: readonly Run[]
  readonly inRuns: RowsInRuns
  /** Present when the states of the targets lie beside the head. */
  readonly pieces?: (Pieces & { readonly text: string }) | undefined
  /** Keys of the items of a group that was written in the first format. The next save replaces the items. */
  readonly pages?: readonly ItemKey[]
}

/** The items of texts, each with the number of rows that name the item. */
export type RowsByTexts = ReadonlyMap<TextsItem, number>

export const NOTHING: PackedGroup = {
  rows: new Map(),
  inHead: [],
  texts: new Map(),
  runs: [],
  inRuns: new Map(),
}

/** An item beside the head that a save has to write, before the head. */
export interface FreshItem extends ItemKey {
  body(): string
}

type GroupKey = Pick<Group, 'account' | 'id'>

/** `name` is unique among racing saves. `before`: the group as it was saved last. */
export function packGroup(
  group: Group,
  before: PackedGroup = NOTHING,
  name: string,
  wholeChars = WHOLE_CHARS,
): { head: string; packed: PackedGroup; fresh: FreshItem[] } {
  const { members: _, tombstones: __, targets: ___, ...core } = group
  const { rows, changed, inHead, texts, fresh: freshTexts } = placeTexts(group, before, name, wholeChars)
  const headRows = Math.floor(wholeChars / ROW_CHARS)
  for (const key of before.inHead) changed.add(key)
  const placed = placeRows(rows, changed, before, { name, headRows })
  const { runs, inRuns } = placed
  const { stored: targets, pieces, fresh: freshPieces } = placeTargets(group, before.pieces, name)
  const body: HeadBody = {
    core,
    targets,
    pieces: pieces && { name: pieces.name, count: pieces.count },
    rows: unlessEmpty(placed.head.map(stored)),
    texts: inHead && storedTexts(inHead),
    runs: unlessEmpty(runs.map((run) => [run.name, run.rows])),
  }
  const freshRun = placed.fresh === undefined ? [] : runItems(group, placed.fresh)
  return {
    head: headText(body),
    packed: { rows, inHead: placed.head.map(([key]) => key), texts, runs, inRuns, pieces },
    fresh: [...freshTexts, ...freshRun, ...freshPieces],
  }
}

/** The keys of the items beside the head. */
export function itemKeys(group: GroupKey, packed: Pick<PackedGroup, 'texts' | 'runs' | 'pieces' | 'pages'>): ItemKey[] {
  const { texts, runs, pieces, pages = [] } = packed
  return [
    ...pages,
    ...Array.from(texts.keys(), ({ name }) => keys.texts(group.account, group.id, name)),
    ...runs.flatMap((run) => runKeys(group, run)),
    ...(pieces === undefined ? [] : pieceKeys(group, pieces)),
  ]
}

/** The keys of the items beside the head before that the next head does not name: to be removed after the save. */
export function leftKeys(group: GroupKey, before: PackedGroup, next: PackedGroup): ItemKey[] {
  const texts = new Map(before.texts)
  for (const item of next.texts.keys()) texts.delete(item)
  const runs = before.runs.filter((run) => !next.runs.includes(run))
  const pieces = before.pieces === next.pieces ? undefined : before.pieces
  return itemKeys(group, { ...before, texts, runs, pieces })
}

interface PlacedTexts {
  rows: Map<RowKey, Row>
  /** Keys of the rows that are new, are other rows than before, or are gone. */
  changed: Set<RowKey>
  /** The alerts whose texts lie in the head, if all do. */
  inHead?: TextsByFingerprint
  texts: RowsByTexts
  fresh: FreshItem[]
}

/**
 * Gives every row its texts: in the head, in the item of its last row, or in a new item, if the texts are new or lie in
 * a sparse item. The work for a row that has not changed is a comparison: a save of a large group changes few rows.
 */
function placeTexts(group: Group, before: PackedGroup, name: string, chars: number): PlacedTexts {
  const few = fewTexts(group, Math.min(chars, TEXTS_IN_HEAD_CHARS))
  if (few !== undefined) return textsInHead(group, before.rows, few)
  const rows = new Map(before.rows)
  const changed = new Set<RowKey>()
  const living = new Map(before.texts)
  const homeless: Homeless = new Map()
  const count = (row: Row | undefined, by: number): void => {
    if (row !== undefined && row.item !== IN_HEAD) living.set(row.item, (living.get(row.item) ?? 0) + by)
  }
  const leaveItem = (key: RowKey, one: Member | Tombstone): void => {
    count(rows.get(key), -1)
    rows.delete(key)
    changed.add(key)
    addHomeless(homeless, key, one)
  }
  let staying = 0
  const place = (key: RowKey, one: Member | Tombstone): void => {
    const last = before.rows.get(key)
    if (last !== undefined) staying++
    if (last?.one === one && last.item !== IN_HEAD) return
    // An alert that left and fires again, as alerts that flap do, has its texts beside its tombstone.
    const known = last ?? before.rows.get(otherKey(key))
    if (known === undefined || known.item === IN_HEAD || !sameTexts(known.texts, one.alert)) {
      leaveItem(key, one)
      return
    }
    const row = { one, item: known.item, texts: isMember(one) ? one.alert : known.texts }
    count(last, -1)
    count(row, 1)
    rows.set(key, row)
    changed.add(key)
  }
  for (const [fingerprint, tombstone] of group.tombstones) place(tombstoneKey(fingerprint), tombstone)
  for (const [fingerprint, member] of group.members) place(memberKey(fingerprint), member)
  if (staying < before.rows.size) {
    for (const [key, row] of before.rows) {
      if (hasRow(group, key)) continue
      count(row, -1)
      rows.delete(key)
      changed.add(key)
    }
  }
  const sparse = new Set<TextsItem>()
  for (const [item, alive] of living) {
    if (alive === 0) living.delete(item)
    else if (2 * alive < item.alerts) sparse.add(item)
  }
  if (sparse.size > 0) for (const [key, { one, item }] of rows) if (sparse.has(item)) leaveItem(key, one)
  for (const item of sparse) living.delete(item)
  const fresh = divideTexts(homeless, chars).map((alerts, index): FreshItem => {
    const item: TextsItem = { name: `${name}.${index}`, alerts: alerts.length }
    for (const [, { alert, keyed }] of alerts) {
      for (const [key, one] of keyed) {
        const row = { one, item, texts: alert }
        rows.set(key, row)
        count(row, 1)
      }
    }
    return { ...keys.texts(group.account, group.id, item.name), body: () => textsBody(alerts) }
  })
  return { rows, changed, texts: living, fresh }
}

/** A group whose texts all lie in its head. */
function textsInHead(group: Group, before: ReadonlyMap<RowKey, Row>, inHead: TextsByFingerprint): PlacedTexts {
  const rows = new Map<RowKey, Row>()
  for (const [key, one] of keyedAlerts(group)) {
    const known = before.get(key)
    const same = known?.one === one && known.item === IN_HEAD
    rows.set(key, same ? known : { one, item: IN_HEAD, texts: one.alert })
  }
  const all = [...before.keys(), ...rows.keys()]
  const changed = new Set(all.filter((key) => rows.get(key) !== before.get(key)))
  return { rows, changed, inHead, texts: new Map(), fresh: [] }
}

function hasRow({ members, tombstones }: Group, key: RowKey): boolean {
  return (isTombstoneKey(key) ? tombstones : members).has(fingerprintOf(key))
}

/** The texts of the group, when they are few. */
function fewTexts(group: Group, chars: number): TextsByFingerprint | undefined {
  const found: TextsByFingerprint = new Map()
  let units = 0
  for (const [key, one] of keyedAlerts(group)) {
    units += unitsOfTexts(one.alert)
    if (units > chars) return undefined
    found.set(fingerprintOf(key), one)
  }
  return found
}

/** By fingerprint: the alert with its texts, and the rows that need the texts. */
type Homeless = Map<Fingerprint, { alert: (Member | Tombstone)['alert']; keyed: [RowKey, Member | Tombstone][] }>

/** Tombstones come first, so the texts of a whole alert replace the fewer texts of a tombstone. */
function addHomeless(homeless: Homeless, key: RowKey, one: Member | Tombstone): void {
  const fingerprint = fingerprintOf(key)
  const keyed = homeless.get(fingerprint)?.keyed ?? []
  keyed.push([key, one])
  homeless.set(fingerprint, { alert: one.alert, keyed })
}

function* keyedAlerts({ members, tombstones }: Group): Iterable<[RowKey, Member | Tombstone]> {
  for (const [fingerprint, tombstone] of tombstones) yield [tombstoneKey(fingerprint), tombstone]
  for (const [fingerprint, member] of members) yield [memberKey(fingerprint), member]
}

function placeTargets(
  group: Group,
  before: PackedGroup['pieces'],
  name: string,
): { stored?: StoredTargets; pieces?: PackedGroup['pieces']; fresh: FreshItem[] } {
  if (group.targets.size === 0) return { fresh: [] }
  const stored = packTargets(group)
  const text = JSON.stringify(stored)
  if (text.length <= TARGETS_CHARS) return { stored, fresh: [] }
  if (text === before?.text) return { pieces: before, fresh: [] }
  const pieces = { name, count: Math.ceil(text.length / PIECE_CHARS), text }
  const fresh = pieceKeys(group, pieces).map((key, index) => ({
    ...key,
    body: () => pieceText(text.slice(index * PIECE_CHARS, (index + 1) * PIECE_CHARS)),
  }))
  return { pieces, fresh }
}

function runItems(group: GroupKey, { run, rows }: { run: Run; rows: RowEntry[] }): FreshItem[] {
  return runKeys(group, run).map((key, index) => ({
    ...key,
    body: () => runText(rows.slice(index * ROWS_AN_ITEM, (index + 1) * ROWS_AN_ITEM).map(stored)),
  }))
}

/** The keys of the items of a run. */
export function runKeys({ account, id }: GroupKey, { name, rows }: Run): ItemKey[] {
  const count = Math.ceil(rows / ROWS_AN_ITEM)
  return Array.from({ length: count }, (_, index) => keys.rows(account, id, `${name}.${index}`))
}

export function pieceKeys({ account, id }: GroupKey, { name, count }: Pieces): ItemKey[] {
  return Array.from({ length: count }, (_, index) => keys.targets(account, id, `${name}.${index}`))
}

function stored([key, row]: RowEntry): StoredRow {
  return storedRow(key, row)
}

function unlessEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list
}
