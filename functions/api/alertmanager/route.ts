import * as z from 'zod'
import { jsonString } from '../../../shared/base/answers.ts'
import type { Access, Ask, Method, Route, RouteDescription } from '../http/route.ts'

/** An operation of Alertmanager's API, under the key of the account and under the URL of an integration. */
export function alertmanagerRoute(
  method: Method,
  path: string,
  access: Exclude<Access, 'anyone' | 'admin' | 'token'>,
  about: RouteDescription,
  handle: (ask: Ask) => ReturnType<Route['handle']>,
): Route[] {
  return [
    { method, path: `/api/v2${path}`, access, about, handle },
    { method, path: `/i/{token}/api/v2${path}`, access: 'token', about, handle },
  ]
}

/** Alertmanager's handlers answer 400, and 404 where a silence is missing, with a bare JSON string. */
export function badRequest(message: string, status = 400): Response {
  return jsonString(status, message)
}

/** A violation of Alertmanager's schema, with the number of go-openapi: 601 type, 602 required, 612 too few items. */
export function schemaViolation(code: number, message: string): Response {
  return new Response(JSON.stringify({ code, message }), {
    status: 422,
    headers: { 'content-type': 'application/json' },
  })
}

/** A flag in the description of a route. */
export function flagParameter(text: string) {
  return z.boolean().default(true).describe(text)
}

const TRUE = ['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled']

/**
 * A flag of the query, as github.com/go-openapi/swag ConvertBool reads flags: a text outside of the list is false,
 * and no error. Of a flag that comes several times the last counts, and an empty flag is not set.
 */
export function flag(query: URLSearchParams, name: string): boolean {
  const text = query.getAll(name).at(-1) ?? ''
  return text === '' || TRUE.includes(text.toLowerCase())
}
