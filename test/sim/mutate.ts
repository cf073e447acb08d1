import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MUTANTS, type Mutant } from './mutants.ts'

/*
 * node test/sim/mutate.ts [--seeds 300] [--only TEXT]   each mutant must be caught within so many seeds
 */

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '..', '..')

export interface Verdict {
  mutant: string
  caught: boolean
  /** What the first seed that noticed said. */
  by: string
}

/** Plants one bug in a copy of the tree and runs the simulator there. */
export async function tryMutant(mutant: Mutant, seeds: number): Promise<Verdict> {
  const copy = await mkdtemp(join(tmpdir(), 'tocsin-mutant-'))
  try {
    for (const folder of ['shared', 'functions', 'test/sim']) {
      await cp(join(ROOT, folder), join(copy, folder), { recursive: true })
    }
    await cp(join(ROOT, 'package.json'), join(copy, 'package.json'))
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    await plant(copy, mutant)
    const output = await simulate(copy, seeds)
    return {
      mutant: mutant.name,
      caught: output.includes('seeds, 1 broken'),
      by: output.split('\n').slice(0, 2).join(' '),
    }
  } finally {
    await rm(copy, { recursive: true })
  }
}

async function plant(copy: string, { file, find, replace, name }: Mutant): Promise<void> {
  const path = join(copy, file)
  const source = await readFile(path, 'utf8')
  const places = source.split(find).length - 1
  if (places !== 1) throw new Error(`mutant "${name}": its place is there ${places} times in ${file}`)
  await writeFile(
    path,
    source.replace(find, () => replace),
  )
}

async function simulate(cwd: string, seeds: number): Promise<string> {
  const args = ['test/sim/main.ts', '--seeds', String(seeds), '--first']
  const { stdout } = await run(process.execPath, args, { cwd, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string; stderr: string }) => ({
      stdout: error.stdout || `crashed: ${error.stderr.slice(0, 500)}`,
    }),
  )
  return stdout
}

if (import.meta.main) {
  const argument = (name: string): string | undefined => {
    const at = process.argv.indexOf(`--${name}`)
    return at < 0 ? undefined : process.argv[at + 1]
  }
  const wanted = MUTANTS.filter(({ name }) => name.includes(argument('only') ?? ''))
  const queue = [...wanted]
  const work = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const { caught, by } = await tryMutant(mutant, Number(argument('seeds') ?? 300))
      console.log(`${caught ? 'caught  ' : 'SURVIVED'} ${mutant.name}${caught ? `: ${by}` : ` (${by})`}`)
    }
  }
  await Promise.all([work(), work()])
}
