import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFindings } from '../console/axe.ts'
import { startChromium, whySkipped } from '../console/chromium.ts'
import { openAlbum, webpOf } from './album.ts'
import { everyPage, IN_DOCS, type Shown } from './pages.ts'

/*
 * Messages as their readers see them. `PICTURES=docs npx vitest run test/pictures` makes the pictures of docs/messages
 * anew; `PICTURES=all` makes a picture of every message in every state in test-report/messages, for people to look at.
 */

const album = openAlbum('messages')
const REPORT = resolve(import.meta.dirname, '../../test-report/messages')
const { PICTURES } = process.env

const pages = await everyPage()
const textOf = ({ html, width, scheme }: Shown): string => JSON.stringify([html, width, scheme])

describe.skipIf(PICTURES !== undefined)('the pictures of docs/messages', () => {
  test.each(IN_DOCS)('%s shows what the code writes: else PICTURES=docs npx vitest run test/pictures', (name) => {
    const page = pages.find((one) => one.name === name)
    expect(page).toBeDefined()
    expect(album.isFresh(name, textOf(page!))).toBe(true)
  })

  test('are those of the list', () => {
    expect(album.names()).toEqual([...IN_DOCS].sort())
  })
})

describe.skipIf(whySkipped !== '')(`in a browser${whySkipped}`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  }, 60_000)
  afterAll(async () => await browser?.close())

  async function open({ html, width, scheme }: Shown): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 200 }, colorScheme: scheme })
    await page.setContent(html)
    return page
  }

  test('an e-mail can be read by everybody, light and dark, and fits a phone', async () => {
    const mails = pages.filter(({ name }) => /^email-(firing|resolved|single)-zh-.*-360$/.test(name))
    for (const mail of mails) {
      const page = await open(mail)
      // axe takes the page of a dark mail program for white.
      if (mail.scheme === 'dark') await page.evaluate('document.documentElement.style.background = "#121212"')
      const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect([mail.name, sideways, await axeFindings(page, ['color-contrast'])]).toEqual([mail.name, 0, []])
      await page.close()
    }
  }, 120_000)

  test.skipIf(PICTURES === undefined)(
    'are made again',
    async () => {
      mkdirSync(REPORT, { recursive: true })
      for (const shown of pages.filter(({ name }) => PICTURES === 'all' || IN_DOCS.includes(name))) {
        const page = await open(shown)
        const height = Number(await page.evaluate('document.documentElement.scrollHeight'))
        const clip = { x: 0, y: 0, width: shown.width, height }
        if (PICTURES === 'docs') await album.save(shown.name, textOf(shown), page, clip)
        else writeFileSync(join(REPORT, `${shown.name}.webp`), await webpOf(page, clip))
        await page.close()
      }
    },
    600_000,
  )
})
