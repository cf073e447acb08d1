import { describe } from 'vitest'
import { sqliteTable } from '../../shared/store/sqlite.ts'
import { openSqlite } from '../../shared/store/sqlite-file.ts'
import { handClock } from './hand-clock.ts'
import { tableContract } from './table.contract.ts'

describe('table: sqlite', () => {
  tableContract(() => {
    const file = openSqlite(':memory:')
    return { table: sqliteTable(file, handClock()), close: () => file.close() }
  })
})
