import { isDeepStrictEqual } from 'node:util'
import type * as z from 'zod'
import type { Steps } from '../base/steps.ts'
import { capProblems, type Problem, zodProblems } from '../problem/problem.ts'
import { type Cells, type ColumnNames, readColumns } from './columns.ts'
import { type CsvRow, readCsv } from './csv.ts'

/** A remark about one line of a file. `field` is empty when the remark is about the whole line. */
export interface LineRemark {
  line: number
  field: string
  message: string
}

export interface AcceptedLine {
  line: number
  id: string
  change: 'added' | 'changed' | 'unchanged'
  /** Names of the fields that change; absent: the entry is added, or stays as it is. */
  fields?: string[]
}

/** What a file would change, line by line. A file that cannot be read to its end has no accepted line. */
export interface Import<Entry> {
  accepted: AcceptedLine[]
  refused: LineRemark[]
  warnings: LineRemark[]
  /** All entries after the accepted lines: those of before in their order, then the added entries. */
  next: Entry[]
}

/** One kind of table. */
export interface ImportKind<Entry> {
  columns: ColumnNames
  schema: z.ZodType<Entry>
  /** The most rows of one file. */
  mostRows: number
  /** The fields that a row says, as a document has the fields. An empty cell says that the field has no value. */
  fields(cells: Cells, stored: Entry | undefined): { given: Record<string, unknown>; problems: Problem[] }
  /** Problems of an entry that the schema accepts. */
  problems?(entry: Entry): Problem[]
  warnings(entry: Entry): Problem[]
}

/** Fields that are true or false, of all kinds. */
const FLAGS = ['sms', 'voice', 'enabled']

/** A row is about this much work, in units of `Steps`. */
const UNITS_PER_ROW = 100

/**
 * Reads a file of entries. An entry that is there already is changed: a field without a column stays as stored. So the
 * same file twice changes nothing the second time.
 */
export function* importRows<Entry extends { id: string }>(
  bytes: Uint8Array,
  current: readonly Entry[],
  kind: ImportKind<Entry>,
): Steps<Import<Entry>> {
  const refuseFile = (line: number, message: string): Import<Entry> => ({
    accepted: [],
    refused: [{ line, field: '', message }],
    warnings: [],
    next: [...current],
  })
  const read = yield* readCsv(bytes, kind.mostRows + 1)
  if (read.problem !== undefined) return refuseFile(read.problem.line, read.problem.message)
  const columns = readColumns(read.rows, kind.columns)
  if ('refused' in columns) return refuseFile(columns.line, columns.refused)
  if (columns.rows.length === 0) return refuseFile(1, 'the file has no row')
  const next = new Map(current.map((entry) => [entry.id, entry]))
  const result: Import<Entry> = { accepted: [], refused: [], warnings: [], next: [] }
  const lines = new Map<string, number>()
  for (const row of columns.rows) {
    yield UNITS_PER_ROW + row.cells.reduce((chars, cell) => chars + cell.length, 0)
    const { line } = row
    const say = (list: LineRemark[], problems: readonly Problem[]) => {
      for (const { path, message } of capProblems(problems)) list.push({ line, field: path, message })
    }
    const cells = cellsOf(row, columns.fieldsOf(row))
    if ('problem' in cells) {
      say(result.refused, [{ path: '', message: cells.problem }])
      continue
    }
    const id = cells.values.get('id') ?? ''
    const stored = next.get(id)
    const entry = readRow(kind, cells.values, stored)
    const earlier = lines.get(id)
    const repeated = earlier === undefined ? [] : [{ path: 'id', message: `is the id of line ${earlier} too` }]
    lines.set(id, earlier ?? line)
    const problems = [...repeated, ...entry.problems]
    if (problems.length > 0 || entry.value === undefined) {
      say(result.refused, problems)
      continue
    }
    next.set(id, entry.value)
    say(result.warnings, kind.warnings(entry.value))
    result.accepted.push({ line, id, ...changeOf(stored, entry.value) })
  }
  return { ...result, next: [...next.values()] }
}

function changeOf<Entry extends object>(stored: Entry | undefined, next: Entry): Omit<AcceptedLine, 'line' | 'id'> {
  if (stored === undefined) return { change: 'added' }
  const names = Object.keys({ ...stored, ...next }) as (keyof Entry & string)[]
  const fields = names.filter((name) => !isDeepStrictEqual(stored[name], next[name]))
  return fields.length === 0 ? { change: 'unchanged' } : { change: 'changed', fields }
}

function readRow<Entry extends { id: string }>(
  { schema, fields, problems: furtherProblems }: ImportKind<Entry>,
  cells: Cells,
  stored: Entry | undefined,
): { value?: Entry; problems: Problem[] } {
  const formulas = [...cells].flatMap(([path, cell]) => {
    // A number with "+" has a message of its own.
    if (path === 'phone' || !/^[=+\-@]/.test(cell)) return []
    return [{ path, message: `begins with ${cell.charAt(0)}: a spreadsheet takes the cell for a formula` }]
  })
  const { given, problems } = fields(cells, stored)
  const own = [...formulas, ...problems]
  const merged = Object.entries({ ...stored, ...given }).filter(([, value]) => value !== undefined)
  const parsed = schema.safeParse(Object.fromEntries(merged))
  const taken = new Set(own.map(({ path }) => path))
  // One reason for a place: the first reason says more than the schema.
  if (!parsed.success)
    return {
      problems: [
        ...own,
        ...zodProblems(parsed.error)
          .filter(({ path }) => !taken.has(path))
          .map(inCell),
      ],
    }
  return { value: parsed.data, problems: [...own, ...(furtherProblems?.(parsed.data) ?? [])] }
}

/** In a cell everything is a text. */
function inCell({ path, message }: Problem): Problem {
  return { path, message: FLAGS.includes(path) ? 'is neither true nor false' : message }
}

function cellsOf({ cells }: CsvRow, fields: readonly string[]): { values: Cells } | { problem: string } {
  const extra = cells.slice(fields.length).some((cell) => cell.trim() !== '')
  if (extra || cells.length < fields.length) {
    return { problem: `has ${cells.length} cells instead of ${fields.length}: ${fields.join(', ')}` }
  }
  return { values: new Map(fields.map((field, place) => [field, cells[place]!.trim()])) }
}

/** `true` or `false`, in any case, as spreadsheets write them; another text is left to the schema. */
export function flagOf(cell: string): unknown {
  const word = cell.toLowerCase()
  if (word === '') return undefined
  return word === 'true' ? true : word === 'false' ? false : cell
}

/**
 * Several values in one cell: separated by `;`, `,` or spaces. At most one value more than `most`, so the schema says
 * that there are too many, and a cell of megabytes costs no more than a right one.
 */
export function listOf(cell: string, most: number): string[] {
  return cell.split(/[;,\s]+/, most + 2).filter((value) => value !== '')
}
