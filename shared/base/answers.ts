/** Answers describe the moment of the request, so no cache may keep an answer. */
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' }

export function json(status: number, body: unknown, headers?: Record<string, string>): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...HEADERS, ...headers } })
}

/** A bare JSON string and a newline: the errors that handlers of Alertmanager's API v2 answer. */
export function jsonString(status: number, text: string, headers?: Record<string, string>): Response {
  return new Response(`${JSON.stringify(text)}\n`, { status, headers: { ...HEADERS, ...headers } })
}

/**
 * The body of every error outside of Alertmanager's API. An error never contains a stack, a secret or a long echo of
 * the request.
 */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  requestId: string,
  details?: unknown,
  headers?: Record<string, string>,
): Response {
  const error = details === undefined ? { code, message, requestId } : { code, message, requestId, details }
  return json(status, { error }, headers)
}
