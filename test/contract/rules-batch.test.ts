import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { finish } from '../../shared/base/steps.ts'
import { defaultConfig, sectionsOf } from '../../shared/config/sections.ts'
import { dynamodbTable } from '../../shared/dynamodb/table.ts'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'
import { jsonOfEach, LIST, piecesOfEntries } from '../../shared/store/entry-lines.ts'
import { findStaged, stageRules } from '../../shared/store/staged-rules.ts'
import type { Table } from '../../shared/table/port.ts'
import { startDynamodb } from '../fakes/dynamodb.ts'
import { manyRules } from '../fixtures/many-rules.ts'
import { readConfig, saveConfig } from '../unit/store/config-setup.ts'
import { chance } from './chance.ts'
import { handClock } from './hand-clock.ts'

/** The text of a rule of the largest size is larger than an item of the table. */
const HUGE = { id: 'huge', enabled: true, sigma: `title: ${'ü'.repeat(390_000)}` }
const RULES = manyRules(1_000).toSpliced(500, 0, HUGE)

function batches(name: string, open: () => Promise<Table>, close: () => Promise<void> | void): void {
  describe(`many rules: ${name}`, () => {
    let table: Table
    beforeAll(async () => {
      table = await open()
    })
    afterAll(close)

    test('a part is found whole, in items that the table takes', async () => {
      const pieces = finish(piecesOfEntries(finish(jsonOfEach(RULES)), LIST))
      const staged = await stageRules(table, 'a', { rules: RULES.length, pieces, form: ['form'] }, 5)
      const found = await findStaged(table, 'a', staged.name)
      expect(await found?.read()).toEqual({ entries: RULES, form: 'form' })
      expect(await findStaged(table, 'b', staged.name)).toBeUndefined()
    })

    test('rules come back as they were saved, and a changed rule changes few parts', async () => {
      const sections = { ...sectionsOf(defaultConfig()), rules: RULES }
      const puts: number[] = []
      const put: Table['put'] = (item, when) => {
        puts.push(item.body.length)
        return table.put(item, when)
      }
      const counting: Table = { ...table, put }
      await saveConfig(counting, 'a', sections, { now: 5 })
      const first = puts.length
      expect((await readConfig(table, 'a')).config.rules).toEqual(RULES)
      const shorter = { ...RULES[7]!, sigma: { title: 'Short' } }
      const changed = [{ id: 'new', enabled: true, template: 'x' }, ...RULES.with(7, shorter)]
      await saveConfig(counting, 'a', { ...sections, rules: changed }, { now: 6 })
      expect((await readConfig(table, 'a')).config.rules).toEqual(changed)
      // One part or two parts, the policies of rules, the ends of replaced parts, and the pointer.
      expect([first, puts.length - first]).toEqual([
        expect.toSatisfy((count) => count > 15),
        expect.toSatisfy((count) => count < 12),
      ])
    })
  })
}

const file = openSqlite(':memory:')
batches(
  'sqlite',
  async () => sqliteTable(file, handClock(), chance),
  () => file.close(),
)
let dynamodb: Awaited<ReturnType<typeof startDynamodb>>
batches(
  'dynamodb',
  async () => {
    dynamodb = await startDynamodb()
    return dynamodbTable(dynamodb.client, await dynamodb.createTable(), chance)
  },
  () => dynamodb.close(),
)
