import { errorText } from '../../../shared/base/log.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import { Unavailable } from '../../../shared/base/unavailable.ts'
import type { ApiDeps } from './deps.ts'
import { type Refusal, refuseWith } from './route.ts'

/**
 * The request at which a handler threw. `route` is the path of the route: the path of the request may contain a
 * token.
 */
export interface FailedRequest {
  requestId: string
  method: string
  route: string
  /** Known after the check of the credential. */
  account?: string
}

/**
 * Logs an error that was thrown, and returns the refusal of the request. A dependency that is away gives 503, and the
 * client may repeat the request. An error of another type is a bug and gives 500. The log has the reason under the
 * request id of the answer. The answer has no reason, since an error may contain secrets.
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
    return refuseWith(500, 'internal', `an error of Tocsin itself; its log has the reason under ${request.requestId}`)
  }
  return refuseWith(503, 'unavailable', 'something this needs is away; try again', { headers: { 'retry-after': '5' } })
}
