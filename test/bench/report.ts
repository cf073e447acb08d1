import type { ServerName } from './servers.ts'

/** A measured quantity: values by server, one for a round. */
export interface Row {
  what: string
  unit: string
  values: Record<ServerName, number[]>
  /** Largest ratio of Tocsin to Alertmanager; absent: shown without a target. */
  target?: number
  /** Largest value of Tocsin. */
  most?: number
}

/**
 * Prints medians of the rounds, and ratios of the medians; `markdown`: as a table for `docs/performance.md`. Returns the
 * number of missed targets.
 */
export function printReport(rows: readonly Row[], names: readonly ServerName[], markdown: boolean): number {
  const withBefore = names.includes('before')
  const head = [
    '',
    ...(withBefore ? ['before'] : []),
    'tocsin',
    'alertmanager',
    ...(withBefore ? ['/ before'] : []),
    '/ alertmanager',
    'target',
    '',
  ]
  const lines = rows.map((row) => lineOf(row, withBefore))
  if (markdown) printMarkdown([head, ...lines])
  else printColumns([head, ...lines])
  return lines.filter((line) => line.at(-1) === MISSED).length
}

const MISSED = 'MISSED'

function lineOf({ what, unit, values, target, most }: Row, withBefore: boolean): string[] {
  const [own, before, peer] = [median(values.tocsin), median(values.before), median(values.alertmanager)]
  const [value, limit] = target === undefined ? [own, most] : [own / peer, target]
  const verdict = limit === undefined || Number.isNaN(value) ? '' : value <= limit ? 'ok' : MISSED
  return [
    `${what}, ${unit}`,
    ...(withBefore ? [decimals(before)] : []),
    decimals(own),
    decimals(peer),
    ...(withBefore ? [decimals(own / before)] : []),
    decimals(own / peer),
    limit === undefined ? '-' : `<= ${limit.toFixed(2)}`,
    verdict,
  ]
}

function printColumns(lines: readonly string[][]): void {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  for (const line of lines) {
    console.log(line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
  }
}

function printMarkdown([head = [], ...lines]: readonly string[][]): void {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  console.log(
    [
      row(head),
      `|---|${head
        .slice(1)
        .map(() => '--:')
        .join('|')}|`,
      ...lines.map(row),
    ].join('\n'),
  )
}

/** Three digits, or all digits before the point. */
function decimals(value: number): string {
  if (!Number.isFinite(value)) return '-'
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(size >= 10 ? 1 : 2)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
