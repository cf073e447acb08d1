import { describe, expect, test } from 'vitest'
import type { Clock, Millis } from '../../../shared/base/time.ts'
import { defaultConfig, emptySections, type Sections, sectionsOf } from '../../../shared/config/sections.ts'
import { createConfigs, readConfig, reloadConfig, saveConfig } from '../../../shared/store/configs.ts'
import { keys } from '../../../shared/table/keys.ts'
import { ITEM_BYTES, type Table } from '../../../shared/table/port.ts'
import { memoryTable } from '../../sim/table.ts'

const nothing = sectionsOf(defaultConfig())

function clockAt(start: Millis): Clock & { set(now: Millis): void } {
  let now = start
  return { now: () => now, elapsed: () => 0, after: () => () => {}, set: (to) => (now = to) }
}

/** A table that counts its calls. */
function counted(table: Table) {
  const calls = { gets: 0, puts: 0 }
  const get: Table['get'] = (key) => {
    calls.gets++
    return table.get(key)
  }
  const put: Table['put'] = (item, when) => {
    calls.puts++
    return table.put(item, when)
  }
  return { calls, table: { ...table, get, put } }
}

function withIntervals(...names: string[]): Sections {
  return { ...nothing, timeIntervals: names.map((name) => ({ name, intervals: [] })) }
}

function fresh() {
  const clock = clockAt(1000)
  return { clock, table: memoryTable(clock) }
}

describe('a saved configuration', () => {
  test('is the default one before anything was saved', async () => {
    const { table } = fresh()
    expect(await readConfig(table, 'a')).toEqual({ config: defaultConfig(), version: 'absent' })
  })

  test('comes back as it was, with its revision and when it began', async () => {
    const { table } = fresh()
    expect(await saveConfig(table, 'a', withIntervals('x'), { now: 5 })).toEqual({ ok: true, revision: '1' })
    const { config, version } = await readConfig(table, 'a')
    expect(config).toEqual({ ...withIntervals('x'), revision: '1', since: 5 })
    expect(version).not.toBe('absent')
    expect((await readConfig(table, 'b')).config).toEqual(defaultConfig())
  })

  test('is lost to a change that came between, and nothing of it is seen', async () => {
    const { table } = fresh()
    await saveConfig(table, 'a', withIntervals('x'), { now: 5, expectVersion: 'absent' })
    const second = await saveConfig(table, 'a', withIntervals('y'), { now: 6, expectVersion: 'absent' })
    expect(second).toEqual({ ok: false, reason: 'lost' })
    const { config, version } = await readConfig(table, 'a')
    expect(config.timeIntervals).toMatchObject([{ name: 'x' }])
    expect(await saveConfig(table, 'a', withIntervals('y'), { now: 7, expectVersion: version })).toEqual({
      ok: true,
      revision: '2',
    })
  })

  test('may lose at the very flip of the pointer', async () => {
    const { table } = fresh()
    const racing: Table = {
      ...table,
      async put(item, when) {
        if (item.sort === 'config') await saveConfig(table, 'a', withIntervals('faster'), { now: 1 })
        return table.put(item, when)
      },
    }
    expect(await saveConfig(racing, 'a', withIntervals('x'), { now: 5 })).toEqual({ ok: false, reason: 'lost' })
    expect((await readConfig(table, 'a')).config.timeIntervals).toMatchObject([{ name: 'faster' }])
  })

  test('writes only the parts that changed', async () => {
    const { calls, table } = counted(fresh().table)
    await saveConfig(table, 'a', withIntervals('x'), { now: 5 })
    const before = calls.puts
    await saveConfig(table, 'a', withIntervals('y'), { now: 6 })
    expect(calls.puts - before).toBe(2)
  })

  test('may be larger than an item, in any script', async () => {
    const { table } = fresh()
    const sections = withIntervals(...Array.from({ length: 400 }, (_, i) => `${i}${'語🙂'.repeat(300)}`))
    expect(JSON.stringify(sections).length).toBeGreaterThan(ITEM_BYTES / 2)
    expect(await saveConfig(table, 'a', sections, { now: 5 })).toMatchObject({ ok: true })
    expect((await readConfig(table, 'a')).config.timeIntervals).toEqual(sections.timeIntervals)
  })

  test('may not be larger than a worker would hold', async () => {
    const { calls, table } = counted(fresh().table)
    const result = await saveConfig(table, 'a', withIntervals('x'.repeat(5_000_000)), { now: 5 })
    expect(result).toMatchObject({ ok: false, reason: 'too-large' })
    expect(calls.puts).toBe(0)
  })

  test('keeps names that are none of its own apart', async () => {
    const { table } = fresh()
    const sections = withIntervals('__proto__', 'constructor')
    await saveConfig(table, 'a', sections, { now: 5 })
    expect((await readConfig(table, 'a')).config.timeIntervals).toEqual(sections.timeIntervals)
  })

  test.each(Object.keys(emptySections()) as (keyof Sections)[])(
    'of a version that did not know %s has none of them',
    async (section) => {
      const { table } = fresh()
      const { [section]: _unknown, ...older } = nothing
      await saveConfig(table, 'a', older as Sections, { now: 5 })
      expect((await readConfig(table, 'a')).config[section]).toEqual([])
    },
  )

  test('of a newer version is not guessed at', async () => {
    const { table } = fresh()
    await table.put({ ...keys.account('a', 'config'), body: '{"format":2}' }, 'always')
    await expect(readConfig(table, 'a')).rejects.toThrow(/too new/)
  })
})

