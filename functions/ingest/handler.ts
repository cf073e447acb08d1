import { createTokenReader, type TokenClaims } from '../../shared/account/token.ts'
import type { PostedAlert } from '../../shared/alert/alert.ts'
import { errorAnswer } from '../../shared/base/answers.ts'
import { readBody } from '../../shared/base/body.ts'
import { parseJson } from '../../shared/base/json.ts'
import type { Metrics } from '../../shared/base/metrics.ts'
import type { Clock } from '../../shared/base/time.ts'
import { type Config, DEFAULTS, type Integration } from '../../shared/config/config.ts'
import type { InvalidAlert } from '../../shared/integrations/integration.ts'
import { integrations } from '../../shared/integrations/registry.ts'
import { MESSAGE_VERSION } from '../../shared/message/message.ts'
import { type Queue, sendAll } from '../../shared/queue/port.ts'
import type { SecretBox } from '../../shared/secret/seal.ts'
import { alertmanagerForm, type Form, ownForm, type Refusal } from './answer.ts'
import { alertMessages, LARGEST_BODY, refusedMessage } from './messages.ts'
import { ALERTS, isAlertmanagerPath, readPath } from './path.ts'
import {
  emptyBody,
  notFound,
  paused,
  unacceptableType,
  unacceptedMethod,
  unparsable,
  unreadableAlerts,
} from './refusals.ts'

export interface IngestDeps {
  /** The queue to dispatch. */
  alerts: Queue
  configs: { current(account: string): Promise<AccountConfig> }
  secrets: Pick<SecretBox, 'mac'>
  clock: Pick<Clock, 'now'>
  metrics: Metrics
  /** Request ids; a counter when absent. */
  ids?: () => string
}

/** The part of a compiled configuration that is needed to take something in. */
export interface AccountConfig {
  config: Pick<Config, 'resolveTimeoutMs'>
  integration(id: string): Integration | undefined
}

interface Parts extends IngestDeps {
  readToken(token: string): TokenClaims | undefined
  own: Form
  nextId(): string
}

/** One request whose sender is known. */
interface Post {
  request: Request
  account: string
  integration: Integration
  recoverAfterMs: number
  form: Form
}

/**
 * Takes alerts in: who is it, is it readable, one durable send, answer. It writes no table and knows no
 * rule, so that it answers in one queue's time whatever else goes on. A 2xx means that every alert
 * which was not named in the answer is in the queue. What the sender repeats after a 503 is folded
 * into the same alerts, so a part that did arrive does no harm twice.
 */
export function createIngest(deps: IngestDeps): (request: Request) => Promise<Response> {
  const nextId = deps.ids ?? counter()
  const parts: Parts = { ...deps, own: ownForm(nextId), nextId, readToken: createTokenReader(deps.secrets) }
  return async (request) => {
    try {
      const response = await take(parts, request)
      deps.metrics.add('tocsin_ingest_requests_total', { code: String(response.status) })
      return response
    } catch {
      // The table or the queue is away. Nothing was promised, and why is not the sender's business.
      deps.metrics.add('tocsin_ingest_requests_total', { code: '503' })
      return unavailable(nextId)
    }
  }
}

async function take(deps: Parts, request: Request): Promise<Response> {
  const { own, nextId } = deps
  const path = readPath(request.url)
  if (path === undefined) return own.refused(notFound(''))
  const found = await authenticate(deps, path.token)
  if (found === undefined) return errorAnswer(401, 'unauthorized', 'this integration URL is not valid', nextId())
  const form = isAlertmanagerPath(path.below) ? alertmanagerForm : own
  const post: Post = { request, form, ...found }
  const toAlertmanager = path.below === ALERTS && integrations[post.integration.type].alertmanagerApi
  if (path.below !== '' && !toAlertmanager) return form.refused(notFound(path.below))
  if (request.method !== 'POST') return form.refused(unacceptedMethod(request.method))
  if (post.integration.paused) return await refuse(deps, post, paused(), NOTHING)
  return (await accept(deps, post)) ?? unavailable(nextId)
}

/** Undefined for every kind of wrong: unknown, forged, rotated, deleted. */
async function authenticate(
  deps: Parts,
  token: string,
): Promise<Pick<Post, 'account' | 'integration' | 'recoverAfterMs'> | undefined> {
  const claims = deps.readToken(token)
  if (claims === undefined) return undefined
  const current = await deps.configs.current(claims.account)
  const integration = current.integration(claims.integration)
  // A token newer than the configuration we hold is as genuine: ours is the one that is late.
  if (integration === undefined || claims.generation < integration.generation) return undefined
  const recoverAfterMs =
    integration.autoRecoverAfterMs ?? current.config.resolveTimeoutMs ?? DEFAULTS.autoRecoverAfterMs
  return { account: claims.account, integration, recoverAfterMs }
}

