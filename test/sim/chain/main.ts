import { brokenPromises } from './check.ts'
import { runChain, runChainStory } from './run.ts'
import { CHAIN_SCRIPTS } from './scripts.ts'

/*
 * node test/sim/chain/main.ts --seeds 100 [--from 1] [--clean] [--first]   runs seeds, prints broken promises
 * node test/sim/chain/main.ts --seed 17 [--clean]                          replays a seed, prints every step
 *   --script NAME   a script of `scripts.ts`, instead of the stories that seeds draw
 */
function argument(name: string): number | undefined {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : Number(process.argv[at + 1])
}

const one = argument('seed')
const clean = process.argv.includes('--clean')
const named = process.argv[process.argv.indexOf('--script') + 1]
const script = Object.entries(CHAIN_SCRIPTS).find(([name]) => name === named)?.[1]
const from = one ?? argument('from') ?? 1
const count = one === undefined ? (argument('seeds') ?? 100) : 1
let broken = 0
// A promise without an awaiting caller may fail too.
const unhandled: string[] = []
process.on('unhandledRejection', (error) => unhandled.push(`unhandled: ${String(error)}`))
for (let seed = from; seed < from + count; seed++) {
  const run = await (script === undefined ? runChain(seed, clean) : runChainStory(seed, script(seed)))
  const found = [...brokenPromises(run), ...unhandled.splice(0)]
  if (one !== undefined) console.log(run.world.trace.join('\n'))
  if (found.length === 0) continue
  broken++
  console.log(`seed ${seed}:\n  ${found.slice(0, 5).join('\n  ')}`)
  if (process.argv.includes('--first')) break
}
console.log(`${count} seeds, ${broken} broken`)
process.exitCode = broken === 0 ? 0 : 1
