import { describe, expect, test } from 'vitest'
import { until } from '../e2e/wait.ts'
import { DESK } from './chromium.ts'
import { anEvening, type World } from './world.ts'

const LARGEST_UNCHANGED = 400

/** A page that stays open all day. */
export function liveSuite(world: () => World): void {
  describe('a page that stays open', () => {
    test('asks again in its pace, gets nothing while nothing is new, and shows what is new', async () => {
      const account = await world().account('Live')
      await anEvening(account, world().hook, world().broken)
      const { page, faults, asked, context } = await account.open(DESK)
      await page.clock.install()
      await page.goto(`${world().host.url}/`)
      const polls = () => asked.filter(({ path }) => path.includes('part=live'))
      await page.clock.runFor(5500)
      await until('the first question', () => polls().length >= 1)
      await page.clock.runFor(31_000)
      await until('unchanged', () => polls().some(({ status }) => status === 304))
      for (const { status, bytes } of polls()) if (status === 304) expect(bytes).toBeLessThan(LARGEST_UNCHANGED)

      await account.post([
        {
          labels: { alertname: 'QueueStuck', severity: 'critical', team: 'platform' },
          annotations: { summary: 'new' },
        },
      ])
      await until('the new group is shown', async () => {
        await page.clock.runFor(31_000)
        return (await page.getByRole('link', { name: 'QueueStuck' }).count()) > 0
      })
      expect(faults).toEqual([])
      await context.close()
    })

    test('follows the account of the browser by name, when another tab signs in to another account', async () => {
      const [first, second] = [await world().account('Before'), await world().account('Behind')]
      const { page, faults, context } = await first.open(DESK)
      await page.clock.install()
      await page.goto(`${world().host.url}/`)
      const { url } = await second.api<{ url: string }>('POST', '/api/v1/sign-in-links')
      const tab = await context.newPage()
      await tab.goto(url)
      await tab.getByRole('button', { name: /^Sign in/ }).click()
      await tab.waitForURL(`${world().host.url}/`)
      await until('the page of the first is one of the second', async () => {
        await page.clock.runFor(31_000)
        return (await page.locator('header').getByText(second.id).count()) > 0
      })
      expect(faults).toEqual([])
      await context.close()
    })

    test('keeps what is typed, what is open and where one is, over a change', async () => {
      const account = await world().account('Typing')
      await anEvening(account, world().hook, world().broken)
      const { page, faults, context } = await account.open({ viewport: { width: 1280, height: 500 } })
      await page.clock.install()
      await page.getByRole('link', { name: 'HighLatency', exact: true }).click()
      const comment = page.getByRole('textbox', { name: 'Comment' })
      await comment.fill('half a sent')
      await page.evaluate('scrollTo(0, 120)')
      const place = await comment.boundingBox()
      const id = new URL(page.url()).pathname.split('/').at(-1)
      await account.api('POST', `/api/v1/incidents/${id}/comment`, { by: 'jo', comment: 'from another desk' })
      await until('the comment of another is shown', async () => {
        await page.clock.runFor(31_000)
        return (await page.getByText('from another desk').count()) > 0
      })
      expect(await comment.inputValue()).toBe('half a sent')
      expect(await comment.boundingBox()).toEqual(place)
      await page.keyboard.type('ence')
      expect(await comment.inputValue()).toBe('half a sentence')
      expect(faults).toEqual([])
      await context.close()
    })

    test('asks nothing while it is hidden or paused, and asks at once when it is looked at', async () => {
      const account = await world().account('Hidden')
      const { page, asked, context } = await account.open(DESK)
      await page.clock.install()
      await page.goto(`${world().host.url}/`)
      const polls = () => asked.filter(({ path }) => path.includes('part=live')).length
      const show = (hidden: boolean) =>
        page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true })
          document.dispatchEvent(new Event('visibilitychange'))`)
      await show(true)
      await page.clock.runFor(120_000)
      expect(polls()).toBe(0)
      await show(false)
      await until('one question', () => polls() === 1)
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.clock.runFor(120_000)
      expect(polls()).toBe(1)
      await context.close()
    })

    test('says that the server is lost, keeps what it shows, and goes on when the server is back', async () => {
      const account = await world().account('Lost')
      await anEvening(account, world().hook, world().broken)
      const { page, context } = await account.open(DESK)
      await page.clock.install()
      await page.goto(`${world().host.url}/`)
      await context.setOffline(true)
      await until('the page says so', async () => {
        await page.clock.runFor(31_000)
        return await page.locator('#lost').isVisible()
      })
      expect(await page.getByRole('link', { name: 'HighLatency', exact: true }).isVisible()).toBe(true)
      // No green light beside a page that is old.
      expect(await page.locator('#asof.off').count()).toBe(1)
      await context.setOffline(false)
      await until('the page goes on', async () => {
        await page.clock.runFor(31_000)
        return await page.locator('#lost').isHidden()
      })
      expect(await page.locator('#asof.off').count()).toBe(0)
      await context.close()
    })
  })
}
