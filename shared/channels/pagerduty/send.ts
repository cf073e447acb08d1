import type { Millis } from '../../base/time.ts'
import { VERSION } from '../../base/version.ts'
import type { Send, SendDeps } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { bodyOf } from '../http/body.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'
import { type PagerDutyEvent, pagerDutyEvents } from './event.ts'
import { PAGERDUTY_URL, type PagerDutySettings } from './kind.ts'

/**
 * Sends the events of a notification one after the other, until one is not taken. Twice is safe: the `dedup_key` makes
 * an event that comes again a repetition. Mostly there is one event; the ends of earlier incidents come first, so an
 * attempt that ends between two events has not told the notification yet.
 */
export const sendPagerDuty: Send<PagerDutySettings> = async (settings, content, deps) => {
  const url = new URL(settings.url ?? PAGERDUTY_URL)
  // A gateway is mostly known by its origin alone.
  if (url.pathname === '/') url.pathname = new URL(PAGERDUTY_URL).pathname
  const events = pagerDutyEvents(settings, content, deps)
  const [last] = events.slice(-1)
  for (const event of events) {
    const outcome = await enqueue(url, event, content.giveUpAt, deps)
    if (event === last || outcome.kind !== 'arrived') return outcome
  }
  throw new Error('a notification without an event')
}

async function enqueue(
  url: URL,
  event: PagerDutyEvent,
  giveUpAt: Millis,
  { request, clock }: Pick<SendDeps, 'request' | 'clock'>,
): Promise<Outcome> {
  const headers = { 'content-type': 'application/json', 'user-agent': `Tocsin/${VERSION}` }
  const body = JSON.stringify(event)
  const result = await request({ url: url.href, method: 'POST', headers, body, giveUpAt, secure: true })
  return providerOutcome(result, url.hostname, clock.now(), pagerDutyAnswers)
}

/**
 * PagerDuty answers 202 and the word `success` (https://developer.pagerduty.com/docs/events-api-v2/overview/). Every text
 * but these words may repeat the request.
 */
export const pagerDutyAnswers: ProviderAnswers = {
  read({ body }) {
    const { status } = bodyOf(body)
    if (status === 'success') return { taken: true }
    return typeof status === 'string' && Object.hasOwn(CODES, status) ? { code: status } : undefined
  },
  get codes() {
    return CODES
  },
}

const CODES: ProviderAnswers['codes'] = {
  'invalid event': { kind: 'dead', reason: 'clientError' },
  'throttle exceeded': { kind: 'refused', reason: 'rateLimited' },
}
