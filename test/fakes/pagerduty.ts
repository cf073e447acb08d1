import { MINUTE, type Millis } from '../../shared/base/time.ts'
import {
  type Provider,
  type ProviderAnswer,
  type ProviderOptions,
  type ProviderRequest,
  parseJson,
  startProvider,
} from './provider.ts'

/*
 * PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/events-api-v2/overview/), with the incidents that a
 * service makes of the events: an event under the key of an open incident adds to the incident, and every other trigger
 * opens a new one. Sources differ on the rate: 120 or 480 events a minute and key. The fake takes the smaller number.
 */

export interface PagerDutyEvent {
  routing_key: string
  event_action: string
  dedup_key: string
  payload?: { summary: string; source: string; severity: string; timestamp?: string; custom_details: object }
  links?: { href: string; text: string }[]
}

export interface PagerDutyIncident {
  key: string
  state: 'triggered' | 'acknowledged' | 'resolved'
  openedAt: Millis
  /** Triggers under the key while the incident was open. */
  events: number
}

export interface PagerDuty extends Provider<PagerDutyEvent> {
  /** In the order in which they opened. */
  incidents: PagerDutyIncident[]
}

interface PagerDutyOptions extends Omit<ProviderOptions<PagerDutyEvent>, 'answer' | 'errorBody'> {
  routingKeys: string[]
}

const EVENT_BYTES = 512_000
const SUMMARY_CHARS = 1024
const KEY_CHARS = 255
const EVENTS_A_MINUTE = 120
const ACTIONS = ['trigger', 'acknowledge', 'resolve']
const SEVERITIES = ['critical', 'error', 'warning', 'info']

export async function startPagerDuty(options: PagerDutyOptions): Promise<PagerDuty> {
  const incidents: PagerDutyIncident[] = []
  const taken: { key: string; at: Millis }[] = []
  const answer = (request: ProviderRequest): ProviderAnswer<PagerDutyEvent> => {
    const { method, path, headers, text, now } = request
    if (method !== 'POST' || path !== '/v2/enqueue') return refuse(404, 'not found')
    if (headers['content-type'] !== 'application/json') return refuse(415, 'unsupported media type')
    if (Buffer.byteLength(text) > EVENT_BYTES) return refuse(413, 'payload too large')
    const event = parseJson(text) as PagerDutyEvent
    const errors = errorsOf(event, options.routingKeys)
    if (errors.length > 0) return refuse(400, 'invalid event', errors)
    const lately = taken.filter(({ key, at }) => key === event.routing_key && at > now - MINUTE)
    if (lately.length >= EVENTS_A_MINUTE) return refuse(429, 'throttle exceeded')
    taken.push({ key: event.routing_key, at: now })
    keep(incidents, event, now)
    const body = { status: 'success', message: 'Event processed', dedup_key: event.dedup_key }
    return { status: 202, body, kept: [event] }
  }
  const server = await startProvider({
    ...options,
    answer,
    errorBody: (status) => ({ status: status === 429 ? 'throttle exceeded' : 'error', message: '', errors: [] }),
  })
  return { ...server, incidents }
}

function refuse(status: number, word: string, errors: string[] = []): ProviderAnswer<PagerDutyEvent> {
  return { status, refused: word, body: { status: word, message: 'Event object is invalid', errors } }
}

/** The words of an error repeat no key: the real service does not either. */
function errorsOf(event: PagerDutyEvent | undefined, keys: readonly string[]): string[] {
  const { routing_key, event_action, dedup_key, payload, links = [] } = event ?? ({} as Partial<PagerDutyEvent>)
  const errors: string[] = []
  const need = (holds: boolean, error: string): void => void (holds || errors.push(error))
  need(typeof routing_key === 'string' && routing_key.length === 32, "Length of 'routing_key' is incorrect")
  need(keys.includes(routing_key ?? ''), 'Invalid routing key')
  need(ACTIONS.includes(event_action ?? ''), "'event_action' is not included in the list")
  need(typeof dedup_key === 'string' && dedup_key !== '' && dedup_key.length <= KEY_CHARS, "'dedup_key' is incorrect")
  if (event_action === 'trigger') {
    const { summary = '', source = '', severity = '', timestamp, custom_details } = payload ?? {}
    need(summary !== '' && summary.length <= SUMMARY_CHARS, "'payload.summary' is missing or too long")
    need(source !== '', "'payload.source' is missing or blank")
    need(SEVERITIES.includes(severity), "'payload.severity' is invalid")
    need(timestamp === undefined || !Number.isNaN(Date.parse(timestamp)), "'payload.timestamp' is invalid")
    need(custom_details === undefined || typeof custom_details === 'object', "'payload.custom_details' is invalid")
    need(
      links.every(({ href }) => /^https?:/.test(href)),
      "'links' are invalid",
    )
  }
  return errors
}

function keep(incidents: PagerDutyIncident[], { event_action, dedup_key: key }: PagerDutyEvent, now: Millis): void {
  const open = incidents.find((incident) => incident.key === key && incident.state !== 'resolved')
  if (event_action === 'trigger') {
    if (open === undefined) incidents.push({ key, state: 'triggered', openedAt: now, events: 1 })
    else open.events++
  } else if (open !== undefined) open.state = event_action === 'resolve' ? 'resolved' : 'acknowledged'
}
