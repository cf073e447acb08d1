import { accountRoutes } from './accounts.ts'
import { alertmanagerAlertRoutes } from './alertmanager-alerts.ts'
import { alertmanagerPostRoutes } from './alertmanager-post.ts'
import { alertmanagerSilenceRoutes } from './alertmanager-silences.ts'
import { alertmanagerStatusRoutes } from './alertmanager-status.ts'
import { alertRoutes } from './alerts.ts'
import { createGuard } from './authenticate.ts'
import { collectionRoutes } from './collections.ts'
import { configRoutes } from './config.ts'
import { deliveryRoutes } from './deliveries.ts'
import type { ApiDeps } from './deps.ts'
import { eventRoutes } from './events.ts'
import { forwardingRoutes } from './forwarding.ts'
import { forwardingStatusRoutes } from './forwarding-status.ts'
import { incidentActionRoutes } from './incident-actions.ts'
import { incidentExplainRoute } from './incident-explain.ts'
import { incidentRoutes } from './incidents.ts'
import { keyRoutes } from './keys.ts'
import { followRoutes } from './link-routes.ts'
import { linkRoutes } from './links.ts'
import { openapiRoute } from './openapi.ts'
import { probeRoutes } from './probes.ts'
import { reloadRoutes } from './reload.ts'
import type { Route } from './route.ts'
import { createRouter, unavailable } from './router.ts'
import { ruleTemplateRoutes } from './rule-templates.ts'
import { testerRoutes } from './tester.ts'

export type { ApiDeps } from './deps.ts'

/** Everything over HTTP that is not taking alerts in. It answers whatever happens: what is lost is 503, never 500. */
export function createApi(deps: ApiDeps): (request: Request) => Promise<Response> {
  const app = createRouter(apiRoutes(deps), createGuard(deps), deps)
  return async (request) => {
    try {
      return await app.fetch(request)
    } catch {
      return unavailable('/', deps)
    }
  }
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