/** Undefined: the queue did not take all of it. */
async function accept(deps: IngestDeps, post: Post): Promise<Response | undefined> {
  const { request, integration, recoverAfterMs, form } = post
  const format = integrations[integration.type]
  const wrongType = unacceptableType(request.headers.get('content-type'))
  if (wrongType) return await refuse(deps, post, wrongType, NOTHING)
  const body = await readBody(request, format.bodyBytes)
  if (!body.ok) return await refuse(deps, post, body, NOTHING)
  if (body.bytes.length === 0) return await refuse(deps, post, emptyBody(), NOTHING)
  const parsed = parseJson(body.bytes)
  if (!parsed.ok) return await refuse(deps, post, unparsable(parsed.reason, parsed.message), body.bytes)
  const receivedAt = deps.clock.now()
  const decoded = format.decode(parsed.value, { receivedAt, recoverAfterMs })
  if ('refusal' in decoded) return await refuse(deps, post, unreadableAlerts(decoded.refusal), body.bytes)

  const { account } = post
  const envelope = {
    v: MESSAGE_VERSION,
    kind: 'alerts',
    account,
    integration: integration.id,
    receivedAt,
    recoverAfterMs,
  } as const
  const { bodies, tooLarge } = alertMessages(envelope, decoded.alerts)
  // Twice or late: the same alerts with the same stamp, which dispatch merges into what it has.
  const { failed } = await sendAll(
    deps.alerts,
    bodies.map((text) => ({ body: text, account })),
  )
  if (failed.length > 0) return undefined
  const invalid = withTooLarge(decoded.invalid, tooLarge)
  const accepted = decoded.alerts.length - tooLarge.length
  count(deps.metrics, decoded.alerts, receivedAt, invalid.length)
  if (invalid.length === 0) return form.accepted(accepted)
  await keep(deps, post, invalid.map(({ index, message }) => `[${index}] ${message}`).join('\n'), body.bytes)
  return form.invalid(invalid, accepted)
}

const NOTHING = new Uint8Array()

async function refuse(deps: IngestDeps, post: Post, refusal: Refusal, body: Uint8Array): Promise<Response> {
  await keep(deps, post, refusal.message, body)
  return post.form.refused(refusal)
}

/** Shown to the owner, best effort: a copy that is lost, or comes twice, decides nothing. */
async function keep(deps: IngestDeps, post: Post, reason: string, body: Uint8Array): Promise<void> {
  const { account, integration } = post
  const about = { account, integration: integration.id, receivedAt: deps.clock.now(), reason }
  try {
    await deps.alerts.send([{ body: refusedMessage(about, body), account }])
  } catch {
    deps.metrics.add('tocsin_ingest_refused_lost_total')
  }
}

/** Alerts that fit no message, at their places in the posted batch: `taken` counts without the invalid ones. */
function withTooLarge(invalid: InvalidAlert[], taken: readonly number[]): InvalidAlert[] {
  if (taken.length === 0) return invalid
  const message = `the alert is larger than ${LARGEST_BODY} bytes`
  const late = taken.map((place) => {
    let index = place
    for (const other of invalid) if (other.index <= index) index++
    return { index, message }
  })
  return [...invalid, ...late].sort((a, b) => a.index - b.index)
}

function count(metrics: Metrics, alerts: readonly PostedAlert[], now: number, invalid: number): void {
  let resolved = 0
  for (const { endsAt } of alerts) if (endsAt !== undefined && endsAt <= now) resolved++
  if (alerts.length > resolved)
    metrics.add('tocsin_alerts_received_total', { status: 'firing' }, alerts.length - resolved)
  if (resolved > 0) metrics.add('tocsin_alerts_received_total', { status: 'resolved' }, resolved)
  if (invalid > 0) metrics.add('tocsin_alerts_invalid_total', {}, invalid)
}

function unavailable(nextId: () => string): Response {
  return errorAnswer(503, 'unavailable', 'not accepted; try again', nextId(), undefined, { 'retry-after': '5' })
}

function counter(): () => string {
  let last = 0
  return () => `r${++last}`
}
