import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFindings, layoutFindings } from './axe.ts'
import { DESK, PHONE, type Window } from './chromium.ts'
import { contactSheet, type Picture } from './sheets.ts'
import { everyState, type Scene, type State } from './states.ts'
import { PICTURES, type World } from './world.ts'

/** `PICTURES=sheets npx vitest run test/console -t "every state"` puts each page in each state and dress on contact sheets. */
const SHEETS = process.env.PICTURES === 'sheets'
const MOUSE = 24
const FINGER = 44

interface Dress extends BrowserContextOptions {
  name: string
}

const ZH = { locale: 'zh-CN' }
const DARK = { colorScheme: 'dark' } as const
/** The two dresses of usual runs come first: between them every language, theme and width. */
const DRESSES: readonly Dress[] = [
  { name: 'desk-light-en', ...DESK },
  { name: 'phone-dark-zh', ...PHONE, ...DARK, ...ZH },
  { name: 'desk-dark-zh', ...DESK, ...DARK, ...ZH },
  { name: 'phone-light-en', ...PHONE },
  { name: 'desk-light-zh', ...DESK, ...ZH },
  { name: 'desk-dark-en', ...DESK, ...DARK },
  { name: 'phone-light-zh', ...PHONE, ...ZH },
  { name: 'phone-dark-en', ...PHONE, ...DARK },
]

/** Pages that a person sees when something is missing, wrong, or out of reach. */
export function statesSuite(world: () => World): void {
  describe('every state', () => {
    let scene: Scene
    beforeAll(async () => {
      scene = await everyState(world(), { all: SHEETS })
    }, 120_000)
    afterAll(async () => await scene?.stop())

    test.each(DRESSES.slice(0, SHEETS ? DRESSES.length : 2).map((dress) => [dress.name, dress] as const))(
      'of the pages can be read, and has everything in its place: %s',
      async (_, { name: dress, ...options }) => {
        const isPhone = dress.startsWith('phone')
        const windows = new Map<State['as'], Window>()
        for (const [as, account] of Object.entries(scene.accounts)) {
          windows.set(as as State['as'], await account.open(options))
        }
        const pictures: Picture[] = []
        const found: unknown[] = []
        for (const state of SHEETS ? [...scene.places, ...scene.states] : scene.states) {
          const { page } = windows.get(state.as)!
          await bring(page, world().host.url, state)
          const layout = await layoutFindings(page, isPhone ? FINGER : MOUSE)
          const axe = isPhone ? [] : await axeFindings(page)
          if (layout.length + axe.length > 0) found.push([state.name, ...layout, ...axe])
          if (SHEETS) pictures.push(await pictureOf(page, state.name, isPhone))
          if (state.lost) await page.context().setOffline(false)
        }
        if (SHEETS) await keepSheets(dress, pictures, isPhone)
        expect(found).toEqual([])
        for (const { faults, context } of windows.values()) {
          // A page that has lost the server says so in the console, too.
          expect(faults.filter((fault) => !fault.includes('Failed to fetch'))).toEqual([])
          await context.close()
        }
      },
      SHEETS ? 900_000 : 240_000,
    )
  })

  async function keepSheets(dress: string, pictures: readonly Picture[], isPhone: boolean): Promise<void> {
    const folder = join(PICTURES, 'sheets')
    mkdirSync(folder, { recursive: true })
    const [columns, width, most] = isPhone ? [8, 240, 16] : [3, 640, 9]
    for (let at = 0; at < pictures.length; at += most) {
      const sheet = await contactSheet(world().browser, pictures.slice(at, at + most), { columns, width })
      writeFileSync(join(folder, `${dress}-${String(at / most + 1).padStart(2, '0')}.png`), sheet)
    }
  }
}

async function bring(page: Page, url: string, { path, wrong, lost }: State): Promise<void> {
  await page.goto(url + path)
  if (wrong) {
    // The browser would hold a wrong form back: what the server says is wanted.
    await Promise.all([page.waitForEvent('load'), page.evaluate(SEND_WRONG)])
  }
  if (lost) {
    await page.context().setOffline(true)
    await page.evaluate("document.body.dispatchEvent(new Event('refresh'))")
    await page.locator('#lost').waitFor({ state: 'visible' })
  }
}

/** Puts something wrong into every field of the form of the page, and sends the form as its first button does. */
const SEND_WRONG = `{
  const form = document.querySelector('main form[method=post]')
  for (const field of form.elements) {
    if (field.type === 'number') field.value = '-5'
    else if (field.tagName === 'TEXTAREA') field.value = '{{ wrong'
    else if (field.type === 'datetime-local') field.value = ''
    else if (field.tagName === 'INPUT' && ['text', 'search', 'url', 'email', 'password', 'tel'].includes(field.type) && !field.readOnly)
      field.value = '!'
  }
  form.noValidate = true
  const button = form.querySelector('button.main') ?? form.querySelector('button:not([type=button])')
  setTimeout(() => {
    for (const name of ['hx-post', 'hx-get']) form.removeAttribute(name)
    button.click()
  })
}`

async function pictureOf(page: Page, name: string, isPhone: boolean): Promise<Picture> {
  const { width } = page.viewportSize()!
  const whole = Number(await page.evaluate('document.documentElement.scrollHeight'))
  const height = Math.min(whole, isPhone ? 1700 : 1300)
  const clip = { x: 0, y: 0, width, height }
  return { name, bytes: await page.screenshot({ type: 'jpeg', quality: 70, fullPage: true, clip }) }
}
