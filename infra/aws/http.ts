import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { isForIngest } from '../../shared/account/integration-path.ts'
import { basePathOf, requestPath } from '../../shared/account/request-path.ts'
import { type LambdaFunction, lambdaShell } from './shell.ts'

export type HttpHandler = (request: Request) => Promise<Response>

/** The function behind the gateway, and the public URL of all functions. */
export interface HttpPlace {
  server: 'api' | 'ingest'
  publicUrl: string
}

/** An HTTP function behind API Gateway's HTTP API, payload version 2.0. */
export function lambdaHttp(
  handle: HttpHandler,
  place: HttpPlace,
): LambdaFunction<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return lambdaShell(
    async (event, context) => {
      const request = requestOf(event)
      if (!request) return errorAnswer(400, 'bad_request', 'Bad Request', context.awsRequestId)
      return await resultOf(redirectOf(request, event, place) ?? (await handle(request)))
    },
    // 500, not a refusal: senders keep the alerts and try again.
    (context) => errorAnswer(500, 'internal', 'Internal Server Error', context.awsRequestId),
  )
}

/**
 * The request of a gateway's event,
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html. The gateway
 * joins repeated headers with commas and takes cookies apart. Undefined when the event cannot become a request (a
 * method that `Request` forbids).
 */
export function requestOf(event: APIGatewayProxyEventV2): Request | undefined {
  const { method } = event.requestContext.http
  const headers = new Headers()
  for (const [name, value] of Object.entries(event.headers)) setHeader(headers, name, value)
  if (event.cookies?.length) setHeader(headers, 'cookie', event.cookies.join('; '))
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(event)
  try {
    return new Request(urlOf(event), { method, headers, body })
  } catch {
    return undefined
  }
}

/**
 * The gateway compares paths letter by letter, so a path with another slash may reach the function that does not serve
 * the path. The answer is the path as the gateway knows it, with method and body kept, as Alertmanager answers.
 */
function redirectOf(request: Request, { rawPath }: APIGatewayProxyEventV2, place: HttpPlace): Response | undefined {
  const { base, path } = requestPath(request.url, basePathOf(place.publicUrl))
  const server = isForIngest(request.method, path) ? 'ingest' : 'api'
  const target = base + path
  // A second redirect to the same path would have no end.
  if (server === place.server || target === rawPath) return undefined
  const { pathname } = new URL(target, request.url)
  const location = pathname + new URL(request.url).search
  return new Response(null, { status: 307, headers: { location, 'cache-control': 'no-store' } })
}

/** The gateway decodes the path: characters that would end a path in a URL are escaped again. */
function urlOf(event: APIGatewayProxyEventV2): string {
  const path = event.rawPath.replace(/[?#\\]/g, encodeURIComponent)
  const query = event.rawQueryString ? `?${event.rawQueryString.replaceAll('#', '%23')}` : ''
  return `https://${event.requestContext.domainName}${path}${query}`
}

/**
 * Header bytes beyond ASCII are read as Latin-1, as Node's own parser reads such bytes; a value that cannot be a header
 * is left out.
 */
function setHeader(headers: Headers, name: string, value: string | undefined): void {
  if (value === undefined) return
  try {
    headers.append(name, Buffer.from(value).toString('latin1'))
  } catch {
    // Neither a header name nor a header value: no handler could have asked for such a header.
  }
}

function bodyOf(event: APIGatewayProxyEventV2): Uint8Array<ArrayBuffer> | undefined {
  if (!event.body) return undefined
  return new Uint8Array(Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8'))
}

/**
 * Lambda answers at most 6 MB, and writes a text as a JSON string: a text of quotes or line ends becomes twice as long. In
 * base64 every text grows by a third, and the gateway decodes base64.
 */
const TEXT_BYTES = 1024 * 1024

async function resultOf(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const headers: Record<string, string> = {}
  for (const [name, value] of response.headers) if (name !== 'set-cookie') headers[name] = value
  const cookies = response.headers.getSetCookie()
  const bytes = Buffer.from(await response.arrayBuffer())
  const asText = isText(response.headers) && bytes.length <= TEXT_BYTES
  return {
    statusCode: response.status,
    headers,
    cookies: cookies.length > 0 ? cookies : undefined,
    body: bytes.toString(asText ? 'utf8' : 'base64'),
    isBase64Encoded: !asText,
  }
}

/** Every other body goes as base64: a string would change bytes that are not UTF-8. */
function isText(headers: Headers): boolean {
  if (headers.has('content-encoding')) return false
  const type = headers.get('content-type')
  return type === null || /^text\/|^application\/(?:[\w.-]+\+)?(?:json|yaml|xml|javascript)\b/i.test(type)
}

function errorAnswer(
  statusCode: number,
  code: string,
  message: string,
  requestId: string,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: { code, message, requestId } }),
    isBase64Encoded: false,
  }
}
