import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CHAIN_MUTANTS, type ChainMutant } from './mutants.ts'

/*
 * node test/sim/chain/mutate.ts [TEXT]   finds for each mutant (whose name has the text) a seed that notices it,
 *                                        to be recorded in `mutants.ts`
 */

const execute = promisify(execFile)
const ROOT = join(import.meta.dirname, '..', '..', '..')
const SEEDS = 300

/** Plants one bug in a copy of the tree and runs the chain there. Returns what it said. */
async function tryMutant(mutant: ChainMutant, args: string[]): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'tocsin-mutant-'))
  try {
    for (const folder of ['shared', 'functions', 'test/sim']) {
      await cp(join(ROOT, folder), join(copy, folder), { recursive: true })
    }
    await cp(join(ROOT, 'package.json'), join(copy, 'package.json'))
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    await plant(copy, mutant)
    const all = ['test/sim/chain/main.ts', '--first', ...args]
    const { stdout } = await execute(process.execPath, all, { cwd: copy, maxBuffer: 64 * 1024 * 1024 }).catch(
      // What no check notices may still end the process: that says nothing.
      ({ stdout: said, stderr }: { stdout: string; stderr: string }) => ({ stdout: said || `crashed: ${stderr}` }),
    )
    return stdout
  } finally {
    await rm(copy, { recursive: true })
  }
}

/** What the run of its recorded seed says is broken; empty when it is not noticed. */
export async function caughtBy(mutant: ChainMutant): Promise<string> {
  const said = await tryMutant(mutant, ['--seeds', '1', '--from', String(mutant.seed), ...kindOf(mutant)])
  return /^seed \d+:\n.+/m.exec(said)?.[0] ?? ''
}

function kindOf({ clean, race }: ChainMutant): string[] {
  return [...(clean ? ['--clean'] : []), ...(race ? ['--race'] : [])]
}

async function plant(copy: string, { file, find, replace, name }: ChainMutant): Promise<void> {
  const path = join(copy, file)
  const source = await readFile(path, 'utf8')
  const places = source.split(find).length - 1
  if (places !== 1) throw new Error(`mutant "${name}": its place is there ${places} times in ${file}`)
  await writeFile(
    path,
    source.replace(find, () => replace),
  )
}

if (import.meta.main) {
  const [text = ''] = process.argv.slice(2)
  const queue = CHAIN_MUTANTS.filter(({ name }) => name.includes(text))
  const work = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const args = ['--seeds', String(SEEDS), ...kindOf(mutant)]
      const said = await tryMutant(mutant, args).catch(String)
      console.log(`${said.includes(' 1 broken') ? 'caught  ' : 'SURVIVED'} ${mutant.name}: ${said.slice(0, 300)}`)
    }
  }
  await Promise.all([work(), work()])
}
