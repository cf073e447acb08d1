import * as z from 'zod'
import { apiRoutes } from '../../../functions/api/handler.ts'
import type { ApiDeps } from '../../../functions/api/http/deps.ts'
import type { Route } from '../../../functions/api/http/route.ts'

/** One answer of the api, as received by a test. */
export interface GivenAnswer {
  method: string
  path: string
  status: number
  json: unknown
}

/**
 * Compares good answers with the schema of their route, as OpenAPI shows the schema: a field that is missing, of
 * another type, or not described throws. So every answer received by a test of the api is a described answer.
 */
export function answerCheck(deps: ApiDeps): (answer: GivenAnswer) => void {
  const routes = apiRoutes(deps).map((route) => ({ route, pattern: patternOf(route.path) }))
  const schemas = new Map<z.ZodType, z.ZodType>()
  return ({ method, path, status, json }) => {
    const pathname = path.split('?', 1)[0] as string
    const found = routes.find(({ route, pattern }) => route.method === method && pattern.test(pathname))
    if (found === undefined || status >= 300) return
    const described = found.route.about.answers[status]
    if (described === undefined) throw new Error(`${titleOf(found.route)}: ${status} is not described`)
    if (json === undefined || pathname === '/openapi.json') return
    const { schema } = described
    if (schema === undefined) throw new Error(`${titleOf(found.route)}: the body of ${status} is not described`)
    const strict = schemas.get(schema) ?? strictOf(schema)
    schemas.set(schema, strict)
    const { error } = strict.safeParse(json)
    if (error) throw new Error(`${titleOf(found.route)}: ${status} is not as described: ${z.prettifyError(error)}`)
  }
}

/** The same schema as the OpenAPI document has the schema, but strict about unknown fields. */
function strictOf(schema: z.ZodType): z.ZodType {
  const made = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (jsonSchema.properties !== undefined) jsonSchema.additionalProperties ??= false
    },
  })
  return z.fromJSONSchema(made as Parameters<typeof z.fromJSONSchema>[0])
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

function titleOf({ method, path }: Route): string {
  return `${method} ${path}`
}
