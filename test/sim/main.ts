import { violations } from './check.ts'
import { runSeed } from './run.ts'

/*
 * node test/sim/main.ts --seeds 300 [--from 1] [--clean] [--strict]   runs seeds, prints what broke, exits 1 if anything did
 * node test/sim/main.ts --seed 17                         replays one and prints everything that happened
 */
const argument = (name: string): number | undefined => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : Number(process.argv[at + 1])
}

const one = argument('seed')
const clean = process.argv.includes('--clean')
const from = one ?? argument('from') ?? 1
const count = one === undefined ? (argument('seeds') ?? 100) : 1
const firstOnly = process.argv.includes('--first')
let broken = 0
// What nobody waits for may also fail.
const unhandled: string[] = []
process.on('unhandledRejection', (error) => unhandled.push(`unhandled: ${String(error)}`))
for (let seed = from; seed < from + count; seed++) {
  const run = await runSeed(seed, clean)
  const found = [...(await violations(run, process.argv.includes('--strict'))), ...unhandled.splice(0)]
  if (one !== undefined) console.log(run.world.trace.join('\n'))
  if (found.length === 0) continue
  broken++
  console.log(`seed ${seed}:\n  ${found.slice(0, 5).join('\n  ')}`)
  if (firstOnly) break
}
console.log(`${count} seeds, ${broken} broken`)
process.exitCode = broken === 0 ? 0 : 1
