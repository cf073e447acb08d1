import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { DESK, PHONE } from './chromium.ts'
import { type Account, anEvening, type World } from './world.ts'

/** A silence from what fires: the numbers before are the numbers after. */
export function silenceSuite(world: () => World): void {
  describe.each([
    ['on a phone', PHONE],
    ['on a phone without scripts', { ...PHONE, javaScriptEnabled: false }],
  ])('a silence, %s', (_, options) => {
    let account: Account
    beforeAll(async () => {
      account = await world().account('Silences')
      await anEvening(account, world().hook, world().broken)
    })

    test('begins with a group, says what it would hold back, holds it back, is extended and expires', async () => {
      const { page, faults, context } = await account.open(options)
      await page.getByRole('link', { name: 'Silence: HighLatency' }).tap()
      await page.getByText('This would hold back 6 of').waitFor()
      await page.getByRole('radio', { name: '4 hours' }).tap()
      await page.getByRole('button', { name: 'Create the silence' }).tap()
      // The comment is asked for by the browser, or by the server.
      await page.getByRole('textbox', { name: 'Comment' }).fill('deploying the new index, OPS-7')
      await page.getByRole('button', { name: 'Create the silence' }).tap()
      await page.getByText('The silence is active.').waitFor()
      const row = page.getByRole('listitem').filter({ hasText: 'deploying the new index' })
      expect(await row.getByText('mutes 6 alerts now').isVisible()).toBe(true)
      expect(await row.innerText()).toMatch(/ends in\s+(4h|3h 59m)/)
      await row.getByRole('button', { name: /^\+1 h/ }).tap()
      await page.getByText('The silence ends later now.').waitFor()
      expect(await row.innerText()).toMatch(/ends in\s+(5h|4h 59m)/)

      await page.goto(`${world().host.url}/`)
      const held = page.getByRole('article').filter({ hasText: 'HighLatency' })
      await held
        .getByText(/silenced by mei: deploying the new index/)
        .first()
        .waitFor()

      await page.goto(`${world().host.url}/silences`)
      await row.getByRole('link', { name: /^Expire/ }).tap()
      await page.getByText('It holds back 6 firing alerts. These are told again.').waitFor()
      await page.getByRole('button', { name: 'Expire' }).tap()
      await page.getByText('The silence has expired.').waitFor()
      expect(await row.count()).toBe(0)
      expect(faults).toEqual([])
      await context.close()
    })

    test('begins with the filter of the list', async () => {
      const { page, faults, context } = await account.open({ ...options, viewport: DESK.viewport })
      await page.getByRole('combobox', { name: 'Filter' }).fill('team="payments" cluster=~"hz-.*"')
      await page.getByRole('combobox', { name: 'Filter' }).press('Enter')
      await page.waitForURL(/filter=.*filter=/)
      expect(await page.getByRole('article').count()).toBe(2)
      await page.getByText('Views', { exact: true }).click()
      await page.getByRole('textbox', { name: 'Name of the view' }).fill('Payments')
      await page.getByRole('button', { name: 'Save this view' }).click()
      await page.waitForURL(/filter=.*filter=/)
      await page.goto(`${world().host.url}/`)
      await page.getByText('Views', { exact: true }).click()
      await page.getByRole('link', { name: 'Payments', exact: true }).click()
      await page.waitForURL(/filter=.*filter=/)
      await page.getByRole('link', { name: 'Silence these' }).click()
      await page.getByText('This would hold back 5 of').waitFor()
      await page.getByText('5 of them are P1').waitFor()
      expect(faults).toEqual([])
      await context.close()
    })

    test('with a matcher that is wrong is refused at its row, and nothing that was typed is lost', async () => {
      const { page, faults, context } = await account.open(options)
      await page.goto(`${world().host.url}/silences/new`)
      await page.getByRole('combobox', { name: 'Label' }).fill('pod')
      await page.getByRole('combobox', { name: 'Operator' }).selectOption('=~')
      await page.locator('input[name=value]').fill('api-(')
      await page.getByRole('textbox', { name: 'Comment' }).fill('a test')
      await page.getByRole('button', { name: 'Create the silence' }).tap()
      const wrong = page.locator('input[name=value][aria-invalid=true]')
      await wrong.waitFor()
      expect(await wrong.inputValue()).toBe('api-(')
      expect(await page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('a test')
      await wrong.fill('api-.*')
      await page.getByRole('button', { name: 'Create the silence' }).tap()
      await page.getByText('The silence is active.').waitFor()
      expect(faults).toEqual([])
      await context.close()
    })
  })

  describe('with the keyboard alone', () => {
    test('an incident is opened, claimed, commented on, and its group silenced', async () => {
      const account = await world().account('Keyboard')
      await anEvening(account, world().hook, world().broken)
      const { page, faults, context } = await account.open(DESK)
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/incidents\/[0-9a-f]/)
      await page.keyboard.press('c')
      await page.getByText('You have it.').waitFor()
      await page.keyboard.press('m')
      await page.keyboard.type('cs says hello')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.getByText('Your comment is in the log.').waitFor()
      expect(await page.getByText('cs says hello').isVisible()).toBe(true)
      await page.keyboard.press('s')
      await page.getByText('This would hold back').waitFor()
      await page.locator('textarea').focus()
      await page.keyboard.type('by keys')
      // Links of the preview may stand between: its alerts have labels that lead to filters.
      for (let tabs = 0; tabs < 40 && !(await onButton(page, 'Create the silence')); tabs++)
        await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.getByText('The silence is active.').waitFor()
      await page.keyboard.press('g')
      await page.keyboard.press('i')
      await page.waitForURL(/\/incidents$/)
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      expect(faults).toEqual([])
      await context.close()
    })
  })
}

async function onButton(page: Page, name: string): Promise<boolean> {
  return (await page.evaluate('document.activeElement.textContent')) === name
}
