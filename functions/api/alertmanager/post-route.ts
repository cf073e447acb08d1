import * as z from 'zod'
import { DEFAULT_INTEGRATION } from '../../../shared/config/sections.ts'
import { alertmanagerForm } from '../../../shared/intake/answer.ts'
import { recoveryTimes } from '../../../shared/intake/post.ts'
import { pausedRefusal, takeBody } from '../../../shared/intake/take.ts'
import { prometheus } from '../../../shared/integrations/prometheus.ts'
import type { ApiDeps } from '../http/deps.ts'
import { postableAlert } from '../http/ingested.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'

/**
 * POST /api/v2/alerts with an API key of the account: the alerts come in through the integration `default`, which
 * every account has. Below the URL of an integration, ingest serves the path.
 */
export function alertmanagerPostRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v2/alerts',
      access: 'responder',
      about: {
        summary: 'Post alerts, as Prometheus does',
        body: { schema: z.array(postableAlert) },
        answers: { 200: { text: 'The alerts are in the queue' } },
      },
      handle: (ask) => postAlerts(deps, ask),
    },
  ]
}

async function postAlerts(deps: ApiDeps, { request, account }: Ask): Promise<Answer> {
  const current = await deps.configs.current(account)
  const integration = current.integration(DEFAULT_INTEGRATION)
  if (integration === undefined) throw new Error(`the account ${account} has no integration ${DEFAULT_INTEGRATION}`)
  if (integration.paused) return alertmanagerForm.refused(pausedRefusal)
  const taken = await takeBody(deps, {
    request,
    account,
    integration,
    recovery: recoveryTimes(integration, current.config),
    // The path is Alertmanager's, so the format is Prometheus's, even if the integration has another format at its
    // own URL.
    format: prometheus,
    form: alertmanagerForm,
  })
  return taken ?? refuseWith(503, 'unavailable', 'not accepted; try again', { headers: { 'retry-after': '5' } })
}
