import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface FileEntry {
  path: string
  bytes: number
}

/**
 * The named files, and the files below the named folders whose names match `pattern`. Throws when a named path does not
 * exist.
 */
export async function findFiles(paths: readonly string[], pattern: RegExp): Promise<FileEntry[]> {
  const found: FileEntry[] = []
  for (const path of paths) {
    const stats = await stat(path)
    if (stats.isDirectory()) found.push(...(await filesBelow(path, pattern)))
    else found.push({ path, bytes: stats.size })
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
