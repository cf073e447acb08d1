import { parseArgs } from 'node:util'
import { benchCost } from './cost.ts'
import { type IngestCost, measureIngest } from './ingest-cost.ts'
import { type Latency, measureLatency } from './latency.ts'
import { benchRecords } from './records.ts'
import { printReport, type Row } from './report.ts'
import { benchRules } from './rules.ts'
import { alertmanagerVersion, type Routing, type ServerName, startServer } from './servers.ts'
import { startSink } from './sink.ts'

/*
 * `npm run bench`: the cost of Tocsin beside Alertmanager, with the same bodies, in turns, on this machine. Figures of
 * different machines, or of different hours, say little; the ratio within a run does.
 *
 *   --rounds N      rounds per server, the median counts (3)
 *   --only WHAT     `ingest`, `latency`, or, without a server, `rules`, `records` or `cost`
 *   --alone         without Alertmanager
 *   --profile DIR   CPU profiles of Tocsin's process
 */
const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    alone: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
})

if (flags.only === undefined || flags.only === 'rules') benchRules()
if (flags.only === undefined || flags.only === 'records') await benchRecords(Number(flags.rounds))
if (flags.only === undefined || flags.only === 'cost') await benchCost()
if (flags.only === 'rules' || flags.only === 'records' || flags.only === 'cost') process.exit()

/** The number of alerts in a run, by the number of alerts in a post: some seconds per run. */
const INGEST: { perPost: number; alerts: number; target: number }[] = [
  { perPost: 1, alerts: 8192, target: 1 },
  { perPost: 64, alerts: 32_768, target: 0.75 },
]
const P99_TARGET = 3

const GROUPED = { groupBy: ['alertname', 'cluster', 'namespace'], groupWait: '30s', groupInterval: '5m' }
const EACH_ALONE = { groupBy: ['...'], groupWait: '0s', groupInterval: '1s' }

function contestants(): ServerName[] {
  const version = alertmanagerVersion()
  if (!flags.alone && version !== undefined) {
    console.log(`Alertmanager ${version} (Debian), in memory; Tocsin answers when it is on disk (fsync)\n`)
    return ['alertmanager', 'tocsin']
  }
  if (!flags.alone) {
    console.log('!!! prometheus-alertmanager IS NOT INSTALLED: Tocsin is measured alone, NO RATIO is checked !!!')
    console.log('!!! apt-get install prometheus-alertmanager                                          !!!\n')
  }
  return ['tocsin']
}

async function inTurns<T>(
  routing: Omit<Routing, 'sinkUrl'>,
  measure: (server: Awaited<ReturnType<typeof startServer>>, sink: Awaited<ReturnType<typeof startSink>>) => Promise<T>,
): Promise<Record<ServerName, T[]>> {
  const found: Record<ServerName, T[]> = { tocsin: [], alertmanager: [] }
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const name of names) {
      const sink = await startSink()
      const server = await startServer(name, { ...routing, sinkUrl: sink.url }, flags.profile)
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
  return { tocsin: found.tocsin.map(value), alertmanager: found.alertmanager.map(value) }
}

async function ingestRows(): Promise<Row[]> {
  const rows: Row[] = []
  for (const { perPost, alerts, target } of INGEST) {
    const found = await inTurns<IngestCost>(GROUPED, (server) => measureIngest(server, alerts, perPost))
    const unit = 'CPU-s per 100,000'
    rows.push(
      { what: `new alerts, ${perPost} a POST`, unit, values: pick(found, ({ fresh }) => fresh), target },
      { what: `resent alerts, ${perPost} a POST`, unit, values: pick(found, ({ resent }) => resent), target },
    )
  }
  return rows
}

async function latencyRows(): Promise<Row[]> {
  const found = await inTurns<Latency>(EACH_ALONE, measureLatency)
  const what = '500 alerts/s, a webhook each'
  return [
    { what: `${what}: p50`, unit: 'ms', values: pick(found, ({ p50Ms }) => p50Ms) },
    { what: `${what}: p99`, unit: 'ms', values: pick(found, ({ p99Ms }) => p99Ms), target: P99_TARGET },
    { what: `${what}: lost`, unit: 'alerts', values: pick(found, ({ lost }) => lost) },
    { what, unit: 'CPU-s per 100,000', values: pick(found, ({ cpu }) => cpu) },
  ]
}

const names = contestants()
const rows = [
  ...(flags.only === 'latency' ? [] : await ingestRows()),
  ...(flags.only === 'ingest' ? [] : await latencyRows()),
]
const missed = printReport(rows)
if (missed > 0) console.log(`\n${missed} of the targets missed`)
