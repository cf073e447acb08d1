import { describe, expect, test } from 'vitest'
import { createConfigs } from '../../../shared/store/configs.ts'
import { counted, fresh, saveConfig, withIntervals } from './config-setup.ts'

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
