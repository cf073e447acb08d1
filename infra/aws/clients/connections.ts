import type { ClientRequest, Agent as PlainAgent, RequestOptions } from 'node:http'
import { Agent, request as secureRequest } from 'node:https'
import type { Clock } from '../../../shared/base/time.ts'

/** The body is whole. */
export interface HttpAnswer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  text: string
}

/** No whole answer came: whether the service did the work is unknown. */
export class NoAnswer extends Error {
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** Connections to a service, which stay open between requests. */
export interface Connections {
  /** Throws `NoAnswer` when the whole answer is not there after `limitMs`, or the connection breaks. */
  post(url: URL, headers: Readonly<Record<string, string>>, body: string, limitMs: number): Promise<HttpAnswer>
  close(): void
}

const CONNECT_MS = 1000
const AGENT = { keepAlive: true, maxSockets: 50 }

export function createConnections(clock: Pick<Clock, 'after'>): Connections {
  const secure = new Agent(AGENT)
  let plain: PlainAgent | undefined
  /** Without TLS, as emulators are. An `import` of node:http would load Node's fetch, as in `shared/outbound/exchange.ts`. */
  const plainRequest = (options: RequestOptions): ClientRequest => {
    const http = process.getBuiltinModule('node:http')
    plain ??= new http.Agent(AGENT)
    return http.request({ ...options, agent: plain })
  }
  return {
    post({ protocol, hostname, port, pathname: path }, headers, body, limitMs) {
      const options: RequestOptions = {
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port,
        path,
        method: 'POST',
        headers,
      }
      const request = protocol === 'http:' ? plainRequest(options) : secureRequest({ ...options, agent: secure })
      return answerOf(request, body, limitMs, clock)
    },
    close() {
      secure.destroy()
      plain?.destroy()
    },
  }
}

function answerOf(
  request: ClientRequest,
  body: string,
  limitMs: number,
  clock: Pick<Clock, 'after'>,
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
  const fail = (error: NodeJS.ErrnoException): void =>
    reject(error instanceof NoAnswer ? error : new NoAnswer(error.code ?? 'NetworkError', error.message, error))
  const endAfter = (ms: number, what: string): (() => void) =>
    clock.after(ms, () => request.destroy(new NoAnswer('TimeoutError', `no ${what} within ${ms} ms`)))
  const cancels = [endAfter(limitMs, 'answer')]
  request.on('error', fail)
  request.once('socket', (socket) => {
    if (!socket.connecting) return
    const connected = endAfter(CONNECT_MS, 'connection')
    cancels.push(connected)
    socket.once('connect', connected)
  })
  request.once('response', (response) => {
    const chunks: Buffer[] = []
    response.on('error', fail)
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.once('end', () => {
      const { statusCode: status = 0, headers } = response
      resolve({ status, headers, text: Buffer.concat(chunks).toString() })
    })
  })
  request.once('close', () => {
    for (const cancel of cancels) cancel()
    // After an answer or an error this changes nothing.
    fail(new NoAnswer('ECONNRESET', 'the connection was closed'))
  })
  request.end(body)
  return promise
}
