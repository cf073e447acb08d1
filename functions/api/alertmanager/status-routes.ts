import { stringify } from 'yaml'
import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import { renderAlertmanager } from '../../../shared/document/alertmanager/render.ts'
import type { ApiDeps } from '../http/deps.ts'
import { readFilter } from '../http/filter.ts'
import { ALERTMANAGER_VERSION } from '../http/probes.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { labels } from '../http/schemas.ts'
import { receiverLabels, receiverMatchers, receiverMatchersError } from './receivers.ts'
import { alertmanagerRoute, badRequest } from './route.ts'

/**
 * Options of a document for programs in Go: a text that YAML 1.1 would read as another type is quoted, and no line is
 * folded.
 */
const YAML = { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 } as const

const status = z
  .object({
    cluster: z.object({ status: z.string(), peers: z.array(z.unknown()) }),
    config: z.object({ original: z.string() }),
    uptime: z.iso.datetime(),
    versionInfo: z.record(z.string(), z.string()),
  })
  .meta({ id: 'AlertmanagerStatus' })

const receiver = z.object({ name: z.string(), labels }).meta({ id: 'Receiver' })

export function alertmanagerStatusRoutes(deps: ApiDeps): Route[] {
  return [
    ...alertmanagerRoute(
      'GET',
      '/status',
      'viewer',
      {
        summary: 'Version, uptime and the configuration as an alertmanager.yml',
        answers: { 200: { text: 'Status', schema: status } },
      },
      (ask) => showStatus(deps, ask),
    ),
    ...alertmanagerRoute(
      'GET',
      '/receivers',
      'viewer',
      {
        summary: 'Receivers with their labels',
        query: { receiver_matchers: receiverMatchers },
        answers: { 200: { text: 'Receivers', schema: z.array(receiver) } },
      },
      (ask) => listReceivers(deps, ask),
    ),
  ]
}

/** Every key that Alertmanager's clients require; keys without a meaning here are empty texts. */
async function showStatus({ version, startedAt, configs }: ApiDeps, ask: Ask): Promise<Answer> {
  const { config } = await configs.current(ask.account)
  const answer: z.output<typeof status> = {
    cluster: { peers: [], status: 'disabled' },
    config: { original: stringify(renderAlertmanager(config), YAML) },
    uptime: toRfc3339(startedAt),
    versionInfo: {
      branch: '',
      buildDate: '',
      buildUser: '',
      goVersion: '',
      revision: `tocsin-${version}`,
      version: ALERTMANAGER_VERSION,
    },
  }
  return json(200, answer)
}

async function listReceivers(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const filter = readFilter(ask.query, 'receiver_matchers')
  if (!filter.ok) return badRequest(receiverMatchersError(filter.error))
  const { config } = await deps.configs.current(ask.account)
  const receivers: z.output<typeof receiver>[] = [...receiverLabels(config)].map(([name, labels]) => ({ labels, name }))
  return json(
    200,
    receivers.filter(({ labels }) => filter.matches(labels)),
  )
}
