import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import type { ApiDeps } from './deps.ts'
import { RANKS } from './role.ts'
import type { Access, Route } from './route.ts'

type Json = Record<string, unknown>

const OPENAPI_PATH = '/openapi.json'

/** The OpenAPI description of the api, made of the same routes that the router mounts. */
export function openapiRoute(deps: ApiDeps, routes: () => readonly Route[]): Route {
  let made: Json | undefined
  return {
    method: 'GET',
    path: OPENAPI_PATH,
    access: 'anyone',
    about: { summary: 'This description', answers: { 200: { text: 'OpenAPI 3.1' } } },
    handle: () => {
      made ??= openapi(deps, routes())
      return json(200, made)
    },
  }
}

function openapi({ version, publicUrl }: Pick<ApiDeps, 'version' | 'publicUrl'>, routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tocsin', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key of the account' },
        adminKey: { type: 'http', scheme: 'bearer', description: "The operator's key" },
      },
      schemas: { Error: schema(error) },
    },
  }
}

const error = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    requestId: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
})

function operation({ method, path, access, about }: Route): Json {
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter('path', name!, undefined)),
    ...Object.entries(about.query ?? {}).map(([name, text]) => parameter('query', name, text)),
  ]
  return {
    operationId: operationId(method, path),
    summary: about.summary,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: about.body && requestBody(about.body),
    responses: { ...responses(about.answers), ...failure(path) },
    security: security(access),
    'x-role': isRole(access) ? access : undefined,
  }
}

function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  return [method.toLowerCase(), ...words].join('_')
}

function parameter(place: 'path' | 'query', name: string, text: string | undefined): Json {
  return {
    name,
    in: place,
    required: place === 'path' || undefined,
    description: text,
    schema: { type: 'string' },
  }
}

function requestBody({ types, schema: body, note, optional }: NonNullable<Route['about']['body']>): Json {
  const content = { schema: { ...(body && schema(body)), ...(note && { description: note }) } }
  return { required: optional !== true, content: Object.fromEntries(types.map((type) => [type, content])) }
}

function responses(answers: Route['about']['answers']): Json {
  const entries = Object.entries(answers).map(([status, { text, type, schema: body }]) => {
    const hasBody = body !== undefined || type !== undefined
    return [status, { description: text, content: hasBody ? answerContent(type, body) : undefined }]
  })
  return Object.fromEntries(entries)
}

function answerContent(type = 'application/json', body: z.ZodType | undefined): Json {
  return { [type]: { schema: body === undefined ? { type: 'string' } : schema(body) } }
}

/** Alertmanager's paths have Alertmanager's errors, which have several schemas. */
function failure(path: string): Json {
  if (path.includes('/api/v2/')) return { default: { description: "Alertmanager's error" } }
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
  return { default: { description: 'An error', content } }
}

function security(access: Access): Json[] {
  if (isRole(access)) return [{ key: [] }]
  return access === 'admin' ? [{ adminKey: [] }] : []
}

function isRole(access: Access): boolean {
  return RANKS.some((role) => role === access)
}

function schema(of: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(of, { io: 'input' })
  return rest
}
