import { describe, expect, test } from 'vitest'
import { openWindow, startChromium, whySkipped } from '../../console/chromium.ts'
import { startGateway } from './gateway.ts'
import { fire, untilTold } from './hub.ts'
import type { Stage } from './stage.ts'

const NAME = 'SeenInTheConsole'
/** A visit with nothing kept: the page and all its files, as on one machine. */
const FIRST_VISIT_BYTES = 40 * 1024

/** Whether the file came over the wire. Chromium asks for the picture of a tab again for each page. */
const came = ({ path, bytes }: { path: string; bytes: number }): boolean =>
  bytes > 0 && /^\/assets\/.*\.(?:css|js)$/.test(path)

/** Pages and their files through the gateway: a body that is compressed or not, cookies, redirects, caching. */
export function consolePages(on: Stage): void {
  describe.skipIf(whySkipped !== '')(`the console${whySkipped}`, () => {
    test('somebody signs in by an address that works once, sees an alert and claims it', async () => {
      await fire(on.url, NAME)
      await untilTold(on.webhook, NAME, ['firing'])
      const { answer } = await on.hub.ask('POST', '/api/v1/sign-in-links')
      const gateway = await startGateway(new URL(answer.url).origin, on.apiUrl)
      const browser = await startChromium(gateway.browserArguments)
      try {
        const { page, faults, asked, context } = await openWindow(browser, gateway.url)
        await page.goto(answer.url)
        await page.getByLabel('Your name').fill('mei')
        await page.getByRole('button', { name: /^Sign in/ }).click()
        await page.waitForURL(`${gateway.url}/`)
        expect(asked.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(FIRST_VISIT_BYTES)

        // Files come once, compressed, and are kept for ever; pages are kept by nobody.
        const files = asked.filter(came)
        const names = files.map(({ path }) => path.split('/').at(-1))
        expect(names.sort()).toEqual(['console.css', 'console.js', 'htmx.js'])
        for (const { path } of files) {
          const { headers, status } = await fetch(on.apiUrl + path, { headers: { 'accept-encoding': 'gzip' } })
          const kept = [status, headers.get('cache-control'), headers.get('content-encoding')]
          expect([path, ...kept]).toEqual([path, 200, 'public, max-age=31536000, immutable', 'gzip'])
        }
        asked.length = 0
        await page.getByRole('link', { name: NAME, exact: true }).click()
        await page.getByRole('button', { name: 'Claim', exact: true }).click()
        await page.getByText('You have it.').waitFor()
        expect(await page.getByText('mei has it').first().isVisible()).toBe(true)
        expect(asked.filter(came)).toEqual([])
        const { items } = (await on.hub.ask('GET', '/api/v1/incidents?state=open')).answer
        expect(items.find(({ labels }: { labels: { alertname: string } }) => labels.alertname === NAME)).toMatchObject({
          handler: 'mei',
        })

        await page.getByRole('button', { name: 'Sign out' }).click()
        await page.waitForURL(/\/sign-in$/)
        await page.goto(answer.url)
        await page.getByText('was used').waitFor()
        expect(faults).toEqual([])
        await context.close()
      } finally {
        await browser.close()
        await gateway.stop()
      }
    })
  })
}
