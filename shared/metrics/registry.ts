import { KINDS, METRICS, type MetricAbout, type MetricLabels, type Metrics } from '../base/metrics.ts'

/** A metric with more label sets counts the rest under `overflow="true"`: memory stays bounded. */
const SERIES_PER_NAME = 1000

/** A counter or gauge has its value alone; a histogram the number of values up to each limit, their sum and number. */
interface Series {
  value: number
  buckets: number[]
  count: number
}

interface Family {
  about: MetricAbout
  series: Map<string, Series>
  /** The same series by their labels as a caller gave them: nearly every call gives the labels of an earlier call. */
  given: Map<string, Series>
}

export interface Registry extends Metrics {
  /** Every series whose labels are known exists from now on. Twice changes nothing. */
  begin(kinds: readonly string[]): void
  render(): string
}

/** Metrics of this process, kept in memory: a restart begins at zero, as Prometheus expects of counters. */
export function createRegistry(metrics: Readonly<Record<string, MetricAbout>> = METRICS): Registry {
  const families = new Map<string, Family>()

  const seriesOf = (name: string, labels: MetricLabels): { about: MetricAbout; series: Series } => {
    let family = families.get(name)
    if (family === undefined) {
      const about = metrics[name]
      if (about === undefined) throw new Error(`the metric ${name} is not declared`)
      family = { about, series: new Map(), given: new Map() }
      families.set(name, family)
    }
    const { about, series, given } = family
    const asGiven = JSON.stringify(labels)
    const known = given.get(asGiven)
    if (known !== undefined) return { about, series: known }
    const wanted = renderLabels(labels)
    const key = series.has(wanted) || series.size < SERIES_PER_NAME ? wanted : '{overflow="true"}'
    let one = series.get(key)
    if (one === undefined) {
      one = { value: 0, buckets: (about.buckets ?? []).map(() => 0), count: 0 }
      series.set(key, one)
    }
    if (given.size < SERIES_PER_NAME) given.set(asGiven, one)
    return { about, series: one }
  }

  return {
    begin(kinds) {
      for (const [name, { values }] of Object.entries(metrics)) {
        for (const labels of values === undefined ? [] : everyLabels(values, kinds)) seriesOf(name, labels)
      }
    },
    add(name, labels = {}, by = 1) {
      seriesOf(name, labels).series.value += by
    },
    set(name, labels, value) {
      seriesOf(name, labels).series.value = value
    },
    observe(name, labels, value) {
      const { about, series } = seriesOf(name, labels)
      for (const [index, limit] of (about.buckets ?? []).entries()) if (value <= limit) series.buckets[index]! += 1
      series.value += value
      series.count++
    },
    render: () => [...families].sort(byName).flatMap(renderFamily).join(''),
  }
}

/** Every choice of one value for each label. */
function everyLabels(values: NonNullable<MetricAbout['values']>, kinds: readonly string[]): MetricLabels[] {
  let all: MetricLabels[] = [{}]
  for (const [name, given] of Object.entries(values)) {
    const choices = given === KINDS ? kinds : given
    all = all.flatMap((labels) => choices.map((value) => ({ ...labels, [name]: value })))
  }
  return all
}

function renderFamily([name, { about, series }]: [string, Family]): string[] {
  const lines = [`# HELP ${name} ${about.help}\n`, `# TYPE ${name} ${about.type}\n`]
  for (const [labels, one] of [...series].sort(byName)) {
    if (about.type !== 'histogram') lines.push(`${name}${labels} ${renderValue(one.value)}\n`)
    else lines.push(...renderHistogram(name, labels, about.buckets ?? [], one))
  }
  return lines
}

function renderHistogram(name: string, labels: string, limits: readonly number[], one: Series): string[] {
  const bucket = (limit: string, count: number): string => {
    const inner = labels === '' ? '' : `${labels.slice(1, -1)},`
    return `${name}_bucket{${inner}le="${limit}"} ${count}\n`
  }
  return [
    ...limits.map((limit, index) => bucket(String(limit), one.buckets[index] ?? 0)),
    bucket('+Inf', one.count),
    `${name}_sum${labels} ${renderValue(one.value)}\n`,
    `${name}_count${labels} ${one.count}\n`,
  ]
}

function byName(a: [string, unknown], b: [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}

function renderLabels(labels: MetricLabels): string {
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
