import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { alertmanagerPagerDutyKind as kind } from '../../../../shared/channels/alertmanager-pagerduty/kind.ts'
import { sendAlertmanagerPagerDuty as send } from '../../../../shared/channels/alertmanager-pagerduty/send.ts'
import { attempt } from '../alertmanager/story.ts'
import { NOW, threeAlerts } from '../chat/story.ts'

const OK = [{ status: 202, body: { status: 'success' } }]
const key = createHash('sha256').update(threeAlerts().groupKey).digest('hex')
const over = threeAlerts({ alerts: threeAlerts().alerts.map((alert) => ({ ...alert, endsAt: NOW })) })

test('an event has the key of the group, and details by their types', async () => {
  const { requests, bodies } = await attempt(
    kind,
    send,
    {
      routing_key: 'k',
      details: { team: '{{ .GroupLabels.cluster }}', nested: ['1', { a: 'yes' }] },
      links: [{ href: '', text: 'x' }],
    },
    { answers: OK },
  )
  expect(requests[0]!.url).toBe('https://events.pagerduty.com/v2/enqueue')
  expect(bodies).toMatchObject([
    {
      ...{ routing_key: 'k', dedup_key: key, event_action: 'trigger', client: 'Alertmanager' },
      payload: {
        ...{ source: 'Alertmanager', severity: 'error', summary: expect.stringContaining('[FIRING:2]') },
        custom_details: {
          ...{ num_firing: 2, num_resolved: 1, team: 'eu-1', nested: [1, { a: true }] },
          firing: [{ status: 'firing' }, { status: 'firing' }],
          resolved: [{ status: 'resolved' }],
        },
      },
    },
  ])
  expect(bodies[0]).not.toHaveProperty('links')
})

test('an end resolves', async () => {
  const { bodies } = await attempt(kind, send, { routing_key: 'k' }, { answers: OK, told: over })
  expect(bodies).toMatchObject([{ dedup_key: key, event_action: 'resolve' }])
})

test('a service key is of the older API', async () => {
  const { requests, bodies } = await attempt(kind, send, { service_key: 'k' }, { answers: OK })
  expect(requests[0]!.url).toBe('https://events.pagerduty.com/generic/2010-04-15/create_event.json')
  expect(bodies).toMatchObject([
    { service_key: 'k', incident_key: key, event_type: 'trigger', details: { num_firing: 2 } },
  ])
})

test('an event that is too large goes without its details', async () => {
  const details = { large: `{{ range 600000 }}x{{ end }}` }
  const { bodies } = await attempt(kind, send, { routing_key: 'k', details }, { answers: OK })
  const [{ payload }] = bodies as [{ payload: { custom_details: object } }]
  expect(payload.custom_details).toEqual({ error: expect.stringContaining('512000') })
})

test('no key is refused, and a key that is rendered to nothing sends nothing', async () => {
  expect(kind.parse({})).toMatchObject({ ok: false, problems: [{ path: 'routing_key' }] })
  const { outcome, requests } = await attempt(kind, send, { routing_key: '{{ .GroupLabels.nope }}' })
  expect([outcome.kind, requests.length]).toEqual(['dead', 0])
})
