import type * as z from 'zod'
import type { Role } from '../../../shared/account/keys.ts'
import type { Millis } from '../../../shared/base/time.ts'
import type { Problem } from '../../../shared/problem/problem.ts'

/**
 * A route is data: the router mounts the route, `authenticate.ts` guards the route, and `openapi.ts` describes the
 * route. So no route can be forgotten in a single place.
 */
export interface Route {
  method: Method
  /** The path, with parameters as `{name}`, as OpenAPI writes parameters. */
  path: string
  access: Access
  about: RouteDescription
  handle(ask: Ask): Answer | Promise<Answer>
  /** A page or a file for browsers, and not a part of the API. */
  page?: true
  /** A refusal as the route shows it; absent: in the shape of the path. */
  refuse?(refusal: Refusal, ask: Anonymous, requestId: string): Response | Promise<Response>
}

/** What the credential of a request says of the request. */
export type Caller = Pick<Ask, 'account' | 'role' | 'name' | 'keyId' | 'user' | 'session'>

/** A request before the check of its credential. */
export type Anonymous = Omit<Ask, keyof Caller>

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/**
 * `anyone`: no credential. `admin`: the operator's key. `token`: the URL of an integration with full access. `link`:
 * a signed link; the handler checks the link, because refusals are pages for people. A role: an API key of at least
 * the role.
 */
export type Access = 'anyone' | 'admin' | 'token' | 'link' | Role

/** A route as the OpenAPI document describes the route. */
export interface Described extends Pick<Route, 'method' | 'path' | 'about'> {
  /** `url`: the URL of an integration, with whatever access. */
  access: Access | 'url'
}

export interface RouteDescription {
  summary: string
  /** Parameters of the query, each with its type and its description. */
  query?: Record<string, z.ZodType>
  /** Request headers beside those that every client sends. */
  headers?: Record<string, z.ZodType>
  body?: Content & { note?: string; optional?: boolean }
  answers: Record<number, AnswerDescription>
}

/** A body. The schema is of every type but texts. */
interface Content {
  /** Content types; JSON when absent. */
  types?: string[]
  schema?: z.ZodType
}

/** An answer of 400 and above has the body of errors, unless `empty`. */
export interface AnswerDescription extends Content {
  text: string
  empty?: true
}

/** One request, authenticated. The account of the request comes from the credential alone. */
export interface Ask {
  request: Request
  query: URLSearchParams
  param(name: string): string
  account: string
  role: Role
  /** Name and id of the key; absent for the URL of an integration. */
  name?: string
  keyId?: string
  /** The user whom the key belongs to. Absent: the key belongs to nobody in particular. */
  user?: string
  /** Of a page: the session of the browser, with its end unless the session is renewed, and its end in any case. */
  session?: { key: string; idleEnd: Millis; end: Millis }
  now: Millis
}

export type Answer = Response | Refusal

/** An expected failure, without a shape yet: the router writes the failure in the shape of the path. */
export interface Refusal {
  refused: true
  status: number
  /** The kind of failure for programs: one lower-case word. */
  code: string
  message: string
  details?: Problem[]
  headers?: Record<string, string>
}

export function refuseWith(status: number, code: string, message: string, more: Partial<Refusal> = {}): Refusal {
  return { ...more, refused: true, status, code, message }
}

export const notFound = (what: string): Refusal => refuseWith(404, 'not_found', `${what} not found`)

export function isRefusal(answer: object): answer is Refusal {
  return 'refused' in answer
}
