import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../infra/clock.ts'
import { until } from '../e2e/wait.ts'
import { startAlibabaEventBridge } from '../fakes/alibaba-eventbridge.ts'
import { DESK, PHONE } from './chromium.ts'
import { WALK_WORDS, type WalkWords } from './walk-words.ts'
import type { World } from './world.ts'

const ACCOUNT = '1540355698840000'
const KEYS = { accessKeyId: 'LTAI5tXxxXxxXxxXxx', accessKeySecret: 'xXxXxXxXxXxXxXxXxXxXxXxXxXxXxX' }
const CSV = `ID,Name,Enable,Mobile phone number,Receive text messages,Receive voice calls,Mailbox
test02,Alice,true,86-13811120001,true,true,alice@example.net
abc,Short,maybe,,,,
test01,Kumer,true,86-13811110001,true,true,kumer@example.net`
/** The words of a template, in the language of the reader. */
const CONTENT = { English: ' needs a look', 中文: ' 需要处理' }

/** From nothing to people who are told: the steps of the document of ActionTrail, by visible words. */
export function walkSuite(world: () => World): void {
  describe('event alerts, from a trail to the people', () => {
    test.each([
      ['in English on a desk', 'en', DESK],
      ['in Chinese on a phone', 'zh', { ...PHONE, locale: 'zh-CN' }],
    ] as const)(
      'recipients, template, channels, policy, rule, alert, %s',
      async (_, language, options) => {
        const bus = await startAlibabaEventBridge({ clock: systemClock, ...KEYS, buses: { armstest: ['arms'] } })
        const account = await world().account(`Walk-${language}`)
        const { page, faults, context } = await account.open(options)
        const hook = `${world().hook.url}/walk/${language}`
        const walk = new Walk(page, WALK_WORDS[language], language === 'zh')
        try {
          const url = await walk.makeTrail()
          await walk.makeUsers()
          expect(await account.api('GET', '/api/v1/users/test01')).toMatchObject({ chats: { slack: 'U01AB2CD3' } })
          await walk.makeGroup()
          await walk.makeTemplate()
          await walk.makeChannels(bus.url, hook)
          await walk.makePolicy()
          await walk.makeRule()
          await sendRecord(url)
          await walk.handleIncident()
          await walk.readEvents()
          for (const [user, words] of [
            ['test01', CONTENT.中文],
            ['test02', CONTENT.English],
          ] as const) {
            expect(await walk.readInbox(user)).toContain(WALK_WORDS[language].alertName + words)
          }
          const sent = world().hook.received.filter(({ path }) => path === `/walk/${language}`)
          expect(sent[0]?.body).toEqual([{ alert_name: WALK_WORDS[language].alertName }])
          const types = ['create', 'create', 'claim', 'comment', 'close'].map((type) => `aliyun:arms:alarm:${type}`)
          expect(bus.received.map(({ type }) => type)).toEqual(types)
          expect(faults).toEqual([])
        } finally {
          await Promise.all([context.close(), bus.stop()])
        }
      },
      120_000,
    )
  })
}

/** A route of the trail's account is changed. */
async function sendRecord(url: string): Promise<void> {
  const record = {
    ...{ eventId: 'event-1', eventVersion: '1', eventName: 'DeleteRouteEntry', eventTime: new Date().toISOString() },
    ...{ eventSource: 'vpc.aliyuncs.com', serviceName: 'Vpc', acsRegion: 'cn-hangzhou' },
    ...{ sourceIpAddress: '198.51.100.23', recipientAccountId: ACCOUNT },
    userIdentity: { type: 'ram-user', accountId: ACCOUNT, userName: 'deploy' },
  }
  const headers = { 'content-type': 'application/json' }
  const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(record) })
  expect(status).toBe(202)
}

/** The window of the person who configures the account. */
class Walk {
  private readonly page: Page
  private readonly words: WalkWords
  private readonly onPhone: boolean

