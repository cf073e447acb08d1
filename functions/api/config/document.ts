import * as z from 'zod'
import { LIMITS } from '../../../shared/base/limits.ts'
import { inSlices, type Steps } from '../../../shared/base/steps.ts'
import { suggestion } from '../../../shared/base/suggest.ts'
import { isObject } from '../../../shared/base/value.ts'
import type { Config } from '../../../shared/config/config.ts'
import { sectionsOf } from '../../../shared/config/sections.ts'
import { readImport } from '../../../shared/document/alertmanager/envelope.ts'
import { readAlertmanagerDocument } from '../../../shared/document/alertmanager/read.ts'
import { prepareDocument } from '../../../shared/document/prepare.ts'
import { valuesIn } from '../../../shared/document/reading/list.ts'
import { type PlaceOf, readYaml } from '../../../shared/document/reading/yaml.ts'
import { collections, sections } from '../../../shared/document/sections/registry.ts'
import type { Shown } from '../../../shared/document/sections/section.ts'
import { configSchema, showConfig, yamlOf } from '../../../shared/document/show.ts'
import { type DocumentResult, readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { located, quoted } from '../../../shared/problem/problem.ts'
import { readConfig } from '../../../shared/store/whole-config.ts'
import { type BodyRead, invalid, mediaType, readJson, readText } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { withEtag } from '../http/match.ts'
import { atLeast } from '../http/role.ts'
import { type Answer, type Ask, type Refusal, type Route, refuseWith } from '../http/route.ts'
import {
  changeAnswer,
  changeDocument,
  changed,
  type DocumentChanged,
  documentTag,
  dryRunQuery,
  matchHeaders,
} from './change.ts'
import { listPath } from './collections.ts'

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
        query: sectionsQuery,
        answers: {
          200: { text: 'The document', types: ['application/json', YAML], schema: configSchema },
          409: { text: 'The document is larger than one answer; the answer says how to read its parts' },
        },
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

const sectionsQuery = {
  sections: z
    .string()
    .describe(
      'Sections separated by commas: the document with these alone, which changes nothing else when it is put back',
    ),
}

async function getDocument(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const only = readSectionNames(ask.query)
  if ('refused' in only) return only
  const { shown, tag } = await readDocument(deps, ask, only.names)
  const isYaml = /\byaml\b/i.test(ask.request.headers.get('accept') ?? '')
  const text = await textOf(shown, isYaml)
  if (text === undefined) return tooLargeToShow(shown)
  return withEtag(new Response(text, { headers: { 'content-type': isYaml ? YAML : 'application/json' } }), tag)
}

/** `?sections=`; undefined: all sections. */
function readSectionNames(query: URLSearchParams): { names: ReadonlySet<string> | undefined } | Refusal {
  const given = query.get('sections')
  if (given === null) return { names: undefined }
  const known = sections.map(({ name }) => name)
  const names = given.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return { names: new Set(names) }
  const message = `sections: ${quoted(unknown)} is no section, only ${known.join(', ')}`
  return refuseWith(400, 'invalid', `${message}${suggestion(unknown, known)}`)
}

/** The text of an answer; undefined: the document is larger than an answer, or than a document that can be put back. */
async function textOf(shown: Shown, isYaml: boolean): Promise<string | undefined> {
  if (!(await inSlices(fits(shown)))) return undefined
  const text = isYaml ? await inSlices(yamlOf(shown)) : JSON.stringify(shown)
  return Buffer.byteLength(text) > LIMITS.answerBytes ? undefined : text
}

/** Whether the document as JSON is not too large; a large text is never made. */
function* fits(shown: Shown): Steps<boolean> {
  let chars = 0
  let values = 0
  for (const section of Object.values(shown)) {
    for (const entry of Array.isArray(section) ? section : [section]) {
      const size = JSON.stringify(entry).length
      chars += size
      values += valuesIn(entry)
      if (chars > LIMITS.answerBytes || values > LIMITS.documentValues) return false
      yield 1 + size / CHARS_PER_UNIT
    }
  }
  return true
}

const CHARS_PER_UNIT = 40

function tooLargeToShow(shown: Shown): Refusal {
  const lists = collections.filter(({ name }) => (shown[name] as unknown[] | undefined)?.length)
  const largest = lists.toSorted((a, b) => (shown[b.name] as unknown[]).length - (shown[a.name] as unknown[]).length)[0]
  const how = `the document is larger than the ${LIMITS.answerBytes} bytes of one answer: read it in parts`
  if (largest === undefined) return refuseWith(409, 'too_large', `${how} with ?sections=`)
  return refuseWith(
    409,
    'too_large',
    `${how}: the ${largest.name} by pages with GET ${listPath(largest.name)}, other sections with ?sections=`,
  )
}

/** The document as the reader may see it, and its tag. `only`: the sections that are shown; absent: all. */
async function readDocument(
  deps: ApiDeps,
  { account, role }: Ask,
  only?: ReadonlySet<string>,
): Promise<{ shown: Shown; tag: string }> {
  const keys = only && sections.filter(({ name }) => only.has(name)).map(({ key }) => key)
  const { config, version } = await readConfig(deps, account, keys)
  const shown = Object.entries(showConfig(sectionsOf(config), { personal: atLeast(role, 'editor') }))
  return { shown: Object.fromEntries(shown.filter(([name]) => only?.has(name) ?? true)), tag: documentTag(version) }
}

/** The document in YAML, and its tag. A document that is too large is cut at its end. */
export async function readDocumentText(
  deps: ApiDeps,
  ask: Ask,
): Promise<{ yaml: string; tag: string; isWhole: boolean }> {
  const { shown, tag } = await readDocument(deps, ask)
  const whole = await textOf(shown, true)
  if (whole !== undefined) return { yaml: whole, tag, isWhole: true }
  const begun = Object.entries(shown).map(([name, section]) => [
    name,
    Array.isArray(section) ? section.slice(0, FIRST_ENTRIES) : section,
  ])
  return { yaml: (await textOf(Object.fromEntries(begun), true)) ?? '', tag, isWhole: false }
}

/** Of a list of a document that is cut. */
const FIRST_ENTRIES = 100

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
