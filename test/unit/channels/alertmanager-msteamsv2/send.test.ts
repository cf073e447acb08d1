import { expect, test } from 'vitest'
import { alertmanagerTeamsV2Kind as kind } from '../../../../shared/channels/alertmanager-msteamsv2/kind.ts'
import { sendAlertmanagerTeamsV2 as send } from '../../../../shared/channels/alertmanager-msteamsv2/send.ts'
import { attempt } from '../alertmanager/story.ts'

test('an adaptive card', async () => {
  const settings = { webhook_url: 'https://flow.example/x', title: 't', text: '{{ .Status }}' }
  const { bodies } = await attempt(kind, send, settings, { answers: [{ status: 202 }] })
  expect(bodies).toMatchObject([
    {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            body: [
              { text: 't', color: 'Attention', style: 'heading' },
              { text: 'firing', wrap: true },
            ],
          },
        },
      ],
    },
  ])
})
