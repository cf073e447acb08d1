import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import type { Row } from './report.ts'
import type { TargetsCost } from './targets-run.ts'

/*
 * The cost of many targets in one group, without sending: `targets-run.ts` says what is measured. Alertmanager has no
 * counterpart, since there a group has one receiver.
 */

const TARGETS = [1, 60, 600]
const ALERTS = [20, 1000]
/** Most time of a flush for 600 targets, as a multiple of a flush for one, with 1,000 alerts. */
const MOST_FLUSH = 3

const SHOWN: [what: keyof TargetsCost, name: string, unit: string][] = [
  ['flushMs', 'flush', 'CPU-ms'],
  ['settleMs', 'outcomes of all targets', 'CPU-ms'],
  ['head', 'largest head', 'bytes'],
  ['log', 'timeline', 'bytes a round'],
  ['contents', 'contents', 'bytes a round'],
  ['beside', 'other items', 'bytes a round'],
]

interface Found {
  tocsin: TargetsCost[]
  before: TargetsCost[]
}

/** `roots`: this checkout, and another one if it is compared. In turns, each run in a process of its own. */
export function benchTargets(rounds: number, roots: { tocsin: string; before?: string | undefined }): Row[] {
  const rows: Row[] = []
  for (const alerts of ALERTS) {
    const flushes = new Map<number, Found>()
    for (const targets of TARGETS) {
      const found: Found = { tocsin: [], before: [] }
      for (let round = 0; round < rounds; round++) {
        if (roots.before !== undefined) found.before.push(run(roots.before, targets, alerts))
        found.tocsin.push(run(roots.tocsin, targets, alerts))
      }
      flushes.set(targets, found)
      const what = `${targets} targets, ${alerts.toLocaleString('en')} alerts`
      for (const [key, name, unit] of SHOWN) {
        rows.push({ what: `${what}: ${name}`, unit, values: valuesOf(found, (cost) => cost[key]) })
      }
    }
    rows.push(growth(alerts, flushes))
  }
  return rows
}

/** How many times a flush for one target the flush for the most targets takes. */
function growth(alerts: number, flushes: ReadonlyMap<number, Found>): Row {
  const [one, most] = [flushes.get(TARGETS[0]!)!, flushes.get(TARGETS.at(-1)!)!]
  const ratios = (name: keyof Found): number[] =>
    most[name].map(({ flushMs }, round) => flushMs / (one[name][round]?.flushMs ?? Number.NaN))
  const what = `${TARGETS.at(-1)} targets / 1 target, ${alerts.toLocaleString('en')} alerts: flush`
  const limit = alerts === ALERTS.at(-1) ? { most: MOST_FLUSH } : {}
  return {
    what,
    unit: 'times',
    values: { tocsin: ratios('tocsin'), before: ratios('before'), alertmanager: [] },
    ...limit,
  }
}

function valuesOf({ tocsin, before }: Found, of: (cost: TargetsCost) => number): Row['values'] {
  return { tocsin: tocsin.map(of), before: before.map(of), alertmanager: [] }
}

function run(root: string, targets: number, alerts: number): TargetsCost {
  const script = join(import.meta.dirname, 'targets-run.ts')
  const args = [script, root, String(targets), String(alerts)]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as TargetsCost
}
