import { spawn } from 'node:child_process'
import { copyFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../shared/base/time.ts'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { DataLost } from '../../shared/sqlite/highwater.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { MOST_ENDS } from '../../shared/sqlite/queue-steps.ts'
import { SchemaUnknown } from '../../shared/sqlite/schema.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'
import { chance } from './chance.ts'
import { temporaryFile } from './temporary-file.ts'

const data = temporaryFile()
const { clock, open } = data

const item = (sort: string, body = '1') => ({ partition: 'p', sort, body })

describe('a second start', () => {
  test('finds everything as it was', async () => {
    const first = open()
    const whole = { ...item('1'), dueAt: 60_000, list: { name: 'l', at: 5 }, expiresAt: 9_000 }
    await sqliteTable(first, clock, chance).put(whole, 'absent')
    first.close()
    const table = sqliteTable(open(), clock, chance)
    expect(await table.get(whole)).toEqual({ ...whole, version: expect.any(String) })
    expect((await table.list('l', { limit: 1 })).keys).toHaveLength(1)
  })

  test('what was in flight is visible at once, and its receives stay', async () => {
    const first = open()
    const queue = sqliteQueue(first, clock, 'alerts')
    await queue.send([{ body: 'x', account: 'a' }])
    const [message] = await queue.receive(1)
    await first.durable()
    first.db.close()
    const again = await sqliteQueue(open(), clock, 'alerts').receive(1)
    expect(again).toEqual([{ ...message!, receives: 2, ended: true }])
  })

  test('a message that has ended the process too often is dead', async () => {
    for (let start = 1; start <= MOST_ENDS; start++) {
      const file = open()
      const queue = sqliteQueue(file, clock, 'alerts')
      if (start === 1) await queue.send([{ body: 'poison', account: 'a' }])
      if (start === 1) await file.durable()
      // From the second start on, a receive is durable before the worker has the message.
      expect(await queue.receive(1)).toMatchObject([{ receives: start }])
      if (start === 1) await file.durable()
      file.db.close()
    }
    const queue = sqliteQueue(open(), clock, 'alerts')
    expect(await queue.receive(1)).toEqual([])
    expect(queue.deadLetters(9)).toMatchObject([{ body: 'poison', receives: MOST_ENDS }])
    expect(await queue.redrive()).toBe(1)
    expect(await queue.receive(1)).toMatchObject([{ body: 'poison', receives: 1 }])
  })

  test('an id never comes twice, also when the queue was empty', async () => {
    const ids: string[] = []
    for (let start = 0; start < 3; start++) {
      const file = open()
      const queue = sqliteQueue(file, clock, 'alerts')
      await queue.send([{ body: 'x', account: 'a' }])
      const [message] = await queue.receive(1)
      ids.push(message!.id)
      await queue.ack([message!.id])
      await file.durable()
      file.db.close()
    }
    expect(new Set(ids).size).toBe(3)
  })

  test('queues in one file do not touch each other', async () => {
    const file = open()
    const alerts = sqliteQueue(file, clock, 'alerts')
    const deliveries = sqliteQueue(file, clock, 'deliveries')
    await alerts.send([{ body: 'x', account: 'a' }])
    expect(await deliveries.receive(1)).toEqual([])
    const [message] = await alerts.receive(1)
    await deliveries.ack([message!.id])
    await deliveries.retry([message!.id], 0)
    expect(alerts.depth()).toEqual({ ready: 0, inFlight: 1, delayed: 0, dead: 0 })
  })

  test('after a kill everything that was answered is there', async () => {
    const acked = await writeAndKill()
    expect(acked).toBeGreaterThan(0)
    const table = sqliteTable(open(), clock, chance)
    for (let i = 0; i < acked; i++) expect(await table.get(item(`s${i}`)), String(i)).toBeDefined()
  })
})

describe('what cannot be trusted', () => {
  test('a newer schema is refused in one line', () => {
    open().close()
    const db = new DatabaseSync(data.path)
    db.exec('PRAGMA user_version = 99')
    db.close()
    expect(() => open()).toThrow(SchemaUnknown)
    expect(() => open()).toThrow(/^[^\n]*newer version[^\n]*$/)
  })

  test('the schema from before the first release is refused in one line, with advice', () => {
    open().close()
    const db = new DatabaseSync(data.path)
    db.exec('PRAGMA user_version = 1')
    db.close()
    expect(() => open()).toThrow(SchemaUnknown)
    expect(() => open()).toThrow(/^[^\n]*before the first release[^\n]*TOCSIN_DATA[^\n]*$/)
  })

  test('a file that is no database is refused', () => {
    writeFileSync(data.path, 'Dear diary,\n'.repeat(100))
    expect(() => open()).toThrow(/not a database/)
  })

  const kept = async (): Promise<void> => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    for (let i = 0; i < 20; i++) {
      await table.put(item(`s${i}`, 'x'.repeat(3000)), 'absent')
      await table.durable()
    }
    clock.advance(SECOND)
  }

  test.each([
    ['the log is gone', () => rmSync(`${data.path}-wal`)],
    ['the log was cut', () => truncateSync(`${data.path}-wal`, 40_000)],
    [
      'the file was emptied',
      () => {
        truncateSync(data.path)
        rmSync(`${data.path}-wal`)
      },
    ],
    [
      'the file is gone',
      () => {
        rmSync(data.path)
        rmSync(`${data.path}-wal`)
      },
    ],
  ])('%s: the start is refused, not made on less', async (_name, damage) => {
    await kept()
    const copy = join(data.directory, 'copy')
    for (const end of ['', '-wal', '.highwater']) copyFileSync(data.path + end, copy + end)
    data.path = copy
    damage()
    expect(() => open()).toThrow(DataLost)
    expect(() => open()).toThrow(/^[^\n]+$/)
    expect(await sqliteTable(open({ clock, acceptLoss: true }), clock, chance).get(item('none'))).toBeUndefined()
  })

  test('an older copy, another database and a damaged mark are refused', async () => {
    await kept()
    const file = data.opened[0]!
    file.close()
    const old = join(data.directory, 'old')
    copyFileSync(data.path, old)
    const again = open()
    await sqliteTable(again, clock, chance).put(item('newer'), 'absent')
    again.close()
    copyFileSync(old, data.path)
    expect(() => open()).toThrow(/damaged or restored/)
    rmSync(data.path)
    clock.advance(SECOND)
    openSqlite(join(data.directory, 'other'), { clock }).close()
    copyFileSync(join(data.directory, 'other'), data.path)
    expect(() => open()).toThrow(/not the database/)
    writeFileSync(`${data.path}.highwater`, '1 2 3')
    expect(() => open()).toThrow(/highwater is damaged/)
  })

  test('a copy of everything starts', async () => {
    await kept()
    data.opened[0]!.close()
    for (const end of ['', '.highwater']) copyFileSync(data.path + end, join(data.directory, 'copy') + end)
    data.path = join(data.directory, 'copy')
    expect(await sqliteTable(open(), clock, chance).get(item('s19'))).toBeDefined()
  })
})

/** A process that puts s0, s1, …, prints each key after the answer, and is killed in the middle. */
function writeAndKill(): Promise<number> {
  const script = `
    import { openSqlite } from ${JSON.stringify(new URL('../../shared/sqlite/file.ts', import.meta.url).href)}
    import { sqliteTable } from ${JSON.stringify(new URL('../../shared/sqlite/table.ts', import.meta.url).href)}
    const clock = { now: () => 0, elapsed: () => 0, after: () => () => {} }
    const table = sqliteTable(openSqlite(${JSON.stringify(data.path)}, { clock }), clock, () => 0.5)
    for (let i = 0; ; i++) {
      await table.put({ partition: 'p', sort: 's' + i, body: 'x'.repeat(500) }, 'absent')
      await table.durable()
      process.stdout.write('.')
    }`
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let acked = 0
    child.stdout.on('data', (chunk: Buffer) => {
      acked += chunk.length
      if (acked > 200) child.kill('SIGKILL')
    })
    child.on('close', () => resolve(acked))
  })
}
