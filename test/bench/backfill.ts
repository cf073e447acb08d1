import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { residentMib } from './process.ts'

/*
 * `tocsin backfill` over a large file, and another engine over the same file in turns. `TOCSIN_BACKFILL` names a folder
 * with `rules/`, `records.ndjson`, and for the comparison `peer`: a program that gets both paths and says on standard
 * error how many results there are.
 */

/** Ratio to the peer, and MiB. */
const MOST = { cpu: 1, wall: 1, residentMib: 200 }

interface Run {
  cpu: number
  wall: number
  residentMib: number
  /** The last line of the program, with the counts. */
  said: string
}

/** Prints a line for every round. */
export async function benchBackfill(rounds: number): Promise<void> {
  const folder = process.env.TOCSIN_BACKFILL
  if (!folder) {
    console.log('!!! TOCSIN_BACKFILL names no folder with rules and records.ndjson: BACKFILL IS NOT MEASURED !!!')
    return
  }
  const [rules, records, peer] = [join(folder, 'rules'), join(folder, 'records.ndjson'), join(folder, 'peer')]
  const start = join(import.meta.dirname, '../../infra/cli/start.mjs')
  const own = [process.execPath, start, 'backfill', '--rules', rules, '--json', records]
  if (!existsSync(peer)) console.log(`no ${peer}: backfill is measured alone`)
  for (let round = 0; round < rounds; round++) {
    const tocsin = await measured(own)
    console.log(`backfill: ${shown(tocsin)}; resident ${verdict(tocsin.residentMib, MOST.residentMib)}`)
    if (!existsSync(peer)) continue
    const other = await measured([peer, rules, records])
    const [cpu, wall] = [tocsin.cpu / other.cpu, tocsin.wall / other.wall]
    console.log(`    peer: ${shown(other)}`)
    console.log(`   ratio: CPU ${verdict(cpu, MOST.cpu)}, wall ${verdict(wall, MOST.wall)}`)
  }
  console.log()
}

const POLL_MS = 50

/** bash's `time` tells the CPU of a process and of the threads; the memory is looked at while the process runs. */
async function measured(command: readonly string[]): Promise<Run> {
  const script = 'TIMEFORMAT="%U %S %R"; time "$@" > /dev/null'
  const child = spawn('bash', ['-c', script, 'bash', ...command], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  let peak = 0
  const poll = setInterval(() => {
    peak = Math.max(peak, peakOfChild(child.pid ?? 0))
  }, POLL_MS)
  await once(child, 'close')
  clearInterval(poll)
  const lines = said.trim().split('\n')
  const [user = Number.NaN, system = Number.NaN, wall = Number.NaN] = (lines.pop() ?? '').split(' ').map(Number)
  return { cpu: user + system, wall, residentMib: peak, said: lines.at(-1) ?? '' }
}

/** The process that bash started. 0: none runs. */
function peakOfChild(bash: number): number {
  try {
    const [child] = readFileSync(`/proc/${bash}/task/${bash}/children`, 'utf8').trim().split(' ')
    return child ? residentMib(Number(child)).peak || 0 : 0
  } catch {
    return 0
  }
}

function shown({ cpu, wall, residentMib, said }: Run): string {
  return `CPU ${cpu.toFixed(1)} s, wall ${wall.toFixed(1)} s, ${Math.round(residentMib)} MiB, "${said}"`
}

function verdict(value: number, most: number): string {
  return `${value.toFixed(2)} (at most ${most}) ${value <= most ? 'ok' : 'MISSED'}`
}
