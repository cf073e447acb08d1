import { expect, test } from 'vitest'
import { templates } from '../../../../shared/rule-templates/template.ts'
import { startApi } from '../harness.ts'

const PATH = '/api/v1/rule-templates'

interface Shown {
  template: string
  title: string
  level: string
  labels: string[]
  parameters: Record<string, unknown>
  sigma: string
}

test('every shipped rule is listed, with what it says and what may be set', async () => {
  const { ask } = await startApi()
  const items: Shown[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const { status, json } = await ask('GET', `${PATH}?limit=20&after=${after}`, { key: 'a-viewer' })
    expect(status).toBe(200)
    items.push(...json.items)
    after = json.next
  }
  expect(items.map(({ template }) => template)).toEqual(templates.map(({ name }) => name))
  expect(items.filter(({ title, level, sigma }) => !title || !level || !sigma)).toEqual([])
  expect(items.find(({ template }) => template === 'actiontrail/vpc-route-change')).toMatchObject({
    ...{ title: 'VPC Network Route Change Alert', level: 'low', parameters: {} },
    labels: ['accountId', 'principalId', 'eventName'],
  })
  expect(items.find(({ template }) => template === 'actiontrail/abnormal-login')).toMatchObject({
    ...{ title: 'Repeated Failed Sign-in of One User', parameters: { threshold: 5 } },
  })
})

test('each can be put as a rule, its parameters as they are shown', async () => {
  const { ask } = await startApi()
  const { json } = await ask('GET', `${PATH}?limit=500`, { key: 'a-viewer' })
  const rules = (json.items as Shown[]).map(({ template, parameters }) => ({ id: template, template, parameters }))
  const put = await ask('PUT', '/api/v1/config', { key: 'a-editor', body: { rules } })
  expect([put.status, put.json.plan.length]).toEqual([200, templates.length])
})

test('nobody sees it without a key', async () => {
  const { ask } = await startApi()
  expect((await ask('GET', PATH)).status).toBe(401)
})
