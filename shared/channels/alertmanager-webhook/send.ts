import { urlProblem } from '../../outbound/url.ts'
import { encoded } from '../alertmanager/encoded.ts'
import { structured } from '../alertmanager/structured.ts'
import { written } from '../alertmanager/written.ts'
import { post } from '../http/send.ts'
import { webhookBody } from '../webhook/body.ts'
import { alertmanagerWebhookKind } from './kind.ts'

/** Posts the payload, whose templates are rendered, to the rendered URL. */
export const sendAlertmanagerWebhook = written(alertmanagerWebhookKind, async (settings, content, deps) => {
  const { url, payload, max_alerts: most } = settings
  const problem = urlProblem(url)
  if (problem !== undefined) {
    return { kind: 'dead', at: deps.clock.now(), reason: 'misconfigured', detail: `the rendered URL ${problem}` }
  }
  const builtIn = (): object => webhookBody(content.notification, deps.publicUrl, most)
  const body = encoded(payload === undefined ? builtIn() : await structured(payload))
  return await post(settings, { headers: { 'content-type': 'application/json' }, body }, content, deps)
})
