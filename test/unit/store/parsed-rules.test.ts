import { describe, expect, test } from 'vitest'
import { DAY } from '../../../shared/base/time.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import { splitText } from '../../../shared/store/entry-lines.ts'
import type { RuleForm } from '../../../shared/store/whole-config.ts'
import { fresh, nothing, readConfig, reloadConfig, saveConfig, withIntervals } from './config-setup.ts'

const withRules = (...ids: string[]): Sections => ({
  ...nothing,
  rules: ids.map((id) => ({ id, enabled: true, template: 'cloudtrail/root-login' })),
})
/** Longer than a part. */
const form: RuleForm = {
  *pieces(of) {
    yield 1
    return splitText(JSON.stringify({ of, long: 'x'.repeat(250_000) }))
  },
  isKnown: () => true,
}

function setUp() {
  const { clock, table } = fresh()
  const current = () => createConfigs({ table, clock }).current('a')
  return { clock, table, current }
}

describe('the form of the rules that is quick to read', () => {
  test('comes back with the name of the texts that the form was made of', async () => {
    const { table, current } = setUp()
    await saveConfig(table, 'a', withRules('one'), { now: 5, parsedRules: form })
    const config = await current()
    const stored = await config.parsedRules()
    expect(JSON.parse(stored?.text ?? '')).toMatchObject({ of: stored?.of })
    expect(await config.rules()).toHaveLength(1)
    await saveConfig(table, 'a', withRules('one', 'two'), { now: 6, parsedRules: form })
    expect((await (await current()).parsedRules())?.of).not.toBe(stored?.of)
  })

  test('is missing after a change by a release that does not know the form, and in a new account', async () => {
    const { table, current } = setUp()
    expect(await (await current()).parsedRules()).toBeUndefined()
    await saveConfig(table, 'a', withRules('one'), { now: 5, parsedRules: form })
    await saveConfig(table, 'a', withRules('one', 'two'), { now: 6 })
    expect(await (await current()).parsedRules()).toBeUndefined()
  })

  test('is missing, and no error, once its parts have come to their end', async () => {
    const { clock, table, current } = setUp()
    await saveConfig(table, 'a', withRules('one'), { now: 1000, parsedRules: form })
    const before = await current()
    await saveConfig(table, 'a', withRules('two'), { now: 1000, parsedRules: form })
    clock.set(1000 + 2 * DAY)
    await table.expire()
    expect(await before.parsedRules()).toBeUndefined()
    expect(await (await current()).parsedRules()).toBeDefined()
  })

  test('is no new revision by itself, and stays at a reload', async () => {
    const { table, current } = setUp()
    await saveConfig(table, 'a', withRules('one'), { now: 5 })
    expect(await saveConfig(table, 'a', withRules('one'), { now: 6, parsedRules: form })).toMatchObject({
      revision: '1',
    })
    await reloadConfig(table, 'a', 7)
    const { config, parsedRules } = await current()
    expect([config.revision, typeof (await parsedRules())?.text]).toEqual(['2', 'string'])
  })

  test('is no section of the configuration, and not made without rules', async () => {
    const { table, current } = setUp()
    await saveConfig(table, 'a', withRules('one'), { now: 5, parsedRules: form })
    expect(Object.keys((await readConfig(table, 'a')).config)).not.toContain('parsedRules')
    await saveConfig(table, 'a', withIntervals('x'), { now: 6, parsedRules: form })
    expect(await (await current()).parsedRules()).toBeUndefined()
  })
})
