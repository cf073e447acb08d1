import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamodbTable } from '../../../shared/dynamodb/table.ts'
import { openSqlite } from '../../../shared/sqlite/file.ts'
import { sqliteTable } from '../../../shared/sqlite/table.ts'
import type { Table } from '../../../shared/table/port.ts'
import { handClock } from '../../contract/hand-clock.ts'
import { startDynamodb } from '../../fakes/dynamodb.ts'
import { answersOf } from './answers.ts'
import { hear, heardNothing } from './heard.ts'
import { openMachine } from './machine.ts'
import { createReceivers } from './receivers.ts'
import { dumpFile, dumpItem, type Known, writeStored } from './stored.ts'
import { play, START } from './story.ts'

/*
 * Writes the data of an installation of this commit into a new folder: `node test/flow/carried-over/make.ts FOLDER`.
 * The folder `test/fixtures/stored/` is of an older commit, and stays.
 */

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('the folder to write to is missing')
const chance = () => 0.5

async function make(name: string, tableOver?: Table): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-stored-'))
  const path = join(dir, 'tocsin.db')
  const clock = handClock(START)
  const file = openSqlite(path, { clock })
  const receivers = createReceivers(clock.now)
  const table = tableOver ?? sqliteTable(file, clock, chance)
  const machine = await openMachine({ clock, table, file, request: receivers.request })
  await play(machine, receivers)
  const answers = await answersOf(async (asked) => JSON.parse((await machine.api('GET', asked)).text))
  const heard = heardNothing()
  for (const taken of receivers.taken) hear(heard, taken)
  const known: Known = { at: clock.now(), heard, answers }
  file.close()
  writeStored(folder!, `${name}/known.json`, JSON.stringify(known))
  writeStored(folder!, `${name}/tocsin.db.sql`, dumpFile(path))
  writeStored(folder!, `${name}/tocsin.db.highwater`, readFileSync(`${path}.highwater`))
  rmSync(dir, { recursive: true })
}

await make('machine')
const dynamodb = await startDynamodb()
const table = await dynamodb.createTable()
await make('aws', dynamodbTable(dynamodb.client, table, chance))
const items: string[] = []
let from: Record<string, never> | undefined
do {
  const scan = new ScanCommand({ TableName: table, ...(from === undefined ? {} : { ExclusiveStartKey: from }) })
  const { Items = [], LastEvaluatedKey } = await dynamodb.client.send(scan)
  items.push(...Items.map(dumpItem))
  from = LastEvaluatedKey as typeof from
} while (from !== undefined)
writeStored(folder, 'aws/items.jsonl', `${items.join('\n')}\n`)
await dynamodb.close()
