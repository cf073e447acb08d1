import { isObject } from '../../../base/value.ts'
import { joinPath, type Problem, under } from '../../../problem/problem.ts'
import { readMapping } from '../../reading/mapping.ts'
import { httpConfig, httpHeader } from './schema.ts'

/** Settings of a webhook channel. */
export type HttpSettings = Record<string, unknown>

const CREDENTIALS = ['basic_auth', 'authorization', 'bearer_token']

/** `http_config` of a webhook or of the whole file, as settings of a webhook channel; refused fields are left out. */
export function readHttpConfig(given: unknown): { settings: HttpSettings; problems: Problem[] } {
  if (given === undefined) return { settings: {}, problems: [] }
  const { partial, problems } = readMapping(httpConfig, given)
  if (isObject(given) && CREDENTIALS.filter((name) => given[name] !== undefined && given[name] !== '').length > 1) {
    const message = 'at most one of basic_auth, authorization and bearer_token must be configured'
    return { settings: {}, problems: [...problems, { path: '', message }] }
  }
  const { basic_auth: basic, authorization, bearer_token: token, http_headers: httpHeaders } = partial
  const settings: HttpSettings = {}
  if (basic) Object.assign(settings, loginSettings(basic.username, basic.password))
  if (authorization) {
    settings.authorization = defined({ type: authorization.type, credentials: authorization.credentials })
  }
  if (token) settings.authorization = { type: 'Bearer', credentials: token }
  if (httpHeaders !== undefined) {
    const headers = readHeaders(httpHeaders)
    problems.push(...under('http_headers', headers.problems))
    settings.headers = headers.value
  }
  return { settings, problems }
}

/**
 * A login of HTTP. A user without a password is a token in the place of the user more often than not, so the pair is one
 * secret then.
 */
export function loginSettings(username: string, password: string): HttpSettings {
  if (password !== '') return { basicAuth: { username, password } }
  const credentials = Buffer.from(`${username}:`).toString('base64')
  return { authorization: { type: 'Basic', credentials } }
}

/** `{X-Team: {values: [ops]}}`: a header has one value here, or none, written among `values` or `secrets`. */
function readHeaders(given: unknown): { value: Record<string, string>; problems: Problem[] } {
  if (!isObject(given)) return { value: {}, problems: [{ path: '', message: 'expected a mapping of header names' }] }
  const problems: Problem[] = []
  const headers = Object.entries(given).flatMap(([name, header = {}]): [string, string][] => {
    const { partial, problems: found } = readMapping(httpHeader, header)
    const values = [...(partial.values ?? []), ...(partial.secrets ?? [])]
    if (values.length > 1) {
      found.push({ path: '', message: 'is supported with one entry in `values` or `secrets`' })
    }
    problems.push(...under(joinPath('', name), found))
    return values.map((value) => [name, value])
  })
  return { value: Object.fromEntries(headers), problems }
}

/** A missing credential is then reported as required, not as being undefined. */
function defined(given: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
