/** Answers are about the moment they are given. */
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' }

export function json(status: number, body: unknown, headers?: Record<string, string>): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...HEADERS, ...headers } })
}

/** The one form of every error that is not Alertmanager's. No stack, no secret, no long echo of what was sent. */
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
