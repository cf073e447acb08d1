import { digest } from '../../base/hash.ts'
import { VERSION } from '../../base/version.ts'
import type { Send } from '../../channel/send.ts'
import { putEventsOutcome } from '../events/put-events.ts'
import { eventToSend, noEvent } from '../events/send.ts'
import { type AlibabaEventBridgeSettings, alibabaEvents } from './kind.ts'
import { signAlibaba } from './signature.ts'

const PATH = '/openapi/putEvents'

/**
 * Puts a single event, signed (https://www.alibabacloud.com/help/en/eventbridge/developer-reference/putevents). Twice
 * is safe: consumers of the bus take events of the same `source` and `id` for the same event. A request with a single
 * event is far below the limits of 16 events and 256 KB; `cloudEvent` keeps the limit of 64 KB for each event.
 */
export const sendToAlibabaEventBridge: Send<AlibabaEventBridgeSettings> = async (settings, content, deps) => {
  const event = eventToSend(alibabaEvents(settings), content, deps)
  const now = deps.clock.now()
  if (event === undefined) return noEvent(now)
  const url = new URL(PATH, settings.endpoint)
  const headers = {
    date: new Date(now).toUTCString(),
    accept: 'application/json',
    'content-type': 'application/cloudevents-batch+json; charset=utf-8',
    'user-agent': `Tocsin/${VERSION}`,
    // A nonce is never used twice: an attempt is claimed once.
    'x-acs-signature-nonce': digest([content.account, content.id, String(content.begunAt), String(deps.chance())]),
    'x-acs-signature-method': 'HMAC-SHA1',
    'x-acs-signature-version': '1.0',
    'x-eventbridge-version': '2015-06-06',
    'x-eventbridge-regionid': settings.region,
    ...temporaryKey(settings),
  }
  const authorization = signAlibaba(settings, { method: 'POST', path: PATH, headers })
  const body = JSON.stringify([event])
  const { giveUpAt } = content
  const result = await deps.request({
    url: url.href,
    method: 'POST',
    headers: { ...headers, authorization },
    body,
    giveUpAt,
    secure: true,
  })
  return putEventsOutcome(result, url.hostname, deps.clock.now())
}

/** A temporary key of STS is named by two more headers, which the signature covers as it covers every `x-acs-…`. */
function temporaryKey({ accessKeyId, securityToken }: AlibabaEventBridgeSettings): Record<string, string> {
  if (securityToken === undefined) return {}
  return { 'x-acs-accesskey-id': accessKeyId, 'x-acs-security-token': securityToken }
}