  constructor(page: Page, words: WalkWords, onPhone: boolean) {
    this.page = page
    this.words = words
    this.onPhone = onPhone
  }

  box(name: string, within: Page | Locator = this.page): Locator {
    return within.getByRole('textbox', { name })
  }
  async click(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click()
  }
  async follow(name: string): Promise<void> {
    await this.page.getByRole('main').getByRole('link', { name, exact: true }).first().click()
  }
  async reads(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor()
  }
  /** Saves, and reads the words of success. */
  async save(success = this.words.saved): Promise<void> {
    await this.click(this.words.save)
    await this.reads(success)
  }
  /** On a phone, the places that are not at hand are behind a link. */
  async visit(place: keyof WalkWords['places']): Promise<void> {
    const { all, [place]: name } = this.words.places
    if (this.onPhone && place !== 'alerts') await this.page.getByRole('link', { name: all }).click()
    const link = this.page.getByRole('link', { name, exact: place !== 'alerts' })
    await (this.onPhone ? link.last() : link.first()).click()
  }
  row(text: string): Locator {
    return this.page.getByRole('row').filter({ hasText: text })
  }
  async wrongInputs(): Promise<(string | null)[]> {
    const wrong = this.page.locator('[aria-invalid=true]')
    return await wrong.evaluateAll((all) => all.map((one) => one.getAttribute('name')))
  }

  async makeTrail(): Promise<string> {
    const { trail } = this.words
    await this.visit('integrations')
    await this.follow(trail.type)
    await this.box(trail.name).fill('Trail')
    await this.save(trail.made)
    return await this.row('Trail').getByRole('textbox', { name: trail.url }).inputValue()
  }

