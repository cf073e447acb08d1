import { describe } from 'vitest'
import { memoryTable } from '../sim/table.ts'
import { handClock } from './hand-clock.ts'
import { tableContract } from './table.contract.ts'

describe('table: the model of the simulator', () => {
  tableContract(() => ({ table: memoryTable(handClock()) }))
})
