import { type Context, Hono } from 'hono'
import { isAlertmanagerPath, POSTED_TO_INGEST } from '../../../shared/account/integration-path.ts'
import { isRemovedPath, removedAnswer } from '../../../shared/account/removed-api.ts'
import { basePathOf, requestPath } from '../../../shared/account/request-path.ts'
import { countAnswer } from '../../../shared/base/answers.ts'
import type { ApiDeps } from './deps.ts'
import { refuseFailure } from './failure.ts'
import { renderRefusal, shownPath } from './refusal.ts'
import type { Anonymous, Answer, Caller, Refusal, Route } from './route.ts'
import { isRefusal, refuseWith } from './route.ts'

/** The caller of a request, or the refusal of the request. */
export type Guard = (ask: Anonymous, route: Route) => Promise<Caller | Refusal>

/** Mounts the routes: guard, handle, render. An unknown path is 404, a known path with another method is 405. */
export function createRouter(routes: readonly Route[], guard: Guard, deps: ApiDeps): Hono {
  const base = basePathOf(deps.publicUrl)
  const app = new Hono({ getPath: ({ url }) => requestPath(url, base).path })
  // Without a series at 0, the first 500 would be no increase for Prometheus.
  for (const { path } of routes) deps.metrics.add('tocsin_api_requests_total', { path, code: '500' }, 0)
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), (c, next) =>
      // Hono answers HEAD as GET. Alertmanager's API refuses HEAD.
      c.req.raw.method === 'HEAD' && isAlertmanagerPath(route.path)
        ? next()
        : answer(c, deps, route.path, (ask, identified) => serve(route, guard, ask, identified), route.refuse),
    )
  }
  for (const path of new Set([...routes.map((route) => route.path), ...POSTED_TO_INGEST])) {
    const same = routes.filter((route) => route.path === path)
    app.all(honoPath(path), (c) => answer(c, deps, path, async () => wrongMethod(c, path, same)))
  }
  const asPage = routes.find(({ refuse }) => refuse !== undefined)?.refuse
  app.notFound((c) => {
    const refuse = isOfPerson(c) ? asPage : undefined
    return answer(c, deps, 'unknown', async () => unknownPath(c.req.path), refuse)
  })
  return app
}

/** A person in a browser has typed the path, or followed an old link. */
function isOfPerson({ req }: Context): boolean {
  return /\btext\/html\b/.test(req.header('accept') ?? '') && !/^\/(api|i|l)\//.test(req.path)
}

function unknownPath(path: string): Answer {
  if (isRemovedPath(path)) return removedAnswer()
  return refuseWith(404, 'not_found', `path ${shownPath(path)} was not found`)
}

async function serve(route: Route, guard: Guard, ask: Anonymous, identified: Identified): Promise<Answer> {
  const caller = await guard(ask, route)
  if ('refused' in caller) return caller
  identified(caller.account)
  return await route.handle({ ...ask, ...caller })
}

/** Answers one request of a route; an error that is thrown on the way is logged and answered too. */
async function answer(
  c: Context,
  deps: ApiDeps,
  route: string,
  make: (ask: Anonymous, identified: Identified) => Promise<Answer>,
  refuse: NonNullable<Route['refuse']> = (refusal, _ask, id) => renderRefusal(c.req.path, refusal, id),
): Promise<Response> {
  const { method } = c.req
  let account = ''
  const identified: Identified = (id) => (account = id)
  const { searchParams: query } = new URL(c.req.url)
  const param = (name: string): string => c.req.param(name) ?? ''
  const ask: Anonymous = { request: c.req.raw, query, param, now: deps.clock.now() }
  try {
    const given = await make(ask, identified)
    const response = isRefusal(given) ? await refuse(given, ask, newRequestId(deps)) : given
    return finish(response, deps, route)
  } catch (error) {
    const requestId = newRequestId(deps)
    const refusal = refuseFailure(error, { requestId, method, route, account }, deps)
    return finish(await refuse(refusal, ask, requestId), deps, route)
  }
}

/** Gets the account of a request after the check of its credential. */
type Identified = (account: string) => void

/** CORS stays off: no answer of the api is for other sites. */
function finish(response: Response, deps: ApiDeps, path: string): Response {
  // Only files whose address says their content say otherwise.
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store')
  response.headers.set('x-content-type-options', 'nosniff')
  countAnswer(response, deps.table.durable, (code) => deps.metrics.add('tocsin_api_requests_total', { path, code }))
  return response
}

/** OPTIONS is answered with the methods; Alertmanager's API refuses OPTIONS as every other method. */
function wrongMethod(c: Context, path: string, routes: readonly Route[]): Answer {
  const { method } = c.req.raw
  const methods: string[] = [
    ...(POSTED_TO_INGEST.includes(path) ? ['POST'] : []),
    ...routes.map(({ method }) => method),
  ]
  const alertmanager = isAlertmanagerPath(path)
  if (methods.includes('GET') && !alertmanager) methods.push('HEAD')
  if (!alertmanager) methods.push('OPTIONS')
  const headers = { allow: methods.join(', ') }
  if (method === 'OPTIONS' && !alertmanager) return new Response(null, { status: 200, headers })
  const message = alertmanager
    ? `method ${method} is not allowed, but [${methods.join(',')}] are`
    : `method ${method} is not allowed: ${methods.join(', ')}`
  return refuseWith(405, 'method_not_allowed', message, { headers })
}

/** The path in Hono's notation: `{id}` of OpenAPI is `:id`. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

function newRequestId(deps: ApiDeps): string {
  return deps.randomBytes(8).toString('hex')
}
