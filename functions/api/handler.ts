import { accountRoutes } from './account/accounts.ts'
import { keyRoutes } from './account/keys.ts'
import { alertmanagerAlertRoutes } from './alertmanager/alerts.ts'
import { alertmanagerPostRoutes } from './alertmanager/post.ts'
import { alertmanagerSilenceRoutes } from './alertmanager/silences.ts'
import { alertmanagerStatusRoutes } from './alertmanager/status.ts'
import { collectionRoutes } from './config/collections.ts'
import { configRoutes } from './config/document.ts'
import { forwardingRoutes } from './config/forwarding.ts'
import { forwardingStatusRoutes } from './config/forwarding-status.ts'
import { reloadRoutes } from './config/reload.ts'
import { ruleTemplateRoutes } from './config/rule-templates.ts'
import { testerRoutes } from './config/try/routes.ts'
import { createGuard } from './http/authenticate.ts'
import type { ApiDeps } from './http/deps.ts'
import { openapiRoute } from './http/openapi.ts'
import { probeRoutes } from './http/probes.ts'
import type { Route } from './http/route.ts'
import { createRouter } from './http/router.ts'
import { incidentActionRoutes } from './incidents/actions.ts'
import { alertRoutes } from './incidents/alerts.ts'
import { deliveryRoutes } from './incidents/deliveries.ts'
import { eventRoutes } from './incidents/events.ts'
import { incidentExplainRoute } from './incidents/explain.ts'
import { linkRoutes } from './incidents/links/links.ts'
import { followRoutes } from './incidents/links/routes.ts'
import { incidentRoutes } from './incidents/lists.ts'

export type { ApiDeps } from './http/deps.ts'

/**
 * The HTTP API: every request that ingest does not serve. A dependency that is away is answered 503, a bug 500;
 * both leave a line in the log, under the request id of the answer.
 */
export function createApi(deps: ApiDeps): (request: Request) => Promise<Response> {
  const app = createRouter(apiRoutes(deps), createGuard(deps), deps)
  return async (request) => await app.fetch(request)
}

export function apiRoutes(deps: ApiDeps): Route[] {
  const routes: Route[] = [
    ...probeRoutes(deps),
    openapiRoute(deps, () => routes),
    ...accountRoutes(deps),
    ...keyRoutes(deps),
    ...configRoutes(deps),
    ...forwardingRoutes(deps),
    ...forwardingStatusRoutes(deps),
    ...reloadRoutes(deps),
    ...collectionRoutes(deps),
    ...testerRoutes(deps),
    ...ruleTemplateRoutes(deps),
    ...alertRoutes(deps),
    ...incidentRoutes(deps),
    ...incidentActionRoutes(deps),
    incidentExplainRoute(deps),
    ...linkRoutes(deps),
    ...followRoutes(deps),
    ...deliveryRoutes(deps),
    ...eventRoutes(deps),
    ...alertmanagerPostRoutes(deps),
    ...alertmanagerAlertRoutes(deps),
    ...alertmanagerSilenceRoutes(deps),
    ...alertmanagerStatusRoutes(deps),
  ]
  return routes
}
