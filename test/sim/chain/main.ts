import { brokenPromises } from './check.ts'
import { race } from './race.ts'
import { runChain, runChainStory } from './run.ts'

/*
 * node test/sim/chain/main.ts --seeds 100 [--from 1] [--clean] [--first]   runs seeds, prints broken promises
 * node test/sim/chain/main.ts --seed 17 [--clean]                          replays a seed, prints every step
 *   --race   the script of workers that write the same windows, instead
 */
function argument(name: string): number | undefined {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : Number(process.argv[at + 1])
}

const one = argument('seed')
const clean = process.argv.includes('--clean')
const racing = process.argv.includes('--race')
const from = one ?? argument('from') ?? 1
const count = one === undefined ? (argument('seeds') ?? 100) : 1
let broken = 0
// A promise without an awaiting caller may fail too.
const unhandled: string[] = []
process.on('unhandledRejection', (error) => unhandled.push(`unhandled: ${String(error)}`))
for (let seed = from; seed < from + count; seed++) {
  const run = await (racing ? runChainStory(seed, race(seed)) : runChain(seed, clean))
  const found = [...brokenPromises(run), ...unhandled.splice(0)]
  if (one !== undefined) console.log(run.world.trace.join('\n'))
  if (found.length === 0) continue
  broken++
  console.log(`seed ${seed}:\n  ${found.slice(0, 5).join('\n  ')}`)
  if (process.argv.includes('--first')) break
}
console.log(`${count} seeds, ${broken} broken`)
process.exitCode = broken === 0 ? 0 : 1
