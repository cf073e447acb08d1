import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface FileEntry {
  path: string
  bytes: number
}

/** Names of files in folders, and the same in words. */
export interface FileNames {
  pattern: RegExp
  named: string
}

/**
 * The named files, and the files below the named folders whose names match. Throws when a named path does not exist, or
 * when a named folder has no such file: a search that looked at nothing must not say that it found nothing.
 */
export async function findFiles(paths: readonly string[], { pattern, named }: FileNames): Promise<FileEntry[]> {
  const found: FileEntry[] = []
  for (const path of paths) {
    const stats = await stat(path)
    if (stats.isDirectory()) {
      const below = await filesBelow(path, pattern)
      if (below.length === 0) throw new Error(`no ${named} below ${path}`)
      found.push(...below)
    } else found.push({ path, bytes: stats.size })
  }
  return found
}

/** In the order of paths, since trails name their files by time. Links to folders are not followed. */
async function filesBelow(folder: string, pattern: RegExp): Promise<FileEntry[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => pattern.test(entry.name)).map((entry) => join(entry.parentPath, entry.name))
  const found: FileEntry[] = []
  for (const path of paths.sort()) {
    const stats = await stat(path)
    if (stats.isFile()) found.push({ path, bytes: stats.size })
  }
  return found
}
