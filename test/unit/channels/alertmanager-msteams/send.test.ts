import { expect, test } from 'vitest'
import { alertmanagerTeamsKind as kind } from '../../../../shared/channels/alertmanager-msteams/kind.ts'
import { sendAlertmanagerTeams as send } from '../../../../shared/channels/alertmanager-msteams/send.ts'
import { attempt } from '../alertmanager/story.ts'

test('a message card', async () => {
  const { outcome, bodies } = await attempt(kind, send, {
    webhook_url: 'https://teams.example/x',
    text: '{{ len .Alerts }}',
  })
  expect(outcome.kind).toBe('arrived')
  expect(bodies).toEqual([
    {
      ...{ '@context': 'http://schema.org/extensions', type: 'MessageCard', themeColor: '8C1A1A', text: '3' },
      title: expect.stringContaining('[FIRING:2]'),
      summary: expect.stringContaining('[FIRING:2]'),
    },
  ])
})
