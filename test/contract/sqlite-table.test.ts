import { describe } from 'vitest'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'
import { chance } from './chance.ts'
import { handClock } from './hand-clock.ts'
import { tableContract } from './table.contract.ts'

describe('table: sqlite', () => {
  tableContract(() => {
    const file = openSqlite(':memory:')
    return { table: sqliteTable(file, handClock(), chance), close: () => file.close() }
  })
})
