import { beforeAll, describe, expect, test } from 'vitest'
import { until } from '../e2e/wait.ts'
import { DESK, openWindow, PHONE } from './chromium.ts'
import { type Account, anEvening, type World } from './world.ts'

/** Three in the morning: from the message on the phone to "I have it", by what can be read on the screen. */
export function nightSuite(world: () => World): void {
  describe.each([
    ['on a phone', PHONE, { locale: 'en-US', claim: 'Claim: I have it in hand', done: 'You have it in hand' }],
    [
      'on a phone without scripts',
      { ...PHONE, javaScriptEnabled: false },
      { locale: 'zh-CN', claim: '认领：由我处理', done: '已由您认领' },
    ],
  ])('an incident at night, %s', (_, options, link) => {
    let account: Account
    beforeAll(async () => {
      account = await world().account('Night')
      await anEvening(account, world().hook, world().broken)
    })

    test('is claimed with two taps, commented on and closed', async () => {
      const { page, faults, context } = await account.open(options)
      const first = page.getByRole('article').first()
      expect(await first.getByRole('heading').innerText()).toContain('CheckoutErrorRate')
      await first.getByRole('link', { name: 'CheckoutErrorRate', exact: true }).tap()
      await page.getByRole('button', { name: 'Claim', exact: true }).tap()
      await page.getByText('You have it.').waitFor()
      expect(await page.getByText('mei has it').first().isVisible()).toBe(true)
      await page.getByRole('textbox', { name: 'Comment' }).fill('rolling back. 正在回滚')
      await page.getByRole('button', { name: 'Comment' }).tap()
      await page.getByText('Your comment is in the log.').waitFor()
      expect(await page.getByText('rolling back. 正在回滚').isVisible()).toBe(true)
      await page.getByRole('link', { name: 'Close' }).tap()
      await page.getByText('still fire').waitFor()
      await page.getByRole('textbox', { name: 'Solution' }).fill('rolled back')
      await page.getByRole('button', { name: 'Close' }).tap()
      await page.getByText('closed by hand').waitFor()
      expect(await page.getByText('rolled back').first().isVisible()).toBe(true)
      expect(faults).toEqual([])
      await context.close()
    })

    test('is claimed with two taps from the link of a message, by somebody who is not signed in', async () => {
      const { items } = await account.api<{ items: { title: string; incident: string }[] }>('GET', '/api/v1/groups')
      const { incident } = items.find(({ title }) => title === 'CertificateExpiresSoon')!
      const { url } = await account.api<{ url: string }>('POST', `/api/v1/incidents/${incident}/links`, {
        rights: ['claim'],
      })
      // The page speaks the language of the browser: nobody has chosen one here.
      const { page, faults, context } = await openWindow(world().browser, world().host.url, {
        ...options,
        locale: link.locale,
      })
      await page.goto(url)
      await page.getByText(link.claim).first().tap()
      await page.getByRole('button', { name: link.claim }).tap()
      await page.getByRole('heading', { name: link.done }).waitFor()
      await until('the incident is in hand', async () => {
        const { handler } = await account.api('GET', `/api/v1/incidents/${incident}`)
        return handler !== undefined
      })
      expect(faults).toEqual([])
      await context.close()
    })

    test('is claimed in the list itself, and by somebody else it shows who has it', async () => {
      const mei = await account.open(options)
      const jo = await account.open(DESK, 'jo')
      const card = mei.page.getByRole('article').filter({ hasText: 'HighLatency' })
      await card.getByRole('button', { name: /^Claim/ }).tap()
      await mei.page.getByText('You have it.').waitFor()
      await jo.page.goto(`${world().host.url}/`)
      await jo.page.getByRole('article').filter({ hasText: 'HighLatency' }).getByText('mei has it').waitFor()
      expect([...mei.faults, ...jo.faults]).toEqual([])
      await Promise.all([mei.context.close(), jo.context.close()])
    })

    test('several are claimed at once, but for what another person has', async () => {
      const { page, faults, context } = await account.open({ ...options, viewport: DESK.viewport })
      await page.getByRole('checkbox', { name: /NodeDiskPressure/ }).check()
      await page.getByRole('checkbox', { name: /CertificateExpiresSoon/ }).check()
      await page.locator('#bulk').getByRole('button', { name: 'Claim' }).click()
      await page.waitForURL(/\/incidents\?done=claim/)
      const leftOut = page.getByRole('status').filter({ hasText: 'CertificateExpiresSoon' })
      expect(await leftOut.innerText()).toContain('another person has it in hand')
      await until('the other is in hand', async () => {
        await page.goto(`${world().host.url}/incidents?tab=mine`)
        return (await page.getByRole('main').innerText()).includes('NodeDiskPressure')
      })
      expect(await page.getByRole('main').innerText()).not.toContain('CertificateExpiresSoon')
      expect(faults).toEqual([])
      await context.close()
    })
  })
}
