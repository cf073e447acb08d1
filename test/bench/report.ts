import type { ServerName } from './servers.ts'

/** A measured quantity: values by server, one for a round. */
export interface Row {
  what: string
  unit: string
  values: Record<ServerName, number[]>
  /** Largest ratio of Tocsin to Alertmanager; absent: shown without a target. */
  target?: number
}

/** Prints medians of the rounds, and ratios of the medians. Returns the number of missed targets. */
export function printReport(rows: readonly Row[], names: readonly ServerName[]): number {
  let missed = 0
  const withBefore = names.includes('before')
  const lines = [
    [
      '',
      'tocsin',
      ...(withBefore ? ['before'] : []),
      'alertmanager',
      ...(withBefore ? ['/ before'] : []),
      'ratio',
      'target',
      '',
    ],
  ]
  for (const { what, unit, values, target } of rows) {
    const [own, before, peer] = [median(values.tocsin), median(values.before), median(values.alertmanager)]
    const ratio = own / peer
    const verdict = target === undefined || Number.isNaN(ratio) ? '' : ratio <= target ? 'ok' : 'MISSED'
    if (verdict === 'MISSED') missed++
    lines.push([
      `${what}, ${unit}`,
      decimals(own),
      ...(withBefore ? [decimals(before)] : []),
      decimals(peer),
      ...(withBefore ? [decimals(own / before)] : []),
      decimals(ratio),
      target === undefined ? '-' : `<= ${target.toFixed(2)}`,
      verdict,
    ])
  }
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  for (const line of lines) {
    console.log(line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
  }
  return missed
}

function decimals(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : '-'
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
