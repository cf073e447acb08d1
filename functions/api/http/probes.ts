import { createRegistry } from '../../../shared/metrics/registry.ts'
import { createGuard } from './authenticate.ts'
import type { ApiDeps } from './deps.ts'
import type { Route, RouteDescription } from './route.ts'
import { createRouter } from './router.ts'

/** The version of Alertmanager whose API Tocsin serves: amtool and karma read the version to know the API. */
export const ALERTMANAGER_VERSION = '0.34.0'

const READY = '/-/ready'
const HEALTHY = '/-/healthy'

const OK = { 200: { text: 'OK', types: ['text/plain'] } }
const READY_OR_NOT = {
  ...OK,
  503: { text: 'Why the host cannot be relied on now, a reason in each line', types: ['text/plain'] },
}

export function probeRoutes(deps: ApiDeps): Route[] {
  const versions = createRegistry()
  for (const metrics of [deps.metrics, versions]) {
    metrics.set('alertmanager_build_info', { version: ALERTMANAGER_VERSION }, 1)
    metrics.set('tocsin_build_info', { version: deps.version }, 1)
  }
  const metrics = { 200: { text: 'Metrics', types: ['text/plain'] } }
  return [
    ...probe(READY, { summary: 'Ready to serve', answers: READY_OR_NOT }, () => ready(deps.complaints?.() ?? [])),
    ...probe(HEALTHY, { summary: 'Alive', answers: OK }, () => text(200, 'OK')),
    ...probe(
      '/metrics',
      { summary: 'Metrics of this process, Prometheus text format', answers: metrics },
      ({ account }) =>
        // The load of the installation is not for its accounts: clients below an integration's URL look for the
        // version alone.
        metricsText(account === '' ? deps.metrics.render() : versions.render()),
    ),
  ]
}

/** Probes are also served below an integration's URL, where karma and Grafana look for probes. */
function probe(path: string, about: RouteDescription, handle: Route['handle']): Route[] {
  return [
    { method: 'GET', path, access: 'anyone', about, handle },
    { method: 'GET', path: `/i/{token}${path}`, access: 'token', about, handle },
  ]
}

function ready(complaints: readonly string[]): Response {
  return complaints.length === 0 ? text(200, 'OK') : text(503, complaints.map((line) => `${line}\n`).join(''))
}

function text(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

function metricsText(body: string): Response {
  return new Response(body, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } })
}

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