  async makeUsers(): Promise<void> {
    const { user, csv } = this.words
    await this.visit('recipients')
    await this.follow(this.words.create)
    await this.box('ID').fill('bad')
    await this.box(user.name).fill('Kumer')
    await this.box(user.phone).fill('+86 138')
    await this.page.getByRole('combobox', { name: user.language }).selectOption('中文')
    await this.page.getByText(user.chats).click()
    await this.box(user.slack).fill('@kumer')
    await this.save(user.wrong)
    expect(await this.wrongInputs()).toEqual(['id', 'phone', 'chats.slack'])
    await this.reads(user.wrongSlack)
    await this.box('ID').fill('test01')
    await this.box(user.phone).fill('86-13811110001')
    await this.box(user.emails).fill('kumer@example.net')
    await this.page.getByRole('checkbox', { name: user.sms }).check()
    await this.box(user.slack).fill('U01AB2CD3')
    await this.save()
    await this.follow(csv.import)
    const file = { name: 'users.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) }
    await this.page.getByLabel(csv.file).setInputFiles(file)
    await this.page.waitForFunction("document.querySelector('#csv').value.includes('test02')")
    await this.click(csv.check)
    const report = this.page.getByRole('status').filter({ hasText: 'test02' })
    await report.waitFor()
    expect((await report.innerText()).replaceAll(/\s+/g, ' ')).toMatch(csv.report)
    await this.click(csv.take)
    await this.reads(csv.took)
    expect(await this.row('Alice').innerText()).toContain('86-13811120001')
  }

  async makeGroup(): Promise<void> {
    const { group, create } = this.words
    await this.follow(group.tab)
    await this.follow(create)
    await this.box('ID').fill('group-01')
    await this.box(group.name).fill('ActionTrail O&M Group')
    for (const name of ['Kumer', 'Alice']) await this.page.getByRole('checkbox', { name }).check()
    await this.save()
  }

  async makeTemplate(): Promise<void> {
    const { template } = this.words
    const head = (name: string) => this.page.locator('summary').getByText(name, { exact: true })
    const kind = (name: string) => this.page.locator('details').filter({ has: head(name) })
    await this.visit('templates')
    await this.follow(template.add)
    await this.box(this.words.name).fill(template.name)
    await head(template.inbox).click()
    const of = (language: string) => this.box(template.content(language), kind(template.inbox))
    await of('English').fill('{{ alert.alert_name }} <needs> {% somebody')
    await this.save(template.wrong)
    expect(await this.wrongInputs()).toEqual(['inbox.en.content'])
    await of('English').fill('')
    await this.page.getByRole('button', { name: template.insert, exact: true }).click()
    await of('English').press('End')
    await this.page.keyboard.type(CONTENT.English)
    await of('中文').fill(`{{ alert.alert_name }}${CONTENT.中文}`)
    await this.page.getByRole('combobox', { name: template.kind }).selectOption(template.inbox)
    await this.page
      .locator('#tried')
      .getByText(CONTENT[this.onPhone ? '中文' : 'English'])
      .first()
      .waitFor()
    await head('Webhook').click()
    await this.box(template.only, kind('Webhook')).fill('{"alert_name": "{{ alert.alert_name }}"}')
    await kind('Webhook').getByRole('combobox', { name: template.mode }).selectOption(template.batch)
    await this.save(template.saved)
    await this.follow(template.preview(template.name))
    await this.reads('"alert_name"')
  }

  async makeChannels(endpoint: string, hook: string): Promise<void> {
    const { channel, name: label } = this.words
    const secret = this.page.getByLabel('AccessKey Secret')
    await this.visit('integrations')
    await this.follow(channel.tab)
    await this.follow('EventBridge')
    await this.box(label).first().fill(channel.bus)
    await this.box(channel.endpoint).fill('https://bus.example.net/path')
    await secret.fill(KEYS.accessKeySecret)
    await this.save(channel.wrong)
    expect(await this.wrongInputs()).toEqual(['endpoint', 'accessKeyId', 'eventBus', 'region'])
    expect(await secret.inputValue()).toBe('')
    expect(await this.page.content()).not.toContain(KEYS.accessKeySecret)
    await this.box(channel.description).fill('tickets')
    await this.box(channel.endpoint).fill(endpoint)
    await this.page.getByLabel(/^AccessKey(?: \*)?$/).fill(KEYS.accessKeyId)
    await secret.fill(KEYS.accessKeySecret)
    await this.box('Message Bus Name').fill('armstest')
    await this.box('regionId').fill('cn-hangzhou')
    await this.box('Event Source Name').fill('arms')
    await this.save(channel.saved)
    // Saved again without the secret, which is kept: the test message is signed with the secret.
    await this.row(channel.bus).getByRole('link', { name: channel.bus }).first().click()
    await this.save(channel.saved)
    await this.page.getByRole('link', { name: new RegExp(`^${channel.test(channel.bus)}`) }).click()
    await this.click(channel.send)
    await this.reads(channel.arrived)
    await this.visit('integrations')
    await this.follow(channel.tab)
    for (const [kind, name] of [
      [channel.inbox, 'message-centre'],
      [channel.webhook, 'robot'],
    ] as const) {
      await this.follow(kind)
      await this.box(label).first().fill(name)
      if (name === 'robot') await this.box('URL').first().fill(hook)
      await this.save(channel.saved)
    }
  }

  async makePolicy(): Promise<void> {
    const { policy, channel, confirm, template } = this.words
    const object = this.page.getByRole('combobox', { name: policy.object, exact: true })
    const method = this.page.getByRole('combobox', { name: policy.method })
    await this.visit('policies')
    await this.follow(policy.add)
    await this.box(this.words.name).first().fill('O & M team')
    await this.box(policy.wait).fill('0s')
    const ticket = this.page.getByRole('group', { name: policy.ticket })
    await ticket.getByRole('checkbox', { name: channel.bus }).check()
    await this.page.getByText(this.words.more).click()
    await this.page.getByRole('combobox', { name: policy.template }).first().selectOption(template.name)
    await this.click(policy.condition)
    await object.fill('cloudAccount')
    await this.box(policy.value).fill(ACCOUNT)
    await this.click(confirm)
    await this.click(policy.action)
    await method.selectOption('message-centre')
    await this.page.getByRole('group', { name: policy.groups }).getByRole('checkbox').check()
    await this.click(confirm)
    await this.click(policy.action)
    await method.selectOption('robot')
    await this.click(confirm)
    await this.click(policy.end)
    await this.click('YAML')
    const yaml = await this.box('YAML').inputValue()
    await this.box('YAML').fill(yaml.replace('end: true', 'end: yes'))
    await this.click(this.words.save)
    expect(await this.box('YAML').inputValue()).toContain('end: yes')
    await this.box('YAML').fill(yaml)
    await this.save()
    await this.follow('O & M team')
    const step = await this.page.locator('.step').first().innerText()
    for (const words of policy.step) expect(step).toContain(words)
    await this.follow(policy.try)
    await this.box(policy.labels).fill(`alertname: Login\ncloudAccount: ${ACCOUNT}`)
    await this.click(policy.try)
    await this.reads(policy.would)
    const told = await this.page.getByRole('status').innerText()
    for (const target of ['message-centre · test01', 'message-centre · test02', 'robot']) expect(told).toContain(target)
  }

  async makeRule(): Promise<void> {
    const { rule } = this.words
    await this.visit('rules')
    await this.follow(rule.template)
    await this.page.getByRole('searchbox').fill('route')
    await this.page.getByRole('searchbox').press('Enter')
    await this.row('actiontrail/vpc-route-change').getByRole('link').click()
    await this.save(rule.made)
    const row = this.row('vpc-route-change')
    expect(await row.innerText()).toContain(rule.running)
    await row.getByRole('button', { name: rule.stop }).click()
    await row.getByText(rule.stopped).waitFor()
    await row.getByRole('button', { name: rule.start }).click()
    await row.getByText(rule.running).waitFor()
  }

  async handleIncident(): Promise<void> {
    const { incident, alertName } = this.words
    const link = this.page.getByRole('link', { name: alertName, exact: true })
    await until('the alert is there', async () => {
      await this.visit('alerts')
      return (await link.count()) > 0
    })
    await link.click()
    await this.click(incident.claim)
    await this.reads(incident.claimed)
    await this.page.locator('#comment').fill('restarting 正在重启')
    await this.click(incident.comment)
    await this.reads(incident.commented)
    await this.follow(incident.close)
    await this.click(incident.close)
    await this.reads(incident.closed)
  }

  async readEvents(): Promise<void> {
    const { events } = this.words
    // The test message is an event too.
    await until('the events arrived', async () => {
      await this.visit('events')
      return (await this.page.getByRole('row').getByText(events.arrived).count()) === 5
    })
    expect(await this.page.getByRole('row').getByText(events.test, { exact: true }).count()).toBe(1)
    const codes = await this.page.getByRole('row').locator('code').allInnerTexts()
    const types = ['close', 'comment', 'claim', 'create', 'create']
    expect(codes).toEqual(types.map((type) => `aliyun:arms:alarm:${type}`))
    await this.page.getByRole('link', { name: events.detail }).click()
    const event = JSON.parse(await this.page.locator('#event').innerText())
    expect(event).toMatchObject({
      type: 'aliyun:arms:alarm:comment',
      data: { operator: 'mei', comment: 'restarting 正在重启' },
    })
    expect(event.data.data).toMatchObject({
      dispatchRuleName: 'O & M team',
      groupLabels: { alertname: this.words.alertName },
    })
  }

  async readInbox(user: string): Promise<string> {
    const { inbox } = this.words
    await this.visit('inbox')
    await this.page.getByRole('combobox', { name: inbox.of }).selectOption(user)
    await this.click(inbox.show)
    return await this.page.getByRole('main').innerText()
  }
}
