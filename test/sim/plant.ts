import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const ROOT = join(import.meta.dirname, '..', '..')

/** A single change to a file. */
export interface Edit {
  file: string
  /** Must be there exactly once. */
  find: string
  replace: string
}

/** The folders that a simulator needs. */
const FOLDERS = ['shared', 'functions', 'test/sim']

/** Copies without a bug, by their folders. A copy is a thousand files, and most bugs change one of them. */
const sound = new Map<readonly string[], string[]>()
process.once('exit', removeCopies)

/** Also for tests: their processes end without the event. */
export function removeCopies(): void {
  for (const copy of [...sound.values()].flat()) rmSync(copy, { recursive: true, force: true })
  sound.clear()
}

/** Plants a bug in a copy of the tree. `then` writes nothing into the copy. */
export async function planted<T>(
  name: string,
  edits: readonly Edit[],
  then: (copy: string) => Promise<T>,
  folders: readonly string[] = FOLDERS,
): Promise<T> {
  const copies = sound.get(folders) ?? []
  sound.set(folders, copies)
  const copy = copies.pop() ?? (await copyTree(folders))
  try {
    for (const edit of edits) await plant(copy, name, edit)
    return await then(copy)
  } finally {
    for (const { file } of edits) await cp(join(ROOT, file), join(copy, file))
    copies.push(copy)
  }
}

async function copyTree(folders: readonly string[]): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'tocsin-mutant-'))
  for (const folder of folders) await cp(join(ROOT, folder), join(copy, folder), { recursive: true })
  await cp(join(ROOT, 'package.json'), join(copy, 'package.json'))
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

async function plant(copy: string, name: string, edit: Edit): Promise<void> {
  const path = join(copy, edit.file)
  await writeFile(path, edited(name, edit, await readFile(path, 'utf8')))
}

/** The source with the bug. Throws where the place of the bug is missing, or there more than once. */
export function edited(name: string, { file, find, replace }: Edit, source: string): string {
  const places = source.split(find).length - 1
  if (places !== 1) throw new Error(`mutant "${name}": its place is there ${places} times in ${file}`)
  return source.replace(find, () => replace)
}

/** The output of a simulator in a copy; `crashed` makes the output when the bug ends the process. */
export async function simulate(copy: string, args: string[], crashed: (error: string) => string): Promise<string> {
  const failed = ({ stdout, stderr }: { stdout: string; stderr: string }): { stdout: string } => {
    return { stdout: stdout || crashed(stderr.slice(0, 500)) }
  }
  // The copies stay at their places, so files without a bug are compiled once.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(copy, 'compiled') }
  const options = { cwd: copy, env, maxBuffer: 64 * 1024 * 1024 }
  const { stdout } = await execute(process.execPath, args, options).catch(failed)
  return stdout
}

/** Two at a time, in the order of the list. */
export async function inPairs<T>(all: readonly T[], each: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all]
  const work = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await each(one)
  }
  await Promise.all([work(), work()])
}
