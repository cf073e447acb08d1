import { inPairs, planted, simulate } from '../plant.ts'
import { CHAIN_MUTANTS, type ChainMutant } from './mutants.ts'

/*
 * node test/sim/chain/mutate.ts [TEXT]   finds, for each mutant with TEXT in its name, a seed that notices the
 *                                        mutant, to be recorded in `mutants.ts`
 */

const SEEDS = 300
/** The steps of a seed shift with every effect added to the product or removed from the product. */
const NEAR = 60

/** Plants one bug and runs the chain with the bug. Returns the output. */
function tryMutant(mutant: ChainMutant, seeds: string[]): Promise<string> {
  const { clean, script } = mutant
  const kind = [...(clean ? ['--clean'] : []), ...(script === undefined ? [] : ['--script', script])]
  const args = ['test/sim/chain/main.ts', '--first', ...seeds, ...kind]
  // A bug that no check notices may still end the process: a crash counts as not noticed.
  return planted(mutant.name, [mutant], (copy) => simulate(copy, args, (error) => `crashed: ${error}`))
}

/** The broken promises of the recorded seed, or of one of the next seeds; empty when the bug is not noticed. */
export async function caughtBy(mutant: ChainMutant): Promise<string> {
  const said = await tryMutant(mutant, ['--seeds', String(NEAR), '--from', String(mutant.seed)])
  return /^seed \d+:\n.+/m.exec(said)?.[0] ?? ''
}

if (import.meta.main) {
  const [text = ''] = process.argv.slice(2)
  await inPairs(
    CHAIN_MUTANTS.filter(({ name }) => name.includes(text)),
    async (mutant) => {
      const said = await tryMutant(mutant, ['--seeds', String(SEEDS)]).catch(String)
      console.log(`${said.includes(' 1 broken') ? 'caught  ' : 'SURVIVED'} ${mutant.name}: ${said.slice(0, 300)}`)
    },
  )
}
