import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { digest } from '../base/hash.ts'
import { type Clock, SECOND } from '../base/time.ts'

/*
 * SQLite opens a damaged file without an error: a file with a cut, flipped or missing write-ahead log, an emptied file
 * or a restored file is just a shorter file. So the number of commits is written beside the file, and a file with fewer
 * commits was shortened: the host does not start on such a file. The mark may lag by a second; a loss of less than a
 * second is not seen.
 */

export interface HighWater {
  committed(): void
  close(): void
}

/** The file has lost commits, or is not the file of the last start. */
export class DataLost extends Error {}

interface Mark {
  born: number
  commits: number
}

const EVERY_MS = SECOND

/** Throws DataLost when the file has fewer commits than the mark beside the file, or another birth. */
export function checkHighWater(db: DatabaseSync, path: string): void {
  const mark = readMark(path)
  if (mark === undefined) return
  const found = storeOf(db)
  if (found === undefined) throw new DataLost(`${path} is empty, but it had ${mark.commits} commits`)
  if (found.born !== mark.born) throw new DataLost(`${path} is not the database that was here before`)
  if (found.commits < mark.commits) {
    throw new DataLost(`${path} has ${found.commits} commits, but it had ${mark.commits}: it was damaged or restored`)
  }
}

/** Writes the mark now and then at most once a second; a timer marks the last commit too. */
export function keepHighWater(db: DatabaseSync, path: string, clock: Clock): HighWater {
  const read = db.prepare('SELECT born, commits FROM store')
  let markedAt = clock.elapsed()
  let cancel: (() => void) | undefined
  const write = (): void => {
    cancel?.()
    cancel = undefined
    markedAt = clock.elapsed()
    try {
      writeMark(path, read.get() as unknown as Mark)
    } catch {
      // Most likely the disk is full. An older mark is still true, and the next commit tries again.
    }
  }
  write()
  return {
    committed() {
      if (cancel) return
      const leftMs = markedAt + EVERY_MS - clock.elapsed()
      if (leftMs <= 0) write()
      else cancel = clock.after(leftMs, write)
    },
    close: write,
  }
}

function storeOf(db: DatabaseSync): Mark | undefined {
  const table = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'store'").get()
  return table && (db.prepare('SELECT born, commits FROM store').get() as unknown as Mark | undefined)
}

function readMark(path: string): Mark | undefined {
  let text: string
  try {
    text = readFileSync(`${path}.highwater`, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const [born = '', commits = '', check] = text.trim().split(' ')
  if (digest([born, commits], 16) !== check) throw new DataLost(`${path}.highwater is damaged`)
  return { born: Number(born), commits: Number(commits) }
}

/** Writes the mark whole or not at all: a new file takes the place of the old file. Twice is once. */
function writeMark(path: string, { born, commits }: Mark): void {
  const next = `${path}.highwater.next`
  const file = openSync(next, 'w', 0o600)
  try {
    // Unlike `writeSync`, throws when the disk takes a part only.
    writeFileSync(file, `${born} ${commits} ${digest([String(born), String(commits)], 16)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(next, `${path}.highwater`)
}
