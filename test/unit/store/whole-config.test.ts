import { describe, expect, test } from 'vitest'
import { defaultConfig, emptySections, type Sections } from '../../../shared/config/sections.ts'
import { keys } from '../../../shared/table/keys.ts'
import { ITEM_BYTES, type Table } from '../../../shared/table/port.ts'
import { counted, fresh, nothing, readConfig, reloadConfig, saveConfig, withIntervals } from './config-setup.ts'

describe('a saved configuration', () => {
  test('is the default one before anything was saved', async () => {
    const { table } = fresh()
    expect(await readConfig(table, 'a')).toMatchObject({ config: defaultConfig(), version: 'absent' })
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
    // The new part and the pointer; then the end of the old part, and the pointer that no longer waits for this end.
    expect(calls.puts - before).toBe(4)
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

  test.each(
    (Object.keys(emptySections()) as (keyof Sections)[]).filter((one) => !['users', 'templates'].includes(one)),
  )('of a version that did not know %s has none of them', async (section) => {
    const { table } = fresh()
    const { [section]: _unknown, ...older } = nothing
    await saveConfig(table, 'a', older as Sections, { now: 5 })
    expect((await readConfig(table, 'a')).config[section]).toEqual([])
  })

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
