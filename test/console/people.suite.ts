import { describe, expect, test } from 'vitest'
import { until } from '../e2e/wait.ts'
import type { World } from './world.ts'

const FLOW = `flow:
  - if:
      all:
        - { field: labels.accountId, op: '=', value: '1540355698840000' }
    then:
      - { channel: robot }
      - { channel: messages, groups: [group-01] }
    end: true
  - then:
      - { channel: robot }
`

/** Who is told, set up by hand: the steps of the documents of ARMS and of ActionTrail, by visible words. */
export function peopleSuite(world: () => World): void {
  describe('people and policies', () => {
    test('users by dialog and by CSV, a group, an action policy that is shown and tried', async () => {
      const account = await world().account('People')
      await account.api('PUT', '/api/v1/config', {
        channels: [
          { id: 'robot', type: 'webhook', url: world().hook.url },
          { id: 'messages', type: 'inbox' },
        ],
      })
      const { page, faults, context } = await account.open()
      const box = (name: string) => page.getByRole('textbox', { name })
      const save = () => page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('link', { name: 'Recipients' }).first().click()
      await page.getByRole('link', { name: 'Create' }).click()
      await box('ID').fill('bad')
      await box('Name').fill('Kumer')
      await box('Mobile phone number').fill('+86 138')
      await save()
      await page.getByText('2 things are not right').waitFor()
      await box('ID').fill('test01')
      await box('Mobile phone number').fill('86-13811110001')
      await page.getByRole('checkbox', { name: 'Receive text messages' }).check()
      await page.getByText('Names in chats').click()
      await box('Slack').fill('@kumer')
      await save()
      await page.getByText('is not an id of a member of Slack').waitFor()
      await box('Slack').fill('U01AB2CD3')
      await save()
      await page.getByText('Saved.').waitFor()
      expect(await account.api('GET', '/api/v1/users/test01')).toMatchObject({ chats: { slack: 'U01AB2CD3' } })

      await page.getByRole('link', { name: 'Import CSV' }).click()
      await page.getByLabel('File').setInputFiles({
        ...{ name: 'users.csv', mimeType: 'text/csv' },
        buffer: Buffer.from(
          'ID,Name,Enable,Mobile phone number,Receive text messages,Receive voice calls,Mailbox\ntest02,Alice,true,86-13811120001,true,true,alice@example.net\nabc,Short,maybe,,,,\ntest01,Kumer,true,86-13811110001,true,true,',
        ),
      })
      await page.waitForFunction("document.querySelector('#csv').value.includes('test02')")
      await page.getByRole('button', { name: 'Check the file' }).click()
      const report = page.getByRole('status')
      await report.getByText('test02').waitFor()
      expect((await report.innerText()).replaceAll(/\s+/g, ' ')).toContain(
        '2 can be imported, 1 refused. line 2 ✓ test02 added line 3 ✕ refused ID: has 5 to 60 characters: ' +
          'a letter first, then letters, digits, "_", "." and "-" Enable: is neither true nor false ' +
          'line 4 ✓ test01 changed: Receive voice calls',
      )
      await page.getByRole('button', { name: 'Import 2' }).click()
      await page.getByText('2 imported.').waitFor()
      expect(await page.getByRole('row').filter({ hasText: 'Alice' }).innerText()).toContain('86-13811120001')

      await page.getByRole('link', { name: 'User Group Management' }).click()
      await page.getByRole('link', { name: 'Create' }).click()
      await box('ID').fill('group-01')
      await box('Group name').fill('ActionTrail O&M Group')
      await page.getByRole('checkbox', { name: 'Kumer' }).check()
      await page.getByRole('checkbox', { name: 'Alice' }).check()
      await save()
      await page.getByText('Saved.').waitFor()

      await page.getByRole('link', { name: 'Policies' }).first().click()
      await page.getByRole('link', { name: 'Create a notification policy' }).click()
      await box('Name').fill('Night watch')
      await box('Which alerts').fill('severity=~"error|critical"')
      await page.getByRole('button', { name: 'YAML' }).click()
      await box('YAML').fill(FLOW)
      await save()
      await page.getByText('Saved.').waitFor()
      await page.getByRole('link', { name: 'Night watch' }).click()
      const steps = await page.locator('.step').allInnerTexts()
      const shown = steps.map((one) =>
        one.replaceAll(/\b(?:Edit|Add \w+|End here|Delete)\b|[↑↓✕]/g, '').replaceAll(/\s+/g, ' '),
      )
      expect(shown.map((one) => one.trim())).toEqual([
        'Step 1 now: 0 of 0 incidents Condition all alerts of the incident: labels.accountId = "1540355698840000" ' +
          'Action group robot messages → groups ActionTrail O&M Group (group-01) ■ End No later step is looked at.',
        'Step 2 now: 0 of 0 incidents Condition always Action group robot',
      ])
      await page.getByRole('link', { name: 'Try it' }).click()
      await box('Labels of the alert').fill('alertname: Login\nseverity: critical\naccountId: 1540355698840000')
      await page.getByRole('button', { name: 'Try it' }).click()
      await page.getByText('messages would be sent').waitFor()
      const told = await page.getByRole('status').innerText()
      for (const target of ['robot', 'messages · test01', 'messages · test02']) expect(told).toContain(target)
      expect(faults).toEqual([])
      await context.close()
    })

    test('a rule from a template runs, a content template is previewed, a test message arrives', async () => {
      const account = await world().account('Rules')
      await account.api('PUT', '/api/v1/config', {
        channels: [
          { id: 'robot', type: 'webhook', url: world().hook.url },
          { id: 'away', type: 'webhook', url: world().broken.url },
        ],
      })
      const { page, faults, context } = await account.open()
      await page.getByRole('link', { name: 'Rules' }).first().click()
      await page.getByRole('link', { name: 'Create from Template' }).click()
      await page.getByRole('searchbox').fill('route')
      await page.getByRole('searchbox').press('Enter')
      await page.getByRole('row').filter({ hasText: 'actiontrail/vpc-route-change' }).getByRole('link').click()
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Created: it is running.').waitFor()
      const row = page.getByRole('row').filter({ hasText: 'vpc-route-change' })
      expect(await row.innerText()).toContain('Running')
      await row.getByRole('button', { name: /^Stop/ }).click()
      await row.getByText('Stopped').waitFor()
      await page.getByRole('link', { name: 'Custom rule' }).click()
      await page.getByRole('textbox', { name: 'Sigma rule' }).fill('title: Wrong\ndetection: {}')
      await page.getByRole('button', { name: 'Save' }).click()
      const wrong = page.locator('[aria-invalid=true]')
      expect(await wrong.getAttribute('name')).toBe('sigma')
      expect(await page.locator('[id="i-sigma-error"]').innerText()).toMatch(/line \d+, column \d+/)
      expect(await wrong.inputValue()).toContain('title: Wrong')

      await page.getByRole('link', { name: 'Content templates' }).first().click()
      await page.getByRole('link', { name: 'Add Content Template' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill('Our words')
      await page.locator('summary', { hasText: 'Slack' }).click()
      const slack = page.locator('details', { hasText: 'Slack' })
      await slack
        .getByRole('textbox', { name: 'Content · English' })
        .fill('{{ alert.labels.alertname }} <needs> {% somebody')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('is not right').waitFor()
      await slack.getByRole('textbox', { name: 'Content · English' }).fill(' needs somebody')
      await page.getByRole('button', { name: 'Insert {{ alert.alert_name }}' }).click()
      expect(await slack.getByRole('textbox', { name: 'Content · English' }).inputValue()).toBe(
        ' needs somebody{{ alert.alert_name }}',
      )
      await page.getByRole('combobox', { name: 'Kind' }).selectOption('slack')
      await page.locator('#tried').getByText('needs somebodyVPC Network Route Change Alert').first().waitFor()
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved. Choose it').waitFor()
      await page.getByRole('link', { name: 'Preview: Our words' }).click()
      await page.getByText('needs somebody').first().waitFor()

      for (const [channel, words] of [
        ['robot', 'It arrived within'],
        ['away', 'It did not arrive.'],
      ] as const) {
        await page.goto(`${world().host.url}/channels/${channel}/edit`)
        await page.getByRole('link', { name: 'Send a test message' }).click()
        await page.getByRole('button', { name: 'Send a test message' }).click()
        await page.getByText(words).waitFor()
      }
      expect(faults).toEqual([])
      await context.close()
    })

    test('a policy with a Ticket System: claimed, commented on and closed is four events with their Event Detail', async () => {
      const account = await world().account('Tickets')
      await account.api('PUT', '/api/v1/config', {
        integrations: [{ id: 'prometheus', type: 'prometheus' }],
        channels: [{ id: 'bus', name: 'EventBridge integration', type: 'cloudevents', url: world().hook.url }],
      })
      const { page, faults, context } = await account.open()
      await page.goto(`${world().host.url}/policies/new`)
      await page.getByRole('textbox', { name: 'Name' }).fill('O & M team')
      await page.getByRole('textbox', { name: 'First message after' }).fill('0s')
      const ticket = page.getByRole('group', { name: 'Ticket System' })
      await ticket.getByRole('checkbox', { name: 'EventBridge integration (bus)' }).check()
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved.').waitFor()
      await account.post([
        { labels: { alertname: 'PodCrash', severity: 'critical' }, annotations: { message: 'again' } },
      ])
      const link = page.getByRole('link', { name: 'PodCrash', exact: true })
      await until('the alert is there', async () => {
        await page.goto(`${world().host.url}/`)
        return (await link.count()) > 0
      })
      await link.click()
      await page.getByRole('button', { name: 'Claim', exact: true }).click()
      await page.getByText('You have it.').waitFor()
      await page.getByRole('textbox', { name: 'Comment' }).fill('restarting')
      await page.getByRole('button', { name: 'Comment' }).click()
      await page.getByText('Your comment is in the log.').waitFor()
      await page.getByRole('link', { name: 'Close' }).click()
      await page.getByRole('button', { name: 'Close' }).click()
      await page.getByText('closed by hand').waitFor()
      await until('four events arrived', async () => {
        await page.goto(`${world().host.url}/events`)
        return (await page.getByText('arrived').count()) === 4
      })
      expect(await page.getByText('EventBridge integration (bus)').count()).toBe(4)
      const codes = await page.getByRole('row').locator('code').allInnerTexts()
      expect(codes).toEqual(['close', 'comment', 'claim', 'create'].map((type) => `aliyun:arms:alarm:${type}`))
      await page.getByRole('link', { name: 'Event Detail: Commented on' }).click()
      const event = JSON.parse(await page.locator('#event').innerText())
      expect(event).toMatchObject({
        type: 'aliyun:arms:alarm:comment',
        data: { operator: 'mei', comment: 'restarting' },
      })
      expect(event.data.data).toMatchObject({ dispatchRuleName: 'O & M team', level: 'P1' })
      expect(faults).toEqual([])
      await context.close()
    })
  })
}
