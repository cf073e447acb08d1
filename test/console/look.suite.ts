import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { axeFindings, layoutFindings } from './axe.ts'
import { DESK, PHONE, type Window } from './chromium.ts'
import { type Account, anEvening, PICTURES, type World } from './world.ts'

/** A visit with nothing kept: every file of the page. On a line of 400 kbit/s this is 0.8 seconds. */
const FIRST_VISIT_BYTES = 40 * 1024
const LATER_PAGE_BYTES = 12 * 1024
/** A change in place takes a third of a second at 8,000 elements. */
const MOST_ELEMENTS = 2500

const LOOKS: [string, BrowserContextOptions, number][] = [
  ['light, desk', { ...DESK, colorScheme: 'light' }, 24],
  ['dark, phone, Chinese', { ...PHONE, colorScheme: 'dark', locale: 'zh-CN' }, 32],
  ['dark, desk', { ...DESK, colorScheme: 'dark' }, 24],
  ['light, narrow phone', { ...PHONE, viewport: { width: 320, height: 640 }, colorScheme: 'light' }, 32],
]

/** Every page, in every dress: readable by everybody, in its place, small. */
export function lookSuite(world: () => World): void {
  describe('every page', () => {
    let account: Account
    let places: [string, string][]
    beforeAll(async () => {
      account = await world().account('Looks')
      await anEvening(account, world().hook, world().broken)
      const list = async (path: string) =>
        (await account.api<{ items: { id: string; title: string; incident?: string }[] }>('GET', path)).items
      const group = (await list('/api/v1/groups')).find(({ title }) => title.startsWith('HighLatency'))!
      const [silence] = await list('/api/v1/silences')
      const { id } = (await list('/api/v1/incidents')).find(({ id }) => id === group.incident)!
      await account.api('POST', `/api/v1/incidents/${id}/claim`, { by: 'mei' })
      await account.api('POST', `/api/v1/incidents/${id}/comment`, { by: 'mei', comment: 'rolling back. 正在回滚' })
      places = [
        ['alerts', '/'],
        ['incidents', '/incidents'],
        ['incident', `/incidents/${id}`],
        ['close', `/incidents/${id}/close`],
        ['assign', `/incidents/${id}/assign`],
        ['link', `/incidents/${id}/link`],
        ['silences', '/silences'],
        ['silence', `/silences/${silence!.id}`],
        ['expire', `/silences/${silence!.id}/expire`],
        ['new-silence', `/silences/new?group=${group.id}`],
        ['more', '/more'],
        ['not-found', '/incidents/none'],
      ]
      mkdirSync(PICTURES, { recursive: true })
    })

    test.each(LOOKS)(
      '%s',
      async (name, options, smallest) => {
        const window = await account.open(options)
        const { page, faults } = window
        for (const [place, path] of places) {
          await page.goto(world().host.url + path)
          await page.screenshot({ path: join(PICTURES, `${place}-${name.replaceAll(/, | /g, '-')}.png`) })
          expect([place, await axeFindings(page)]).toEqual([place, []])
          expect([place, await layoutFindings(page, smallest)]).toEqual([place, []])
          expect([place, await page.locator('*').count()]).toEqual([place, expect.toSatisfy((n) => n <= MOST_ELEMENTS)])
        }
        expect(faults).toEqual([])
        await window.context.close()
      },
      60_000,
    )

    test('is small on the wire, at first and later', async () => {
      const window = await account.open()
      await loaded(window)
      const first = window.asked.reduce((sum, { bytes }) => sum + bytes, 0)
      expect(first).toBeLessThan(FIRST_VISIT_BYTES)
      for (const [, path] of places) {
        window.asked.length = 0
        await window.page.goto(world().host.url + path)
        await loaded(window)
        const bytes = window.asked.reduce((sum, one) => sum + one.bytes, 0)
        expect([path, bytes]).toEqual([path, expect.toSatisfy((n) => n < LATER_PAGE_BYTES)])
      }
      await window.context.close()
    })
  })
}

async function loaded({ page }: Window): Promise<void> {
  await page.waitForLoadState('networkidle')
}
