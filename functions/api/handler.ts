import { accountRoutes } from './account/account-routes.ts'
import { keyRoutes } from './account/key-routes.ts'
import { signInRoute } from './account/sign-in-route.ts'
import { alertmanagerAlertRoutes } from './alertmanager/alert-routes.ts'
import { alertmanagerPostRoutes } from './alertmanager/post-route.ts'
import { alertmanagerSilenceRoutes } from './alertmanager/silence-routes.ts'
import { alertmanagerStatusRoutes } from './alertmanager/status-routes.ts'
import { channelHealthRoute } from './config/channel-health.ts'
import { channelTestRoute } from './config/channel-test/route.ts'
import { collectionRoutes } from './config/collections.ts'
import { configRoutes } from './config/document.ts'
import { forwardingRoutes } from './config/forwarding.ts'
import { forwardingStatusRoutes } from './config/forwarding-status.ts'
import { importRoutes } from './config/import.ts'
import { policyMatchesRoute } from './config/policy-matches.ts'
import { reloadRoutes } from './config/reload.ts'
import { resumeChannelsRoute } from './config/resume-channels.ts'
import { shippedTemplateRoutes } from './config/shipped-templates.ts'
import { simulateRoute } from './config/simulate/route.ts'
import { templatePreviewRoutes } from './config/template-preview.ts'
import { trialRoutes } from './config/try/routes.ts'
import { consoleRoutes } from './console/console.ts'
import { createPageGuard } from './console/session/guard.ts'
import { groupRoutes } from './groups/group-routes.ts'
import { createLabels, labelRoute } from './groups/label-routes.ts'
import { createSummaries, summaryRoute } from './groups/summary.ts'
import { createGuard } from './http/authenticate.ts'
import type { ApiDeps } from './http/deps.ts'
import { openapiRoute } from './http/openapi.ts'
import { probeRoutes } from './http/probes.ts'
import type { Route } from './http/route.ts'
import { createRouter } from './http/router.ts'
import { incidentActionRoutes } from './incidents/action-routes.ts'
import { alertRoutes } from './incidents/alert-routes.ts'
import { deliveryCountsRoute } from './incidents/delivery-counts.ts'
import { deliveryRoutes } from './incidents/delivery-routes.ts'
import { eventRoutes } from './incidents/event-routes.ts'
import { explainRoute } from './incidents/explain-route.ts'
import { incidentRoutes } from './incidents/incident-routes.ts'
import { followLinkRoutes } from './incidents/links/follow-routes.ts'
import { makeLinkRoutes } from './incidents/links/make-routes.ts'
import { oneDeliveryRoute } from './incidents/one-delivery.ts'
import { replayRoutes } from './incidents/replay.ts'
import { dutyRoutes } from './people/duty-routes.ts'
import { inboxRoutes } from './people/inbox-routes.ts'
import { meRoutes } from './people/me-routes.ts'
import { ruleBatchRoutes } from './rules/batch-routes.ts'
import { ruleRoutes } from './rules/rule-routes.ts'
import { ruleTemplateRoutes } from './rules/template-routes.ts'
import { silenceRoutes } from './silences/silence-routes.ts'

export type { ApiDeps } from './http/deps.ts'

/**
 * The HTTP API: every request that ingest does not serve. A dependency that is away gives 503, a bug gives 500;
 * either leaves a line in the log, under the request id of the answer.
 */
export function createApi(deps: ApiDeps): (request: Request) => Promise<Response> {
  const [guard, pageGuard] = [createGuard(deps), createPageGuard(deps)]
  const app = createRouter(apiRoutes(deps), (ask, route) => (route.page ? pageGuard : guard)(ask, route), deps)
  return async (request) => await app.fetch(request)
}

export function apiRoutes(deps: ApiDeps): Route[] {
  const [summaryOf, labelsOf] = [createSummaries(deps), createLabels(deps)]
  const routes: Route[] = [
    ...consoleRoutes({ ...deps, summaryOf, labelsOf }),
    ...probeRoutes(deps),
    openapiRoute(deps, () => routes),
    ...accountRoutes(deps),
    ...keyRoutes(deps),
    ...meRoutes(deps),
    ...inboxRoutes(deps),
    ...dutyRoutes(deps),
    signInRoute(deps),
    ...configRoutes(deps),
    ...forwardingRoutes(deps),
    ...forwardingStatusRoutes(deps),
    ...reloadRoutes(deps),
    ...collectionRoutes(deps),
    ...importRoutes(deps),
    ...trialRoutes(deps),
    channelTestRoute(deps),
    channelHealthRoute(deps),
    resumeChannelsRoute(deps),
    simulateRoute(deps),
    policyMatchesRoute(deps),
    ...ruleTemplateRoutes(deps),
    ...ruleRoutes(deps),
    ...ruleBatchRoutes(deps),
    ...templatePreviewRoutes(deps),
    ...shippedTemplateRoutes(),
    summaryRoute(summaryOf),
    ...groupRoutes(deps),
    labelRoute(labelsOf),
    ...alertRoutes(deps),
    ...incidentRoutes(deps),
    ...incidentActionRoutes(deps),
    explainRoute(deps),
    ...makeLinkRoutes(deps),
    ...followLinkRoutes(deps),
    ...silenceRoutes(deps),
    ...deliveryRoutes(deps),
    deliveryCountsRoute(deps),
    ...replayRoutes(deps),
    oneDeliveryRoute(deps),
    ...eventRoutes(deps),
    ...alertmanagerPostRoutes(deps),
    ...alertmanagerAlertRoutes(deps),
    ...alertmanagerSilenceRoutes(deps),
    ...alertmanagerStatusRoutes(deps),
  ]
  return routes
}
