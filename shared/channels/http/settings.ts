import * as z from 'zod'
import { SECOND } from '../../base/time.ts'
import { urlProblem } from '../../outbound/url.ts'
import type { Problem } from '../../problem/problem.ts'
import type { ChannelField } from '../../settings/field.ts'

/** Where a kind that posts over HTTP posts to, and what it shows to be let in; secrets are plain here. */
export interface HttpSettings {
  url: string
  /** Signs the body (Standard Webhooks): `whsec_` and base64, or any text. */
  secret?: string
  headers?: Record<string, string>
  basicAuth?: { username: string; password: string }
  authorization?: { type: string; credentials: string }
  timeoutMs?: number
}

export const httpFields: readonly ChannelField[] = [
  { name: 'url', secret: true, address: true },
  { name: 'secret', secret: true },
  { name: 'headers', secret: false },
  { name: 'basicAuth.username', secret: false },
  { name: 'basicAuth.password', secret: true },
  { name: 'authorization.type', secret: false },
  { name: 'authorization.credentials', secret: true },
  { name: 'timeoutMs', secret: false },
]

const DEFAULT_TIMEOUT_MS = 10 * SECOND
/** A send has to end while its worker still runs: longer wishes are granted up to here. */
const LONGEST_TIMEOUT_MS = 25 * SECOND
const MAX_HEADERS = 50

export function httpTimeoutMs({ timeoutMs }: Pick<HttpSettings, 'timeoutMs'>): number {
  return Math.min(timeoutMs ?? DEFAULT_TIMEOUT_MS, LONGEST_TIMEOUT_MS)
}

/** What a header field may hold: https://www.rfc-editor.org/rfc/rfc9110#section-5.5, and no obsolete bytes. */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/
/** Ours to write, or credentials, which have fields of their own that are kept secret. */
const RESERVED =
  /^(?:accept-encoding|authorization|connection|content-.*|cookie|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|user-agent|webhook-.*)$/i

const secretText = z.string().min(1, 'must not be empty').max(4096)
const headerText = z.string().max(4096).regex(HEADER_VALUE, 'has characters that a header cannot hold')

/** Read by hand and not as a zod record, which drops a key `__proto__` without a word. */
const headers = z.unknown().transform((value, context) => {
  const problem = headersProblem(value)
  if (problem === undefined) return Object.fromEntries(Object.entries(value as Record<string, string>))
  context.addIssue({ code: 'custom', message: problem })
  return z.NEVER
})

/** The keys that such a kind has among its own. */
export const httpShape = {
  url: secretText.superRefine((text, context) => {
    const problem = urlProblem(text)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  }),
  secret: secretText.refine(usableSecret, 'whsec_ has to be followed by base64').optional(),
  headers: headers.optional(),
  basicAuth: z.strictObject({ username: z.string().max(1000), password: secretText }).optional(),
  authorization: z
    .strictObject({
      type: z.string().regex(TOKEN, 'is not a scheme of the Authorization header').default('Bearer'),
      credentials: headerText.min(1, 'must not be empty'),
    })
    .optional(),
  timeoutMs: z.int().min(1).optional(),
}

/** What no key shows by itself. */
export function httpProblems(settings: HttpSettings | undefined): Problem[] {
  if (settings?.basicAuth === undefined || settings.authorization === undefined) return []
  return [{ path: 'authorization', message: 'is given beside basicAuth: choose one' }]
}

function headersProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'expected a mapping of header names'
  const entries = Object.entries(value)
  if (entries.length > MAX_HEADERS) return `has more than ${MAX_HEADERS} headers`
  const seen = new Set<string>()
  for (const [name, text] of entries) {
    if (!TOKEN.test(name)) return 'has a name that is not a header name'
    if (RESERVED.test(name)) return `must not set ${name}: Tocsin writes it, or it has a field of its own`
    if (typeof text !== 'string' || !HEADER_VALUE.test(text)) return `has a value for ${name} that a header cannot hold`
    if (seen.has(name.toLowerCase())) return `has ${name} twice`
    seen.add(name.toLowerCase())
  }
  return undefined
}

function usableSecret(secret: string): boolean {
  if (!secret.startsWith('whsec_')) return true
  const text = secret.slice('whsec_'.length)
  return /^[A-Za-z0-9+/]{2,}={0,2}$/.test(text) && Buffer.from(text, 'base64').length > 0
}
