import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../e2e/free-port.ts'
import { until } from '../e2e/wait.ts'
import { api, endHost, type HostProcess, startHostProcess, temporaryDirectory } from '../fault/host-process.ts'
import { openWindow } from './chromium.ts'
import type { World } from './world.ts'

/** The words of htmx about a request without an answer. */
const NETWORK = /^console: htmx: htmx:error: (?:Failed to fetch|timeout)\b/

/** A hub that is killed while people have its pages open, and started again: a process of its own. */
export function restartSuite(world: () => World): void {
  describe('the hub is killed and started again', () => {
    const data = temporaryDirectory()
    let port: string
    let hub: HostProcess
    const start = async (): Promise<string> => {
      hub = startHostProcess(data.path, [], { PORT: port })
      return await hub.url
    }
    beforeAll(async () => {
      port = String(await freePort())
      const url = await start()
      const policy = { id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }
      const channels = [{ id: 'hook', type: 'webhook', url: world().hook.url }]
      const integrations = [{ id: 'prometheus', type: 'prometheus' }]
      await api(url, 'PUT', '/api/v1/config', { integrations, channels, policies: [policy] })
      const prometheus = await read<{ url: string }>(url, 'GET', '/api/v1/integrations/prometheus')
      const alert = { labels: { alertname: 'PodCrash', severity: 'critical' }, annotations: { summary: 'again' } }
      await api(`${prometheus.url}/api/v2/alerts`, 'POST', '', [alert])
      await until('the alert is listed', async () => {
        const { items } = await read<{ items: unknown[] }>(url, 'GET', '/api/v1/incidents')
        return items.length > 0
      })
    }, 60_000)
    afterAll(async () => {
      await endHost(hub, 'SIGKILL')
      data.remove()
    })

    test('a page says so, keeps what is typed, goes on by itself, and what was typed is sent', async () => {
      const url = await hub.url
      const { page, faults, context } = await openWindow(world().browser, url)
      const { url: signIn } = await read<{ url: string }>(url, 'POST', '/api/v1/sign-in-links')
      await page.goto(signIn)
      await page.getByRole('button', { name: /^Sign in/ }).click()
      await page.getByRole('link', { name: 'PodCrash', exact: true }).click()
      const comment = page.getByRole('textbox', { name: 'Comment' })
      await page.clock.install()
      await comment.fill('half a sent')
      await endHost(hub, 'SIGKILL')
      const bar = page.locator('#lost')
      await until('the page says that the hub is lost', async () => {
        await page.clock.runFor(31_000)
        return await bar.isVisible()
      })
      expect(await bar.innerText()).toMatch(/cannot be reached since \S.*\d\d:\d\d/)
      await page.keyboard.type('ence')
      await page.getByRole('button', { name: 'Comment' }).click()
      expect(await comment.inputValue()).toBe('half a sentence')
      await start()
      await until('the page goes on', async () => {
        await page.clock.runFor(31_000)
        return await bar.isHidden()
      })
      expect(await comment.inputValue()).toBe('half a sentence')
      await page.getByRole('button', { name: 'Comment' }).click()
      await page.getByText('Your comment is in the log.').waitFor()
      expect(await page.getByText('half a sentence').count()).toBe(1)
      expect(faults.filter((fault) => !NETWORK.test(fault))).toEqual([])
      await context.close()
    }, 60_000)
  })
}

async function read<T>(url: string, method: string, path: string): Promise<T> {
  return (await (await api(url, method, path)).json()) as T
}
