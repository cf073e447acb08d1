import type { ChannelKind } from '../../shared/channel/kind.ts'
import type { Send } from '../../shared/channel/send.ts'
import { type ChannelType, channelType } from '../../shared/channel/type.ts'
import { type WebhookSettings, webhookKind } from '../../shared/channels/webhook/kind.ts'
import { sendWebhook } from '../../shared/channels/webhook/send.ts'

/** A kind of channel that reaches people: a webhook that names the person. No product has it. */
const pagerKind: ChannelKind<WebhookSettings> = {
  ...webhookKind,
  type: 'pager',
  label: 'Pager',
  recipients: 'user',
  reachesAlone: () => false,
}

/** The header with the user whom a message is for. */
export const USER = 'x-user'

const sendPage: Send<WebhookSettings> = (settings, content, deps) => {
  const headers = { ...settings.headers, [USER]: content.recipient?.id ?? '' }
  return sendWebhook({ ...settings, headers }, content, deps)
}

export const pager: ChannelType = channelType(pagerKind, async () => sendPage)

/** The same of a kind with a quota for each user. */
export const paidPager: ChannelType = channelType({ ...pagerKind, type: 'sms' }, async () => sendPage)
