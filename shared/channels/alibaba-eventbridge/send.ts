import { digest } from '../../base/hash.ts'
import { VERSION } from '../../base/version.ts'
import type { Send } from '../../channel/send.ts'
import type { CloudEvent } from '../events/event.ts'
import { putAll } from '../events/put-events.ts'
import { eventsToSend, noEvent } from '../events/send.ts'
import { type AlibabaEventBridgeSettings, alibabaEvents } from './kind.ts'
import { signAlibaba } from './signature.ts'

const PATH = '/openapi/putEvents'

/**
 * Puts events, signed (https://www.alibabacloud.com/help/en/eventbridge/developer-reference/putevents). Twice is safe:
 * consumers of the bus take events of the same `source` and `id` for the same event. A delivery has no more events than
 * a request may have, which are 16 of 64 KB.
 */
export const sendToAlibabaEventBridge: Send<AlibabaEventBridgeSettings> = async (settings, content, deps) => {
  const { clock, request } = deps
  const events = eventsToSend(alibabaEvents(settings), settings, content, deps)
  if (events.length === 0) return noEvent(clock.now())
  const url = new URL(PATH, settings.endpoint)
  const put = async (some: readonly CloudEvent[]) => {
    const headers = {
      date: new Date(clock.now()).toUTCString(),
      accept: 'application/json',
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
      'user-agent': `Tocsin/${VERSION}`,
      // A nonce is never used twice: an attempt is claimed once.
      'x-acs-signature-nonce': digest([
        content.account,
        content.id,
        String(content.begunAt),
        String(deps.chance()),
        String(some.length),
        some[0]?.id ?? '',
      ]),
      'x-acs-signature-method': 'HMAC-SHA1',
      'x-acs-signature-version': '1.0',
      'x-eventbridge-version': '2015-06-06',
      'x-eventbridge-regionid': settings.region,
      ...temporaryKey(settings),
    }
    const authorization = signAlibaba(settings, { method: 'POST', path: PATH, headers })
    const asked = { url: url.href, method: 'POST', headers: { ...headers, authorization }, secure: true } as const
    const result = await request({ ...asked, body: JSON.stringify(some), giveUpAt: content.giveUpAt })
    return { host: url.hostname, result }
  }
  return await putAll(events, put, clock.now)
}

/** A temporary key of STS is named by two more headers, which the signature covers as it covers every `x-acs-…`. */
function temporaryKey({ accessKeyId, securityToken }: AlibabaEventBridgeSettings): Record<string, string> {
  if (securityToken === undefined) return {}
  return { 'x-acs-accesskey-id': accessKeyId, 'x-acs-security-token': securityToken }
}
