import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Files of the host in its directory. */
const OURS = /^(tocsin\.db(-wal|-shm|-journal)?|tocsin\.db\.highwater(\.next)?|secrets\.key(\.new)?|lock(-journal)?)$/

/**
 * Makes the directory and its missing parents, part by part: the recursive mkdir of Node never returns on a file
 * system that refuses directories, such as /proc. Twice is once.
 */
export function makeDirectory(path: string): void {
  const missing: string[] = []
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at)
  for (const at of missing) {
    try {
      mkdirSync(at, { mode: 0o700 })
    } catch (error) {
      // Another process was faster. A link to nowhere is there too, and is no directory.
      if (!statSync(at, { throwIfNoEntry: false })?.isDirectory()) throw error
    }
  }
}

/**
 * Takes the rights of others away from the directory and from the host's files, and says each change. A directory with
 * files of others keeps its mode: others may have work there. Twice is once.
 */
export function tighten(path: string): string[] {
  const names = readdirSync(path)
  const ours = names.filter((name) => OURS.test(name))
  const alone = ours.length === names.length
  const paths = [...(alone ? [path] : []), ...ours.map((name) => join(path, name))]
  return paths.flatMap((one) => {
    const stats = statSync(one)
    if (!stats.isDirectory() && !stats.isFile()) throw new Error(`${basename(one)} is not a file`)
    if ((stats.mode & 0o077) === 0) return []
    const shown = `${(stats.mode & 0o777).toString(8)} of ${one}`
    try {
      chmodSync(one, stats.mode & 0o700)
      return [`took the rights of others away: mode ${shown}`]
    } catch (error) {
      return [
        `others have rights, and the mode cannot be changed (${(error as NodeJS.ErrnoException).code}): mode ${shown}`,
      ]
    }
  })
}
