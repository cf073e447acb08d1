import { beforeAll, describe, expect, test } from 'vitest'
import { type Api, startApi } from '../harness.ts'

const key = 'a-viewer'
let api: Api

beforeAll(async () => {
  api = await startApi()
  // Two policies, so that every alert of the team shop lies in two groups.
  const policies = [
    { id: 'all', groupBy: ['alertname'] },
    { id: 'shop', match: [{ label: 'team', value: 'shop' }], groupBy: ['alertname'] },
  ]
  await api.ask('PUT', '/api/v1/config', { key: 'a-editor', body: { policies } })
  const of = (alertname: string, severity: string, pod: string, team = 'shop') => ({
    labels: { alertname, severity, pod, team },
  })
  const over = { ...of('Over', 'critical', 'a'), endsAt: api.time.now - 1 }
  await api.post('a', [
    ...[of('Slow', 'critical', 'a'), of('Slow', 'warning', 'b'), of('Full', 'warning', 'a')],
    ...[of('Down', 'critical', 'a', 'bank'), over],
  ])
})

const matches = async (body: unknown) => {
  const { status, json } = await api.ask('POST', '/api/v1/policies:matches', { key, body })
  return status === 200 ? json : { status, paths: json.error.details?.map(({ path }: { path: string }) => path) }
}
// biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
const step = (more: object = {}) => ({ then: [{ channel: 'x' }], ...more })
const severity = (over: 'any' | 'all', value: string) => ({ if: { [over]: { field: 'severity', value } } })

describe('what a policy would take', () => {
  test('is counted once for each alert, and by incident for each step and each stage', async () => {
    const body = {
      ...{ match: [{ label: 'team', value: 'shop' }], groupBy: ['alertname'] },
      flow: [step({ ...severity('any', 'critical'), end: true }), step(severity('all', 'warning')), step()],
      escalation: [{ unclaimed: '10m', flow: [step(severity('all', 'critical'))] }],
    }
    expect(await matches(body)).toEqual({
      ...{ firing: 4, alerts: 3, incidents: 2, partial: false },
      steps: [
        { step: 'flow[0]', incidents: 1 },
        { step: 'flow[1]', incidents: 1 },
        { step: 'flow[2]', incidents: 1 },
        { step: 'escalation[0].flow[0]', incidents: 0 },
      ],
    })
  })

  test('depends on the grouping', async () => {
    expect(await matches({})).toMatchObject({ alerts: 4, incidents: 1, steps: [] })
    expect(await matches({ groupBy: ['...'] })).toMatchObject({ alerts: 4, incidents: 4 })
    expect(await matches({ groupBy: ['pod'] })).toMatchObject({ alerts: 4, incidents: 2 })
  })

  test.each([
    ['no mapping', ['a']],
    ['a text', 'a'],
    ['a wrong condition', { flow: [step({ if: { any: { field: 'nope', value: 'a' } } })], groupWait: 7 }],
  ])('%s is refused', async (name, body) => {
    const { status, paths } = await matches(body)
    expect(status).toBe(422)
    if (name === 'a wrong condition') expect(paths).toEqual(['groupWait', 'flow[0].if.any.field'])
  })
})
