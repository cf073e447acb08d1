import type { Metrics } from '../base/metrics.ts'

/** A metric with more label sets counts the rest under `overflow="true"`: memory stays bounded. */
const SERIES_PER_NAME = 1000

interface Family {
  type: 'counter' | 'gauge'
  series: Map<string, number>
}

/** Metrics of this process, kept in memory: a restart begins at zero, as Prometheus expects of counters. */
export function createRegistry(): Metrics & { render(): string } {
  const families = new Map<string, Family>()

  const family = (name: string, type: Family['type']): Family => {
    const known = families.get(name)
    if (known !== undefined) return known
    const made: Family = { type, series: new Map() }
    families.set(name, made)
    return made
  }

  const seriesKey = (of: Family, labels: Record<string, string>): string => {
    const key = renderLabels(labels)
    return of.series.has(key) || of.series.size < SERIES_PER_NAME ? key : '{overflow="true"}'
  }

  return {
    add(name, labels = {}, by = 1) {
      const of = family(name, 'counter')
      const key = seriesKey(of, labels)
      of.series.set(key, (of.series.get(key) ?? 0) + by)
    },
    set(name, labels, value) {
      const of = family(name, 'gauge')
      of.series.set(seriesKey(of, labels), value)
    },
    render() {
      const lines: string[] = []
      for (const [name, of] of [...families].sort(byName)) {
        lines.push(`# TYPE ${name} ${of.type}`)
        for (const [labels, value] of [...of.series].sort(byName)) lines.push(`${name}${labels} ${renderValue(value)}`)
      }
      return lines.map((line) => `${line}\n`).join('')
    },
  }
}

function byName(a: [string, unknown], b: [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}

function renderLabels(labels: Record<string, string>): string {
  const pairs = Object.entries(labels)
    .sort(byName)
    .map(([name, value]) => `${name}="${escapeValue(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/: backslash, quote and line feed are escaped. */
function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function renderValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  return String(value)
}
