import * as z from 'zod'
import { isAlertmanagerPath } from '../../../shared/account/integration-path.ts'
import { RANKS } from './role.ts'
import type { Described, RouteDescription } from './route.ts'
import { problem } from './schemas.ts'

export type Json = Record<string, unknown>

/** Parts of the document that operations refer to, by name. */
export interface Components {
  schemas: Record<string, Json>
  responses: Record<string, Json>
  /** Every schema that was converted: most stand at many operations, and a conversion costs a millisecond. */
  converted: Map<z.ZodType, Json>
}

/** The OpenAPI operation of a route. Named schemas and shared answers are added to `components`. */
export function describeOperation(route: Described, components: Components): Json {
  const { method, path, access, about } = route
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathParameter(name)),
    ...Object.entries(about.query ?? {}).map(([name, type]) => parameter('query', name, type, components)),
    ...Object.entries(about.headers ?? {}).map(([name, type]) => parameter('header', name, type, components)),
  ]
  return {
    operationId: [method.toLowerCase(), ...wordsOf(path)].join('_'),
    tags: [tagOf(path)],
    summary: about.summary,
    description: CALLERS[access],
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: about.body && requestBody(about.body, components),
    responses: responses(route, components),
    security: security(access),
    'x-role': RANKS.find((role) => role === access),
  }
}

const CALLERS: Record<Described['access'], string> = {
  anyone: 'Needs no credential.',
  admin: "Needs the operator's key.",
  link: 'The link itself is the credential.',
  url: 'The URL itself is the credential.',
  token: 'The URL itself is the credential; the integration needs `access: full`.',
  viewer: 'Needs an API key of any role.',
  responder: 'Needs an API key of the role responder, editor or owner.',
  editor: 'Needs an API key of the role editor or owner.',
  owner: 'Needs an API key of the role owner.',
}

/** The subject of a path: the first word behind the version, and words for paths without a version. */
export function tagOf(path: string): string {
  if (path.startsWith('/i/')) return 'integration-url'
  if (path.startsWith('/l/')) return 'links'
  if (path.startsWith('/api/v2/')) return 'alertmanager'
  return path.startsWith('/api/v1/') ? (path.split(/[/:]/)[3] ?? '') : 'host'
}

function wordsOf(path: string): string[] {
  return path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
}

const PATH_PARAMETERS: Record<string, string> = {
  id: 'The id of the entry',
  token: 'The last part of the URL of an integration',
  signed: 'The last part of a link',
}

function pathParameter(name: string): Json {
  return { name, in: 'path', required: true, description: PATH_PARAMETERS[name], schema: { type: 'string' } }
}

/** A list is repeated: `?filter=a&filter=b`. */
function parameter(place: 'query' | 'header', name: string, type: z.ZodType, components: Components): Json {
  const { description, ...schema } = schemaOf(type, components)
  const list = schema.type === 'array' ? { style: 'form', explode: true } : {}
  return { name, in: place, description, ...list, schema }
}

const JSON_TYPE = 'application/json'

function requestBody(
  { types = [JSON_TYPE], schema, note, optional }: NonNullable<RouteDescription['body']>,
  components: Components,
): Json {
  return { description: note, required: optional !== true, content: contentOf(types, schema, components) }
}

/** A text has no schema but being a text. */
function contentOf(types: readonly string[], schema: z.ZodType | undefined, components: Components): Json {
  const described = schema === undefined ? {} : schemaOf(schema, components)
  return Object.fromEntries(
    types.map((type) => [type, { schema: type.startsWith('text/') ? { type: 'string' } : described }]),
  )
}

function responses(route: Described, components: Components): Json {
  const { path, about } = route
  const answers = Object.entries(about.answers).map(([status, answer]) => {
    const { text, types, schema = Number(status) < 400 ? undefined : errorOf(path, status), empty } = answer
    const hasBody = !empty && (schema !== undefined || types !== undefined)
    return [
      status,
      { description: text, content: hasBody ? contentOf(types ?? [JSON_TYPE], schema, components) : undefined },
    ]
  })
  const shared = Object.entries({ ...refusals(route), default: 'Another error' }).map(([status, description]) => {
    const error = errorOf(path, status)
    const name = `${z.globalRegistry.get(error)?.id}${status === 'default' ? '' : status}`
    components.responses[name] = { description, content: contentOf([JSON_TYPE], error, components) }
    return [status, { $ref: `#/components/responses/${name}` }]
  })
  return { ...Object.fromEntries(shared), ...Object.fromEntries(answers) }
}

