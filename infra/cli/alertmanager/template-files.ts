import { glob, readFile, stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import type { Problem } from '../../../shared/problem/problem.ts'

/** Texts of files with definitions, in the order in which Alertmanager reads the files, by a name for messages. */
export type TemplateFiles = ReadonlyMap<string, string>

interface TemplatesRead {
  /** Absent: there is no `templates`. */
  files?: TemplateFiles
  problems: Problem[]
  warnings: Problem[]
}

/**
 * The files of `templates`: each entry is a path with `*`, `?` and `[…]`, below `folder` unless it is absolute. As in
 * Alertmanager, an entry that no file matches is no mistake; Tocsin refuses calls of templates that are nowhere.
 */
export async function readTemplates(given: unknown, folder: string): Promise<TemplatesRead> {
  if (given === undefined || given === null) return { problems: [], warnings: [] }
  const files = new Map<string, string>()
  const problems: Problem[] = []
  const warnings: Problem[] = []
  // Another form is for Tocsin to refuse.
  for (const [place, pattern] of (Array.isArray(given) ? given : []).map(String).entries()) {
    const at = `templates[${place}]`
    const found = await matching(pattern, folder)
    if (found.length === 0) warnings.push({ path: at, message: `no file is ${resolve(folder, pattern)}` })
    for (const path of found) {
      try {
        files.set(relative(folder, path), await readFile(path, 'utf8'))
      } catch (error) {
        problems.push({ path: at, message: `cannot read ${path}: ${(error as NodeJS.ErrnoException).code}` })
      }
    }
  }
  return { files, problems, warnings }
}

/** In the order of paths. Links are followed, as directories of Kubernetes have links to the files. */
async function matching(pattern: string, folder: string): Promise<string[]> {
  const paths: string[] = []
  for await (const path of glob(pattern, { cwd: folder })) paths.push(resolve(folder, path))
  const files: string[] = []
  for (const path of paths.sort()) if ((await stat(path)).isFile()) files.push(path)
  return files
}
