import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AWS_MUTANTS, type AwsMutant } from './mutants.ts'

/*
 * node test/chaos/mutate.ts [TEXT]   says for each mutant (whose name has the text) which seeds notice it
 */

const execute = promisify(execFile)
const ROOT = join(import.meta.dirname, '..', '..')
/** What the functions and this folder are made of. */
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

/** Runs `main.ts` in a process of its own, whose time and globals it may take. Returns what it said. */
async function runMain(root: string, args: readonly string[]): Promise<string> {
  const all = [join(root, 'test/chaos/main.ts'), ...args]
  const { stdout } = await execute(process.execPath, all, { cwd: root, maxBuffer: 64 * 1024 * 1024 }).catch(
    ({ stdout: said, stderr }: { stdout: string; stderr: string }) => ({ stdout: `${said}\n${stderr}` }),
  )
  return stdout
}

export const runHere = (args: readonly string[]): Promise<string> => runMain(ROOT, args)

/** What a run says is broken; empty when nothing is noticed. */
export async function caughtBy(mutant: AwsMutant): Promise<string> {
  return broken(await tryMutant(mutant, 1))
}

function broken(said: string): string {
  return /^seed \d+ broke \d+:\n.+/m.exec(said)?.[0] ?? ''
}

async function tryMutant(mutant: AwsMutant, seed: number): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'tocsin-mutant-'))
  try {
    for (const folder of FOLDERS) await cp(join(ROOT, folder), join(copy, folder), { recursive: true })
    await cp(join(ROOT, 'package.json'), join(copy, 'package.json'))
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    await plant(copy, mutant)
    const { rate, only, tries } = mutant.faults
    const faults = ['--rate', `${rate}`, '--only', only, '--tries', `${tries}`]
    return await runMain(copy, ['--seed', `${seed}`, '--alerts', `${mutant.alerts}`, ...faults])
  } finally {
    await rm(copy, { recursive: true })
  }
}

async function plant(copy: string, { file, find, replace, name }: AwsMutant): Promise<void> {
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
  for (const mutant of AWS_MUTANTS.filter(({ name }) => name.includes(text))) {
    for (const seed of SEEDS) {
      const said = await tryMutant(mutant, seed)
      const caught = broken(said)
      console.log(`${caught === '' ? 'SURVIVED' : 'caught  '} ${mutant.name}, seed ${seed}: ${caught}`)
    }
  }
}
