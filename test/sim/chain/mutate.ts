import { inPairs, planted, simulate } from '../plant.ts'
import { CHAIN_MUTANTS, type ChainMutant } from './mutants.ts'

/*
 * node test/sim/chain/mutate.ts [TEXT]   finds for each mutant (whose name has the text) a seed that notices it,
 *                                        to be recorded in `mutants.ts`
 */

const SEEDS = 300
/** What happens in a seed shifts with every effect that the product has more or less. */
const NEAR = 60

/** Plants one bug and runs the chain with it. Returns what it said. */
function tryMutant(mutant: ChainMutant, seeds: string[]): Promise<string> {
  const { clean, race } = mutant
  const kind = [...(clean ? ['--clean'] : []), ...(race ? ['--race'] : [])]
  const args = ['test/sim/chain/main.ts', '--first', ...seeds, ...kind]
  // What no check notices may still end the process: that says nothing.
  return planted(mutant.name, [mutant], (copy) => simulate(copy, args, (error) => `crashed: ${error}`))
}

/** What the run of its recorded seed, or of one soon after, says is broken; empty when it is not noticed. */
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
