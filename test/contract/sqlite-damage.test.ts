import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Unavailable } from '../../shared/base/unavailable.ts'
import { checkFile } from '../../shared/sqlite/check.ts'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { sqliteTable } from '../../shared/sqlite/table.ts'
import { mulberry32 } from '../sim/world.ts'
import { chance } from './chance.ts'
import { handClock } from './hand-clock.ts'

const PAGE = 4096
const clock = handClock()
let directory = ''
let sound = ''
let path = ''
let pages = 0

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-damage-'))
  sound = join(directory, 'sound.db')
  path = join(directory, 'tocsin.db')
  await fill(sound)
  pages = readFileSync(sound).length / PAGE
  expect(pages).toBeGreaterThan(200)
})
beforeEach(() => {
  for (const more of ['-wal', '-shm', '.highwater']) rmSync(path + more, { force: true })
  copyFileSync(sound, path)
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Bodies in a page, over some pages, and in chains of overflow pages; items in every index; messages of every state. */
async function fill(of: string): Promise<void> {
  const file = openSqlite(of, { clock })
  const table = sqliteTable(file, clock, chance)
  const random = mulberry32(1)
  const text = (chars: number): string =>
    Array.from({ length: chars }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')
  for (let n = 0; n < 600; n++) {
    const body = JSON.stringify({ n, text: text([30, 300, 3000, 5000, 20_000][Math.floor(random() ** 3 * 5)]!) })
    const dueAt = n % 3 === 0 ? clock.now() + n : undefined
    const list = n % 2 === 0 ? { name: 'a#groups', at: n } : undefined
    const card = n % 5 === 0 ? { card: { name: 'a#P1', at: n, text: text(200) } } : {}
    const more = { ...(dueAt === undefined ? {} : { dueAt }), ...(list === undefined ? {} : { list }), ...card }
    await table.put({ partition: `a#${n % 40}`, sort: `${text(8)}#${n}`, body, ...more, expiresAt: n }, 'absent')
  }
  const queue = sqliteQueue(file, clock, 'alerts')
  for (let n = 0; n < 300; n++) {
    const messages = [{ account: `a${n % 7}`, body: text(n % 11 === 0 ? 9000 : 200), delayMs: n % 5 === 0 ? n : 0 }]
    await queue.send(messages)
  }
  await queue.receive(40)
  file.close()
}

/** The whole content, without the counters that no checksum has. */
function contentOf(of: string): string {
  const db = new DatabaseSync(of, { readOnly: true })
  try {
    const items = db.prepare('SELECT * FROM items ORDER BY rowid').all()
    const messages = db.prepare('SELECT id, queue, account, sent_at, body FROM messages JOIN bodies USING (id)').all()
    return JSON.stringify([items, messages, db.prepare('SELECT name, sql FROM sqlite_schema').all()])
  } finally {
    db.close()
  }
}

/** Changes the bytes of a page. */
function overwrite(page: number, change: (bytes: Buffer) => void): void {
  const file = openSync(path, 'r+')
  const bytes = Buffer.alloc(PAGE)
  readSync(file, bytes, 0, PAGE, page * PAGE)
  change(bytes)
  writeSync(file, bytes, 0, PAGE, page * PAGE)
  closeSync(file)
}

function noise(bytes: Buffer, random: () => number, from = 0, to = bytes.length): void {
  for (let at = from; at < to; at++) bytes[at] = Math.floor(random() * 256)
}

type Damage = (page: number, random: () => number) => void

const DAMAGES: [what: string, damage: Damage][] = [
  ['zeros', (page) => overwrite(page, (bytes) => bytes.fill(0))],
  ['ones', (page) => overwrite(page, (bytes) => bytes.fill(255))],
  ['noise', (page, random) => overwrite(page, (bytes) => noise(bytes, random))],
  ['zeros in the first half', (page) => overwrite(page, (bytes) => bytes.fill(0, 0, PAGE / 2))],
  ['zeros in the second half', (page) => overwrite(page, (bytes) => bytes.fill(0, PAGE / 2))],
  ['noise in a sector', (page, random) => overwrite(page, (bytes) => noise(bytes, random, 1024, 1536))],
  ['noise behind the header of the page', (page, random) => overwrite(page, (bytes) => noise(bytes, random, 64))],
  ['letters, as in a body', (page) => overwrite(page, (bytes) => bytes.fill('a', 8))],
  [
    'the page before',
    (page) => overwrite(page, (bytes) => readFileSync(sound).copy(bytes, 0, (page - 1) * PAGE, page * PAGE)),
  ],
  [
    'pages swapped with the page of half the number',
    (page) => {
      const whole = readFileSync(sound)
      const other = page >> 1
      overwrite(page, (bytes) => whole.copy(bytes, 0, other * PAGE))
      overwrite(other, (bytes) => whole.copy(bytes, 0, page * PAGE))
    },
  ],
  ['the page of another file', (page) => overwrite(page, (bytes) => bytes.reverse())],
  ['a letter changed', (page, random) => overwrite(page, (bytes) => changeLetter(bytes, random))],
  ['a bit flipped', (page, random) => overwrite(page, (bytes) => flip(bytes, random))],
  ['the file cut at the page', (page) => truncateSync(path, page * PAGE)],
  ['the file cut within the page', (page) => truncateSync(path, page * PAGE + 1000)],
]

function flip(bytes: Buffer, random: () => number): void {
  const at = Math.floor(random() * bytes.length)
  bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8))
}

/** The damage that no structure shows: another letter in a text. */
function changeLetter(bytes: Buffer, random: () => number): void {
  const letters = [...bytes.keys()].filter((at) => bytes[at]! >= 97 && bytes[at]! <= 122)
  if (letters.length === 0) return flip(bytes, random)
  const at = letters[Math.floor(random() * letters.length)]!
  bytes[at] = bytes[at] === 122 ? 97 : bytes[at]! + 1
}

describe('a page of the file', () => {
  test.each(DAMAGES)('%s: it is found, or nothing has changed', (what, damage) => {
    const before = contentOf(sound)
    const random = mulberry32(what.length)
    let found = 0
    const tried = 40
    for (let n = 0; n < tried; n++) {
      copyFileSync(sound, path)
      const page = 1 + Math.floor(((n + random()) * (pages - 1)) / tried)
      damage(page, random)
      if (checkFile(path).length > 0) found++
      else expect([page, contentOf(path) === before]).toEqual([page, true])
    }
    // A changed bit in the empty part of a page changes nothing.
    expect(found).toBeGreaterThan(tried / 3)
  })

  test('a sound file is sound, while a process writes to it as well', async () => {
    const file = openSqlite(path, { clock })
    const table = sqliteTable(file, clock, chance)
    expect(checkFile(path)).toEqual([])
    await table.put({ partition: 'p', sort: 's', body: 'x'.repeat(50_000) }, 'absent')
    await sqliteQueue(file, clock, 'alerts').send([{ account: 'a', body: 'x' }])
    expect(checkFile(path)).toEqual([])
    file.close()
  })

  test('what is no database is damage, and a file that is not there is an error', () => {
    writeFileSync(path, 'x'.repeat(100_000))
    expect(checkFile(path)).toEqual(['file is not a database'])
    rmSync(path)
    expect(() => checkFile(path)).toThrow('unable to open')
  })

  test('findings are few, and contain no data', () => {
    for (let page = 3; page < pages; page++) overwrite(page, (bytes) => bytes.fill('x'))
    const found = checkFile(path)
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThan(10)
    expect(found.join()).not.toMatch(/xxx|\n/)
  })
})

describe('a changed text', () => {
  const change = (sql: string): void => {
    const db = new DatabaseSync(path)
    db.exec(sql)
    db.close()
  }

  test('of an item is refused by every read, and noted', async () => {
    change(`UPDATE items SET body = replace(body, 'a', 'b') WHERE rowid = 7`)
    const file = openSqlite(path, { clock })
    const table = sqliteTable(file, clock, chance)
    const { partition, sort } = file.db.prepare('SELECT partition, sort FROM items WHERE rowid = 7').get() as {
      partition: string
      sort: string
    }
    expect(file.trouble.damage()).toBeUndefined()
    await expect(table.get({ partition, sort })).rejects.toThrow(Unavailable)
    expect(file.trouble.damage()).toContain('not as it was written')
    await expect(table.query(partition, '', { limit: 100 })).rejects.toThrow(Unavailable)
    file.close()
  })

  test('of a message makes the message dead, and the others are received', async () => {
    change(`UPDATE bodies SET body = 'other' WHERE id = (SELECT min(id) FROM messages WHERE state = 0)`)
    const file = openSqlite(path, { clock })
    const queue = sqliteQueue(file, clock, 'alerts')
    const { ready, inFlight } = queue.depth()
    const waiting = ready + inFlight
    const received: string[] = []
    for (let n = 0; n < waiting; n++) received.push(...(await queue.receive(1000)).map(({ body }) => body))
    expect(received).not.toContain('other')
    expect([received.length, queue.depth().dead]).toEqual([waiting - 1, 1])
    expect(file.trouble.damage()).toContain('not as it was written')
    expect(queue.deadLetters(1)).toHaveLength(1)
    file.close()
  })

  test('that is missing makes its message dead', async () => {
    change('DELETE FROM bodies WHERE id = (SELECT min(id) FROM messages WHERE state = 0)')
    const file = openSqlite(path, { clock })
    const queue = sqliteQueue(file, clock, 'alerts')
    for (let n = 0; n < 300; n++) await queue.receive(1000)
    expect([queue.depth().ready, queue.depth().dead]).toEqual([0, 1])
    file.close()
  })

  test.each([
    `UPDATE items SET sort = sort || 'x' WHERE rowid = 9`,
    `UPDATE items SET expires_at = 7 WHERE rowid = 9`,
    `UPDATE items SET card = 'other' WHERE card_at = 10`,
    `UPDATE items SET sum = 7 WHERE rowid = 9`,
    `UPDATE messages SET account = 'b' WHERE id = 9`,
    `UPDATE messages SET sent_at = 7 WHERE id = 9`,
    `UPDATE messages SET state = 6 WHERE id = 9`,
    `UPDATE store SET last_id = 9`,
  ])('is found by the check: %s', (sql) => {
    change(sql)
    expect(checkFile(path).join()).toMatch(/^row \d+ of (items|messages) is not as it was written/)
  })
})

test('a start that accepts loss removes what is not as it was written, and only that', () => {
  const db = new DatabaseSync(path)
  db.exec(`UPDATE items SET body = 'other' WHERE rowid IN (3, 70); UPDATE bodies SET body = 'other' WHERE id = 5`)
  db.close()
  const count = (): unknown => {
    const file = openSqlite(path, { clock, acceptLoss: true })
    const [items] = file.db.prepare('SELECT count(*) AS n FROM items').all()
    const [messages] = file.db.prepare('SELECT count(*) AS n FROM messages').all()
    file.close()
    return [file.removed, items?.n, messages?.n]
  }
  expect([count(), count(), checkFile(path)]).toEqual([[3, 598, 299], [0, 598, 299], []])
})

test('a file of schema 2 is read, gets checksums as it is written, and is sound', async () => {
  const db = new DatabaseSync(path)
  db.exec('ALTER TABLE items DROP COLUMN sum; ALTER TABLE bodies DROP COLUMN sum; DROP INDEX messages_ready')
  db.exec('ALTER TABLE messages DROP COLUMN lane; ALTER TABLE store DROP COLUMN latest_at; PRAGMA user_version = 2')
  db.exec('CREATE INDEX messages_ready ON messages (queue, account, id) WHERE state = 0')
  db.exec('DROP INDEX items_cards; ALTER TABLE items DROP COLUMN card_name; ALTER TABLE items DROP COLUMN card_at')
  db.exec('ALTER TABLE items DROP COLUMN card')
  db.close()
  const file = openSqlite(path, { clock })
  const table = sqliteTable(file, clock, chance)
  const queue = sqliteQueue(file, clock, 'alerts')
  const received = await queue.receive(500)
  expect([received.length > 0, received.length]).toEqual([true, queue.depth().inFlight])
  const [item] = (await table.query('a#1', '', { limit: 1 })).items
  await table.put({ ...item!, body: 'new' }, 'always')
  expect(file.db.prepare('SELECT count(*) AS n FROM items WHERE sum IS NOT NULL').get()).toEqual({ n: 1 })
  file.close()
  expect(checkFile(path)).toEqual([])
})
