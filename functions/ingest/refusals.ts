import type { ParsedJson } from '../../shared/base/json.ts'
import type { DecodeRefusal } from '../../shared/integrations/integration.ts'
import { unreadable } from '../../shared/integrations/prometheus.ts'
import type { Refusal } from './answer.ts'

/** Why a request is not taken. None of them repeats the token, which is part of the path. */

export function paused(): Refusal {
  return { status: 403, code: 'paused', message: 'this integration is paused by its owner' }
}

export function notFound(below: string): Refusal {
  return { status: 404, code: 'not_found', message: `path ${below.slice(0, 100)} was not found` }
}

export function unacceptedMethod(method: string): Refusal {
  return {
    status: 405,
    code: 'method_not_allowed',
    message: `method ${method} is not allowed, but [POST] is`,
    // GET is the api's, where the integration allows it.
    alertmanager: { message: `method ${method} is not allowed, but [POST,GET] are` },
    headers: { allow: 'POST' },
  }
}

/** JSON in UTF-8; the parameters of the type are looked at only when there are any. */
export function unacceptableType(header: string | null): Refusal | undefined {
  if (header === 'application/json') return undefined
  const [type = '', ...parameters] = (header ?? 'application/octet-stream')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  const wrongCharset = charset !== undefined && !/^charset="?(utf-?8|us-ascii)"?$/.test(charset)
  if (type === 'application/json' && !wrongCharset) return undefined
  const shown = JSON.stringify((wrongCharset ? `${type}; ${charset}` : type).slice(0, 100))
  return {
    status: 415,
    code: 'unsupported_media_type',
    message: `unsupported media type ${shown}, only [application/json] are allowed`,
  }
}

export function emptyBody(): Refusal {
  return {
    status: 400,
    code: 'empty_body',
    message: 'the body is empty',
    alertmanager: { status: 422, code: 602, message: 'alerts in body is required' },
  }
}

type JsonProblem = Extract<ParsedJson, { ok: false }>['reason']

const JSON_CODES: Record<JsonProblem, string> = { utf8: 'invalid_utf8', syntax: 'invalid_json', too_deep: 'too_deep' }

export function unparsable(reason: JsonProblem, message: string): Refusal {
  return { status: 400, code: JSON_CODES[reason], message, alertmanager: unreadable(message).refusal.body }
}

export function unreadableAlerts({ status, body }: DecodeRefusal): Refusal {
  return { status, code: 'invalid_body', message: body.message, alertmanager: body }
}
