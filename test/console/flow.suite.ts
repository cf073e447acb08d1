import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { axeFindings, layoutFindings } from './axe.ts'
import { DESK, PHONE } from './chromium.ts'
import type { Account, World } from './world.ts'

/* The action policy of ActionTrail's document, built from Condition, Action group and End, by visible words. */

const WORDS = {
  en: {
    ...{ create: 'Create a notification policy', name: 'Name', tell: 'Tell', confirm: 'Confirm', save: 'Save' },
    ...{ addCondition: 'Add condition', addGroup: 'Add action group', addAction: 'Add action', end: 'End here' },
    ...{ any: 'one alert or more meets the condition', object: 'Object 1', value: 'Object value 1' },
    ...{ over: 'The step is done if', method: 'Notification method', groups: 'User groups: every member' },
    ...{ stage: 'Add escalation stage', after: 'After', fallback: 'Add fallback', arrived: 'Nothing arrived for' },
    ...{ plan: 'What would change', saved: 'Saved.', primary: 'Primary action policy', up: 'Move up', of: 'of' },
    ...{ step: (place: number) => `Step ${place}`, escalation: 'Escalation 1', onDuty: 'User groups: who is on duty' },
    nobody: 'Nobody is told yet: add an action.',
  },
  zh: {
    ...{ create: '创建通知策略', name: '名称', tell: '通知', confirm: '确定', save: '保存' },
    ...{ addCondition: '添加条件', addGroup: '添加行动组', addAction: '添加行动', end: '在此结束' },
    ...{ any: '一条或多条告警事件满足条件', object: '对象 1', value: '对象值 1' },
    ...{ over: '执行该步骤的前提', method: '通知方式', groups: '用户组：全部成员' },
    ...{ stage: '添加升级', after: '超过', fallback: '添加备用通知', arrived: '未送达超过' },
    ...{ plan: '查看变更', saved: '已保存。', primary: '第一行动策略', up: '上移', of: '' },
    ...{ step: (place: number) => `步骤 ${place}`, escalation: '升级 1', onDuty: '用户组：值班人员' },
    nobody: '尚未通知任何人，请添加行动。',
  },
}

async function people(world: World, name: string): Promise<Account> {
  const account = await world.account(name)
  await account.api('PUT', '/api/v1/config', {
    channels: [
      { id: 'robot', name: 'Robot of the night', type: 'webhook', url: world.hook.url },
      { id: 'messages', name: 'Message centre', type: 'inbox' },
    ],
    users: [
      { id: 'test01', name: 'Kumer' },
      { id: 'test02', name: 'Alice' },
    ],
    userGroups: [
      {
        ...{ id: 'group-01', name: 'ActionTrail O&M Group', members: ['test01', 'test02'] },
        rotation: { start: '2026-01-05T09:00', every: '1w', order: ['test01', 'test02'] },
      },
    ],
  })
  return account
}

