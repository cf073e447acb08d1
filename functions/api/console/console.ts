import type { ReadLabels } from '../groups/label-routes.ts'
import type { ReadSummary } from '../groups/summary.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Route } from '../http/route.ts'
import type { ConsoleDeps } from './page/ask.ts'
import { createAssets } from './page/assets.ts'
import { html } from './page/html.ts'
import { page } from './page/page.ts'
import { allPlaces } from './page/shell.ts'
import { actRoutes } from './pages/act.ts'
import { alertsPage } from './pages/alerts.ts'
import { channelTestPages } from './pages/channel-test.ts'
import { channelPages } from './pages/channels.ts'
import { deliveryPages } from './pages/deliveries.ts'
import { deliveryPage } from './pages/delivery.ts'
import { dutyPages } from './pages/duty/duty.ts'
import { eventPages } from './pages/events.ts'
import { forwardingPages } from './pages/forwarding.ts'
import { inboxPages } from './pages/inbox.ts'
import { incidentPage } from './pages/incident.ts'
import { incidentAlertsPage } from './pages/incident-alerts.ts'
import { incidentForms } from './pages/incident-forms.ts'
import { incidentsPage } from './pages/incidents.ts'
import { integrationPages } from './pages/integrations.ts'
import { importPages } from './pages/people-import.ts'
import { policyPages } from './pages/policies.ts'
import { policyTryPages } from './pages/policy-try.ts'
import { recipientPages } from './pages/recipients.ts'
import { rulePages } from './pages/rules.ts'
import { browserPages } from './pages/settings/browser.ts'
import { configurationPages } from './pages/settings/configuration.ts'
import { keyPages } from './pages/settings/keys.ts'
import { sessionRoutes } from './pages/sign-in.ts'
import { silenceFormPages } from './pages/silence-form.ts'
import { silencePages } from './pages/silences.ts'
import { templatePages } from './pages/templates/templates.ts'
import { trialPages } from './pages/trial.ts'
import { viewRoutes } from './pages/views.ts'
import { whyPages } from './pages/why.ts'

/** The console: pages for people, over the same reading and the same decisions as the API. */
export function consoleRoutes(deps: ApiDeps & { summaryOf: ReadSummary; labelsOf: ReadLabels }): Route[] {
  const assets = createAssets()
  const all: ConsoleDeps = { ...deps, assets }
  return [
    assets.route,
    ...sessionRoutes(all),
    alertsPage(all),
    incidentsPage(all),
    incidentPage(all),
    incidentAlertsPage(all),
    ...incidentForms(all),
    ...whyPages(all),
    ...actRoutes(all),
    ...silenceFormPages(all),
    ...silencePages(all),
    ...integrationPages(all),
    ...trialPages(all),
    ...forwardingPages(all),
    ...channelPages(all),
    ...recipientPages(all),
    ...importPages(all),
    ...dutyPages(all),
    ...policyTryPages(all),
    ...policyPages(all),
    ...channelTestPages(all),
    ...rulePages(all),
    ...templatePages(all),
    ...viewRoutes(all),
    ...deliveryPages(all),
    deliveryPage(all),
    ...eventPages(all),
    ...inboxPages(all),
    ...browserPages(all),
    ...keyPages(all),
    ...configurationPages(all),
    page(all, {
      path: '/more',
      access: 'viewer',
      load: async (ask) => ({
        title: ask.text.more.title,
        body: html`<h1>${ask.text.more.title}</h1>${allPlaces(ask, await all.summaryOf(ask.account))}`,
      }),
    }),
  ]
}
