import type { PostRefusal } from '../../shared/intake/answer.ts'

/** Refusals of requests by method and path. No refusal repeats the token, which is a part of the path. */

export function unknownPath(below: string): PostRefusal {
  return { status: 404, code: 'not_found', message: `path ${below.slice(0, 100)} was not found` }
}

export function unacceptedMethod(method: string): PostRefusal {
  return {
    status: 405,
    code: 'method_not_allowed',
    message: `method ${method} is not allowed, but [POST] is`,
    // GET is served by the api, where the integration allows GET.
    alertmanager: { message: `method ${method} is not allowed, but [POST,GET] are` },
    headers: { allow: 'POST' },
  }
}

/** Served by the api for other methods. */
export function postNotAllowed(methods: readonly string[]): PostRefusal {
  return {
    status: 405,
    code: 'method_not_allowed',
    message: `method POST is not allowed: ${methods.join(', ')}`,
    alertmanager: { message: `method POST is not allowed, but [${methods.join(',')}] are` },
    headers: { allow: methods.join(', ') },
  }
}

/** A dependency is away, or the queue did not take the message: the body is stored nowhere yet. */
export const unavailable: PostRefusal = {
  status: 503,
  code: 'unavailable',
  message: 'not accepted; try again',
  headers: { 'retry-after': '5' },
}

export function internal(requestId: string): PostRefusal {
  const message = `not accepted: an error of Tocsin itself; its log has the reason under ${requestId}`
  return { status: 500, code: 'internal', message }
}
