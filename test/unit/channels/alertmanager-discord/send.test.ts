import { expect, test } from 'vitest'
import { alertmanagerDiscordKind as kind } from '../../../../shared/channels/alertmanager-discord/kind.ts'
import { sendAlertmanagerDiscord as send } from '../../../../shared/channels/alertmanager-discord/send.ts'
import { attempt } from '../alertmanager/story.ts'

test('an embed, cut at the limits of Discord', async () => {
  const settings = {
    webhook_url: 'https://discord.example/x',
    title: 'é'.repeat(300),
    message: 'm'.repeat(5000),
    username: 'u',
  }
  const { bodies } = await attempt(kind, send, settings, { answers: [{ status: 204 }] })
  expect(bodies).toEqual([
    {
      ...{ content: '', username: 'u' },
      embeds: [{ title: `${'é'.repeat(255)}…`, description: `${'m'.repeat(4095)}…`, color: 0x992d22 }],
    },
  ])
})
