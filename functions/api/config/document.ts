import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import { inSlices, type Steps } from '../../../shared/base/steps.ts'
import { isObject } from '../../../shared/base/value.ts'
import type { Config } from '../../../shared/config/config.ts'
import { sectionsOf } from '../../../shared/config/sections.ts'
import { readImport } from '../../../shared/document/alertmanager/envelope.ts'
import { readAlertmanagerDocument } from '../../../shared/document/alertmanager/read.ts'
import { prepareDocument } from '../../../shared/document/prepare.ts'
import { type PlaceOf, readYaml } from '../../../shared/document/reading/yaml.ts'
import { configSchema, showConfig, yamlOf } from '../../../shared/document/show.ts'
import { type DocumentResult, readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { located } from '../../../shared/problem/problem.ts'
import { readConfig } from '../../../shared/store/whole-config.ts'
import { type BodyRead, invalid, mediaType, readJson, readText } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { withEtag } from '../http/match.ts'
import { atLeast } from '../http/role.ts'
import type { Answer, Ask, Refusal, Route } from '../http/route.ts'
import {
  changeAnswer,
  changeDocument,
  changed,
  type DocumentChanged,
  documentTag,
  dryRunQuery,
  matchHeaders,
} from './change.ts'

const YAML = 'application/yaml'

const alertmanagerConfig = z
  .union([
    z.looseObject({ route: z.looseObject({}), receivers: z.array(z.looseObject({})) }),
    z.strictObject({ alertmanager_config: z.string(), template_files: z.record(z.string(), z.string()).optional() }),
  ])
  .meta({ id: 'AlertmanagerConfig', description: 'An alertmanager.yml, alone or with files of templates' })

const answers = {
  200: { text: 'The new revision, and the plan of its changes', schema: changed },
  409: { text: 'Another change of the configuration came at the same moment' },
  412: { text: 'The configuration is no longer the one of `If-Match`' },
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
        summary:
          'The account as one document, secrets masked, personal data shown to editors only; YAML with `Accept: application/yaml`',
        answers: { 200: { text: 'The document', types: ['application/json', YAML], schema: configSchema } },
      },
      handle: (ask) => getDocument(deps, ask),
    },
    {
      method: 'PUT',
      path,
      access: 'editor',
      about: {
        summary: 'Change the account. A section that is absent stays as it is, an empty one is emptied',
        query: dryRunQuery,
        headers: matchHeaders,
        body: { types: ['application/json', YAML], schema: configSchema, note: 'tocsin.yml' },
        answers,
      },
      handle: (ask) => putTocsinYml(deps, ask),
    },
    {
      method: 'PUT',
      path: `${path}/alertmanager`,
      access: 'editor',
      about: {
        summary:
          'Take an alertmanager.yml over: routes, receivers, inhibit rules, time intervals, resolve_timeout; with its files of templates in the envelope of Grafana Mimir',
        query: dryRunQuery,
        headers: matchHeaders,
        // JSON is YAML too. Some generators of clients know no other type.
        body: { types: [YAML, 'application/json', 'text/plain'], schema: alertmanagerConfig },
        answers,
      },
      handle: (ask) => putAlertmanagerYml(deps, ask),
    },
  ]
}

async function getDocument(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const { shown, tag } = await readDocument(deps, ask)
  if (!/\byaml\b/i.test(ask.request.headers.get('accept') ?? '')) return withEtag(json(200, shown), tag)
  return withEtag(new Response(await inSlices(yamlOf(shown)), { headers: { 'content-type': YAML } }), tag)
}

/** The document as the reader may see it, and its tag. */
async function readDocument(
  deps: ApiDeps,
  { account, role }: Ask,
): Promise<{ shown: ReturnType<typeof showConfig>; tag: string }> {
  const { config, version } = await readConfig(deps, account)
  const shown = showConfig(sectionsOf(config), { personal: atLeast(role, 'editor') })
  return { shown, tag: documentTag(version) }
}

/** The document in YAML, and its tag. */
export async function readDocumentText(deps: ApiDeps, ask: Ask): Promise<{ yaml: string; tag: string }> {
  const { shown, tag } = await readDocument(deps, ask)
  return { yaml: await inSlices(yamlOf(shown)), tag }
}

/** Takes a document in YAML. `match`: the tag of the document that the author has read. */
export async function putDocumentText(
  deps: ApiDeps,
  ask: Ask,
  yaml: string,
  match: string | null,
): Promise<DocumentChanged | Refusal> {
  const read = await inSlices(readYaml(yaml))
  if (!read.ok) return invalid(read.problems)
  return await putDocument(deps, ask, read, (current) => readTocsinYml(read.document, current, deps.secrets), match)
}

/** A document, and the place of a path in its text. */
interface Written {
  document: unknown
  placeOf: PlaceOf
}

async function putTocsinYml(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readBody(ask)
  if (!body.ok) return body.refusal
  const { document } = body.value
  const read = (current: Config) => readTocsinYml(document, current, deps.secrets)
  return changeAnswer(await putDocument(deps, ask, body.value, read))
}

async function putAlertmanagerYml(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const text = await readText(ask.request, LIMITS.documentBytes)
  if (!text.ok) return text.refusal
  const read = await inSlices(readImport(text.value))
  if (!read.ok) return invalid(read.problems)
  const { file, placeOf } = read
  const document = isObject(file.document) ? { ...file.document, templateFiles: file.templateFiles } : file.document
  const made = (current: Config) => readAlertmanagerDocument(file, current, deps.secrets)
  return changeAnswer(await putDocument(deps, ask, { document, placeOf }, made))
}

async function putDocument(
  deps: ApiDeps,
  ask: Ask,
  { document, placeOf }: Written,
  read: (current: Config) => Steps<DocumentResult>,
  match?: string | null,
): Promise<DocumentChanged | Refusal> {
  const problems = await inSlices(prepareDocument(document))
  if (problems.length > 0) return invalid(located(problems, placeOf))
  return await changeDocument(deps, ask, (current) => withPlaces(read(current), placeOf), match)
}

function* withPlaces(read: Steps<DocumentResult>, placeOf: PlaceOf): Steps<DocumentResult> {
  const result = yield* read
  if (!result.ok) return { ok: false, problems: located(result.problems, placeOf) }
  return result.warnings === undefined ? result : { ...result, warnings: located(result.warnings, placeOf) }
}

async function readBody(ask: Ask): Promise<BodyRead<Written>> {
  if (mediaType(ask.request) !== 'application/json') return await readYamlBody(ask)
  const read = await readJson(ask.request, {
    exact: true,
    limitBytes: LIMITS.documentBytes,
    mostValues: LIMITS.documentValues,
  })
  return read.ok ? { ok: true, value: { document: read.value, placeOf: () => undefined } } : read
}

async function readYamlBody(ask: Ask): Promise<BodyRead<Written>> {
  const text = await readText(ask.request, LIMITS.documentBytes)
  if (!text.ok) return text
  const read = await inSlices(readYaml(text.value))
  return read.ok ? { ok: true, value: read } : { ok: false, refusal: invalid(read.problems) }
}
