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
 * Opsgenie's Alert API (https://docs.opsgenie.com/docs/alert-api), with the alerts that it makes of the requests. Every
 * valid request is answered 202: whether an alert of the alias is open shows afterwards. How many requests a minute are
 * taken depends on the plan.
 */

export interface OpsgenieTaken {
  /** `create`, `close`, `acknowledge`, `message` or `description`. */
  what: string
  alias: string
  body: Record<string, unknown>
}

export interface OpsgenieAlert {
  alias: string
  state: 'open' | 'acknowledged' | 'closed'
  message: string
  description: string
  /** Creates under the alias while the alert was open. */
  count: number
  owner?: string
}

export interface Opsgenie extends Provider<OpsgenieTaken> {
  /** In the order in which they were created. */
  alerts: OpsgenieAlert[]
}

interface OpsgenieOptions extends Omit<ProviderOptions<OpsgenieTaken>, 'answer' | 'errorBody'> {
  apiKey: string
  requestsAMinute?: number
}

const MOST: Readonly<Record<string, number>> = {
  ...{ message: 130, alias: 512, description: 15_000, entity: 512, source: 100, user: 100, note: 25_000 },
}
const TAGS = 20
const TAG_CHARS = 50
const DETAILS_CHARS = 8000

export async function startOpsgenie(options: OpsgenieOptions): Promise<Opsgenie> {
  const { apiKey, requestsAMinute = 600 } = options
  const alerts: OpsgenieAlert[] = []
  const taken: Millis[] = []
  const answer = (request: ProviderRequest): ProviderAnswer<OpsgenieTaken> => {
    const { headers, text, now } = request
    const asked = readPath(request)
    if (asked === undefined) return refuse(404, 'No handler found')
    if (headers['content-type'] !== 'application/json') return refuse(415, 'Content type is not supported')
    if (headers.authorization !== `GenieKey ${apiKey}`) return refuse(401, 'Could not authenticate')
    const body = parseJson(text) as Record<string, unknown> | undefined
    const wrong = problemOf(asked.what, body)
    if (body === undefined || wrong !== undefined) return refuse(422, wrong ?? 'Request body is not processable')
    if (taken.filter((at) => at > now - MINUTE).length >= requestsAMinute)
      return refuse(429, 'You are making too many requests!')
    taken.push(now)
    const alias = asked.alias ?? String(body.alias)
    keep(alerts, { what: asked.what, alias, body })
    const kept = [{ what: asked.what, alias, body }]
    return {
      status: 202,
      body: { result: 'Request will be processed', took: 0.01, requestId: `r${taken.length}` },
      kept,
    }
  }
  const server = await startProvider({ ...options, answer, errorBody: (status) => ({ message: `status ${status}` }) })
  return { ...server, alerts }
}

function refuse(status: number, message: string): ProviderAnswer<OpsgenieTaken> {
  return { status, refused: message, body: { message, took: 0.01, requestId: 'r0' } }
}

function readPath({ method, path }: ProviderRequest): { what: string; alias?: string } | undefined {
  if (method === 'POST' && path === '/v2/alerts') return { what: 'create' }
  const [, alias = '', what = ''] = /^\/v2\/alerts\/([^/?]+)\/(\w+)\?identifierType=alias$/.exec(path) ?? []
  const known = method === 'POST' ? ['close', 'acknowledge'] : method === 'PUT' ? ['message', 'description'] : []
  return known.includes(what) ? { what, alias: decodeURIComponent(alias) } : undefined
}

function problemOf(what: string, body: Record<string, unknown> | undefined): string | undefined {
  const { message, description, priority, tags = [], details = {} } = body ?? {}
  if ((what === 'create' || what === 'message') && (typeof message !== 'string' || message === ''))
    return 'Message can not be empty.'
  if (what === 'description' && typeof description !== 'string') return 'Description can not be empty.'
  for (const [name, most] of Object.entries(MOST)) {
    const value = body?.[name]
    if (value !== undefined && (typeof value !== 'string' || value.length > most)) return `${name} is too long`
  }
  if (priority !== undefined && !/^P[1-5]$/.test(String(priority))) return 'priority is not valid'
  if (!Array.isArray(tags) || tags.length > TAGS || tags.some((tag) => String(tag).length > TAG_CHARS))
    return 'tags are not valid'
  const chars = Object.entries(details as object).reduce(
    (sum, [name, value]) => sum + name.length + String(value).length,
    0,
  )
  return chars > DETAILS_CHARS ? 'details are too long' : undefined
}

function keep(alerts: OpsgenieAlert[], { what, alias, body }: OpsgenieTaken): void {
  const open = alerts.find((alert) => alert.alias === alias && alert.state !== 'closed')
  const { message = '', description = '', user } = body as { message?: string; description?: string; user?: string }
  if (what === 'create' && open === undefined) alerts.push({ alias, state: 'open', message, description, count: 1 })
  else if (open === undefined) return
  else if (what === 'create') open.count++
  else if (what === 'close') open.state = 'closed'
  else if (what === 'acknowledge') Object.assign(open, { state: 'acknowledged', owner: user })
  else Object.assign(open, body)
}
