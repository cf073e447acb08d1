import { errorText } from '../../../shared/base/log.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import { Unavailable } from '../../../shared/base/unavailable.ts'
import type { ApiDeps } from './deps.ts'
import { type Refusal, refuse } from './route.ts'

/** The request at which a handler threw. Paths are those of routes: the path of a request may hold a token. */
export interface FailedRequest {
  requestId: string
  method: string
  route: string
  /** Known once the credential was checked. */
  account?: string
}

/**
 * Logs a throw and says how the request is refused. A dependency that is away is 503, and the client may repeat
 * the request. Everything else is a bug and 500. The log has the reason under the request id of the answer; the
 * answer has none, since an error may hold anything.
 */
export function refuseFailure(error: unknown, request: FailedRequest, deps: ApiDeps): Refusal {
  const away = error instanceof Unavailable
  deps.log({
    at: toRfc3339(deps.clock.now()),
    function: 'api',
    what: `${request.method} ${request.route}`,
    requestId: request.requestId,
    ...(request.account && { account: request.account }),
    ...(away && { dependency: error.dependency }),
    error: errorText(error),
  })
  if (!away) {
    return refuse(500, 'internal', `an error of Tocsin itself; its log has the reason under ${request.requestId}`)
  }
  return refuse(503, 'unavailable', 'something this needs is away; try again', { headers: { 'retry-after': '5' } })
}
