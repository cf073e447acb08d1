import {
  type IntegrationPath,
  isAlertmanagerPath,
  NEVER_POSTED,
  readIntegrationPath,
} from '../../shared/account/integration-path.ts'
import { isRemovedPath, removedAnswer } from '../../shared/account/removed-api.ts'
import { basePathOf, requestPath } from '../../shared/account/request-path.ts'
import { createTokenReader, isCurrent, type TokenClaims } from '../../shared/account/token.ts'
import { countAnswer, errorAnswer } from '../../shared/base/answers.ts'
import { errorText, type Log } from '../../shared/base/log.ts'
import type { Metrics } from '../../shared/base/metrics.ts'
import type { OrderOf } from '../../shared/base/order.ts'
import { type Clock, toRfc3339 } from '../../shared/base/time.ts'
import { Unavailable } from '../../shared/base/unavailable.ts'
import type { Config, Integration } from '../../shared/config/config.ts'
import { type AnswerForm, alertmanagerForm, ownForm, type PostRefusal } from '../../shared/intake/answer.ts'
import { type IntakeSecrets, type Post, recoveryTimes } from '../../shared/intake/post.ts'
import { pausedRefusal, refusePost, takeBody } from '../../shared/intake/take.ts'
import type { Inbound, RecoveryTimes } from '../../shared/integrations/integration.ts'
import { integrations } from '../../shared/integrations/registry.ts'
import type { Queue } from '../../shared/queue/port.ts'
import type { RefreshKeeper } from '../../shared/refresh/refreshes.ts'
import { internal, postNotAllowed, unacceptedMethod, unavailable, unknownPath } from './refusals.ts'

export interface IngestDeps {
  /** Input of dispatch: alerts and refused bodies. */
  dispatchQueue: Queue
  /** Input of evaluate: audit records. */
  records: Queue
  configs: { current(account: string): Promise<AccountConfig> }
  secrets: IntakeSecrets
  clock: Pick<Clock, 'now'>
  /** Absent: by the clock. */
  orderOf?: OrderOf
  metrics: Metrics
  /**
   * Resolves when all sent messages are durable, and rejects when the commit failed: the host then answers 503.
   * Absent: a queue has it before `send` resolves.
   */
  durable?: () => Promise<void>
  /** Keeps refreshes on one machine, and absorbs some on AWS. Absent: every alert is sent to dispatch. */
  refreshes?: RefreshKeeper
  /** Requests may have the path of this URL in front. */
  publicUrl: string
  /** Makes request ids; a counter when absent. */
  ids?: () => string
  log?: Log
}

/** The part of a compiled configuration for ingest. */
export interface AccountConfig {
  config: Pick<Config, 'resolveTimeoutMs'>
  integration(id: string): Integration | undefined
}

interface IngestParts extends IngestDeps {
  readToken(token: string): TokenClaims | undefined
  /** The path of the public URL. */
  base: string
  own: AnswerForm
  nextId(): string
}

/** The account and integration of a genuine token. */
interface TokenOwner {
  account: string
  integration: Integration
  /** Undefined: the integration's type is unknown to the running version of Tocsin. */
  format: Inbound | undefined
  recovery: RecoveryTimes
}

/**
 * Takes alerts and audit records in: authenticate, decode, send to one queue durably, answer. Ingest writes no table
 * and knows no rule, so the answer takes the time of one queue, even under load elsewhere.
 */
export function createIngest(deps: IngestDeps): (request: Request) => Promise<Response> {
  const nextId = deps.ids ?? counter()
  const base = basePathOf(deps.publicUrl)
  const parts: IngestParts = { ...deps, base, own: ownForm(nextId), nextId, readToken: createTokenReader(deps.secrets) }
  return async (request) => {
    // The sender was promised nothing yet. The reason is in the log and not in the answer.
    const response = await take(parts, request).catch((error: unknown) => refuseFailure(parts, request, error))
    countAnswer(response, deps.durable, (code) => deps.metrics.add('tocsin_ingest_requests_total', { code }))
    return response
  }
}

