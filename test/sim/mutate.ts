import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Caught, type Edit, MUTANTS, type Mutant } from './mutants.ts'

/*
 * node test/sim/mutate.ts [TEXT] [--all]   finds what catches each mutant (whose name has the text), to be recorded
 *                                          in `mutants/`: scripts, which do not depend on chance, or else clean
 *                                          seeds, or seeds. `--all` looks for all three.
 */

const execute = promisify(execFile)
const ROOT = join(import.meta.dirname, '..', '..')

const CLEAN_SEEDS = 60
const SEEDS = 300

/** Whether it is caught by what is recorded of it, and what was said then. */
export async function tryMutant(mutant: Mutant): Promise<{ caught: boolean; said: string }> {
  return await planted(mutant, async (copy) => {
    const said = await simulate(copy, argumentsOf(mutant.by))
    return { caught: brokenOf(said).length > 0, said }
  })
}

/** The first kind of thing that catches it, or each: scripts by name, a clean seed, seeds. */
export async function searchMutant(mutant: Mutant, all: boolean): Promise<string[]> {
  return await planted(mutant, async (copy) => {
    const found: string[] = []
    const ways = [
      ['--scripts', '', '--at-most', '3'],
      ['--clean', '--seeds', `${CLEAN_SEEDS}`, '--at-most', '1'],
      ['--seeds', `${SEEDS}`, '--at-most', '3'],
    ]
    for (const way of ways) {
      if (found.length > 0 && !all) break
      found.push(...brokenOf(await simulate(copy, way)).map((name) => `${way[0]} ${name}`))
    }
    return found
  })
}

function argumentsOf(by: Caught): string[] {
  if ('script' in by) return ['--scripts', by.script]
  const [from, clean] = 'clean' in by ? [by.clean, ['--clean']] : [by.seed, []]
  return ['--seeds', '1', '--from', `${from}`, ...clean]
}

function brokenOf(said: string): string[] {
  return [...said.matchAll(/^(?:seed|script) (.+):$/gm)].map(([, name]) => name!.replace(/^"|"$/g, ''))
}

/** Plants one bug in a copy of the tree. */
async function planted<T>(mutant: Mutant, then: (copy: string) => Promise<T>): Promise<T> {
  const copy = await mkdtemp(join(tmpdir(), 'tocsin-mutant-'))
  try {
    for (const folder of ['shared', 'functions', 'test/sim']) {
      await cp(join(ROOT, folder), join(copy, folder), { recursive: true })
    }
    await cp(join(ROOT, 'package.json'), join(copy, 'package.json'))
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    for (const edit of [mutant, ...(mutant.also ?? [])]) await plant(copy, mutant.name, edit)
    return await then(copy)
  } finally {
    await rm(copy, { recursive: true })
  }
}

async function plant(copy: string, name: string, { file, find, replace }: Edit): Promise<void> {
  const path = join(copy, file)
  const source = await readFile(path, 'utf8')
  const places = source.split(find).length - 1
  if (places !== 1) throw new Error(`mutant "${name}": its place is there ${places} times in ${file}`)
  await writeFile(
    path,
    source.replace(find, () => replace),
  )
}

async function simulate(cwd: string, args: string[]): Promise<string> {
  const all = ['test/sim/main.ts', ...args]
  const failed = (error: { stdout: string; stderr: string }): { stdout: string } => {
    // A bug that is not caught by a check may still end the process.
    return { stdout: error.stdout || `seed 0:\n  crashed: ${error.stderr.slice(0, 500)}` }
  }
  const { stdout } = await execute(process.execPath, all, { cwd, maxBuffer: 64 * 1024 * 1024 }).catch(failed)
  return stdout
}

if (import.meta.main) {
  const [text = ''] = process.argv.slice(2).filter((word) => !word.startsWith('--'))
  const queue = MUTANTS.filter(({ name }) => name.includes(text))
  const all = process.argv.includes('--all')
  const work = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const found = await searchMutant(mutant, all).catch((error: unknown) => [String(error)])
      console.log(`${found.length > 0 ? 'caught  ' : 'SURVIVED'} ${mutant.name}: ${found.join(', ')}`)
    }
  }
  await Promise.all([work(), work()])
}
