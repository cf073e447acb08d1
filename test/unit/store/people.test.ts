import { describe, expect, test } from 'vitest'
import { DAY } from '../../../shared/base/time.ts'
import { Unavailable } from '../../../shared/base/unavailable.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import { calendarSchema } from '../../../shared/people/calendar.ts'
import { userGroupSchema } from '../../../shared/people/group.ts'
import type { User } from '../../../shared/people/user.ts'
import { createSecretBox } from '../../../shared/secret/seal.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import { saveConfig as saveUnder } from '../../../shared/store/whole-config.ts'
import { keys } from '../../../shared/table/keys.ts'
import type { Table } from '../../../shared/table/port.ts'
import {
  counted,
  fresh,
  nothing,
  readConfig,
  reloadConfig,
  saveConfig,
  secrets,
  withIntervals,
} from './config-setup.ts'

describe('people', () => {
  const user = (id: string, more: Partial<User> = {}): User => ({
    ...{ id, name: id, enabled: true, sms: false, voice: false, emails: [`${id}@example.net`] },
    ...{ language: 'en' as const, timeZone: 'UTC' },
    ...more,
  })
  const withUsers = (...users: (string | User)[]): Sections => ({
    ...withIntervals('x'),
    users: users.map((one) => (typeof one === 'string' ? user(one) : one)),
  })
  const shards = async (table: Table) => (await table.query('p#a', 'part#', { limit: 1_000 })).items
  const opened = async (table: Table) =>
    (await shards(table)).map(({ body, expiresAt }): [string[], number | undefined] => [
      (JSON.parse(secrets.open(body)) as User[]).map(({ id }) => id),
      expiresAt,
    ])
  const pointer = async (table: Table) => JSON.parse((await table.get(keys.account('a', 'config')))!.body)
  const SECOND_SAVE = { now: 6 }

  test('come back as they were, in their order', async () => {
    const { table } = fresh()
    const many = Array.from({ length: 450 }, (_, i) =>
      user(`user${i}`, { name: `U${i}`, sms: i % 3 === 0, language: 'zh' }),
    )
    await saveConfig(table, 'a', withUsers(...many), { now: 5 })
    expect((await readConfig(table, 'a')).config.users).toEqual(many)
    expect((await pointer(table)).parts.contacts).toHaveLength(8)
  })

  test('alone do not change the revision, so no group restarts its timers', async () => {
    const { table } = fresh()
    await saveConfig(table, 'a', withUsers('test01'), { now: 5 })
    expect(await saveConfig(table, 'a', withUsers('test02'), SECOND_SAVE)).toEqual({ ok: true, revision: '1' })
    expect((await readConfig(table, 'a')).config).toEqual({ ...withUsers('test02'), revision: '1', since: 5 })
    expect(await pointer(table)).toMatchObject({ revision: '1', peopleRevision: '2' })
  })

  test('and policies in one change raise both revisions; policies alone leave the revision of people', async () => {
    const { table } = fresh()
    await saveConfig(table, 'a', withUsers('test01'), { now: 5 })
    const both = { ...withUsers('test03'), timeIntervals: [] }
    expect(await saveConfig(table, 'a', both, { now: 7 })).toEqual({ ok: true, revision: '2' })
    expect(await pointer(table)).toMatchObject({ revision: '2', since: 7, peopleRevision: '2' })
    await saveConfig(table, 'a', { ...both, rules: [{ id: 'r', enabled: true }] }, { now: 8 })
    expect(await pointer(table)).toMatchObject({ revision: '3', since: 8, peopleRevision: '2' })
    expect(await reloadConfig(table, 'a', 9)).toEqual({ ok: true, revision: '4' })
    expect(await pointer(table)).toMatchObject({ revision: '4', since: 9, peopleRevision: '2' })
  })

  test('alone change the version: of two changes at the same moment one is lost', async () => {
    const { table } = fresh()
    await saveConfig(table, 'a', withUsers('test01'), { now: 5 })
    const { version } = await readConfig(table, 'a')
    await saveConfig(table, 'a', withUsers('test02'), { now: 6, expectVersion: version })
    expect(await saveConfig(table, 'a', withUsers('test03'), { now: 6, expectVersion: version })).toMatchObject({
      reason: 'lost',
    })
  })

  test('have no name, number or address outside of their partition, and none in the clear there', async () => {
    const { table } = fresh()
    const someone = user('test01', { name: 'Kumer', phone: '86-13811110001', emails: ['kumer@example.net'] })
    await saveConfig(table, 'a', withUsers(someone), { now: 5 })
    await saveConfig(table, 'a', withUsers({ ...someone, name: 'Kumer2' }), SECOND_SAVE)
    const everything = table.everything().map((item) => JSON.stringify(item))
    expect(everything.filter((item) => /Kumer|1381111|example\.net/.test(item))).toEqual([])
    expect(await shards(table)).toHaveLength(2)
  })

  test('a name of a part says nothing to somebody without the key', async () => {
    const names = async (key: number) => {
      const { table } = fresh()
      const box = createSecretBox(Buffer.alloc(32, key), (size) => Buffer.alloc(size))
      await saveUnder({ table, secrets: box }, 'a', withUsers('test01'), { now: 5 })
      return (await shards(table)).map(({ sort }) => sort)
    }
    expect(await names(1)).not.toEqual(await names(2))
  })

  test('a change of one user writes one shard', async () => {
    const { calls, table } = counted(fresh().table)
    const many = Array.from({ length: 400 }, (_, i) => user(`user${i}`))
    await saveConfig(table, 'a', withUsers(...many), { now: 5 })
    const before = calls.puts
    await saveConfig(table, 'a', withUsers(...many.slice(1), { ...many[0]!, name: 'Other' }), SECOND_SAVE)
    // The list without personal data changed too, since the order did: two parts, two ends, the pointer twice.
    expect(calls.puts - before).toBe(6)
  })

  test('of another account may be alike, and have parts of their own', async () => {
    const { table } = fresh()
    await saveConfig(table, 'a', withUsers('test01'), { now: 5 })
    await saveConfig(table, 'b', withUsers('test01'), { now: 5 })
    await saveConfig(table, 'b', nothing, SECOND_SAVE)
    expect((await readConfig(table, 'a')).config.users).toHaveLength(1)
    expect((await shards(table))[0]!.sort).not.toBe((await table.query('p#b', '', { limit: 9 })).items[0]!.sort)
  })

  test('an earlier version had none', async () => {
    const { table } = fresh()
    const body = '{"format":1,"revision":"3","since":4,"parts":{}}'
    await table.put({ ...keys.account('a', 'config'), body }, 'always')
    expect((await readConfig(table, 'a')).config.users).toEqual([])
    await saveConfig(table, 'a', withUsers('test01'), { now: 5 })
    expect((await readConfig(table, 'a')).config.users).toEqual([user('test01')])
  })

  describe('that were replaced', () => {
    const ends = async (table: Table) => Object.fromEntries((await opened(table)).map(([[id = ''], end]) => [id, end]))

    test('get an end, and lose it when they come back', async () => {
      const { table } = fresh()
      for (const id of ['test01', 'test02']) await saveConfig(table, 'a', withUsers(id), { now: 5 })
      expect(await ends(table)).toEqual({ test01: 5 + DAY, test02: undefined })
      await saveConfig(table, 'a', withUsers('test01'), SECOND_SAVE)
      expect(await ends(table)).toEqual({ test01: undefined, test02: 6 + DAY })
      expect(await pointer(table)).not.toHaveProperty('going')
    })

    test('are gone a day after, and so is every other part that no pointer names', async () => {
      const { clock, table } = fresh()
      await saveConfig(table, 'a', withUsers('test01'), { now: clock.now() })
      await saveConfig(table, 'a', nothing, { now: clock.now() })
      clock.set(clock.now() + DAY + 1)
      await table.expire()
      expect(table.everything().filter(({ partition }) => partition.startsWith('p#'))).toEqual([])
      const named = new Set(Object.values((await pointer(table)).parts as Record<string, string[]>).flat())
      expect(new Set(table.everything().flatMap(({ sort }) => sort.split('part#')[1] ?? []))).toEqual(named)
    })

    test('go although the process ended between the pointer and their end', async () => {
      const { table } = fresh()
      await saveConfig(table, 'a', withUsers('test01'), { now: 5 })
      let pointers = 0
      const ending: Table = {
        ...table,
        async put(item, when) {
          if (pointers > 0) throw new Unavailable('table', 'put', 'the process ended')
          if (item.sort === 'config') pointers++
          return table.put(item, when)
        },
      }
      expect(await saveConfig(ending, 'a', withUsers('test02'), SECOND_SAVE)).toMatchObject({ ok: true })
      expect(await ends(table)).toEqual({ test01: undefined, test02: undefined })
      expect((await readConfig(table, 'a')).config.users).toEqual([user('test02')])
      expect(await ends(table)).toEqual({ test01: 6 + DAY, test02: undefined })
      expect(await pointer(table)).not.toHaveProperty('going')
    })

    test('and come back while they get their end, keep none', async () => {
      const { table } = fresh()
      await saveConfig(table, 'a', withUsers('test01'), { now: 5 })
      const racing: Table = {
        ...table,
        async put(item, when) {
          const saved = await table.put(item, when)
          if (item.sort === 'config') await saveConfig(table, 'a', withUsers('test01'), { now: 7 })
          return saved
        },
      }
      await saveConfig(racing, 'a', withUsers('test02'), SECOND_SAVE)
      expect((await ends(table)).test01).toBeUndefined()
      expect((await readConfig(table, 'a')).config.users).toMatchObject([{ id: 'test01' }])
    })
  })

  describe('for a sender', () => {
    test('are found by id, each in one shard, which is read once while nothing changes', async () => {
      const { clock, table: raw } = fresh()
      const { calls, table } = counted(raw)
      const many = Array.from({ length: 300 }, (_, i) => user(`user${i}`))
      await saveConfig(raw, 'a', withUsers(...many), { now: 5 })
      const configs = createConfigs({ table, clock, secrets })
      const first = await configs.current('a')
      const gets = calls.gets
      expect(await first.person('user7')).toEqual(many[7])
      expect(await first.person('user7')).toEqual(many[7])
      expect(calls.gets - gets).toBe(1)
      expect(await first.person('nobody')).toBeUndefined()
      expect(await configs.current('a')).toBe(first)
    })

    test('are found as they are since the last change', async () => {
      const { clock, table } = fresh()
      const configs = createConfigs({ table, clock, secrets })
      expect(await (await configs.current('a')).person('test01')).toBeUndefined()
      await saveConfig(table, 'a', withUsers('test01', 'test02'), { now: 5 })
      expect(await (await configs.current('a')).person('test01')).toEqual(user('test01'))
      await saveConfig(table, 'a', withUsers({ ...user('test01'), phone: '86-13811110002' }), SECOND_SAVE)
      const present = await configs.current('a')
      expect(await present.person('test01')).toMatchObject({ phone: '86-13811110002' })
      expect(await present.person('test02')).toBeUndefined()
    })

    test('of one account are not found in another', async () => {
      const { clock, table } = fresh()
      await saveConfig(table, 'a', withUsers('test01'), { now: 5 })
      await saveConfig(table, 'b', withUsers({ ...user('test01'), name: 'B' }), { now: 5 })
      const configs = createConfigs({ table, clock, secrets })
      expect(await (await configs.current('a')).person('test01')).toMatchObject({ name: 'test01' })
      expect(await (await configs.current('b')).person('test01')).toMatchObject({ name: 'B' })
    })

    test('are not found by a function without the key', async () => {
      const { clock, table } = fresh()
      await saveConfig(table, 'a', withUsers('test01'), { now: 5 })
      await expect((await createConfigs({ table, clock }).current('a')).person('test01')).rejects.toThrow(/may not/)
    })
  })

  describe('for handlers', () => {
    test('are read without personal data, and only where somebody decides who is told', async () => {
      const { clock, table } = fresh()
      const calendar = calendarSchema.parse({ id: 'office' })
      const group = userGroupSchema.parse({ id: 'group-01', members: ['test01'] })
      const sections = { ...withUsers('test01'), userGroups: [group], calendars: [calendar] }
      await saveConfig(table, 'a', sections, { now: 5 })
      const { people, config } = await createConfigs({ table, clock, people: true }).current('a')
      expect(config).toMatchObject({ users: [], userGroups: [], timeIntervals: [{ name: 'x' }] })
      expect(people.user('test01')).toEqual({
        ...{ id: 'test01', enabled: true, sms: false, voice: false, language: 'en', timeZone: 'UTC' },
      })
      expect([people.group('group-01'), people.calendar('office')]).toEqual([group, calendar])
      expect([people.revision, people.user('test02')]).toEqual(['1', undefined])
      const others = await createConfigs({ table, clock }).current('a')
      expect(others.people.user('test01')).toBeUndefined()
    })

    test('never come out of the partition of personal data', async () => {
      const { clock, table } = fresh()
      await saveConfig(table, 'a', withUsers('test01'), { now: 5 })
      const read: string[] = []
      const get: Table['get'] = (key) => {
        read.push(key.partition)
        return table.get(key)
      }
      await createConfigs({ table: { ...table, get }, clock, people: true }).current('a')
      expect(new Set(read)).toEqual(new Set(['a#a']))
    })

    test('change alone: nothing else is compiled again', async () => {
      const { clock, table: raw } = fresh()
      const { calls, table } = counted(raw)
      await saveConfig(raw, 'a', withUsers('test01'), { now: 5 })
      const [deciding, other] = [createConfigs({ table, clock, people: true }), createConfigs({ table, clock })]
      const before = [await deciding.current('a'), await other.current('a')] as const
      await saveConfig(raw, 'a', withUsers('test02'), SECOND_SAVE)
      const gets = calls.gets
      expect(await other.current('a')).toBe(before[1])
      expect(calls.gets - gets).toBe(1)
      const after = await deciding.current('a')
      expect([after.config, after.route]).toEqual([before[0].config, before[0].route])
      expect(after.config).toBe(before[0].config)
      expect([after.people.revision, after.people.user('test02')?.id]).toEqual(['2', 'test02'])
      expect(await deciding.current('a')).toBe(after)
    })
  })
})
