import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface FileEntry {
  path: string
  bytes: number
}

/** Files as they are named, and those below named folders that are called like `pattern`. Throws when one is not there. */
export async function findFiles(paths: readonly string[], pattern: RegExp): Promise<FileEntry[]> {
  const found: FileEntry[] = []
  for (const path of paths) {
    const stats = await stat(path)
    if (stats.isDirectory()) found.push(...(await filesBelow(path, pattern)))
    else found.push({ path, bytes: stats.size })
  }
  return found
}

/** In the order of their paths, as trails name their files by time. Links to folders are not followed. */
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
