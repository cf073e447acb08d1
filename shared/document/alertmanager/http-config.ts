import type { Problem } from '../../problem/problem.ts'
import { isMapping, readMapping } from '../reading/mapping.ts'
import { httpConfig } from './schema.ts'

/** Settings of a webhook channel. */
export type HttpSettings = Record<string, unknown>

const CREDENTIALS = ['basic_auth', 'authorization', 'bearer_token']

/** `http_config` of a webhook or of the whole file, as settings of a webhook channel; refused fields are left out. */
export function readHttpConfig(given: unknown): { settings: HttpSettings; problems: Problem[] } {
  if (given === undefined) return { settings: {}, problems: [] }
  const { partial, problems } = readMapping(httpConfig, given)
  if (isMapping(given) && CREDENTIALS.filter((name) => given[name] !== undefined).length > 1) {
    const message = 'at most one of basic_auth, authorization and bearer_token must be configured'
    return { settings: {}, problems: [...problems, { path: '', message }] }
  }
  const { basic_auth: basic, authorization, bearer_token: token, http_headers: httpHeaders } = partial
  const settings: HttpSettings = {}
  if (basic) settings.basicAuth = defined({ username: basic.username, password: basic.password })
  if (authorization) {
    settings.authorization = defined({ type: authorization.type, credentials: authorization.credentials })
  }
  if (token !== undefined) settings.authorization = { type: 'Bearer', credentials: token }
  if (httpHeaders !== undefined) {
    const headers = plainHeaders(httpHeaders)
    if (headers !== undefined) settings.headers = headers
    else {
      const message = 'is supported with exactly one entry in `values` for each header, and nothing else'
      problems.push({ path: 'http_headers', message })
    }
  }
  return { settings, problems }
}

/** `{X-Team: {values: [ops]}}`; Alertmanager's `secrets` and `files` have no counterpart here. */
function plainHeaders(given: unknown): Record<string, string> | undefined {
  if (!isMapping(given)) return undefined
  const headers: [string, string][] = []
  for (const [name, header] of Object.entries(given as Record<string, { values?: unknown } | null | undefined>)) {
    const values = header?.values
    if (!Array.isArray(values) || values.length !== 1 || Object.keys(header ?? {}).length !== 1) return undefined
    if (typeof values[0] !== 'string') return undefined
    headers.push([name, values[0]])
  }
  return Object.fromEntries(headers)
}

/** A missing credential is then reported as required, not as being undefined. */
function defined(given: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
