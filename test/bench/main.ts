import { parseArgs } from 'node:util'
import { findAlertmanager } from './alertmanager.ts'
import { benchCost } from './cost.ts'
import { type IngestCost, type IngestLoad, measureIngest, type PhaseCost } from './ingest-cost.ts'
import { type Latency, measureLatency } from './latency.ts'
import { ACTIVE_ALERTS, type Memory, measureMemory } from './memory.ts'
import { benchRecords } from './records.ts'
import { printReport, type Row } from './report.ts'
import { benchRules } from './rules.ts'
import { type Programs, type Routing, type Server, type ServerName, startServer } from './servers.ts'
import { type Sink, startSink } from './sink.ts'
import { benchSizes } from './sizes.ts'

/*
 * `npm run bench`: the cost of Tocsin beside Alertmanager's, with the same bodies, in turns, on this machine.
 * Figures of different machines, or of different hours, say little; the ratio of one run does.
 *
 *   --rounds N      each server is measured so often, the median counts (3)
 *   --only PART     one of ingest, latency, memory (beside Alertmanager), rules, records, cost, sizes (of Tocsin alone)
 *   --loads TEXT    of `ingest` the loads whose names have the text: `98,304`, `1 a POST`
 *   --before DIR    measures Tocsin of another checkout in the same turns, such as that of an earlier commit
 *   --alone         without Alertmanager
 *   --profile DIR   CPU profiles of Tocsin's process
 */
const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    loads: { type: 'string', default: '' },
    before: { type: 'string' },
    alone: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
})

const rounds = Number(flags.rounds)
const wanted = (part: string): boolean => flags.only === undefined || flags.only === part

if (wanted('rules')) benchRules()
if (wanted('records')) await benchRecords(rounds)
if (wanted('sizes')) await benchSizes()
if (wanted('cost')) await benchCost()

/** Targets: largest ratios of CPU to Alertmanager, for new alerts and for alerts that are known. */
interface IngestRow extends IngestLoad {
  fresh?: number
  known?: number
}

const INGEST: IngestRow[] = [
  { alerts: 8192, perPost: 1, groups: 200, fresh: 1, known: 1 },
  { alerts: 32_768, perPost: 64, groups: 200, fresh: 0.75, known: 0.75 },
  { alerts: 32_768, perPost: 256, groups: 200 },
  { alerts: 32_768, perPost: 64, groups: 10_000 },
  { alerts: 98_304, perPost: 64, groups: 200 },
  { alerts: 98_304, perPost: 64, groups: 1000 },
]
const RATES: { rate: number; p99?: number }[] = [{ rate: 100 }, { rate: 500, p99: 3 }]

/** No flush lies inside a run, so ingest is measured alone. */
const GROUPED = { groupBy: ['alertname', 'cluster', 'namespace'], groupWait: '10m', groupInterval: '10m' }
const EACH_ALONE = { groupBy: ['...'], groupWait: '0s', groupInterval: '1s' }

const { programs, names } = contestants()

function contestants(): { programs: Programs; names: ServerName[] } {
  const peer = flags.alone ? undefined : findAlertmanager()
  if (peer !== undefined) {
    console.log(`Alertmanager ${peer.version}, in memory; Tocsin answers when it is on disk (fsync)\n`)
  } else if (!flags.alone) {
    console.log('!!! NO ALERTMANAGER: neither Go nor the package prometheus-alertmanager is there. !!!')
    console.log('!!! Tocsin is measured alone, NO RATIO is checked.                                !!!\n')
  }
  const { before, profile: profileDir } = flags
  return {
    programs: { alertmanager: peer?.path, before, profileDir },
    names: [
      ...(peer === undefined ? [] : (['alertmanager'] as const)),
      ...(before === undefined ? [] : (['before'] as const)),
      'tocsin',
    ],
  }
}

async function inTurns<T>(
  routing: Omit<Routing, 'sinkUrl'>,
  measure: (server: Server, sink: Sink) => Promise<T>,
): Promise<Record<ServerName, T[]>> {
  const found: Record<ServerName, T[]> = { tocsin: [], before: [], alertmanager: [] }
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const sink = await startSink()
      const server = await startServer(name, { ...routing, sinkUrl: sink.url }, programs)
      try {
        found[name].push(await measure(server, sink))
      } finally {
        await server.stop()
        await sink.stop()
      }
    }
  }
  return found
}

function pick<T>(found: Record<ServerName, T[]>, value: (measured: T) => number): Record<ServerName, number[]> {
  const of = (name: ServerName): number[] => found[name].map(value)
  return { tocsin: of('tocsin'), before: of('before'), alertmanager: of('alertmanager') }
}

async function ingestRows(): Promise<Row[]> {
  const rows: Row[] = []
  for (const { alerts, perPost, groups, fresh, known } of INGEST) {
    const load = `${alerts.toLocaleString('en')} alerts, ${perPost} a POST, ${groups.toLocaleString('en')} groups`
    if (!load.includes(flags.loads)) continue
    const found = await inTurns<IngestCost>(GROUPED, (server) => measureIngest(server, { alerts, perPost, groups }))
    const phases: [name: string, phase: (cost: IngestCost) => PhaseCost, target: number | undefined][] = [
      ['new', (cost) => cost.fresh, fresh],
      ['resent', (cost) => cost.resent, known],
      ['refreshed', (cost) => cost.refreshed, known],
    ]
    for (const [name, phase, target] of phases) {
      const what = `${load}: ${name}`
      rows.push({ what, unit: 'CPU-s per 100,000', values: pick(found, (cost) => phase(cost).cpu), target })
      rows.push({ what, unit: 'bytes written an alert', values: pick(found, (cost) => phase(cost).bytes) })
    }
  }
  return rows
}

async function latencyRows(): Promise<Row[]> {
  const rows: Row[] = []
  for (const { rate, p99 } of RATES) {
    const found = await inTurns<Latency>(EACH_ALONE, (server, sink) => measureLatency(server, sink, rate))
    const what = `${rate} alerts/s, a webhook each`
    rows.push(
      { what: `${what}: p50`, unit: 'ms', values: pick(found, ({ p50Ms }) => p50Ms) },
      { what: `${what}: p99`, unit: 'ms', values: pick(found, ({ p99Ms }) => p99Ms), target: p99 },
      { what: `${what}: lost`, unit: 'alerts', values: pick(found, ({ lost }) => lost) },
      { what, unit: 'CPU-s per 100,000', values: pick(found, ({ cpu }) => cpu) },
      { what, unit: 'fsyncs each', values: pick(found, ({ syncs }) => syncs) },
    )
  }
  return rows
}

async function memoryRows(): Promise<Row[]> {
  const found = await inTurns<Memory>(GROUPED, measureMemory)
  const what = `${ACTIVE_ALERTS.toLocaleString('en')} active alerts`
  return [
    { what: `${what}: resident`, unit: 'MiB', values: pick(found, ({ activeMib }) => activeMib) },
    { what: `${what}: resident after GET`, unit: 'MiB', values: pick(found, ({ readMib }) => readMib) },
    { what: `${what}: peak`, unit: 'MiB', values: pick(found, ({ peakMib }) => peakMib) },
    { what: `${what}: GET of all`, unit: 'CPU-s', values: pick(found, ({ readCpu }) => readCpu) },
  ]
}

const rows = [
  ...(wanted('ingest') ? await ingestRows() : []),
  ...(wanted('latency') ? await latencyRows() : []),
  ...(wanted('memory') ? await memoryRows() : []),
]
const missed = rows.length === 0 ? 0 : printReport(rows, names)
if (missed > 0) console.log(`\n${missed} of the targets missed`)
