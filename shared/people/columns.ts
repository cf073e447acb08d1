import { nearest } from '../base/suggest.ts'
import type { CsvRow } from './csv.ts'

/** The cells of a row by field. */
export type Cells = Map<string, string>

/** How the rows of a table are read. `refused`: the reason why the header cannot be used. */
type Columns = { fieldsOf(row: CsvRow): readonly string[]; rows: CsvRow[] } | { refused: string; line: number }

/** The columns of one kind of table. */
export interface ColumnNames {
  /** The field of each name that a header may have, in lower case. */
  fields: ReadonlyMap<string, string>
  /** The order of a table without a header. */
  order: readonly string[]
  /** The fields for a header with exactly these names, if a row shows that its cells have another order. */
  reorder?(header: readonly string[], row: CsvRow): readonly string[] | undefined
}

/**
 * A first row that begins with a name of the id is a header: each column is known by its name. `# ID` is ActionTrail's
 * way to write a header.
 */
export function readColumns(rows: readonly CsvRow[], { fields, order, reorder }: ColumnNames): Columns {
  const [first, ...others] = rows
  const names = first?.cells.map((cell) => cell.replace(/^\s*#/, '').trim().toLowerCase()) ?? []
  const isHeader = first !== undefined && fields.get(names[0]!) === 'id'
  if (first !== undefined && !isHeader && first.cells.length === 1 && /[;\t]/.test(first.cells[0]!)) {
    return { line: first.line, refused: 'has no comma: cells are separated by commas, not by ";" or tabs' }
  }
  if (first === undefined || !isHeader) return { rows: [...rows], fieldsOf: () => order }
  const header: string[] = []
  for (const name of names) {
    const field = fields.get(name)
    if (field === undefined) {
      const near = nearest(name, fields.keys())
      const hint = near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`
      return { line: first.line, refused: `has an unknown column ${JSON.stringify(name.slice(0, 60))}${hint}` }
    }
    if (header.includes(field)) return { line: first.line, refused: `has two columns for ${field}` }
    header.push(field)
  }
  return { rows: others, fieldsOf: (row) => reorder?.(header, row) ?? header }
}
