import { expect, test } from 'vitest'
import { channelType } from '../../../shared/channel/type.ts'
import { cloudEventsKind } from '../../../shared/channels/cloudevents/kind.ts'
import { sendCloudEvent } from '../../../shared/channels/cloudevents/send.ts'
import { webhookKind } from '../../../shared/channels/webhook/kind.ts'
import { sendWebhook } from '../../../shared/channels/webhook/send.ts'

test('a kind takes the sender of its own settings', async () => {
  const type = channelType(webhookKind, async () => sendWebhook)
  // @ts-expect-error a sender of events needs settings that a webhook does not have
  channelType(webhookKind, async () => sendCloudEvent)
  channelType(cloudEventsKind, async () => sendCloudEvent)
  const sender = await type.load()
  expect(sender.prepare({ url: 'https://a.example/' })).toMatchObject({ ok: true, timeoutMs: 10_000 })
  expect(sender.prepare({})).toEqual({ ok: false, problems: [{ path: 'url', message: 'is required' }] })
})
