import type { ServerName } from './servers.ts'

/** A measured quantity: its values by server, a value per round. */
export interface Row {
  what: string
  unit: string
  values: Record<ServerName, number[]>
  /** Largest ratio of Tocsin to Alertmanager; absent: shown without a target. */
  target?: number
}

/** Returns the number of missed targets. */
export function printReport(rows: readonly Row[]): number {
  let missed = 0
  const lines = [['', 'tocsin', 'alertmanager', 'ratio', 'target', '']]
  for (const { what, unit, values, target } of rows) {
    const own = median(values.tocsin)
    const peer = median(values.alertmanager)
    const ratio = own / peer
    const verdict = target === undefined || Number.isNaN(ratio) ? '' : ratio <= target ? 'ok' : 'MISSED'
    if (verdict === 'MISSED') missed++
    const limit = target === undefined ? '-' : `<= ${target.toFixed(2)}`
    lines.push([`${what}, ${unit}`, shown(own), shown(peer), shown(ratio), limit, verdict])
  }
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  for (const line of lines) {
    console.log(line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
  }
  return missed
}

function shown(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(2)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