type Refusals = Record<number, string>

const REFUSALS = {
  query: { 400: 'The request cannot be read' },
  body: {
    400: 'The request cannot be read',
    408: 'The request came too slowly',
    413: 'The body is too large',
    415: 'The content type or the content encoding is not accepted',
    422: 'Nothing was done; every problem with its path',
  },
  guarded: { 401: 'The credential is missing or wrong' },
  limited: { 403: 'The credential does not allow this' },
  guessed: { 429: 'Too many wrong credentials came from the address' },
  always: {
    431: 'The headers are too large',
    500: 'An error of Tocsin itself',
    503: 'The table or the queue is away; try again',
  },
} satisfies Record<string, Refusals>

/** Refusals that a route may answer because of its kind. Refusals because of its subject are written at the route. */
function refusals({ access, about }: Described): Refusals {
  return {
    ...(about.query ? REFUSALS.query : NONE),
    ...(about.body ? REFUSALS.body : NONE),
    ...(access === 'anyone' || access === 'link' ? NONE : REFUSALS.guarded),
    // A key of any role may read.
    ...(access === 'anyone' || access === 'link' || access === 'viewer' ? NONE : REFUSALS.limited),
    ...(access === 'anyone' ? NONE : REFUSALS.guessed),
    ...REFUSALS.always,
  }
}

const NONE: Refusals = {}

function isRole(access: Described['access']): access is (typeof RANKS)[number] {
  return RANKS.some((role) => role === access)
}

function security(access: Described['access']): Json[] {
  if (isRole(access)) return [{ key: [] }, { keyAsPassword: [] }]
  return access === 'admin' ? [{ adminKey: [] }, { adminKeyAsPassword: [] }] : []
}

const error = z
  .object({
    error: z.object({
      code: z.string().describe('The kind of error, for programs'),
      message: z.string(),
      requestId: z.string().describe('The log of the server has the reason under this id'),
      details: z.array(problem).optional(),
    }),
  })
  .meta({ id: 'Error' })

/** Alertmanager's framework refuses with an object, and its handlers with a text. The host in front has its own form. */
const alertmanagerError = z
  .union([z.object({ code: z.int(), message: z.string() }), z.string(), error])
  .meta({ id: 'AlertmanagerError' })

/** A wrong credential has the same answer on every path. */
function errorOf(path: string, status: string): z.ZodType {
  return status !== '401' && isAlertmanagerPath(path) ? alertmanagerError : error
}

/** A schema as the document has the schema: named schemas are references. */
function schemaOf(of: z.ZodType, { schemas, converted }: Components): Json {
  const known = converted.get(of)
  if (known !== undefined) return known
  const made = z.toJSONSchema(of, { io: 'input', unrepresentable: 'any' })
  const {
    $schema: _,
    $defs = {},
    ...schema
  } = settled(made) as { $schema: string; $defs?: Components['schemas'] } & Json
  Object.assign(schemas, $defs)
  converted.set(of, schema)
  return schema
}

/**
 * Defaults of properties in words: generators of clients take a property with a default for one that is always there,
 * so a request would have to have every such property.
 */
function worded(properties: Record<string, Json>): Json {
  const entries = Object.entries(properties).map(([name, { default: value, description, ...property }]) => {
    if (value === undefined) return [name, { ...property, description }]
    const words = `\`${JSON.stringify(value)}\` when absent`
    return [name, { ...property, description: description === undefined ? words : `${description}; ${words}` }]
  })
  return Object.fromEntries(entries)
}

/** Keywords beside a reference that say something of their own. */
const BESIDE = ['$ref', 'title', 'description', 'default', 'readOnly']

/** References lead to the components of the document, and what a keyword says twice is left out. */
function settled(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map(settled)
  const entries = Object.entries(node).map(
    ([name, value]) => [name, name === '$ref' ? toComponent(value) : settled(value)] as const,
  )
  const { $ref, format, $defs } = node as Json
  if (typeof $ref === 'string' && $defs === undefined) {
    return Object.fromEntries(entries.filter(([name]) => BESIDE.includes(name)))
  }
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      if (name === 'properties') return [[name, worded(value as Record<string, Json>)]]
      // zod writes the format as a pattern, too, and the largest whole numbers of JavaScript as limits.
      const twice = (name === 'pattern' && format !== undefined) || Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER
      return twice ? [] : [[name, value]]
    }),
  )
}

function toComponent(reference: unknown): string {
  return String(reference).replace('#/$defs/', '#/components/schemas/')
}
