import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../infra/clock.ts'
import type { Host } from '../../infra/machine/host.ts'
import { HOUR, type Millis } from '../../shared/base/time.ts'
import { startHostHere } from '../e2e/host-here.ts'
import { until } from '../e2e/wait.ts'
import { temporaryDirectory } from '../fault/host-process.ts'
import { openAccount, type World } from './world.ts'

const KEY = 'the-owner-of-a-session'
/** Longer than a session that nobody uses. */
const LONG: Millis = 13 * HOUR

/** Pages whose session ends while they are open: a host of its own, whose clock the tests move. */
export function sessionSuite(world: () => World): void {
  describe('a session that is over', () => {
    const data = temporaryDirectory()
    let host: Host
    let ahead: Millis = 0
    beforeAll(async () => {
      const clock = { ...systemClock, now: () => systemClock.now() + ahead, onStep: () => () => undefined }
      host = await startHostHere({ dataDir: data.path, allowTargets: ['127.0.0.0/8'], apiKey: KEY, clock })
    }, 60_000)
    afterAll(async () => {
      await host.stop()
      data.remove()
    })

    test('of a page, of a page that asks by itself, and of a form: one signs in, and goes on with what was typed', async () => {
      const account = openAccount('default', KEY, host, world().browser)
      await account.api('PUT', '/api/v1/config', {
        integrations: [{ id: 'prometheus', type: 'prometheus' }],
        channels: [{ id: 'hook', type: 'webhook', url: world().hook.url }],
        policies: [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }],
      })
      await account.post([{ labels: { alertname: 'PodCrash', severity: 'critical' } }])
      const { page, faults, context } = await account.open()
      const signIn = async (key = KEY): Promise<void> => {
        await page.getByLabel('API key').fill(key)
        await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      }
      // A page: back to the same address.
      ahead += LONG
      await page.goto(`${host.url}/incidents?tab=closed`)
      await signIn()
      await page.waitForURL(`${host.url}/incidents?tab=closed`)

      // A page that asks by itself says so, and keeps what is typed.
      await page.clock.install()
      await until('the alert is there', async () => {
        await page.goto(`${host.url}/incidents`)
        return (await page.getByRole('link', { name: 'PodCrash' }).count()) > 0
      })
      await page.getByRole('link', { name: 'PodCrash' }).click()
      const comment = page.getByRole('textbox', { name: 'Comment' })
      await comment.fill('half a sentence')
      const address = page.url()
      ahead += LONG
      await until('the page says so', async () => {
        await page.clock.runFor(31_000)
        return await page.getByText('You are signed out.').isVisible()
      })
      expect(await page.locator('#lost').getByRole('link', { name: 'Sign in' }).isVisible()).toBe(true)
      expect(await comment.inputValue()).toBe('half a sentence')

      // The form, with a wrong key first.
      await page.getByRole('button', { name: 'Comment' }).click()
      await page.getByText('what you typed is kept').waitFor()
      await signIn('nobody-has-this-key')
      await page.getByText('No account has this key').waitFor()
      await signIn()
      await page.getByText('What you typed was not sent yet.').waitFor()
      expect(await page.getByRole('link', { name: 'Back' }).evaluate((link) => String(link))).toBe(address)
      await page.getByRole('button', { name: 'Send it now' }).click()
      await page.getByText('Your comment is in the log.').waitFor()
      expect(new URL(page.url()).pathname).toBe(new URL(address).pathname)
      expect(await page.getByText('half a sentence').count()).toBe(1)

      // A form with a secret: no page in between has the secret.
      await page.goto(`${host.url}/channels/new?type=webhook`)
      await page.getByRole('textbox', { name: 'Name' }).first().fill('On call')
      await page.getByRole('textbox', { name: 'URL' }).first().fill('https://hook.example.net/nobody-sees-this')
      ahead += LONG
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('what you typed is kept').waitFor()
      expect(await page.content()).not.toContain('nobody-sees-this')
      await signIn()
      await page.getByRole('button', { name: 'Send it now' }).click()
      await page.getByText('Saved. Name it in a policy').waitFor()
      expect(await page.getByRole('row').filter({ hasText: 'On call' }).innerText()).toContain('hook.example.net')
      expect(faults).toEqual([])
      await context.close()
    }, 60_000)
  })
}
