import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { alertmanagerOpsgenieKind as kind } from '../../../../shared/channels/alertmanager-opsgenie/kind.ts'
import { sendAlertmanagerOpsgenie as send } from '../../../../shared/channels/alertmanager-opsgenie/send.ts'
import { attempt } from '../alertmanager/story.ts'
import { NOW, threeAlerts } from '../chat/story.ts'

const OK = [{ status: 202, body: { result: 'r', requestId: 'i' } }]
const alias = createHash('sha256').update(threeAlerts().groupKey).digest('hex')
const settings = {
  ...{ api_key: 'k', tags: 'a,{{ .Status }},,b', details: { team: '{{ .GroupLabels.cluster }}' } },
  responders: [
    { name: 'x,y', type: 'teams' },
    { username: 'u', type: 'User' },
    { name: '{{ .GroupLabels.nope }}', type: '{{ .GroupLabels.nope }}' },
  ],
}

test('an alert is created', async () => {
  const { requests, bodies } = await attempt(kind, send, settings, { answers: OK })
  expect(requests).toMatchObject([
    { url: 'https://api.opsgenie.com/v2/alerts', headers: { authorization: 'GenieKey k' } },
  ])
  expect(bodies).toMatchObject([
    {
      ...{ alias, tags: ['a', 'firing', 'b'], details: { alertname: 'DiskFull', team: 'eu-1' } },
      responders: [
        { name: 'x', type: 'team' },
        { name: 'y', type: 'team' },
        { username: 'u', type: 'user' },
      ],
    },
  ])
})

test('and updated, until a request is not taken', async () => {
  const { requests } = await attempt(kind, send, { ...settings, update_alerts: true }, { answers: OK })
  expect(requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
    'POST /v2/alerts',
    `PUT /v2/alerts/${alias}/message`,
    `PUT /v2/alerts/${alias}/description`,
  ])
  const answers = [...OK, { status: 400 }]
  const refused = await attempt(kind, send, { ...settings, update_alerts: true }, { answers })
  expect([refused.outcome.kind, refused.requests.length]).toEqual(['ambiguous', 2])
})

test('and closed', async () => {
  const told = threeAlerts({ alerts: threeAlerts().alerts.map((alert) => ({ ...alert, endsAt: NOW })) })
  const { requests } = await attempt(kind, send, settings, { answers: OK, told })
  expect(requests[0]!.url).toBe(`https://api.opsgenie.com/v2/alerts/${alias}/close?identifierType=alias`)
})
