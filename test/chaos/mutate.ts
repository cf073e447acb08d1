import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { planted } from '../sim/plant.ts'
import { AWS_MUTANTS, type AwsMutant } from './mutants.ts'

/* |node test/chaos/mutate.ts [TEXT]   lists, for each mutant with TEXT in its name, the seeds that notice the mutant */

const execute = promisify(execFile)
const ROOT = join(import.meta.dirname, '..', '..')
/** Folders that the functions and this folder need. */
const FOLDERS = [
  'shared',
  'functions',
  'infra',
  'test/chaos',
  'test/fakes',
  'test/fixtures/aws',
  'test/flow',
  'test/sim',
]
const SEEDS = [1, 2, 3, 4]

/** Runs `main.ts` in a process of its own, since a run replaces time and globals. Returns the output. */
async function runMain(root: string, args: readonly string[]): Promise<string> {
  const all = [join(root, 'test/chaos/main.ts'), ...args]
  const { stdout } = await execute(process.execPath, all, { cwd: root, maxBuffer: 64 * 1024 * 1024 }).catch(
    ({ stdout: said, stderr }: { stdout: string; stderr: string }) => ({ stdout: `${said}\n${stderr}` }),
  )
  return stdout
}

export const runHere = (args: readonly string[]): Promise<string> => runMain(ROOT, args)

/** The broken promises in the output of a run; empty when the run noticed nothing. */
export async function caughtBy(mutant: AwsMutant): Promise<string> {
  return broken(await tryMutant(mutant, 1))
}

function broken(said: string): string {
  return /^seed \d+ broke \d+:\n.+/m.exec(said)?.[0] ?? ''
}

function tryMutant(mutant: AwsMutant, seed: number): Promise<string> {
  const { rate, only, tries } = mutant.faults
  const faults = ['--rate', `${rate}`, '--only', only, '--tries', `${tries}`]
  const args = ['--seed', `${seed}`, '--alerts', `${mutant.alerts}`, ...faults]
  return planted(mutant.name, [mutant, ...(mutant.also ?? [])], (copy) => runMain(copy, args), FOLDERS)
}

if (import.meta.main) {
  const [text = ''] = process.argv.slice(2)
  for (const mutant of AWS_MUTANTS.filter(({ name }) => name.includes(text))) {
    for (const seed of SEEDS) {
      const said = await tryMutant(mutant, seed)
      const caught = broken(said)
      console.log(`${caught === '' ? 'SURVIVED' : 'caught  '} ${mutant.name}, seed ${seed}: ${caught}`)
    }
  }
}
