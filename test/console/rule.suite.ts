import { describe, expect, test } from 'vitest'
import { brokenWords } from './letters.ts'
import type { World } from './world.ts'

/** A rule of one's own, checked while it is written. */
export function ruleSuite(world: () => World): void {
  describe('a rule', () => {
    test('is checked while somebody writes, tried on records, and runs after Save', async () => {
      const account = await world().account('Rules')
      const { page, faults, context } = await account.open()
      await page.getByRole('link', { name: 'Rules', exact: true }).first().click()
      await page.getByRole('link', { name: 'Custom rule' }).click()
      const text = page.getByLabel('Sigma rule')
      const sketch = await text.inputValue()
      await text.fill(sketch.replace('condition: selection', 'condition: selektion'))
      await page.getByText(/line \d+, column \d+/).waitFor()
      await page.getByRole('button', { name: 'Save' }).click()
      const wrong = page.locator('[aria-invalid=true]')
      expect(await wrong.getAttribute('name')).toBe('sigma')
      expect(await page.locator('[id="i-sigma-error"]').innerText()).toMatch(/line \d+, column \d+/)
      expect(await wrong.inputValue()).toContain('selektion')
      await text.fill(sketch)
      await page.getByText('The text is a rule.').waitFor()
      await page.getByLabel('Records, as JSON').fill('{"eventName": "ConsoleSignin"}')
      await page.getByText('matches 1 of 1').waitFor()
      await page.getByRole('button', { name: 'Try', exact: true }).click()
      await page.getByText('matches 1 of 1').waitFor()
      expect(new URL(page.url()).pathname).toBe('/rules/new')
      expect(await text.inputValue()).toBe(sketch)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Created: it is running.').waitFor()
      expect(faults).toEqual([])
      await context.close()
    }, 60_000)

    test('from a template: the path of the template does not break inside of a word', async () => {
      const account = await world().account('Shipped')
      await account.api('POST', '/api/v1/integrations', { id: 'trail', type: 'actiontrail', name: 'Trail' })
      await account.api('POST', '/api/v1/rules', { id: 'routes', template: 'actiontrail/vpc-route-change' })
      const { page, faults, context } = await account.open()
      await page.goto(`${world().host.url}/rules`)
      expect(await brokenWords(page, 'td[data-th=Source] bdi')).toEqual([])
      expect(faults).toEqual([])
      await context.close()
    })
  })

  test('the text of a template is shown where it is written, also by the button', async () => {
    const account = await world().account('Templates')
    const { page, faults, context } = await account.open()
    await page.goto(`${world().host.url}/templates/new`)
    await page.locator('summary', { hasText: 'Slack' }).click()
    await page.getByLabel('Kind').selectOption('slack')
    const text = page.locator('textarea[name="slack.en.content"]')
    await text.fill('Half a {% if %}')
    const button = page.getByRole('button', { name: 'Preview' })
    await button.click()
    await page.getByText('The text would be refused:').waitFor()
    expect(new URL(page.url()).pathname).toBe('/templates/new')
    expect(await text.inputValue()).toBe('Half a {% if %}')
    await text.fill('*Whole*')
    await button.click()
    await page.locator('#tried').getByText('Whole').first().waitFor()
    expect(faults).toEqual([])
    await context.close()
  })
}
