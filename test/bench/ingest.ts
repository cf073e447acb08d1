import { type Found, type InTurns, pick } from './contestants.ts'
import { type IngestCost, type IngestLoad, measureIngest, type PhaseCost } from './ingest-cost.ts'
import type { Row } from './report.ts'
import type { ServerName } from './servers.ts'

/** Targets: largest ratios of CPU to Alertmanager, by phase. */
interface Measured extends IngestLoad, Partial<Record<keyof IngestCost, number>> {
  /** Most bytes written for a new alert. */
  freshBytes?: number
}

const LOADS: Measured[] = [
  { alerts: 8192, perPost: 1, groups: 200, fresh: 1, resent: 1, refreshed: 1 },
  { alerts: 32_768, perPost: 64, groups: 200, fresh: 0.75, resent: 0.75, refreshed: 0.6 },
  { alerts: 32_768, perPost: 256, groups: 200 },
  { alerts: 32_768, perPost: 64, groups: 10_000 },
  { alerts: 98_304, perPost: 64, groups: 200, fresh: 1.4, refreshed: 0.6, freshBytes: 3600 },
  { alerts: 98_304, perPost: 64, groups: 1000, fresh: 1.4, refreshed: 0.6, freshBytes: 3600 },
]

/** Two loads that differ only in the number of alerts, and so in the size of a group: 164 and 492 alerts. */
const [FEW, MANY] = [LOADS[1]!, LOADS[4]!]
const MOST_GROWTH = 1.05

/** No flush lies inside a run, so ingest is measured alone. */
const ROUTING = { groupBy: ['alertname', 'cluster', 'namespace'], groupWait: '10m', groupInterval: '10m' }

type Phase = [name: string, key: keyof IngestCost]
const PHASES: Phase[] = [
  ['new', 'fresh'],
  ['resent', 'resent'],
  ['refreshed', 'refreshed'],
]

/** `only`: the loads whose names have the text. */
export async function ingestRows(inTurns: InTurns, only: string): Promise<Row[]> {
  const rows: Row[] = []
  const measured = new Map<string, Found<IngestCost>>()
  for (const target of LOADS) {
    const { alerts, perPost, groups } = target
    const load = nameOf(target)
    if (!load.includes(only)) continue
    const found = await inTurns<IngestCost>(ROUTING, (server) => measureIngest(server, { alerts, perPost, groups }))
    measured.set(load, found)
    for (const [name, key] of PHASES) {
      const what = `${load}: ${name}`
      const of = (value: (cost: PhaseCost) => number): Row['values'] => pick(found, (cost) => value(cost[key]))
      rows.push({ what, unit: 'CPU-s per 100,000', values: of(({ cpu }) => cpu), target: target[key] })
      const most = key === 'fresh' ? target.freshBytes : undefined
      rows.push({ what, unit: 'bytes written an alert', values: of(({ bytes }) => bytes), most })
    }
  }
  return [...rows, ...growthRows(measured)]
}

function nameOf({ alerts, perPost, groups }: IngestLoad): string {
  return `${alerts.toLocaleString('en')} alerts, ${perPost} a POST, ${groups.toLocaleString('en')} groups`
}

/**
 * The growth of the cost of all alerts with their number, in as many groups, as an exponent: 1 means that an alert costs
 * as much in a large group as in a small group.
 */
function growthRows(measured: ReadonlyMap<string, Found<IngestCost>>): Row[] {
  const [small, large] = [measured.get(nameOf(FEW)), measured.get(nameOf(MANY))]
  if (small === undefined || large === undefined) return []
  const [few, many] = [FEW, MANY].map(({ alerts }) => alerts.toLocaleString('en'))
  const exponents = (value: (cost: IngestCost) => number): Row['values'] => {
    const between = (name: ServerName): number[] =>
      large[name].map((cost, round) => {
        const growth = value(cost) / value(small[name][round]!)
        return 1 + Math.log(growth) / Math.log(MANY.alerts / FEW.alerts)
      })
    return { tocsin: between('tocsin'), before: between('before'), alertmanager: between('alertmanager') }
  }
  return PHASES.flatMap(([name, key]) => {
    const what = `from ${few} to ${many} alerts in ${FEW.groups} groups: ${name}`
    return [
      { what, unit: 'exponent of CPU', values: exponents((cost) => cost[key].cpu), most: MOST_GROWTH },
      { what, unit: 'exponent of bytes', values: exponents((cost) => cost[key].bytes) },
    ]
  })
}
