import { type Caught, MUTANTS, type Mutant } from './mutants.ts'
import { inPairs, planted, simulate } from './plant.ts'

/*
 * node test/sim/mutate.ts [TEXT] [--all]   finds the runs that catch each mutant (with TEXT in its name), to be
 *                                         recorded in `mutants/`: scripts, which do not depend on chance, or else
 *                                         clean seeds, or seeds, or seeds of flows. `--all` looks for every kind.
 */

const CLEAN_SEEDS = 60
const SEEDS = 300

/** Whether the mutant is caught by its recorded run, and the output of the run. */
export async function tryMutant(mutant: Mutant): Promise<{ caught: boolean; said: string }> {
  return await plantedIn(mutant, async (copy) => {
    const said = await runIn(copy, argumentsOf(mutant.by))
    return { caught: brokenOf(said).length > 0, said }
  })
}

/**
 * The runs that catch the mutant, of the first kind with success or of every kind: scripts by name, a clean seed,
 * seeds.
 */
export async function searchMutant(mutant: Mutant, all: boolean): Promise<string[]> {
  return await plantedIn(mutant, async (copy) => {
    const found: string[] = []
    const ways = [
      ['--scripts', '', '--at-most', '3'],
      ['--clean', '--seeds', `${CLEAN_SEEDS}`, '--at-most', '1'],
      ['--seeds', `${SEEDS}`, '--at-most', '3'],
      ['--flows', '--clean', '--seeds', `${CLEAN_SEEDS}`, '--at-most', '1'],
      ['--flows', '--seeds', `${SEEDS}`, '--at-most', '3'],
      ['--refreshes', '--clean', '--seeds', `${CLEAN_SEEDS}`, '--at-most', '1'],
      ['--refreshes', '--seeds', `${SEEDS}`, '--at-most', '3'],
      ['--absorbed', '--seeds', `${SEEDS}`, '--at-most', '3'],
    ]
    for (const way of ways) {
      if (found.length > 0 && !all) break
      found.push(...brokenOf(await runIn(copy, way)).map((name) => `${way.slice(0, 2).join(' ')} ${name}`))
    }
    return found
  })
}

function argumentsOf(by: Caught): string[] {
  if ('script' in by) return ['--scripts', by.script]
  if ('machine' in by) return ['--refreshes', '--seeds', '1', '--from', `${by.machine}`]
  if ('flows' in by) return ['--flows', '--seeds', '1', '--from', `${by.flows}`]
  const [from, clean] = 'clean' in by ? [by.clean, ['--clean']] : [by.seed, []]
  return ['--seeds', '1', '--from', `${from}`, ...clean]
}

function brokenOf(said: string): string[] {
  return [...said.matchAll(/^(?:seed|script) (.+):$/gm)].map(([, name]) => name!.replace(/^"|"$/g, ''))
}

function plantedIn<T>(mutant: Mutant, then: (copy: string) => Promise<T>): Promise<T> {
  return planted(mutant.name, [mutant, ...(mutant.also ?? [])], then)
}

/** A bug that is not caught by a check may still end the process. */
function runIn(copy: string, args: string[]): Promise<string> {
  return simulate(copy, ['test/sim/main.ts', ...args], (error) => `seed 0:\n  crashed: ${error}`)
}

if (import.meta.main) {
  const [text = ''] = process.argv.slice(2).filter((word) => !word.startsWith('--'))
  const all = process.argv.includes('--all')
  await inPairs(
    MUTANTS.filter(({ name }) => name.includes(text)),
    async (mutant) => {
      const found = await searchMutant(mutant, all).catch((error: unknown) => [String(error)])
      console.log(`${found.length > 0 ? 'caught  ' : 'SURVIVED'} ${mutant.name}: ${found.join(', ')}`)
    },
  )
}
