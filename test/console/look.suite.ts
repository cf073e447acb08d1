import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { until } from '../e2e/wait.ts'
import { openAlbum } from '../pictures/album.ts'
import { axeFindings, layoutFindings } from './axe.ts'
import { DESK, PHONE } from './chromium.ts'
import { placesOf } from './places.ts'
import { type Account, anEvening, PICTURES, type World } from './world.ts'

/** A visit with nothing kept: every file of the page. On a line of 400 kbit/s this is 0.8 seconds. */
const FIRST_VISIT_BYTES = 40 * 1024
const LATER_PAGE_BYTES = 12 * 1024
/** A change in place takes a third of a second at 8,000 elements. */
const MOST_ELEMENTS = 2500

/** The least height of a control: a mouse hits more exactly than a finger. */
const MOUSE = 24
const FINGER = 44
/** Makes the pictures of docs/console.md anew. */
const COMMAND = 'PICTURES=docs npx vitest run test/console -t "every page"'
const ALBUM = openAlbum('console')
const PICTURES_WANTED = process.env.PICTURES
/** By name, the part of the page that the picture has; undefined: what one sees first. */
const IN_DOCS = new Map([
  ...['alerts-desk', 'incident-desk', 'integrations-desk', 'alerts-phone', 'incident-phone'].map(
    (name) => [name, undefined] as const,
  ),
  ['policy-flow-desk', '.flow'] as const,
])

/** Rules of axe that depend on colours and sizes; all others find the same in every dress of a page. */
const OF_STYLES = ['color-contrast', 'target-size']
/** A tablet, a page that is enlarged, and the narrowest table that is no list of cards. */
const BETWEEN = [800, 1141]
const NARROW = { width: 320, height: 640 }

interface Shown {
  policy: string
  failing?: string[]
}

/** Every page, in every dress: readable by everybody, in its place, small. */
export function lookSuite(world: () => World): void {
  describe('every page', () => {
    let account: Account
    let places: [string, string][]
    beforeAll(async () => {
      account = await world().account('Looks')
      await anEvening(account, world().hook, world().broken)
      places = await placesOf(account)
      await until('what the pictures show is there: a target out of reach, and the alert of a rule', async () => {
        const { items } = await account.api<{ items: Shown[] }>('GET', '/api/v1/groups')
        return items.some(({ failing }) => failing !== undefined) && items.some(({ policy }) => policy === '_none')
      })
      mkdirSync(PICTURES, { recursive: true })
    }, 60_000)

    test('on a desk, in both themes, and small on the wire', async () => {
      const { page, faults, asked, context } = await account.open(DESK)
      expect(asked.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(FIRST_VISIT_BYTES)
      for (const [place, path] of places) {
        asked.length = 0
        await page.goto(world().host.url + path)
        const bytes = asked.reduce((sum, one) => sum + one.bytes, 0)
        const elements = await page.locator('*').count()
        const small = [bytes < LATER_PAGE_BYTES, elements <= MOST_ELEMENTS]
        expect([place, bytes, elements, ...small]).toEqual([place, bytes, elements, true, true])
        await page.emulateMedia({ colorScheme: 'dark' })
        expect([place, 'dark', await axeFindings(page, OF_STYLES)]).toEqual([place, 'dark', []])
        await page.emulateMedia({ colorScheme: 'light' })
        expect([place, await axeFindings(page)]).toEqual([place, []])
        await look(page, place, 'desk', MOUSE)
        for (const width of BETWEEN) {
          await page.setViewportSize({ ...DESK.viewport, width })
          expect([place, width, await layoutFindings(page, MOUSE)]).toEqual([place, width, []])
        }
        await page.setViewportSize(DESK.viewport)
      }
      expect(faults).toEqual([])
      await context.close()
    }, 240_000)

    test('an alert of an incident stands in one line on a desk, with its link and the way to silence it', async () => {
      const { page, context } = await account.open(DESK)
      await page.goto(world().host.url + new Map(places).get('incident'))
      const rows = page.locator('.panel.alerts .row')
      expect(await rows.first().getByRole('link', { name: 'Silence' }).count()).toBe(1)
      const heights = await rows.evaluateAll((all) => all.map((row) => row.clientHeight))
      expect(Math.max(...heights)).toBeLessThanOrEqual(36)
      await context.close()
    })

    test('on a phone, in Chinese, and on a narrow one', async () => {
      const { page, faults, context } = await account.open({ ...PHONE, colorScheme: 'dark', locale: 'zh-CN' })
      for (const [place, path] of places) {
        await page.goto(world().host.url + path)
        expect([place, await axeFindings(page, OF_STYLES)]).toEqual([place, []])
        await look(page, place, 'phone', FINGER)
        await page.setViewportSize(NARROW)
        expect([place, await layoutFindings(page, FINGER)]).toEqual([place, []])
        await page.setViewportSize(PHONE.viewport)
      }
      expect(faults).toEqual([])
      await context.close()
    }, 240_000)
  })
}

async function look(page: Page, place: string, how: string, smallest: number): Promise<void> {
  expect([place, await layoutFindings(page, smallest)]).toEqual([place, []])
  const name = `${place}-${how}`
  // A picture takes longer than all looks at a page.
  if (PICTURES_WANTED !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`) })
  if (!IN_DOCS.has(name)) return
  const shown = (await page.evaluate<string[]>(`${SHOWN}\nshownOfPage()`)).join('\n')
  const part = IN_DOCS.get(name)
  const clip = part === undefined ? undefined : await page.locator(part).boundingBox()
  if (PICTURES_WANTED === 'docs') await ALBUM.save(name, shown, page, clip ?? undefined)
  else expect(ALBUM.isFresh(name, shown), `the picture ${name} is old: ${COMMAND}`).toBe(true)
}

const SHOWN = readFileSync(join(import.meta.dirname, 'shown.js'), 'utf8')
