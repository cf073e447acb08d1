import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE } from '../../shared/base/time.ts'
import { dynamodbTable } from '../../shared/dynamodb/table.ts'
import { createSecretBox } from '../../shared/secret/seal.ts'
import { openSqlite, type SqliteFile } from '../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'
import { handClock } from '../contract/hand-clock.ts'
import { startDynamodb } from '../fakes/dynamodb.ts'
import { startWebhook } from '../fakes/webhook.ts'
import { answersOf } from './carried-over/answers.ts'
import { carryOn } from './carried-over/carry-on.ts'
import { type HandMachine, openMachine, PUBLIC_URL, SECRETS_KEY } from './carried-over/machine.ts'
import { createReceivers, RECEIVERS } from './carried-over/receivers.ts'
import { type Known, parseItem, readStored } from './carried-over/stored.ts'
import { hands } from './carried-over/story.ts'
import { openStage } from './stage.ts'

/* Data of an earlier release is read, shown and worked on. `test/fixtures/stored/README.md` says what the data is. */

const chance = () => 0.5
/** Beyond the count of the randomness in the stored data. */
const LATER_BYTES = 1_000_000

interface Reasoned {
  notification_reason: string
}

const knownOf = (name: string): Known => JSON.parse(readStored(`${name}/known.json`))
const readWith = (machine: HandMachine) => async (path: string) =>
  JSON.parse((await machine.api('GET', path)).text) as unknown

let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tocsin-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

/** The stored data directory in `dataDir`; returns the path of its file. */
function restore(name: 'machine' | 'aws'): string {
  const path = join(dataDir, 'tocsin.db')
  const db = new DatabaseSync(path)
  db.exec(`BEGIN; ${readStored(`${name}/tocsin.db.sql`)} COMMIT`)
  db.close()
  writeFileSync(`${path}.highwater`, readStored(`${name}/tocsin.db.highwater`))
  writeFileSync(join(dataDir, 'secrets.key'), `${SECRETS_KEY.toString('hex')}\n`)
  return path
}

describe('a directory of one machine', () => {
  const known = knownOf('machine')

  test('is shown by the API as before', async () => {
    const clock = handClock(known.at)
    const file = openSqlite(restore('machine'), { clock })
    const table = sqliteTable(file, clock, chance)
    const { request } = createReceivers(clock.now)
    const machine = await openMachine({ clock, table, file, request, firstBytes: LATER_BYTES })
    expect(await answersOf(readWith(machine))).toMatchObject(known.answers)
    file.close()
  })

  test('takes a flow: nobody hears anything again, and the stage calls at its time', async () => {
    const clock = handClock(known.at)
    const file = openSqlite(restore('machine'), { clock })
    const receivers = createReceivers(clock.now)
    const table = sqliteTable(file, clock, chance)
    const machine = await openMachine({ clock, table, file, request: receivers.request, firstBytes: LATER_BYTES })
    const { json } = await hands(machine)
    const before = await json('GET', '/api/v1/policies/gone')
    const called = { channel: 'slow' }
    // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
    const escalation = [{ unclaimed: '10m', flow: [{ then: [called] }] }]
    await json('PUT', '/api/v1/policies/gone', { ...before, notify: [{ channel: 'desk' }], escalation })
    await machine.advanceTo(known.at + 11 * MINUTE)
    const about = receivers.taken.filter(({ body }) => JSON.stringify(body).includes('"GoneDown"'))
    expect(
      about.map(({ at, path, body }) => [path, (at - known.at) / MINUTE, (body as Reasoned).notification_reason]),
    ).toEqual([['/slow', 10, 'escalated']])
    expect(machine.logged).toEqual([])
    file.close()
  })

  test('goes on: all that fires is told, every end is told, nothing is told again', async () => {
    const carried = { start: known.at, firstBytes: LATER_BYTES }
    const webhook = await startWebhook()
    const path = restore('machine')
    redirect(path, webhook.url)
    const stage = await openStage({ ...carried, dataDir, publicUrl: PUBLIC_URL })
    try {
      await carryOn(
        {
          async api(method, path, body) {
            const answer = await stage.api(method, path, body)
            return { status: answer.status, text: await answer.text() }
          },
          async post(alerts) {
            expect((await stage.integration('POST', '', alerts)).status).toBe(202)
          },
          advanceTo: stage.clock.advanceTo,
          taken: () => webhook.received.map((one) => ({ ...one, id: one.headers['webhook-id'] ?? '' })),
        },
        known,
      )
      expect(stage.logged).toEqual([])
    } finally {
      await stage.close()
      await webhook.stop()
    }
    const file = openSqlite(path)
    const dead = sqliteQueue(file, handClock(known.at), 'alerts').deadLetters(10)
    file.close()
    expect(dead.map(({ body }) => JSON.parse(body).alerts)).toMatchObject([[{ labels: { alertname: 'DeadLetter' } }]])
  })
})

describe('a table of DynamoDB', () => {
  const known = knownOf('aws')
  let dynamodb: Awaited<ReturnType<typeof startDynamodb>>
  let file: SqliteFile
  beforeAll(async () => {
    dynamodb = await startDynamodb()
  })
  afterAll(() => dynamodb.close())
  afterEach(() => file.close())

  /** The stored table, with the stored queues. */
  const open = async () => {
    const { client } = dynamodb
    const name = await dynamodb.createTable()
    for (const line of readStored('aws/items.jsonl').trim().split('\n')) {
      await client.send(new PutItemCommand({ TableName: name, Item: parseItem(line) }))
    }
    const clock = handClock(known.at)
    // The queues of the story; on AWS they are SQS.
    file = openSqlite(restore('aws'), { clock })
    const receivers = createReceivers(clock.now)
    const table = dynamodbTable(client, name, chance)
    const machine = await openMachine({ clock, table, file, request: receivers.request, firstBytes: LATER_BYTES })
    return { machine, receivers }
  }

  test('is shown by the API as before', async () => {
    const { machine } = await open()
    expect(await answersOf(readWith(machine))).toMatchObject(known.answers)
  })

  test('goes on: all that fires is told, every end is told, nothing is told again', async () => {
    const { machine, receivers } = await open()
    const { pathOf, post } = await hands(machine)
    const path = await pathOf('default')
    await carryOn(
      {
        api: machine.api,
        post: (alerts) => post(path, alerts),
        advanceTo: machine.advanceTo,
        taken: () => receivers.taken,
      },
      known,
    )
    expect(machine.logged).toEqual([])
  })
})

/** Moves the receivers of the stored configuration to a URL of this test; the settings are sealed. */
function redirect(path: string, url: string): void {
  const secrets = createSecretBox(SECRETS_KEY, (size) => Buffer.alloc(size, 1))
  const db = new DatabaseSync(path)
  for (const { rowid, body } of db.prepare("SELECT rowid, body FROM items WHERE sort LIKE 'part#%'").all()) {
    const moved = String(body).replace(/sealed:[\w:-]+/g, (sealed) =>
      secrets.seal(secrets.open(sealed).replace(RECEIVERS, url)),
    )
    db.prepare('UPDATE items SET body = ? WHERE rowid = ?').run(moved, rowid as number)
  }
  db.close()
}
