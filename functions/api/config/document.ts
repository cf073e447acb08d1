import { stringify } from 'yaml'
import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { sectionsOf } from '../../../shared/config/sections.ts'
import { readAlertmanagerYml } from '../../../shared/document/alertmanager/read.ts'
import { readYaml } from '../../../shared/document/reading/yaml.ts'
import { showConfig } from '../../../shared/document/show.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { readConfig } from '../../../shared/store/configs.ts'
import { invalid, mediaType, readJson, readText } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { changeDocument, planSchema } from './change.ts'

const YAML = 'application/yaml'

const changed = z.object({
  revision: z.string().optional(),
  plan: planSchema,
  warnings: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('Places of an alertmanager.yml that are accepted and not heeded'),
})

const query = { dryRun: '`true`: answer with the plan, change nothing' }
const answers = {
  200: { text: 'The new revision, and the plan of its changes', schema: changed },
  409: { text: 'Another change of the configuration came at the same moment' },
  422: { text: 'Nothing was changed; every problem with its path' },
}

export function configRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/config'
  return [
    {
      method: 'GET',
      path,
      access: 'viewer',
      about: {
        summary: 'The account as one document, secrets masked; YAML with `Accept: application/yaml`',
        answers: { 200: { text: 'The document', schema: z.record(z.string(), z.unknown()) } },
      },
      handle: (ask) => getDocument(deps, ask),
    },
    {
      method: 'PUT',
      path,
      access: 'editor',
      about: {
        summary: 'Change the account. A section that is absent stays as it is, an empty one is emptied',
        query,
        body: { types: ['application/json', YAML], note: 'tocsin.yml' },
        answers,
      },
      handle: (ask) => putTocsinYml(deps, ask),
    },
    {
      method: 'PUT',
      path: `${path}/alertmanager`,
      access: 'editor',
      about: {
        summary: 'Take an alertmanager.yml over: routes, receivers, inhibit rules, time intervals, resolve_timeout',
        query,
        body: { types: [YAML], note: 'alertmanager.yml' },
        answers,
      },
      handle: (ask) => putAlertmanagerYml(deps, ask),
    },
  ]
}

async function getDocument(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const { config } = await readConfig(deps.table, ask.account)
  const shown = showConfig(sectionsOf(config))
  if (!/\byaml\b/i.test(ask.request.headers.get('accept') ?? '')) return json(200, shown)
  return new Response(stringify(shown, { aliasDuplicateObjects: false }), { headers: { 'content-type': YAML } })
}

async function putTocsinYml(deps: ApiDeps, ask: Ask): Promise<Answer> {
  if (mediaType(ask.request) === 'application/json') {
    const body = await readJson(ask.request, { exact: true })
    return body.ok
      ? changeDocument(deps, ask, (current) => readTocsinYml(body.value, current, deps.secrets))
      : body.refusal
  }
  const text = await readText(ask.request)
  if (!text.ok) return text.refusal
  const read = readYaml(text.value)
  if (!read.ok) return invalid(read.problems)
  return changeDocument(deps, ask, (current) => readTocsinYml(read.document, current, deps.secrets))
}

async function putAlertmanagerYml(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const text = await readText(ask.request)
  if (!text.ok) return text.refusal
  return changeDocument(deps, ask, (current) => readAlertmanagerYml(text.value, current, deps.secrets))
}
