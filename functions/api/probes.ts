import { createGuard } from './http/authenticate.ts'
import type { ApiDeps } from './http/deps.ts'
import { HEALTHY, probeRoutes, READY } from './http/probes.ts'
import { createRouter } from './http/router.ts'

/** Whether `createProbes` answers a path. */
export function isProbe(path: string): boolean {
  return path === READY || path === HEALTHY
}

/** Two routes of the api, answered as by the api: for a process that has not loaded the api. */
export function createProbes(deps: ApiDeps): (request: Request) => Promise<Response> {
  const app = createRouter(
    probeRoutes(deps).filter(({ path }) => isProbe(path)),
    createGuard(deps),
    deps,
  )
  return async (request) => await app.fetch(request)
}
