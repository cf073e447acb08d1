import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchBackfill } from './backfill.ts'
import { benchCold } from './cold.ts'
import { type ConsoleCost, MANY, measureConsole } from './console.ts'
import { findContestants, pick } from './contestants.ts'
import { benchCost } from './cost.ts'
import { benchDeliveries } from './deliveries.ts'
import { benchHostile } from './hostile.ts'
import { ingestRows } from './ingest.ts'
import { type Latency, measureLatency } from './latency.ts'
import { ACTIVE_ALERTS, type Memory, measureMemory } from './memory.ts'
import { benchRecords } from './records.ts'
import { benchRendering } from './rendering.ts'
import { printReport, type Row } from './report.ts'
import { benchRules } from './rules.ts'
import { benchSizes } from './sizes.ts'
import { benchTargets } from './targets.ts'

/*
 * `npm run bench`: the cost of Tocsin beside Alertmanager's, with the same bodies, in turns, on this machine.
 * Figures of different machines, or of different hours, say little; the ratio of one run does.
 *
 *   --rounds N      each server is measured so often, the median counts (3)
 *   --only PART     one of ingest, latency, memory (beside Alertmanager), targets, rules, records, deliveries,
 *                   rendering, cost, sizes, cold, console, hostile (of Tocsin alone), backfill (beside the engine in the folder
 *                   TOCSIN_BACKFILL)
 *   --loads TEXT    of `ingest`, `hostile` and `cost` the loads whose names have the text: `98,304`, `1 a POST`
 *   --before DIR    measures Tocsin of another checkout in the same turns, such as that of an earlier commit
 *   --alone         without Alertmanager
 *   --markdown      the table in Markdown
 *   --profile DIR   CPU profiles of Tocsin's process
 */
const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    loads: { type: 'string', default: '' },
    before: { type: 'string' },
    alone: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
})

const rounds = Number(flags.rounds)
const wanted = (part: string): boolean => flags.only === undefined || flags.only === part

if (wanted('rules')) await benchRules()
if (wanted('records')) await benchRecords(rounds)
if (wanted('deliveries')) await benchDeliveries()
if (wanted('rendering')) await benchRendering()
if (wanted('sizes')) await benchSizes()
if (wanted('backfill')) await benchBackfill(rounds)
if (wanted('hostile')) await benchHostile(flags.loads)

const RATES: { rate: number; p99?: number }[] = [{ rate: 100 }, { rate: 500, p99: 1.5 }]
const IN_GROUPS = { groupBy: ['alertname', 'cluster', 'namespace'], groupWait: '10m', groupInterval: '10m' }
const EACH_ALONE = { groupBy: ['...'], groupWait: '0s', groupInterval: '1s' }

const { before } = flags
if (wanted('cold')) await benchCold(before)

const { names, inTurns } = findContestants({ rounds, alone: flags.alone, before, profileDir: flags.profile })

async function latencyRows(): Promise<Row[]> {
  const rows: Row[] = []
  for (const { rate, p99 } of RATES) {
    const found = await inTurns<Latency>(EACH_ALONE, (server, sink) => measureLatency(server, sink, rate))
    const what = `${rate} alerts/s, a webhook each`
    rows.push(
      { what: `${what}: p50`, unit: 'ms', values: pick(found, ({ p50Ms }) => p50Ms), target: 3 },
      { what: `${what}: p99`, unit: 'ms', values: pick(found, ({ p99Ms }) => p99Ms), target: p99 },
      { what: `${what}: lost`, unit: 'alerts', values: pick(found, ({ lost }) => lost) },
      { what, unit: 'CPU-s per 100,000', values: pick(found, ({ cpu }) => cpu), target: 1 },
      { what, unit: 'fsyncs each', values: pick(found, ({ syncs }) => syncs) },
    )
  }
  return rows
}

async function consoleRows(): Promise<Row[]> {
  const { inTurns } = findContestants({ rounds, alone: true, before, profileDir: flags.profile })
  const found = await inTurns<ConsoleCost>({ ...IN_GROUPS, groupWait: '0s' }, (server) => measureConsole(server))
  const what = 'page of 25 groups'
  const among = `among ${MANY.toLocaleString('en')} alerts`
  return [
    { what: `console: ${what}`, unit: 'CPU-ms', values: pick(found, ({ page }) => page) },
    { what: 'console: poll without news', unit: 'CPU-ms', values: pick(found, ({ poll }) => poll) },
    { what: 'console: poll / page', unit: 'ratio', values: pick(found, ({ page, poll }) => poll / page), most: 0.3 },
    { what: 'console: request with a session', unit: 'CPU-ms', values: pick(found, ({ empty }) => empty) },
    ...(['incidents', 'silences'] as const).flatMap((page) => [
      { what: `console: ${page}`, unit: 'CPU-ms', values: pick(found, (one) => one[page].page) },
      { what: `console: poll of ${page}`, unit: 'CPU-ms', values: pick(found, (one) => one[page].poll) },
    ]),
    { what: `console: ${what} ${among}`, unit: 'CPU-ms', values: pick(found, ({ amongMany }) => amongMany) },
    {
      ...{ what: `console: ${what}, ${among} / few`, unit: 'ratio', most: 1.5 },
      values: pick(found, ({ page, amongMany }) => amongMany / page),
    },
  ]
}

async function memoryRows(): Promise<Row[]> {
  const found = await inTurns<Memory>(IN_GROUPS, measureMemory)
  const what = `${ACTIVE_ALERTS.toLocaleString('en')} active alerts`
  return [
    { what: `${what}: resident`, unit: 'MiB', values: pick(found, ({ activeMib }) => activeMib) },
    { what: `${what}: resident after GET`, unit: 'MiB', values: pick(found, ({ readMib }) => readMib) },
    { what: `${what}: peak`, unit: 'MiB', values: pick(found, ({ peakMib }) => peakMib) },
    { what: `${what}: GET of all`, unit: 'CPU-s', values: pick(found, ({ readCpu }) => readCpu) },
  ]
}

const rows = [
  ...(wanted('cost') ? await benchCost(before, flags.loads) : []),
  ...(wanted('targets') ? benchTargets(rounds, { tocsin: join(import.meta.dirname, '../..'), before }) : []),
  ...(wanted('console') ? await consoleRows() : []),
  ...(wanted('ingest') ? await ingestRows(inTurns, flags.loads) : []),
  ...(wanted('latency') ? await latencyRows() : []),
  ...(wanted('memory') ? await memoryRows() : []),
]
const missed = rows.length === 0 ? 0 : printReport(rows, names, flags.markdown)
if (missed > 0) console.log(`\n${missed} of the targets missed`)
