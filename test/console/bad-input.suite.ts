import { describe, expect, test } from 'vitest'
import { until } from '../e2e/wait.ts'
import { layoutFindings } from './axe.ts'
import { DESK, openWindow, PHONE } from './chromium.ts'
import { turnedAround } from './letters.ts'
import { anEvening, type World } from './world.ts'

const NARROW = { ...PHONE, viewport: { width: 320, height: 640 } }
const FINGER = 44
const LONG = 'x'.repeat(10_000)
/** Right-to-left override, isolate and embedding, and a text that tries to leave its element. */
const HOSTILE = '\u202Egnp.exe\u2067 \u202B"><script>alert(1)</script>'

/** What people and senders do wrong, as it looks in a browser. */
export function badInputSuite(world: () => World): void {
  describe('bad input', () => {
    test('a wrong key, and a cookie that somebody edited', async () => {
      const account = await world().account('Wrong')
      const { page, faults, context } = await openWindow(world().browser, world().host.url)
      await page.goto(`${world().host.url}/incidents?tab=closed`)
      await page.getByLabel('API key').fill('nobody-has-this-key')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('No account has this key').waitFor()
      expect(await page.getByLabel('API key').inputValue()).toBe('')
      expect(await page.content()).not.toContain('nobody-has-this-key')
      await page.getByLabel('API key').fill(account.key)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.waitForURL(/\/incidents\?tab=closed$/)
      const cookie = (await context.cookies()).find(({ name }) => name === 'tocsin')!
      await context.addCookies([
        { ...cookie, value: cookie.value.replace(/^./, (first) => (first === '0' ? '1' : '0')) },
      ])
      await page.goto(`${world().host.url}/silences`)
      await page.getByLabel('API key').waitFor()
      expect(new URL(page.url()).searchParams.get('next')).toBe('/silences')
      expect(faults).toEqual([])
      await context.close()
    })

    test('labels of 10,000 characters, two hundred of them, and texts that turn around, on a narrow phone', async () => {
      const account = await world().account('Hostile')
      await anEvening(account, world().hook, world().broken)
      const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`label${n}`, `${HOSTILE}${n}`]))
      const labels = { alertname: HOSTILE, severity: 'critical', team: 'platform', long: LONG, ...many }
      await account.post([{ labels, annotations: { summary: LONG, description: HOSTILE } }])
      const { page, faults, context } = await account.open(NARROW)
      const first = page.getByRole('article').filter({ hasText: 'gnp.exe' })
      await until('the alert is listed', async () => {
        await page.goto(`${world().host.url}/`)
        return (await first.count()) > 0
      })
      const { items } = await account.api<{ items: { id: string; title: string; incident: string }[] }>(
        ...(['GET', '/api/v1/groups'] as const),
      )
      const { id, incident } = items.find(({ title }) => title.includes('gnp.exe'))!
      for (const path of [
        ...['/', '/incidents', `/incidents/${incident}`, `/incidents/${incident}/close`, `/silences/new?group=${id}`],
        ...[`/silences/new?incident=${incident}`, `/deliveries?incident=${incident}`, '/inbox?user=mei-liu'],
      ]) {
        await page.goto(world().host.url + path)
        expect([path, await layoutFindings(page, FINGER)]).toEqual([path, []])
        expect([path, await page.locator('script:not([src])').count()]).toEqual([path, 0])
      }
      expect(faults).toEqual([])
      await context.close()
    })

    test('a name that turns around stands alone: the words of its sentence are read from left to right', async () => {
      const account = await world().account('Around')
      await anEvening(account, world().hook, world().broken)
      // The second mark ends the isolation of an element.
      const { page, faults, context } = await account.open(DESK, '\u202Ereyalp \u2069\u202Eeno')
      const chip = page.locator('.chip.ok').first()
      await page
        .getByRole('button', { name: /^Claim/ })
        .first()
        .click()
      await chip.waitFor()
      expect(await chip.innerText()).toContain('has it')
      for (const [path, place] of [
        ['/', '.chip.ok bdi:has(bdi)'],
        ['/incidents', 'td bdi:has(bdi)'],
      ] as const) {
        await page.goto(world().host.url + path)
        expect([path, await turnedAround(page, place)]).toEqual([path, []])
      }
      expect(faults).toEqual([])
      await context.close()
    })

    test('an incident that is gone: the page says so and keeps what is typed', async () => {
      const account = await world().account('Gone')
      await anEvening(account, world().hook, world().broken)
      const { page, faults, context } = await account.open(DESK)
      await page.clock.install()
      await page.getByRole('link', { name: 'HighLatency', exact: true }).click()
      await page.getByRole('textbox', { name: 'Comment' }).fill('half a sentence')
      await page.route('**/incidents/**', (route) => route.fulfill({ status: 404, body: 'gone' }))
      await page.clock.runFor(6000)
      await page.getByText('It is gone').waitFor()
      expect(await page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('half a sentence')
      await page.unroute('**/incidents/**')
      for (const path of ['/incidents/none', '/silences/none', '/policies/none/edit']) {
        await page.goto(world().host.url + path)
        await page.getByRole('heading', { name: 'There is no such thing' }).waitFor()
      }
      expect(faults).toEqual([])
      await context.close()
    })
  })
}
