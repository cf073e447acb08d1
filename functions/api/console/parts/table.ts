import { type Html, html, nothing } from '../page/html.ts'

/** `wide`: the name of the row. `acts`: buttons. `whole`: words are not broken. On a phone a row is a card, and other cells say their head before them. */
export interface Column<Row> {
  head: string
  cell(row: Row): Html | string
  kind?: 'wide' | 'lvl' | 'num' | 'acts' | 'pick' | 'whole'
}

/** A table on a desk, cards on a phone. `attributes`: of the row. */
export function listTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  attributes: (row: Row) => Html = () => nothing,
): Html {
  const cell = ({ head, kind, cell: shown }: Column<Row>, row: Row): Html =>
    html`<td${kind === undefined ? nothing : html` class="${kind}"`} data-th="${head}">${shown(row)}</td>`
  const headOf = ({ head, kind }: Column<Row>): Html =>
    head === '' ? html`<td${kind === undefined ? nothing : html` class="${kind}"`}></td>` : html`<th>${head}</th>`
  return html`<table class="list"><thead><tr>${columns.map(headOf)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr data-row${attributes(row)}>${columns.map((column) => cell(column, row))}</tr>`,
  )}</tbody></table>`
}
