import type * as z from 'zod'
import type { Role } from '../../../shared/account/keys.ts'
import type { Millis } from '../../../shared/base/time.ts'

/**
 * A route is data: the router mounts it, `authenticate.ts` guards it and `openapi.ts` describes it,
 * so none of the three can forget one.
 */
export interface Route {
  method: Method
  /** Parameters as `{name}`, as OpenAPI writes them. */
  path: string
  access: Access
  about: About
  handle(ask: Ask): Answer | Promise<Answer>
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/**
 * `anyone`: no credential. `admin`: the operator's key. `token`: the URL of an integration with full access.
 * `link`: whoever has a signed link; its handler reads it, because it answers people, with pages.
 * A role: an API key of at least that role.
 */
export type Access = 'anyone' | 'admin' | 'token' | 'link' | Role

export interface About {
  summary: string
  query?: Record<string, string>
  /** Accepted content types of the body. */
  body?: { types: string[]; schema?: z.ZodType; note?: string; optional?: boolean }
  answers: Record<number, { text: string; type?: string; schema?: z.ZodType }>
}

/** One request, authenticated. Which account it speaks for comes from the credential and nothing else. */
export interface Ask {
  request: Request
  query: URLSearchParams
  param(name: string): string
  account: string
  role: Role
  /** Name of the key; the URL of an integration has none. */
  name?: string
  now: Millis
}

export type Answer = Response | Refusal

/** An expected failure, in nobody's shape yet: the router writes it as the path's clients expect it. */
export interface Refusal {
  refused: true
  status: number
  /** For programs: one lower-case word. */
  code: string
  message: string
  details?: { path: string; message: string }[]
  headers?: Record<string, string>
}

export function refuse(status: number, code: string, message: string, more: Partial<Refusal> = {}): Refusal {
  return { ...more, refused: true, status, code, message }
}

export const notFound = (what: string): Refusal => refuse(404, 'not_found', `${what} not found`)

export function isRefusal(answer: Answer): answer is Refusal {
  return 'refused' in answer
}
