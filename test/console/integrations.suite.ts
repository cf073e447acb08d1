import { beforeAll, describe, expect, test } from 'vitest'
import { until } from '../e2e/wait.ts'
import { DESK, PHONE } from './chromium.ts'
import { type Account, anEvening, type World } from './world.ts'

/** The words of the documents of ARMS, as the pages have them. */
const EN = {
  name: 'Integration name',
  description: 'Description',
  save: 'Save',
  created: 'Created. Copy its URL',
  forward: /^Forward Alert/,
  which: 'Which alerts',
  ok: 'OK',
  takes: 'and takes alerts.',
  settings: /^Forward Settings/,
  stop: 'Stop Forwarding',
  stays: 'Alerts from now on stay in this account.',
  stopped: 'Forwarding has stopped.',
}
const ZH: typeof EN = {
  name: '集成名称',
  description: '描述',
  save: '保存',
  created: '已创建。请将其 URL',
  forward: /^转发告警/,
  which: '转发范围',
  ok: '确定',
  takes: '可以接收告警。',
  settings: /^转发设置/,
  stop: '停止转发',
  stays: '之后的告警仅保留在本账号。',
  stopped: '已停止转发。',
}

/** What comes in and where it goes, set up by hand: the steps of the documents of ARMS, by visible words. */
export function integrationsSuite(world: () => World): void {
  describe.each([
    ['on a desk', DESK, EN],
    ['on a phone without scripts', { ...PHONE, javaScriptEnabled: false }, EN],
    ['on a desk, in Chinese', { ...DESK, locale: 'zh-CN' }, ZH],
  ])('alerts of one account are forwarded to another, %s', (_, options, words) => {
    test('Create ARMS Integration, Forward Alert, Forward Settings, Stop Forwarding', async () => {
      const [a, b] = [await world().account('Receiving'), await world().account('Sending')]
      await b.api('POST', '/api/v1/integrations', { id: 'prometheus', type: 'prometheus' })
      const receiving = await a.open(options)
      const { page } = receiving
      await page.goto(`${world().host.url}/integrations`)
      await page.getByRole('link', { name: 'ARMS', exact: true }).click()
      await page.getByRole('textbox', { name: words.name }).fill('multi-account-alerts')
      await page.getByRole('textbox', { name: words.description }).fill('alerts of all accounts')
      await page.getByRole('button', { name: words.save }).click()
      await page.getByText(words.created).waitFor()
      const row = page.getByRole('row').filter({ hasText: 'multi-account-alerts' })
      const url = await row.getByRole('textbox', { name: /^URL/ }).inputValue()
      expect(url).toMatch(/\/i\/tsn_/)

      const sending = await b.open(options)
      await sending.page.goto(`${world().host.url}/integrations`)
      await sending.page.getByRole('link', { name: words.forward }).click()
      await sending.page.getByRole('textbox', { name: 'URL' }).fill(url)
      await sending.page.getByRole('combobox', { name: words.which }).selectOption('all')
      await sending.page.getByRole('button', { name: words.ok }).click()
      await sending.page.getByText(words.takes).waitFor()
      await b.post([{ labels: { alertname: 'FromTheOther', severity: 'critical' }, annotations: { summary: 'hello' } }])
      await until('the alert is in the receiving account', async () => {
        await page.goto(`${world().host.url}/`)
        return (await page.getByText('FromTheOther').count()) > 0
      })

      await sending.page.goto(`${world().host.url}/integrations`)
      await sending.page.getByRole('link', { name: words.settings }).click()
      await sending.page.getByRole('link', { name: words.stop }).click()
      await sending.page.getByText(words.stays).waitFor()
      await sending.page.getByRole('button', { name: words.stop }).click()
      await sending.page.getByText(words.stopped).waitFor()
      expect(await sending.page.getByRole('link', { name: words.forward }).count()).toBe(1)
      expect([...receiving.faults, ...sending.faults]).toEqual([])
      await Promise.all([receiving.context.close(), sending.context.close()])
    }, 60_000)
  })

  describe('notification integrations', () => {
    let account: Account
    beforeAll(async () => {
      account = await world().account('Channels')
      await anEvening(account, world().hook, world().broken)
    })

    test('a channel is tested: the page, the deliveries and the list say how it went', async () => {
      const { page, faults, context } = await account.open()
      await page.goto(`${world().host.url}/channels`)
      await page.getByRole('link', { name: 'Send a test message: on-call' }).click()
      await page.getByRole('button', { name: 'Send a test message' }).click()
      await page.getByText('It arrived within').waitFor()
      await page.goto(`${world().host.url}/channels/ticketing/test`)
      await page.getByRole('button', { name: 'Send a test message' }).click()
      await page.getByText('It did not arrive: has an error: 127.0.0.1: status 503').waitFor()
      await page.goto(`${world().host.url}/deliveries?target=on-call`)
      const sent = page.getByRole('row').filter({ hasText: 'test message' })
      expect(await sent.first().innerText()).toContain('arrived')
      await page.goto(`${world().host.url}/channels`)
      expect(await page.getByRole('row').filter({ hasText: 'on-call' }).innerText()).toContain('arrived')
      expect(faults).toEqual([])
      await context.close()
    })
  })
}
