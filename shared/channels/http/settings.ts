import * as z from 'zod'
import { SECOND } from '../../base/time.ts'
import { isObject } from '../../base/value.ts'
import { urlProblem } from '../../outbound/url.ts'
import type { Problem } from '../../problem/problem.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, fieldGroup, type Settings, type SettingsOf } from '../../settings/field.ts'

const DEFAULT_TIMEOUT_MS = 10 * SECOND
/** A send has to end while its worker still runs: a longer time in the settings counts as this. */
const LONGEST_TIMEOUT_MS = 25 * SECOND
const MAX_HEADERS = 50

export function httpTimeoutMs({ timeoutMs }: { timeoutMs?: number }): number {
  return Math.min(timeoutMs ?? DEFAULT_TIMEOUT_MS, LONGEST_TIMEOUT_MS)
}

/** Characters of a header value: https://www.rfc-editor.org/rfc/rfc9110#section-5.5, without the obsolete bytes. */
const HEADER_VALUE = /^[\t\x20-\x7e]*$/
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/
/** Headers that Tocsin writes, and credentials, which have fields of their own. */
const RESERVED =
  /^(?:accept-encoding|authorization|connection|content-.*|cookie|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|user-agent|webhook-.*)$/i

const secretText = z.string().min(1, 'must not be empty').max(4096)
const headerText = z.string().max(4096).regex(HEADER_VALUE, 'has characters that a header cannot hold')

interface RefusedNames {
  names: RegExp
  why: string
}

/** Headers without the names that `refused` matches. Read by hand: a zod record drops a key `__proto__` silently. */
export function headersField(refused?: RefusedNames) {
  const headers = z.unknown().transform((value, context): Record<string, string> => {
    if (!isObject(value)) {
      context.addIssue({ code: 'custom', message: 'expected a mapping of header names' })
      return z.NEVER
    }
    const entries = Object.entries(value)
    if (entries.length > MAX_HEADERS) {
      context.addIssue({ code: 'custom', message: `limit: has more than ${MAX_HEADERS} headers` })
    }
    const seen = new Set<string>()
    for (const [name, text] of entries) {
      const wrong = refused?.names.test(name) ? `must not be set: ${refused.why}` : headerProblem(name, text)
      const message = wrong ?? (seen.has(name.toLowerCase()) ? 'is there twice' : undefined)
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message })
      seen.add(name.toLowerCase())
    }
    return Object.fromEntries(entries) as Record<string, string>
  })
  return field(
    headers.meta({ type: 'object', additionalProperties: { type: 'string' }, maxProperties: MAX_HEADERS }).optional(),
    {
      label: 'Headers',
      help: 'Further headers of every request, by name. Values are kept secret.',
      group: 'Request',
      secret: 'values',
    },
  )
}

export const timeoutField = field(z.int().min(1).optional(), {
  label: 'Timeout in milliseconds',
  help: `A request that takes longer is given up. ${DEFAULT_TIMEOUT_MS} by default, ${LONGEST_TIMEOUT_MS} at most.`,
  group: 'Request',
})

/** The fields of a kind that posts to a URL with the user's credentials. */
export const httpFields = {
  url: field(checkedText(urlProblem, secretText), {
    label: 'URL',
    help: 'Requests are posted here.',
    secret: true,
    address: true,
  }),
  secret: field(secretText.refine(usableSecret, 'whsec_ has to be followed by base64').optional(), {
    label: 'Signing secret',
    help: 'Signs each body as Standard Webhooks says: whsec_ and base64, or any other text.',
    secret: true,
  }),
  headers: headersField(),
  basicAuth: fieldGroup(
    {
      username: field(z.string().max(1000), { label: 'User name' }),
      password: field(secretText, { label: 'Password', secret: true }),
    },
    { label: 'Basic authentication' },
  ),
  authorization: fieldGroup(
    {
      type: field(z.string().regex(TOKEN, 'is not a scheme of the Authorization header').default('Bearer'), {
        label: 'Scheme',
      }),
      credentials: field(headerText.min(1, 'must not be empty'), { label: 'Credentials', secret: true }),
    },
    { label: 'Authorization header' },
  ),
  timeoutMs: timeoutField,
}

/** URL and credentials of a kind that posts over HTTP, secrets in plain text. */
export type HttpSettings = SettingsOf<typeof httpFields>

/** Problems between the fields. */
export function httpProblems({ basicAuth, authorization }: Settings): Problem[] {
  if (basicAuth === undefined || authorization === undefined) return []
  return [{ path: 'authorization', message: 'is given beside basicAuth: choose one' }]
}

function headerProblem(name: string, text: unknown): string | undefined {
  if (!TOKEN.test(name)) return 'is not the name of a header'
  if (RESERVED.test(name)) return 'must not be set: Tocsin writes it, or it has a field of its own'
  return typeof text === 'string' && HEADER_VALUE.test(text) ? undefined : 'has a value that a header cannot hold'
}

function usableSecret(secret: string): boolean {
  if (!secret.startsWith('whsec_')) return true
  const text = secret.slice('whsec_'.length)
  return /^[A-Za-z0-9+/]{2,}={0,2}$/.test(text) && Buffer.from(text, 'base64').length > 0
}
