import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SECOND } from '../../shared/base/time.ts'
import { Unavailable } from '../../shared/base/unavailable.ts'
import { openSqlite, type SqliteFile } from '../../shared/sqlite/file.ts'
import { DataLost } from '../../shared/sqlite/highwater.ts'
import { MOST_ENDS, sqliteQueue } from '../../shared/sqlite/queue.ts'
import { SchemaUnknown } from '../../shared/sqlite/schema.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'
import { chance } from './chance.ts'
import { handClock } from './hand-clock.ts'

let directory: string
let path: string
let opened: SqliteFile[]
const clock = handClock()

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-file-'))
  path = join(directory, 'tocsin.db')
  opened = []
})
afterEach(() => {
  for (const file of opened) if (file.db.isOpen) file.db.close()
  rmSync(directory, { recursive: true, force: true })
})

function open(options: Parameters<typeof openSqlite>[1] = { clock }): SqliteFile {
  const file = openSqlite(path, options)
  opened.push(file)
  return file
}

const item = (sort: string, body = '1') => ({ partition: 'p', sort, body })
const commitsOf = ({ db }: SqliteFile): number =>
  (db.prepare('SELECT commits FROM store').get() as { commits: number }).commits

describe('group commit', () => {
  test('writes of one turn are one commit, and wait for it', async () => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    const alerts = sqliteQueue(file, clock, 'alerts')
    let commits = 0
    let settled = 0
    let settledAtCommit = -1
    file.onCommit(() => {
      commits++
      settledAtCommit = settled
    })
    const writes = [
      ...Array.from({ length: 50 }, (_, i) => table.put(item(`s${i}`), 'absent')),
      alerts.send([{ body: 'x', account: 'a' }]),
      table.remove({ partition: 'p', sort: 's1' }),
    ].map((write) => write.then(() => settled++))
    expect(file.pending()).toBe(52)
    await Promise.resolve()
    expect(settled).toBe(0)
    await Promise.all(writes)
    expect({ commits, settledAtCommit }).toEqual({ commits: 1, settledAtCommit: 0 })
    expect(commitsOf(file)).toBe(1)
  })

  test('a turn is over when the event loop turns', async () => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    await table.put(item('1'), 'absent')
    await table.put(item('2'), 'absent')
    expect(commitsOf(file)).toBe(2)
  })

  test('a read sees what its turn has written', async () => {
    const table = sqliteTable(open(), clock, chance)
    const put = table.put(item('1'), 'absent')
    expect(await table.get(item('1'))).toBeDefined()
    expect(await table.put(item('1'), 'absent')).toBe('lost')
    expect(await put).not.toBe('lost')
  })

  test('a write that fails takes the whole turn back, and everybody hears of it', async () => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    const alerts = sqliteQueue(file, clock, 'alerts')
    const results = await Promise.allSettled([
      table.put(item('1'), 'absent'),
      alerts.send([{ body: 'x', account: 'a' }]),
      file.write(() => {
        throw new Error('out of order')
      }),
    ])
    const reasons = results.map((result) => (result.status === 'rejected' ? result.reason : undefined))
    // Writes beside the failed write are not at fault: the caller may try again.
    expect(reasons.map(({ dependency, operation }) => [dependency, operation])).toEqual([
      ['table', 'put'],
      ['queue', 'send'],
      [undefined, undefined],
    ])
    expect(reasons[2]).toEqual(new Error('out of order'))
    expect(await table.get(item('1'))).toBeUndefined()
    expect(alerts.depth()).toEqual({ ready: 0, inFlight: 0, delayed: 0, dead: 0 })
    expect(await table.put(item('1'), 'absent')).not.toBe('lost')
  })

  test('a claim, an acknowledgement and a retry that were taken back lose no message', async () => {
    const file = open()
    const alerts = sqliteQueue(file, clock, 'alerts')
    const fail = () =>
      file.write(() => {
        throw new Error('disk full')
      })
    await alerts.send(['x', 'y'].map((body) => ({ body, account: 'a' })))
    await Promise.allSettled([alerts.receive(10), fail()])
    const messages = await alerts.receive(10)
    expect(messages.map(({ receives }) => receives)).toEqual([1, 1])
    await Promise.allSettled([alerts.ack([messages[0]!.id]), alerts.retry([messages[1]!.id], SECOND), fail()])
    const again = await alerts.receive(10)
    expect(again.map(({ body }) => body).sort()).toEqual(['x', 'y'])
  })

  test('a full disk fails the write and nothing else', async () => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    await table.put(item('before'), 'absent')
    const { page_count: pages } = file.db.prepare('PRAGMA page_count').get() as { page_count: number }
    file.db.exec(`PRAGMA max_page_count = ${pages + 2}`)
    const large = 'x'.repeat(100_000)
    const failed = await table.put(item('large', large), 'absent').catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Unavailable)
    expect(failed).toMatchObject({ dependency: 'table', operation: 'put', message: expect.stringMatching(/full/) })
    expect(await table.get(item('before'))).toBeDefined()
    file.db.exec('PRAGMA max_page_count = 1000000')
    expect(await table.put(item('large', large), 'absent')).not.toBe('lost')
  })

  test('a file that was closed is unavailable to read, write and send', async () => {
    const file = open()
    const [table, alerts] = [sqliteTable(file, clock, chance), sqliteQueue(file, clock, 'alerts')]
    file.close()
    const calls = [
      table.get(item('1')),
      table.put(item('1'), 'always'),
      table.remove(item('1')),
      table.query('p', '', { limit: 1 }),
      table.due(0, 0, { limit: 1 }),
      table.list('l', { limit: 1 }),
      table.cards('l', { limit: 1 }),
      alerts.send([{ body: 'x', account: 'a' }]),
    ]
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(Unavailable)
  })

  test('closing commits what waits', async () => {
    const file = open()
    const put = sqliteTable(file, clock, chance).put(item('1'), 'absent')
    file.close()
    expect(await put).not.toBe('lost')
    expect(await sqliteTable(open(), clock, chance).get(item('1'))).toBeDefined()
  })
})

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
    first.db.close()
    const again = await sqliteQueue(open(), clock, 'alerts').receive(1)
    expect(again).toEqual([{ ...message!, receives: 2 }])
  })

  test('a message that has ended the process too often is dead', async () => {
    for (let start = 1; start <= MOST_ENDS; start++) {
      const file = open()
      const queue = sqliteQueue(file, clock, 'alerts')
      if (start === 1) await queue.send([{ body: 'poison', account: 'a' }])
      expect(await queue.receive(1)).toMatchObject([{ receives: start }])
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
    const db = new DatabaseSync(path)
    db.exec('PRAGMA user_version = 99')
    db.close()
    expect(() => open()).toThrow(SchemaUnknown)
    expect(() => open()).toThrow(/^[^\n]*newer version[^\n]*$/)
  })

  test('the schema from before the first release is refused in one line, with advice', () => {
    open().close()
    const db = new DatabaseSync(path)
    db.exec('PRAGMA user_version = 1')
    db.close()
    expect(() => open()).toThrow(SchemaUnknown)
    expect(() => open()).toThrow(/^[^\n]*before the first release[^\n]*TOCSIN_DATA[^\n]*$/)
  })

  test('a file that is no database is refused', () => {
    writeFileSync(path, 'Dear diary,\n'.repeat(100))
    expect(() => open()).toThrow(/not a database/)
  })

  const kept = async (): Promise<void> => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    for (let i = 0; i < 20; i++) await table.put(item(`s${i}`, 'x'.repeat(3000)), 'absent')
    clock.advance(SECOND)
  }

  test.each([
    ['the log is gone', () => rmSync(`${path}-wal`)],
    ['the log was cut', () => truncateSync(`${path}-wal`, 40_000)],
    [
      'the file was emptied',
      () => {
        truncateSync(path)
        rmSync(`${path}-wal`)
      },
    ],
    [
      'the file is gone',
      () => {
        rmSync(path)
        rmSync(`${path}-wal`)
      },
    ],
  ])('%s: the start is refused, not made on less', async (_name, damage) => {
    await kept()
    const copy = join(directory, 'copy')
    for (const end of ['', '-wal', '.highwater']) copyFileSync(path + end, copy + end)
    path = copy
    damage()
    expect(() => open()).toThrow(DataLost)
    expect(() => open()).toThrow(/^[^\n]+$/)
    expect(await sqliteTable(open({ clock, acceptLoss: true }), clock, chance).get(item('none'))).toBeUndefined()
  })

  test('an older copy, another database and a damaged mark are refused', async () => {
    await kept()
    const file = opened[0]!
    file.close()
    const old = join(directory, 'old')
    copyFileSync(path, old)
    const again = open()
    await sqliteTable(again, clock, chance).put(item('newer'), 'absent')
    again.close()
    copyFileSync(old, path)
    expect(() => open()).toThrow(/damaged or restored/)
    rmSync(path)
    clock.advance(SECOND)
    openSqlite(join(directory, 'other'), { clock }).close()
    copyFileSync(join(directory, 'other'), path)
    expect(() => open()).toThrow(/not the database/)
    writeFileSync(`${path}.highwater`, '1 2 3')
    expect(() => open()).toThrow(/highwater is damaged/)
  })

  test('a copy of everything starts', async () => {
    await kept()
    opened[0]!.close()
    for (const end of ['', '.highwater']) copyFileSync(path + end, join(directory, 'copy') + end)
    path = join(directory, 'copy')
    expect(await sqliteTable(open(), clock, chance).get(item('s19'))).toBeDefined()
  })
})

/** A process that puts s0, s1, …, prints each key after the answer, and is killed in the middle. */
function writeAndKill(): Promise<number> {
  const script = `
    import { openSqlite } from ${JSON.stringify(new URL('../../shared/sqlite/file.ts', import.meta.url).href)}
    import { sqliteTable } from ${JSON.stringify(new URL('../../shared/sqlite/table.ts', import.meta.url).href)}
    const clock = { now: () => 0, elapsed: () => 0, after: () => () => {} }
    const table = sqliteTable(openSqlite(${JSON.stringify(path)}, { clock }), clock, () => 0.5)
    for (let i = 0; ; i++) {
      await table.put({ partition: 'p', sort: 's' + i, body: 'x'.repeat(500) }, 'absent')
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
