import { describe, expect, test } from 'vitest'
import { MINUTE } from '../../../shared/base/time.ts'
import type { Integration } from '../../../shared/config/config.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import { createIntakeConfigs } from '../../../shared/store/intake-configs.ts'
import { counted, fresh, nothing, saveConfig } from './config-setup.ts'

const [usual] = nothing.integrations as [Integration]
const withIntegrations = (...ids: string[]) => ({ ...nothing, integrations: ids.map((id) => ({ ...usual, id })) })

describe('the reader of what ingest needs', () => {
  test('says of integrations and the time to resolve what the whole reader says', async () => {
    const { clock, table } = fresh()
    const intake = createIntakeConfigs({ table, clock })
    const whole = createConfigs({ table, clock })
    const compare = async () => {
      const [some, all] = [await intake.current('a'), await whole.current('a')]
      for (const id of ['default', 'x', 'y']) expect(some.integration(id)).toEqual(all.integration(id))
      expect(some.config.resolveTimeoutMs).toBe(all.config.resolveTimeoutMs)
    }
    await compare()
    await saveConfig(table, 'a', { ...withIntegrations('x', 'y'), resolveTimeoutMs: 7 * MINUTE }, { now: 5 })
    await compare()
    await saveConfig(table, 'a', withIntegrations('y'), { now: 6 })
    await compare()
  })

  test('reads the integrations alone, and again only when they changed', async () => {
    const { clock, table: raw } = fresh()
    const { calls, table } = counted(raw)
    const intake = createIntakeConfigs({ table, clock })
    await saveConfig(raw, 'a', withIntegrations('x'), { now: 5 })
    const first = await intake.current('a')
    expect(calls.gets).toBe(2)
    await saveConfig(raw, 'a', { ...withIntegrations('x'), rules: [{ id: 'r', enabled: true }] }, { now: 6 })
    expect(await intake.current('a')).toBe(first)
    expect(calls.gets).toBe(3)
    await saveConfig(raw, 'a', withIntegrations('z'), { now: 7 })
    expect((await intake.current('a')).integration('z')).toBeDefined()
    expect(calls.gets).toBe(5)
  })
})
