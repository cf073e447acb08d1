import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { openSqlite, type SqliteFile } from '../../shared/sqlite/file.ts'
import { handClock } from './hand-clock.ts'

interface TemporaryFile {
  clock: ReturnType<typeof handClock>
  directory: string
  /** The database file that `open` opens. */
  path: string
  /** The files of this test. They are closed at its end. */
  opened: SqliteFile[]
  open(options?: Parameters<typeof openSqlite>[1]): SqliteFile
}

/** A database file for each test, in a directory of its own. */
export function temporaryFile(): TemporaryFile {
  const clock = handClock()
  const data: TemporaryFile = {
    ...{ clock, directory: '', path: '', opened: [] },
    open(options = { clock }) {
      const file = openSqlite(data.path, options)
      data.opened.push(file)
      return file
    },
  }
  beforeEach(() => {
    data.directory = mkdtempSync(join(tmpdir(), 'tocsin-file-'))
    data.path = join(data.directory, 'tocsin.db')
    data.opened = []
  })
  afterEach(() => {
    for (const file of data.opened) if (file.db.isOpen) file.db.close()
    rmSync(data.directory, { recursive: true, force: true })
  })
  return data
}