export function flowSuite(world: () => World): void {
  describe('an action policy by its nodes', () => {
    test.each([
      ['in English on a desk', 'en', DESK],
      ['in Chinese on a narrow phone without scripts', 'zh', { ...PHONE, locale: 'zh-CN', javaScriptEnabled: false }],
    ] as const)('Condition, Action group, End, secondary policy and fallback, %s', async (_, language, options) => {
      const words = WORDS[language]
      const account = await people(world(), `Flow-${language}`)
      const { page, faults, context } = await account.open(options)
      if (language === 'zh') await page.setViewportSize({ width: 320, height: 640 })
      const button = (name: string) => page.getByRole('button', { name, exact: true })
      const confirm = () => button(words.confirm).click()
      const look = async (): Promise<void> => {
        const looks = language === 'zh' ? [] : await axeFindings(page)
        expect([...looks, ...(await layoutFindings(page, language === 'zh' ? 44 : 24))]).toEqual([])
      }
      await page.goto(`${world().host.url}/policies`)
      await page.getByRole('link', { name: words.create }).click()
      await page.getByRole('textbox', { name: words.name }).first().fill('Night watch')
      await button(words.addCondition).click()
      await page.getByRole('combobox', { name: words.over }).selectOption({ label: words.any })
      await page.getByRole('combobox', { name: words.object, exact: true }).fill('cloudAccount')
      await page.getByRole('textbox', { name: words.value }).fill('1540355698840000')
      await look()
      await confirm()
      expect(await page.getByText(words.nobody).isVisible()).toBe(true)
      await button(`${words.addAction}: ${words.step(1)}`).click()
      await page.getByRole('combobox', { name: words.method }).selectOption('messages')
      await confirm()
      await look()
      // The method reaches nobody without a user: said in the form, which keeps the choice.
      expect(await page.locator('.open .error').count()).toBe(1)
      await page.getByRole('group', { name: words.groups }).getByRole('checkbox').check()
      await confirm()
      await button(`${words.end}: ${words.step(1)}`).click()
      await button(words.addGroup).first().click()
      await page.getByRole('combobox', { name: words.method }).selectOption('robot')
      await confirm()
      await button(words.stage).click()
      await page.getByRole('textbox', { name: words.after }).last().fill('10m')
      await confirm()
      await button(`${words.addGroup}: ${words.escalation}`).click()
      await page.getByRole('combobox', { name: words.method }).selectOption('messages')
      await page.getByRole('group', { name: words.onDuty }).getByRole('checkbox').check()
      await confirm()
      await button(words.plan).click()
      expect(await page.getByRole('status').filter({ hasText: 'night-watch' }).isVisible()).toBe(true)
      await button(words.save).click()
      await page.getByText(words.saved).waitFor()
      expect(await account.api('GET', '/api/v1/policies/night-watch')).toMatchObject({
        flow: [
          {
            if: { any: [{ field: 'cloudAccount', op: '=', value: '1540355698840000' }] },
            // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
            then: [{ channel: 'messages', groups: ['group-01'] }],
            end: true,
          },
          // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
          { then: [{ channel: 'robot' }] },
        ],
        // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
        escalation: [{ unclaimed: '10m', flow: [{ then: [{ channel: 'messages', onDuty: ['group-01'] }] }] }],
      })
      expect(faults).toEqual([])
      await context.close()
    })

    test('with the keyboard alone: the focus is where the work goes on', async () => {
      const account = await people(world(), 'Keys')
      await account.api('POST', '/api/v1/policies', { id: 'night', notify: [{ channel: 'robot' }] })
      const { page, faults, context } = await account.open()
      await page.goto(`${world().host.url}/policies/night/edit`)
      await tabTo(page, 'Add condition')
      await page.keyboard.press('Enter')
      await page.getByText('Conditional expression').waitFor()
      // The first row has the focus; Enter confirms the node, and not the page.
      await page.keyboard.type('severity')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.type('critical')
      await page.keyboard.press('Enter')
      await page.getByText('severity = "critical"').waitFor()
      expect(await focused(page)).toBe('Edit: Step 2, Condition')
      await tabTo(page, 'Add action: Step 2')
      await page.keyboard.press('Enter')
      await page.getByRole('combobox', { name: 'Notification method' }).waitFor()
      await page.keyboard.type('Robot')
      await page.keyboard.press('Enter')
      await tabTo(page, 'Confirm')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Edit: Step 2, action 1' }).waitFor()
      await tabTo(page, 'Move up: Step 2', 'Shift+Tab')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Edit: Step 1, Condition' }).waitFor()
      expect(await focused(page)).toBe('Move down: Step 1')
      await tabTo(page, 'Edit: Step 1, Condition')
      await page.keyboard.press('Enter')
      await page.getByText('Conditional expression').waitFor()
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await page.getByText('Conditional expression').waitFor({ state: 'detached' })
      await tabTo(page, 'Save')
      await page.keyboard.press('Enter')
      await page.getByText('Saved.').waitFor()
      expect(await account.api('GET', '/api/v1/policies/night')).toMatchObject({
        // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
        flow: [{ if: { all: [{ field: 'severity' }] } }, { then: [{ channel: 'robot' }] }],
      })
      expect(faults).toEqual([])
      await context.close()
    })

    test('an open incident: the conditions say what they hold for, and the plan who would be told otherwise', async () => {
      const account = await people(world(), 'Plan')
      await account.api('POST', '/api/v1/integrations', { id: 'prometheus', type: 'prometheus' })
      const night = { id: 'night', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'robot' }] }
      await account.api('POST', '/api/v1/policies', night)
      await account.post(['critical', 'warning'].map((severity) => ({ labels: { alertname: severity, severity } })))
      const { page, faults, context } = await account.open()
      await page.goto(`${world().host.url}/policies/night/edit`)
      await page.getByText('Takes 2 of 2 alerts that fire now: 2 incidents.').waitFor()
      await page.getByRole('button', { name: 'Add condition' }).click()
      await page.getByRole('combobox', { name: 'Object 1', exact: true }).fill('severity')
      await page.getByRole('textbox', { name: 'Object value 1' }).fill('critical')
      await page.getByRole('button', { name: 'Confirm' }).click()
      await page.getByText('now: 1 of 2 incidents').waitFor()
      await page.getByRole('button', { name: 'Add action: Step 2' }).click()
      await page.getByRole('combobox', { name: 'Notification method' }).selectOption('messages')
      await page.getByRole('checkbox', { name: 'Alice' }).first().check()
      await page.getByRole('button', { name: 'Confirm' }).click()
      await page.getByRole('button', { name: 'What would change' }).click()
      const plan = page.getByRole('status').filter({ hasText: 'Of one open incident others would be told now' })
      expect((await plan.innerText()).replaceAll(/\s+/g, ' ')).toContain(
        'critical told besides: Message centre (messages) · test02',
      )
      expect(await page.locator('[role=status]:focus').count()).toBe(1)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved.').waitFor()

      // In Chinese and without scripts: a change by which somebody would be told no more asks first.
      const other = await account.open({ ...PHONE, locale: 'zh-CN', javaScriptEnabled: false })
      const button = (name: string) => other.page.getByRole('button', { name, exact: true })
      await other.page.goto(`${world().host.url}/users/test02/edit`)
      await other.page.getByRole('checkbox', { name: '启用' }).uncheck()
      await button('保存').click()
      await other.page.getByText('1 条未关闭的告警将不再通知 1 个目标。').waitFor()
      expect(await other.page.getByText('Message centre (messages) · test02').isVisible()).toBe(true)
      expect(await layoutFindings(other.page, 32)).toEqual([])
      await button('返回表单').click()
      expect(await other.page.getByRole('checkbox', { name: '启用' }).isChecked()).toBe(false)
      await button('保存').click()
      await button('仍然保存').click()
      await other.page.getByText('已保存。').waitFor()
      expect(other.faults).toEqual([])
      await other.context.close()
      expect(faults).toEqual([])
      await context.close()
    })
  })
}

async function focused(page: Page): Promise<string> {
  return await page.evaluate(
    "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''",
  )
}

async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if ((await focused(page)) === name) return
    await page.keyboard.press(key)
  }
  throw new Error(`the key ${key} never comes to ${name}`)
}
