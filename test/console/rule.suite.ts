import { describe, expect, test } from 'vitest'
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
      expect(await text.inputValue()).toBe(sketch)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Created: it is running.').waitFor()
      expect(faults).toEqual([])
      await context.close()
    }, 60_000)
  })
}
