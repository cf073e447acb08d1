import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { endBeforeBody } from './write-answer.ts'

const STATUS: Record<number, [text: string, code: string]> = {
  400: ['Bad Request', 'bad_request'],
  405: ['Method Not Allowed', 'method_not_allowed'],
  408: ['Request Timeout', 'timeout'],
  413: ['Content Too Large', 'too_large'],
  417: ['Expectation Failed', 'expectation_failed'],
  431: ['Request Header Fields Too Large', 'headers_too_large'],
  500: ['Internal Server Error', 'internal'],
  503: ['Service Unavailable', 'unavailable'],
}

interface HostError {
  text: string
  body: Buffer
  headers: Record<string, string | number>
}

const MORE_HEADERS: Record<number, Record<string, string>> = {
  405: { allow: 'GET, HEAD, POST, PUT, DELETE' },
  503: { 'retry-after': '5' },
}

/** An answer of the host itself. The connection is closed, since the rest of the input cannot be trusted. */
function hostError(status: number, requestId: string): HostError {
  const [text, code] = STATUS[status] ?? ['Error', 'error']
  const body = Buffer.from(JSON.stringify({ error: { code, message: text, requestId } }))
  const headers = { 'content-type': 'application/json', 'content-length': body.length, connection: 'close' }
  return { text, body, headers: { ...headers, ...MORE_HEADERS[status] } }
}

export function writeError(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  status: number,
  requestId: string,
): void {
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy()
    return
  }
  const { body, headers } = hostError(status, requestId)
  outgoing.writeHead(status, headers)
  if (incoming.complete) outgoing.end(body)
  else endBeforeBody(incoming, outgoing, body)
}

/** Answers input that Node's parser refused; no request exists for such input. */
export function refuseBroken(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  closeWith(socket, status, requestId)
}

export function closeWith(socket: Duplex, status: number, requestId: string): void {
  const { text, body, headers } = hostError(status, requestId)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.on('error', () => socket.destroy())
  socket.end(`${[`HTTP/1.1 ${status} ${text}`, ...lines].join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
