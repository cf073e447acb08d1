import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../shared/base/time.ts'
import { Unavailable } from '../../shared/base/unavailable.ts'
import type { SqliteFile } from '../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'
import { chance } from './chance.ts'
import { temporaryFile } from './temporary-file.ts'

const data = temporaryFile()
const { clock, open } = data

const item = (sort: string, body = '1') => ({ partition: 'p', sort, body })
const commitsOf = ({ db }: SqliteFile): number =>
  (db.prepare('SELECT commits FROM store').get() as { commits: number }).commits

describe('group commit', () => {
  test('writes resolve at once, and a single commit makes all of a turn durable', async () => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    const alerts = sqliteQueue(file, clock, 'alerts')
    for (let i = 0; i < 50; i++) await table.put(item(`s${i}`), 'absent')
    await alerts.send([{ body: 'x', account: 'a' }])
    await table.remove({ partition: 'p', sort: 's1' })
    expect([commitsOf(file), file.pending()]).toEqual([0, true])
    await Promise.all([table.durable(), file.durable()])
    expect([commitsOf(file), file.pending()]).toEqual([1, false])
    await table.durable()
    expect(commitsOf(file)).toBe(1)
  })

  test('a turn takes what is written within one turn of the event loop, and no later write', async () => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    await table.put(item('1'), 'absent')
    await new Promise((resolve) => setImmediate(resolve))
    await table.put(item('2'), 'absent')
    await file.durable()
    await table.put(item('3'), 'absent')
    expect(commitsOf(file)).toBe(1)
    await file.durable()
    expect(commitsOf(file)).toBe(2)
  })

  test('a long loop of writes lets the event loop turn, and becomes durable in parts', async () => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    let turns = 0
    const count = (): void => {
      turns++
      setImmediate(count)
    }
    const counting = setImmediate(count)
    for (let i = 0; i < 1000; i++) await table.put(item(`s${i}`), 'absent')
    clearImmediate(counting)
    expect(turns).toBeGreaterThanOrEqual(8)
    expect(commitsOf(file)).toBe(4)
  })

  test('a read sees what its turn has written', async () => {
    const table = sqliteTable(open(), clock, chance)
    const put = table.put(item('1'), 'absent')
    expect(await table.get(item('1'))).toBeDefined()
    expect(await table.put(item('1'), 'absent')).toBe('lost')
    expect(await put).not.toBe('lost')
  })

  test('a change that throws takes its whole turn back, and nothing is written or let out from then on', async () => {
    const file = open()
    const [table, alerts] = [sqliteTable(file, clock, chance), sqliteQueue(file, clock, 'alerts')]
    const failures: unknown[] = []
    file.onFailure((error) => failures.push(error))
    await table.put(item('1'), 'absent')
    await alerts.send([{ body: 'x', account: 'a' }])
    const waiting = table.durable()
    const bug = new Error('out of order')
    const write = file.write(() => {
      throw bug
    })
    await expect(write).rejects.toBe(bug)
    await expect(waiting).rejects.toMatchObject({ dependency: 'table', operation: 'commit' })
    expect(failures).toEqual([bug])
    for (const call of [table.put(item('2'), 'absent'), table.durable(), alerts.send([{ body: 'x', account: 'a' }])]) {
      await expect(call).rejects.toBeInstanceOf(Unavailable)
    }
    expect(() => file.tryWrite()).toThrow('out of order')
    expect(file.refusal()).toBe('out of order')
    expect(await table.get(item('1'))).toBeUndefined()
    expect([commitsOf(file), file.pending(), failures.length]).toEqual([0, false, 1])
  })

  test('a commit that fails takes its turn back, although nobody waits for it', async () => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    const failed = new Promise<unknown>((resolve) => file.onFailure(resolve))
    await table.put(item('1'), 'absent')
    file.db.exec('ROLLBACK')
    expect(await failed).toMatchObject({ message: expect.stringContaining('no transaction is active') })
    await expect(table.durable()).rejects.toBeInstanceOf(Unavailable)
  })

  test('a claim, an acknowledgement and a retry that were taken back lose no message of the file opened again', async () => {
    const first = open()
    const before = sqliteQueue(first, clock, 'alerts')
    await before.send(['x', 'y', 'z'].map((body) => ({ body, account: 'a' })))
    await first.durable()
    const [held] = await before.receive(1)
    await first.durable()
    const [second] = await before.receive(1)
    await before.ack([held!.id])
    await before.retry([second!.id], SECOND)
    const failing = first.write(() => {
      throw new Error('disk full')
    })
    await expect(failing).rejects.toThrow('disk full')
    const file = open({ clock, after: { failure: new Error('disk full') } })
    first.close()
    const alerts = sqliteQueue(file, clock, 'alerts')
    file.tryWrite()
    const again = await alerts.receive(10)
    const receives = again.map(({ body, receives: count }) => [body, count]).sort()
    expect(receives).toEqual([
      ['x', 2],
      ['y', 1],
      ['z', 1],
    ])
  })

  test('of the messages of a turn the commit writes those that are not done, as they are by then', async () => {
    const file = open()
    const alerts = sqliteQueue(file, clock, 'alerts')
    const rows = () => file.db.prepare('SELECT body, state, receives FROM messages JOIN bodies USING (id)').all()
    const changes = () => file.db.prepare('SELECT total_changes() AS count').get()?.count
    const before = changes()
    await alerts.send([{ body: 'done', account: 'a' }])
    const [done] = await alerts.receive(10)
    await alerts.ack([done!.id])
    expect(changes()).toBe(before)
    await alerts.send(['held', 'back', 'ready'].map((body) => ({ body, account: 'a' })))
    const [held, back] = await alerts.receive(2)
    await alerts.retry([back!.id], SECOND)
    await file.durable()
    expect(rows()).toMatchObject([
      { body: 'held', state: 2, receives: 1 },
      { body: 'back', state: 1, receives: 1 },
      { body: 'ready', state: 0, receives: 0 },
    ])
    expect(alerts.depth()).toEqual({ ready: 1, inFlight: 1, delayed: 1, dead: 0 })
    await alerts.send([{ body: 'later', account: 'a' }])
    expect((await alerts.receive(10)).map(({ body }) => body)).toEqual(['ready', 'later'])
    await alerts.ack([held!.id])
    await file.durable()
    expect(rows()).toMatchObject([
      { body: 'back', state: 1 },
      { body: 'ready', state: 2 },
      { body: 'later', state: 2 },
    ])
  })

  test('a worker that is told of a message shortly before the commit works in the same turn', async () => {
    const file = open()
    const [table, alerts] = [sqliteTable(file, clock, chance), sqliteQueue(file, clock, 'alerts')]
    const handled: string[] = []
    alerts.onSend(() => {
      setImmediate(async () => {
        for (const { id, body } of await alerts.receive(10)) {
          handled.push(body)
          await alerts.ack([id])
        }
      })
    })
    await table.put(item('1'), 'absent')
    setImmediate(() => void alerts.send([{ body: 'late', account: 'a' }]))
    await file.durable()
    expect([handled, commitsOf(file)]).toEqual([['late'], 1])
    expect(file.db.prepare('SELECT count(*) AS count FROM messages').get()?.count).toBe(0)
  })

  test('a turn ends although each run of immediates has more to send', async () => {
    const file = open()
    const alerts = sqliteQueue(file, clock, 'alerts')
    let [sent, over] = [0, false]
    const sendOn = (): void => {
      sent++
      if (!over) setImmediate(() => void alerts.send([{ body: 'x', account: 'a' }]).then(sendOn))
    }
    await alerts.send([{ body: 'x', account: 'a' }])
    sendOn()
    await file.durable()
    over = true
    expect(sent).toBeLessThan(5)
    await new Promise((resolve) => setImmediate(resolve))
  })

  test('a file that was opened after a failure is read at once, and written after a test write', async () => {
    open().close()
    const file = open({ clock, after: { failure: new Error('disk full') } })
    const table = sqliteTable(file, clock, chance)
    expect(file.refusal()).toBe('disk full')
    await expect(table.put(item('1'), 'absent')).rejects.toBeInstanceOf(Unavailable)
    expect(await table.get(item('1'))).toBeUndefined()
    await table.durable()
    file.db.exec('PRAGMA query_only = ON')
    expect(() => file.tryWrite()).toThrow('readonly')
    expect(file.refusal()).toBe('disk full')
    file.db.exec('PRAGMA query_only = OFF')
    file.tryWrite()
    expect(file.refusal()).toBeUndefined()
    expect(await table.put(item('1'), 'absent')).not.toBe('lost')
    await table.durable()
  })

  test('a file that another process holds refuses the write, and loses nothing', async () => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    file.db.exec('PRAGMA busy_timeout = 1')
    const other = new DatabaseSync(data.path)
    other.exec('BEGIN IMMEDIATE')
    await expect(table.put(item('1'), 'absent')).rejects.toBeInstanceOf(Unavailable)
    expect(file.refusal()).toBeUndefined()
    other.exec('ROLLBACK')
    other.close()
    expect(await table.put(item('1'), 'absent')).not.toBe('lost')
    await table.durable()
  })

  test('a full disk refuses the write and keeps what was there', async () => {
    const file = open()
    const table = sqliteTable(file, clock, chance)
    await table.put(item('before'), 'absent')
    await file.durable()
    const { page_count: pages } = file.db.prepare('PRAGMA page_count').get() as { page_count: number }
    file.db.exec(`PRAGMA max_page_count = ${pages + 2}`)
    const failed = await table.put(item('large', 'x'.repeat(100_000)), 'absent').catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Unavailable)
    expect(failed).toMatchObject({ dependency: 'table', operation: 'put', message: expect.stringMatching(/full/) })
    expect(await table.get(item('before'))).toBeDefined()
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
    await sqliteTable(file, clock, chance).put(item('1'), 'absent')
    file.close()
    expect(await sqliteTable(open(), clock, chance).get(item('1'))).toBeDefined()
  })
})
