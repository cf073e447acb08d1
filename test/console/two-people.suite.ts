import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { until } from '../e2e/wait.ts'
import { DESK, type Window } from './chromium.ts'
import { type Account, anEvening, type World } from './world.ts'

/** Two people at the same incident, and at the same entry. */
export function twoPeopleSuite(world: () => World): void {
  describe('two people at the same moment', () => {
    let account: Account
    beforeAll(async () => {
      account = await world().account('Two')
      await anEvening(account, world().hook, world().broken)
    })
    const both = async (): Promise<[Window, Window]> => [await account.open(), await account.open(DESK, 'jo')]
    const close = async (...windows: Window[]): Promise<void> => {
      expect(windows.flatMap(({ faults }) => faults)).toEqual([])
      for (const { context } of windows) await context.close()
    }

    test('claim one incident: one of them has it, and the page of the other says who', async () => {
      const windows = await both()
      const [mei, jo] = windows.map(({ page }) => page) as [Page, Page]
      const claim = (page: Page) => page.getByRole('button', { name: 'Claim', exact: true }).click()
      for (const page of [mei, jo]) {
        await page.clock.install()
        await page.getByRole('link', { name: 'HighLatency', exact: true }).click()
        await page.waitForURL(/\/incidents\/\w/)
      }
      const path = `/api/v1${new URL(mei.url()).pathname}`
      await Promise.all([claim(mei), claim(jo)])
      const says = async (page: Page, words: string): Promise<void> => {
        await until(`the page says: ${words}`, async () => {
          await page.clock.runFor(31_000)
          return await page.getByRole('status').getByText(words).isVisible()
        })
      }
      const { handler } = await account.api<{ handler: string }>('GET', path)
      const [first, second, other] = handler === 'mei' ? [mei, jo, 'jo'] : [jo, mei, 'mei']
      await says(first, 'You have it.')
      await says(second, `${handler} has it, not you.`)
      const claims = async (): Promise<string[]> => {
        const { timeline } = await account.api<{ timeline: { kind: string; by?: string }[] }>('GET', path)
        return timeline.flatMap(({ kind, by }) => (kind === 'claimed' ? (by ?? '') : []))
      }
      const made = await claims()
      expect(made.at(-1)).toBe(handler)
      expect(new Set(made).size).toBe(made.length)
      // A person whose page names the handler takes the incident over.
      await claim(second)
      await says(second, 'You have it.')
      await says(first, `${other} has it, not you.`)
      expect(await claims()).toEqual([...made, other])
      await close(...windows)
    })

    test.each([
      ['an integration', '/integrations/prometheus/edit', 'Integration name', async () => undefined],
      ['a policy', '/policies/night/edit', 'Name', editFlow],
    ] as const)(
      'edit %s: the second sees both versions, keeps what is typed, and goes on',
      async (_, path, label, more) => {
        const windows = await both()
        const [mei, jo] = windows.map(({ page }) => page) as [Page, Page]
        const name = (page: Page) => page.getByRole('textbox', { name: label })
        const save = (page: Page, words = 'Save') => page.getByRole('button', { name: words, exact: true }).click()
        for (const page of [mei, jo]) await page.goto(world().host.url + path)
        await name(mei).fill('Changed by mei')
        await save(mei)
        await mei.getByText('Saved.').waitFor()
        await name(jo).fill('Changed by jo')
        const shown = await more(jo)
        await save(jo)
        const versions = jo.getByRole('alert')
        for (const one of ['Changed by mei', 'Changed by jo', ...(shown ?? [])]) {
          await versions.getByText(one).first().waitFor()
        }
        expect(await name(jo).inputValue()).toBe('Changed by jo')
        await save(jo, 'Save mine')
        await jo.getByText('Saved.').waitFor()
        expect(await jo.getByText('Changed by jo').count()).toBe(1)
        const stored = await account.api('GET', `/api/v1${path.replace('/edit', '')}`)
        for (const one of ['Changed by jo', ...(shown ?? [])]) {
          expect(JSON.stringify(stored)).toContain(one.replace(/.*: /, ''))
        }
        await close(...windows)
      },
    )
  })
}

/** A change of the flow by its buttons; the answer is in the versions and in the stored policy. */
async function editFlow(page: Page): Promise<string[]> {
  await page.getByRole('textbox', { name: 'Repeat after' }).fill('7h')
  await page.getByRole('button', { name: 'Add action: Step 2' }).click()
  await page.getByRole('combobox', { name: 'Notification method' }).selectOption('ticketing')
  await page.getByRole('button', { name: 'Confirm' }).click()
  return ['7h', 'channel: ticketing']
}