/**
 * Logs a thrown error, and answers 503 when table or queue are away, 500 for a bug. Senders try again after either
 * status.
 */
function refuseFailure(deps: IngestParts, { method, url }: Request, error: unknown): Response {
  const requestId = deps.nextId()
  const { below = '' } = readIntegrationPath(requestPath(url, deps.base).path) ?? {}
  const away = error instanceof Unavailable
  deps.log?.({
    at: toRfc3339(deps.clock.now()),
    function: 'ingest',
    what: `${method} /i/{token}${below.slice(0, 100)}`,
    requestId,
    ...(away && { dependency: error.dependency }),
    error: errorText(error),
  })
  const form = isAlertmanagerPath(below) ? alertmanagerForm : ownForm(() => requestId)
  return form.refused(away ? unavailable : internal(requestId))
}

/** The path of Prometheus' posts, below the URL of an integration. */
const ALERTS = '/api/v2/alerts'

async function take(deps: IngestParts, request: Request): Promise<Response> {
  const { own, nextId } = deps
  const { path } = requestPath(request.url, deps.base)
  const { token, below } = readIntegrationPath(path) ?? NO_TOKEN
  const sender = await authenticate(deps, token)
  if (sender === undefined) return errorAnswer(401, 'unauthorized', 'this integration URL is not valid', nextId())
  const form = isAlertmanagerPath(below) ? alertmanagerForm : own
  const { format, ...known } = sender
  if (format === undefined) {
    reportNewer(deps, known.integration)
    return form.refused(unavailable)
  }
  const toAlertmanager = below === ALERTS && format.alertmanagerApi !== undefined
  if (below !== '' && !toAlertmanager) return isRemovedPath(path) ? removedAnswer() : form.refused(notPosted(below))
  if (request.method !== 'POST') {
    const granted = request.method === 'OPTIONS' && below === '' ? format.handshake?.(request.headers) : undefined
    return granted === undefined ? form.refused(unacceptedMethod(request.method)) : granting(granted)
  }
  const post: Post = { request, form, token, format, ...known }
  if (known.integration.paused) return await refusePost(deps, post, pausedRefusal, new Uint8Array())
  return (await takeBody(deps, post)) ?? form.refused(unavailable)
}

function granting(headers: Record<string, string>): Response {
  return new Response(null, { status: 200, headers: { 'cache-control': 'no-store', ...headers } })
}

const NO_TOKEN: IntegrationPath = { token: '', below: '' }

/** The refusal of a POST to a path that takes no alerts. */
function notPosted(below: string): PostRefusal {
  const known = NEVER_POSTED.find(({ path }) => path.test(below))
  return known === undefined ? unknownPath(below) : postNotAllowed(known.methods)
}

/** Undefined for every kind of wrong token: unknown, forged, rotated, or of a deleted integration. */
async function authenticate(deps: IngestParts, token: string): Promise<TokenOwner | undefined> {
  const claims = deps.readToken(token)
  if (claims === undefined) return undefined
  const { account } = claims
  const current = await deps.configs.current(account)
  const integration = current.integration(claims.integration)
  if (integration === undefined || !isCurrent(claims, integration, deps.clock.now())) return undefined
  const format = integrations.get(integration.type)
  return { account, integration, format, recovery: recoveryTimes(integration, current.config) }
}

/**
 * The configuration was checked by a newer version of Tocsin, whose deployment is under way. Until then the sender
 * tries again.
 */
function reportNewer(deps: IngestDeps, { id, type }: Integration): void {
  const at = toRfc3339(deps.clock.now())
  deps.log?.({ at, function: 'ingest', what: id, error: `this version has no integrations of the type ${type}` })
}

function counter(): () => string {
  let last = 0
  return () => `r${++last}`
}
