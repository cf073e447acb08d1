import { describe, expect, test } from 'vitest'
import { DAY } from '../../../shared/base/time.ts'
import type { ContentTemplate } from '../../../shared/config/content-template.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import { createConfigs } from '../../../shared/store/configs.ts'
import { leanTemplates, readTemplate } from '../../../shared/store/stored-templates.ts'
import { keys } from '../../../shared/table/keys.ts'
import { counted, fresh, readConfig, saveConfig, withIntervals } from './config-setup.ts'

const template = (id: string, content: string): ContentTemplate => ({
  ...{ id, name: id },
  kinds: {
    email: { texts: [{ language: 'zh', content }] },
    webhook: { texts: [{ language: 'en', content }], mode: 'batch', limit: 3 },
  },
})
const withTemplates = (...templates: ContentTemplate[]): Sections => ({ ...withIntervals('x'), templates })
const hashOf = (one: ContentTemplate): string => leanTemplates([one])[0]!.hash

describe('templates', () => {
  test('come back as they were, in their order', async () => {
    const { table } = fresh()
    const all = [template('b', 'one'), template('a', 'two')]
    await saveConfig(table, 'a', withTemplates(...all), { now: 5 })
    expect((await readConfig(table, 'a')).config.templates).toEqual(all)
    expect((await readConfig(table, 'a', ['policies'])).config.templates).toEqual([])
  })

  test('alone do not change the revision, so no group restarts its timers', async () => {
    const { table } = fresh()
    await saveConfig(table, 'a', withTemplates(template('a', 'one')), { now: 5 })
    const saved = await saveConfig(table, 'a', withTemplates(template('a', 'two')), { now: 6 })
    expect(saved).toEqual({ ok: true, revision: '1' })
  })

  test('are known to handlers without their texts, and anew after a change', async () => {
    const { table, clock } = fresh()
    const configs = createConfigs({ table, clock, people: true })
    await saveConfig(table, 'a', withTemplates(template('a', 'one')), { now: 5 })
    const first = await configs.current('a')
    expect(first.templates.get('a')).toEqual({
      id: 'a',
      hash: hashOf(template('a', 'one')),
      kinds: { email: { languages: ['zh'] }, webhook: { languages: ['en'], mode: 'batch', limit: 3 } },
    })
    expect(JSON.stringify(first.config)).not.toContain('one')
    await saveConfig(table, 'a', withTemplates(template('a', 'two')), { now: 6 })
    expect((await configs.current('a')).templates.get('a')?.hash).toBe(hashOf(template('a', 'two')))
    expect(await configs.current('a')).toBe(await configs.current('a'))
  })

  test('are read by handlers in one piece, however many there are', async () => {
    const { table, clock } = fresh()
    const gets = async () => {
      const { calls, table: watched } = counted(table)
      await createConfigs({ table: watched, clock, people: true }).current('a')
      return calls.gets
    }
    await saveConfig(table, 'a', withTemplates(template('a', 'one')), { now: 5 })
    const ofOne = await gets()
    await saveConfig(table, 'a', withTemplates(...['a', 'b', 'c', 'd'].map((id) => template(id, id))), { now: 6 })
    expect(await gets()).toBe(ofOne)
  })

  test('keep a text that was replaced for 40 days: deliveries name the text', async () => {
    const { table } = fresh()
    const [old, next] = [template('a', 'one'), template('a', 'two')]
    await saveConfig(table, 'a', withTemplates(old), { now: 5 })
    await saveConfig(table, 'a', withTemplates(next), { now: 6 })
    expect(await readTemplate(table, 'a', hashOf(old))).toEqual(old)
    const item = await table.get(keys.account('a', 'part', hashOf(old)))
    expect(item?.expiresAt).toBeGreaterThanOrEqual(6 + 40 * DAY)
    await saveConfig(table, 'a', withTemplates(old), { now: 7 })
    expect((await table.get(keys.account('a', 'part', hashOf(old))))?.expiresAt).toBeUndefined()
    expect(await readTemplate(table, 'a', 'unknown')).toBeUndefined()
  })
})
