import { SECOND } from '../../shared/base/time.ts'
import type { Send } from '../../shared/channel/send.ts'
import { type ChannelType, channelType } from '../../shared/channel/type.ts'
import { PLAIN_CONTENT } from '../../shared/channels/text/content.ts'
import { webhookKind } from '../../shared/channels/webhook/kind.ts'
import { sendWebhook } from '../../shared/channels/webhook/send.ts'
// Loaded before a run: the loading of a module takes turns that no clock here owns.
import '../../shared/content-template/read-text.ts'
import '../../shared/content-template/render.ts'
import type { OutboundRequest } from '../../shared/outbound/request.ts'
import type { RateRule } from '../../shared/rate/rate.ts'
import { pager, paidPager } from './pager.ts'

/*
 * Kinds of channels whose receivers take a limited number of messages: a robot, whose messages can tell of several
 * deliveries, and a service, which wants each by itself. Both send the bodies of webhooks.
 */

/** Few enough that most stories meet the limit. */
export const TIGHT: RateRule[] = [{ most: 3, windowMs: 10 * SECOND }]
export const MOST_IN_DIGEST = 5

type WebhookSettings = Parameters<typeof sendWebhook>[0]

/** The bodies of a digest, one for each of its deliveries. */
export interface DigestBody {
  digest: { id: string; body: string }[]
}

const sendRobot: Send<WebhookSettings> = async (settings, { digest, ...content }, deps) => {
  if (digest === undefined) return await sendWebhook(settings, content, deps)
  const written: OutboundRequest[] = []
  const request = async (asked: OutboundRequest) => {
    written.push(asked)
    return { kind: 'answer' as const, status: 200, headers: {}, body: '' }
  }
  for (const one of digest) await sendWebhook(settings, { ...content, ...one }, { ...deps, request })
  const bodies = written.map(({ headers, body }) => ({ id: headers['webhook-id'] ?? '', body }))
  const body: DigestBody = { digest: bodies }
  // One request with all the bodies, in the place of the first one.
  const asDigest = async (asked: OutboundRequest) => await deps.request({ ...asked, body: JSON.stringify(body) })
  return await sendWebhook(settings, content, { ...deps, request: asDigest })
}

/** A webhook that says the words of a content template beside its alerts. */
const wordedKind = { ...webhookKind, type: 'worded', content: PLAIN_CONTENT }

const sendWorded: Send<WebhookSettings> = async (settings, { rendered, ...content }, deps) => {
  const request = async (asked: OutboundRequest) => {
    const body = JSON.stringify({ ...(JSON.parse(asked.body) as object), said: rendered?.content })
    return await deps.request({ ...asked, body })
  }
  return await sendWebhook(settings, content, { ...deps, request })
}

/** Every kind of the simulator. `rules`: of the limited ones. */
export function simulatedKinds(rules: RateRule[], digest: number): ReadonlyMap<string, ChannelType> {
  const rate =
    (type: string) =>
    ({ url }: WebhookSettings) => ({ by: [type, url], rules })
  const robot = {
    ...webhookKind,
    type: 'robot',
    rate: (settings: WebhookSettings) => ({ ...rate('robot')(settings), digest }),
  }
  const service = { ...webhookKind, type: 'service', rate: rate('service') }
  // Loaded already: the loading of a module takes turns that no clock here owns.
  return new Map([
    [webhookKind.type, channelType(webhookKind, async () => sendWebhook)],
    ['robot', channelType(robot, async () => sendRobot)],
    ['service', channelType(service, async () => sendWebhook)],
    [pager.kind.type, pager],
    [paidPager.kind.type, paidPager],
    [wordedKind.type, channelType(wordedKind, async () => sendWorded)],
  ])
}
