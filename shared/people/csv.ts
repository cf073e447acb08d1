import { STEP, type Steps } from '../base/steps.ts'

/** A row of a table in CSV (RFC 4180). A quoted cell may have line breaks: `line` is the first line of the row, from 1. */
export interface CsvRow {
  line: number
  cells: string[]
}

export interface CsvRead {
  rows: CsvRow[]
  /** A row that cannot be read ends the reading: where the next row begins is not known. */
  problem?: { line: number; message: string }
}

const UTF16 = 'is UTF-16: save the file as "CSV UTF-8"'
const NOT_UTF8 = 'is not UTF-8: save the file as "CSV UTF-8"'

/** Reads cells between commas. Lines without a text and lines that begin with `#` are no rows, the first row excepted. */
export function* readCsv(bytes: Uint8Array, mostRows: number): Steps<CsvRead> {
  const decoded = decode(bytes)
  if ('problem' in decoded) return { rows: [], problem: decoded.problem }
  const { text } = decoded
  const rows: CsvRow[] = []
  let line = 1
  let units = 0
  for (let at = 0; at < text.length; ) {
    const row = readRow(text, at)
    if (!row.ok) return { rows, problem: { line: line + row.lines, message: row.message } }
    const { cells, next, lines } = row
    const isComment = rows.length > 0 && cells[0]!.startsWith('#')
    if (!isComment && cells.some((cell) => cell.trim() !== '')) {
      if (rows.length === mostRows) {
        return { rows, problem: { line, message: `limit: more than ${mostRows} rows; send the file in parts` } }
      }
      rows.push({ line, cells })
    }
    units += next - at
    if (units >= STEP) {
      yield units
      units = 0
    }
    at = next
    line += lines
  }
  return { rows }
}

function decode(bytes: Uint8Array): { text: string } | { problem: { line: number; message: string } } {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { problem: { line: 1, message: UTF16 } }
  }
  try {
    // A decoder leaves a byte order mark of UTF-8 out.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const zero = text.indexOf('\0')
    return zero < 0 ? { text } : { problem: { line: linesBefore(text, zero) + 1, message: 'has a zero byte' } }
  } catch {
    const valid = new TextDecoder('utf-8').decode(bytes)
    const wrong = valid.indexOf('\ufffd')
    return { problem: { line: linesBefore(valid, wrong) + 1, message: NOT_UTF8 } }
  }
}

function linesBefore(text: string, end: number): number {
  return text.slice(0, end).match(BREAK)?.length ?? 0
}

const BREAK = /\r\n|\n|\r/g
/** A cell without quotes, up to its comma or the end of the line. */
const PLAIN = /[^,\r\n]*/y
const END = /\r\n|\n|\r|,|$/y
/** Cells of one row at most: more is no table of people. */
const CELLS = 100

type RowRead =
  | { ok: true; cells: string[]; next: number; lines: number }
  | { ok: false; message: string; lines: number }

function readRow(text: string, start: number): RowRead {
  const cells: string[] = []
  let lines = 0
  for (let at = start; ; ) {
    if (cells.length === CELLS) return { ok: false, message: `limit: more than ${CELLS} cells`, lines }
    if (text[at] === '"') {
      const cell = readQuoted(text, at)
      if (cell === undefined) return { ok: false, message: 'a quotation mark opens a cell and none closes it', lines }
      cells.push(cell.value)
      lines += linesBefore(cell.value, cell.value.length)
      at = cell.next
    } else {
      PLAIN.lastIndex = at
      const value = PLAIN.exec(text)![0]
      cells.push(value)
      at += value.length
    }
    END.lastIndex = at
    const end = END.exec(text)?.[0]
    if (end === undefined) return { ok: false, message: 'a text follows a closing quotation mark', lines }
    at += end.length
    if (end !== ',') return { ok: true, cells, next: at, lines: lines + 1 }
  }
}

/** A quotation mark inside of a quoted cell is written twice. */
function readQuoted(text: string, start: number): { value: string; next: number } | undefined {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    if (text[at + 1] === '"') at++
    else return { value: text.slice(start + 1, at).replaceAll('""', '"'), next: at + 1 }
  }
  return undefined
}
