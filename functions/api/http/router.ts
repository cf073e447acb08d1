import { type Context, Hono } from 'hono'
import { isAlertmanagerPath, POSTED_TO_INGEST } from '../../../shared/account/integration-path.ts'
import type { ApiDeps } from './deps.ts'
import { renderRefusal, shownPath } from './refusal.ts'
import type { Answer, Ask, Refusal, Route } from './route.ts'
import { isRefusal, refuse } from './route.ts'

/** A request before it is known who asks. */
export type Unknown = Omit<Ask, 'account' | 'role' | 'name'>

/** Who asks, or why they may not. */
export type Guard = (ask: Unknown, route: Route) => Promise<Pick<Ask, 'account' | 'role' | 'name'> | Refusal>

/** Mounts the routes: guard, handle, render. What no route takes is 404, a known path with another method 405. */
export function createRouter(routes: readonly Route[], guard: Guard, deps: ApiDeps): Hono {
  const app = new Hono()
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), (c) => answer(c, deps, route.path, (ask) => serve(route, guard, ask)))
  }
  for (const path of new Set([...routes.map((route) => route.path), ...POSTED_TO_INGEST])) {
    const same = routes.filter((route) => route.path === path)
    app.all(honoPath(path), (c) => answer(c, deps, path, async () => wrongMethod(c, path, same)))
  }
  app.notFound((c) => {
    const refusal = refuse(404, 'not_found', `path ${shownPath(c.req.path)} was not found`)
    return answer(c, deps, 'unknown', async () => refusal)
  })
  app.onError((_error, c) => unavailable(c.req.path, deps))
  return app
}

/** A lost dependency or a bug: the client may repeat. What was thrown may hold anything, so it is not shown. */
export function unavailable(path: string, deps: ApiDeps): Response {
  const refusal = refuse(503, 'unavailable', 'something this needs is away; try again', {
    headers: { 'retry-after': '5' },
  })
  return finish(renderRefusal(path, refusal, requestId(deps)), deps, 'failed')
}

async function serve(route: Route, guard: Guard, ask: Unknown): Promise<Answer> {
  const who = await guard(ask, route)
  return 'refused' in who ? who : await route.handle({ ...ask, ...who })
}

async function answer(
  c: Context,
  deps: ApiDeps,
  path: string,
  make: (ask: Unknown) => Promise<Answer>,
): Promise<Response> {
  const url = new URL(c.req.url)
  const given = await make({
    request: c.req.raw,
    query: url.searchParams,
    param: (name) => c.req.param(name) ?? '',
    now: deps.clock.now(),
  })
  const response = isRefusal(given) ? renderRefusal(url.pathname, given, requestId(deps)) : given
  return finish(response, deps, path)
}

/** CORS stays off: no answer here is another site's to read. */
function finish(response: Response, deps: ApiDeps, path: string): Response {
  response.headers.set('cache-control', 'no-store')
  response.headers.set('x-content-type-options', 'nosniff')
  deps.metrics.add('tocsin_api_requests_total', { path, code: String(response.status) })
  return response
}

function wrongMethod(c: Context, path: string, routes: readonly Route[]): Refusal {
  const { method } = c.req
  const methods = [...(POSTED_TO_INGEST.includes(path) ? ['POST'] : []), ...routes.map((route) => route.method)]
  const message = isAlertmanagerPath(c.req.path)
    ? `method ${method} is not allowed, but [${methods.join(',')}] are`
    : `method ${method} is not allowed: ${methods.join(', ')}`
  return refuse(405, 'method_not_allowed', message, { headers: { allow: methods.join(', ') } })
}

/** `{id}`, as OpenAPI writes it, is `:id` there. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

function requestId(deps: ApiDeps): string {
  return deps.randomBytes(8).toString('hex')
}