describe('a reload', () => {
  test('is a new revision of the same', async () => {
    const { table } = fresh()
    await saveConfig(table, 'a', withIntervals('x'), { now: 5 })
    expect(await reloadConfig(table, 'a', 9)).toEqual({ ok: true, revision: '2' })
    expect((await readConfig(table, 'a')).config).toEqual({ ...withIntervals('x'), revision: '2', since: 9 })
  })

  test('of a new account keeps its default', async () => {
    const { table } = fresh()
    expect(await reloadConfig(table, 'a', 9)).toEqual({ ok: true, revision: '1' })
    expect((await readConfig(table, 'a')).config).toEqual({ ...nothing, revision: '1', since: 9 })
  })
})

describe('the reader', () => {
  test('sees a change at once, and compiles a revision once', async () => {
    const { clock, table: raw } = fresh()
    const { calls, table } = counted(raw)
    const configs = createConfigs({ table, clock })
    const first = await configs.current('a')
    expect(first.config.revision).toBe('0')
    expect(await configs.current('a')).toBe(first)
    expect(calls.gets).toBe(2)
    await saveConfig(raw, 'a', withIntervals('x'), { now: 5 })
    const second = await configs.current('a')
    expect(second.config.timeIntervals).toMatchObject([{ name: 'x' }])
    expect(await configs.current('a')).toBe(second)
  })

  test('asks again only when its knowledge is older than it may be', async () => {
    const { clock, table: raw } = fresh()
    const { calls, table } = counted(raw)
    const configs = createConfigs({ table, clock, cacheMs: 100 })
    await configs.current('a')
    clock.set(1099)
    await configs.current('a')
    expect(calls.gets).toBe(1)
    clock.set(1100)
    await configs.current('a')
    expect(calls.gets).toBe(2)
    clock.set(10)
    await configs.current('a')
    expect(calls.gets).toBe(3)
  })

  test('does not keep every account for ever', async () => {
    const { clock, table: raw } = fresh()
    const { calls, table } = counted(raw)
    const configs = createConfigs({ table, clock, cacheMs: 1000 })
    for (let i = 0; i <= 200; i++) await configs.current(`a${i}`)
    const before = calls.gets
    await configs.current('a200')
    expect(calls.gets).toBe(before)
    await configs.current('a0')
    expect(calls.gets).toBe(before + 1)
  })
})
