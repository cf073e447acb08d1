import { isTombstoneKey, type RowKey, type StoredRow } from './rows.ts'

/*
 * Alerts that came in one message have rows that differ in the key and in the place of the alert in the message, with
 * which the tie of the stamp ends. Such a row is written as what differs from the row before: a head of twenty alerts is
 * one write unit then, and not two.
 */

/** A row like the row before: the key, and by how much its place is further on, unless it is by one. */
type RepeatedRow = RowKey | [RowKey, number]

export type WrittenRow = StoredRow | RepeatedRow

/** The place of the tie in the rows of tombstones and of alerts. */
const [TOMBSTONE_TIE, ALERT_TIE] = [5, 6]

/** The rows as they are written. `readRepeated` gives equal rows for every list of rows. */
export function writeRepeated(rows: readonly StoredRow[]): WrittenRow[] {
  return rows.map((row, index): WrittenRow => {
    const step = index === 0 ? undefined : stepTo(row, rows[index - 1]!)
    if (step === undefined) return row
    return step === 1 ? row[0] : [row[0], step]
  })
}

export function readRepeated(written: readonly WrittenRow[]): StoredRow[] {
  const rows: StoredRow[] = []
  for (const one of written) rows.push(isRepeated(one) ? repeat(rows.at(-1)!, one) : one)
  return rows
}

function isRepeated(one: WrittenRow): one is RepeatedRow {
  return typeof one === 'string' || one.length === 2
}

function repeat(before: StoredRow, repeated: RepeatedRow): StoredRow {
  const [key, step] = typeof repeated === 'string' ? [repeated, 1] : repeated
  const row: unknown[] = [...before]
  const tie = tieOf(before)
  row[0] = key
  row[tie] = furtherOn(row[tie] as string, step)
  return row as StoredRow
}

/** Undefined: the rows differ in more than the key and the place. */
function stepTo(row: StoredRow, before: StoredRow): number | undefined {
  const tie = tieOf(row)
  if (row.length !== before.length || row.length === 1 || tie !== tieOf(before)) return undefined
  for (const [index, value] of row.entries()) {
    if (index !== 0 && index !== tie && value !== before[index]) return undefined
  }
  const [from, to] = [before[tie] as string, row[tie] as string]
  const step = Number(placeIn(to)) - Number(placeIn(from))
  return Number.isSafeInteger(step) && furtherOn(from, step) === to ? step : undefined
}

function tieOf([key]: StoredRow): number {
  return isTombstoneKey(key) ? TOMBSTONE_TIE : ALERT_TIE
}

function placeIn(tie: string): string {
  return tie.slice(tie.lastIndexOf('#') + 1)
}

/** The tie with the place so much further on, in as many digits. */
function furtherOn(tie: string, step: number): string {
  const place = placeIn(tie)
  return tie.slice(0, tie.length - place.length) + String(Number(place) + step).padStart(place.length, '0')
}
