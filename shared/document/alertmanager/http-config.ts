import { joinPath, type Problem, under } from '../../problem/problem.ts'
import { isMapping, readMapping } from '../reading/mapping.ts'
import { httpConfig, httpHeader } from './schema.ts'

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
    const headers = readHeaders(httpHeaders)
    problems.push(...under('http_headers', headers.problems))
    settings.headers = headers.value
  }
  return { settings, problems }
}

/** `{X-Team: {values: [ops]}}`: a header has one value here, written among `values` or `secrets`. */
function readHeaders(given: unknown): { value: Record<string, string>; problems: Problem[] } {
  if (!isMapping(given)) return { value: {}, problems: [{ path: '', message: 'expected a mapping of header names' }] }
  const problems: Problem[] = []
  const headers = Object.entries(given).map(([name, header]): [string, string] => {
    const { partial, problems: found } = readMapping(httpHeader, header)
    const values = [...(partial.values ?? []), ...(partial.secrets ?? [])]
    if (found.length === 0 && values.length !== 1) {
      found.push({ path: '', message: 'is supported with exactly one entry in `values` or `secrets`' })
    }
    problems.push(...under(joinPath('', name), found))
    return [name, values[0] ?? '']
  })
  return { value: Object.fromEntries(headers), problems }
}

/** A missing credential is then reported as required, not as being undefined. */
function defined(given: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
