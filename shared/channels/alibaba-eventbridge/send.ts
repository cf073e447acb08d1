import { digest } from '../../base/hash.ts'
import { VERSION } from '../../base/version.ts'
import type { Send } from '../../channel/send.ts'
import { putEventsOutcome } from '../events/put-events.ts'
import { eventToSend, noEvent } from '../events/send.ts'
import { type AlibabaEventBridgeSettings, alibabaEvents } from './kind.ts'
import { signAlibaba } from './signature.ts'

const PATH = '/openapi/putEvents'

/**
 * Puts one event, signed (https://www.alibabacloud.com/help/en/eventbridge/developer-reference/putevents). Twice is
 * safe: to whoever the bus passes them on, events of one `source` and `id` are the same. One event in a request
 * is far from the 16 events and 256 KB that it may hold; 64 KB, the most for one, are kept by whoever writes it.
 */
export const sendToAlibabaEventBridge: Send<AlibabaEventBridgeSettings> = async (settings, what, by) => {
  const event = eventToSend(alibabaEvents(settings), what, by)
  const now = by.clock.now()
  if (event === undefined) return noEvent(now)
  const url = new URL(PATH, settings.endpoint)
  const headers = {
    date: new Date(now).toUTCString(),
    accept: 'application/json',
    'content-type': 'application/cloudevents-batch+json; charset=utf-8',
    'user-agent': `Tocsin/${VERSION}`,
    // Never used twice: an attempt is claimed once.
    'x-acs-signature-nonce': digest([what.account, what.id, String(what.begunAt), String(by.chance())]),
    'x-acs-signature-method': 'HMAC-SHA1',
    'x-acs-signature-version': '1.0',
    'x-eventbridge-version': '2015-06-06',
    'x-eventbridge-regionid': settings.region,
  }
  const authorization = signAlibaba(settings, { method: 'POST', path: PATH, headers })
  const body = JSON.stringify([event])
  const { giveUpAt } = what
  const result = await by.request({
    url: url.href,
    method: 'POST',
    headers: { ...headers, authorization },
    body,
    giveUpAt,
    secure: true,
  })
  return putEventsOutcome(result, url.hostname, by.clock.now())
}
