import type { ParsedJson } from '../base/json.ts'
import type { DecodeRefusal } from '../integrations/integration.ts'
import { unreadable } from '../integrations/prometheus.ts'
import type { Refusal } from './answer.ts'

/** Why a body is not taken. None of them repeats the token, which is part of the path. */

export function paused(): Refusal {
  return { status: 403, code: 'paused', message: 'this integration is paused by its owner' }
}

/** JSON in UTF-8; the parameters of the type are looked at only when there are any. */
export function unacceptableType(header: string | null, anyType: boolean): Refusal | undefined {
  if (header === 'application/json') return undefined
  const [type = '', ...parameters] = (header ?? 'application/octet-stream')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  const wrongCharset = charset !== undefined && !/^charset="?(utf-?8|us-ascii)"?$/.test(charset)
  if ((anyType || type === 'application/json') && !wrongCharset) return undefined
  const shown = JSON.stringify((wrongCharset ? `${type}; ${charset}` : type).slice(0, 100))
  const allowed = anyType ? 'UTF-8 is' : '[application/json] are'
  return {
    status: 415,
    code: 'unsupported_media_type',
    message: `unsupported media type ${shown}, only ${allowed} allowed`,
  }
}

function emptyBody(): Refusal {
  return {
    status: 400,
    code: 'empty_body',
    message: 'the body is empty',
    alertmanager: { status: 422, code: 602, message: 'alerts in body is required' },
  }
}

type JsonProblem = Extract<ParsedJson, { ok: false }>['reason']

const JSON_CODES: Record<JsonProblem, string> = { utf8: 'invalid_utf8', syntax: 'invalid_json', too_deep: 'too_deep' }

export function unparsable(problem: { reason: 'empty' } | { reason: JsonProblem; message: string }): Refusal {
  if (problem.reason === 'empty') return emptyBody()
  const { reason, message } = problem
  return { status: 400, code: JSON_CODES[reason], message, alertmanager: unreadable(message).refusal.body }
}

export function undecodable({ status, body }: DecodeRefusal): Refusal {
  return { status, code: 'invalid_body', message: body.message, alertmanager: body }
}

export function unsigned(problem: string): Refusal {
  return { status: 401, code: 'invalid_signature', message: problem }
}
