import { exchange } from './exchange.ts'
import { createReach, type ReachDeps } from './reach.ts'
import type { Outbound } from './request.ts'
import { forbiddenPort, parseTarget } from './target-url.ts'

/**
 * The way out to URLs that users gave: a request goes to an address that was checked (`createReach`). Redirects are
 * answers like any other.
 */
export function createOutbound(deps: ReachDeps): Outbound {
  const reach = createReach(deps)
  return async (request) => {
    const { giveUpAt, beginBy, secure } = request
    const parsed = parseTarget(request.url)
    if (!parsed.ok) return { kind: 'unsent', reason: 'forbiddenTarget', detail: `the URL ${parsed.error}` }
    const { target } = parsed
    const reached = await reach(target, { giveUpAt, beginBy, secure, forbiddenPort })
    if (!reached.ok) return { kind: 'unsent', reason: reached.reason, detail: reached.detail }
    return exchange(reached.socket, target, request, reached.giveUpAt, deps.clock)
  }
}
