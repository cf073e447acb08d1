import { KINDS, type Kind } from './kinds.ts'
import { SCRIPTS } from './scripts/all.ts'
import { runScript } from './scripts.ts'
import type { Outcome } from './stage.ts'

/*
 * node test/sim/main.ts --seeds 300 [--from 1] [--clean]   runs seeds, prints broken promises, exits 1 if a run broke
 * node test/sim/main.ts --seed 17 [--clean]                replays a single seed and prints every step of the run
 * node test/sim/main.ts --scripts [TEXT]                   runs the scripts with the text in their names
 *   --flows       the seeds are stories of flows
 *   --refreshes   the seeds are stories of one machine, which keeps refreshes in memory
 *   --absorbed    the seeds are stories of AWS, whose containers of ingest absorb refreshes
 *   --machine     the seeds are stories of one machine, whose process ends and whose commits fail
 *   --at-most N   ends when so many runs broke
 */
function argument(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : (process.argv[at + 1] ?? '')
}

const clean = process.argv.includes('--clean')
const replayed = argument('seed')
const text = argument('scripts')
const from = Number(replayed ?? argument('from') ?? 1)
const count = replayed === undefined ? Number(argument('seeds') ?? 100) : 1

interface Run {
  name: string
  make: () => Promise<{ run: Outcome; found: string[] }>
}

const kind: Kind = Object.entries(KINDS).find(([name]) => process.argv.includes(`--${name}`))?.[1] ?? KINDS.routes
const seeds = (): Run[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `seed ${from + index}`,
    make: async () => {
      const run = await kind.run(from + index, clean)
      return { run, found: await kind.check(run) }
    },
  }))
const scripts = (part: string): Run[] =>
  SCRIPTS.filter(({ name }) => name.includes(part)).map((script) => ({
    name: `script "${script.name}"`,
    make: () => runScript(script),
  }))

// A promise without a waiter may also fail.
const unhandled: string[] = []
process.on('unhandledRejection', (error) => unhandled.push(`unhandled: ${String(error)}`))
const runs = text === undefined ? seeds() : scripts(text.startsWith('--') ? '' : text)
let broken = 0
for (const { name, make } of runs) {
  const { run, found } = await make().catch((error: unknown) => ({
    run: undefined,
    found: [`threw: ${String(error)}`],
  }))
  found.push(...unhandled.splice(0))
  if (runs.length === 1) console.log(run?.world.trace.join('\n'))
  if (found.length === 0) continue
  broken++
  console.log(`${name}:\n  ${found.slice(0, 5).join('\n  ')}`)
  if (broken === Number(argument('at-most'))) break
}
console.log(`${runs.length} runs, ${broken} broken`)
process.exitCode = broken === 0 ? 0 : 1
