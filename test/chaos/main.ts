import { parseArgs } from 'node:util'
import { brokenPromises } from './check.ts'
import { deployedFiles } from './cloud.ts'
import type { FaultOptions } from './faults.ts'
import { runSeed } from './run.ts'

/*
 * node test/chaos/main.ts --seeds 20 [--from 1]   runs seeds, prints broken promises, exits 1 if a seed broke one
 * node test/chaos/main.ts --seed 17 [--log]       runs one seed, with the functions' log
 *   --alerts N   alerts in a run (2000)      --clean   no faults      --bundles   the deployed bundles, not the sources
 *   --rate N     faults in a hundred calls, `--tries N` of the client's three, only of `--only KIND` (`faults.ts`)
 */
const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    alerts: { type: 'string', default: '2000' },
    clean: { type: 'boolean', default: false },
    rate: { type: 'string' },
    only: { type: 'string' },
    tries: { type: 'string' },
    bundles: { type: 'boolean', default: false },
    log: { type: 'boolean', default: false },
  },
})

const { log } = console
const { rate, only, tries } = flags
const faults: FaultOptions | undefined =
  rate === undefined
    ? undefined
    : { rate: Number(rate), ...(only ? { only } : {}), ...(tries ? { tries: Number(tries) } : {}) }
const from = Number(flags.seed ?? flags.from)
const count = flags.seed === undefined ? Number(flags.seeds) : 1
const { files, remove } = await deployedFiles(flags.bundles)
// A promise without an awaiting caller may fail too.
const unhandled: string[] = []
process.on('unhandledRejection', (error) =>
  unhandled.push(`unhandled: ${error instanceof Error ? error.stack : error}`),
)
let broken = 0
for (let seed = from; seed < from + count; seed++) {
  const began = performance.now()
  const run = await runSeed(seed, {
    ...{ alerts: Number(flags.alerts), clean: flags.clean, files },
    ...(faults === undefined ? {} : { faults }),
    ...(flags.log ? { say: log } : {}),
  })
  const found = [...brokenPromises(run), ...unhandled.splice(0)]
  const kinds = [...run.injected].map(([kind, times]) => `${kind} ${times}`).sort()
  const sum = [...run.injected.values()].reduce((all, times) => all + times, 0)
  const { answered, refused } = run.posts
  log(
    `seed ${seed}: ${run.accepted.length} changes in ${answered} posts (${refused} refused), ${run.told.length} told,`,
  )
  log(`  ${sum} faults: ${kinds.join(', ')}; ${((performance.now() - began) / 1000).toFixed(1)} s`)
  if (found.length === 0) continue
  broken++
  log(`seed ${seed} broke ${found.length}:\n  ${found.slice(0, 5).join('\n  ')}`)
}
await remove()
log(`${count} seeds, ${broken} broken`)
process.exitCode = broken === 0 ? 0 : 1
