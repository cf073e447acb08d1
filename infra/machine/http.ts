import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { errorText, type Log } from '../../shared/base/log.ts'
import { pause } from '../../shared/base/steps.ts'
import { Unavailable } from '../../shared/base/unavailable.ts'
import { BODY_BYTES, BodyCutShort, BodyTooLarge, requestOf } from './request.ts'
import type { WrongKeyLimit } from './wrong-key-limit.ts'

export type HttpHandler = (request: Request) => Promise<Response>

/** The handler of a request, and the state that its answer tells of. */
export interface Serving {
  handle: HttpHandler
  /** Resolves when the state behind an answer is durable. Throws when the answer must not leave. */
  durable(): Promise<void>
}

export interface HttpServer {
  port: number
  /** Requests that were read and are not yet answered. */
  open(): number
  /** No new connections; resolves when the open requests are answered, or when `graceMs` is over. */
  stop(graceMs: number): Promise<void>
}

export interface HttpOptions {
  host: string
  port: number
  /** Base of `request.url`: the host never reads the Host header that a client sends. */
  origin: string
  /** What serves a request that begins now. */
  serving(): Serving
  /** Makes the id of an answer of the host itself. */
  newId(): string
  log: Log
  /** May replace the answer before the answer is sent. */
  wrongKeys?: WrongKeyLimit
  patience?: Patience
}

/** A header block, or a whole request, that comes slower than this is answered 408 and closed. */
export interface Patience {
  headersMs: number
  requestMs: number
  /** The interval of Node's check; Node's own 30 s would let a slow client have four times the allowed time. */
  checkMs: number
}

const PATIENCE: Patience = { headersMs: 9_000, requestMs: 14_000, checkMs: 500 }
const HEADER_BYTES = 16 * 1024
const HEADER_COUNT = 200
/** Prometheus and other clients keep connections for minutes; a balancer's usual idle time is 60 s. */
const IDLE_MS = 75_000
const LINGER_MS = 500

/** The socket side of the host: node:http's strict parser in, `Request` → `Response` in the middle. */
export async function listen(options: HttpOptions): Promise<HttpServer> {
  let open = 0
  let stopping = false
  const patience = options.patience ?? PATIENCE
  const server = createServer(
    {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: patience.checkMs,
      keepAliveTimeout: IDLE_MS,
      maxHeaderSize: HEADER_BYTES,
      noDelay: true,
      // Node's own refusal has no body; `earlyStatus` refuses.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      open++
      outgoing.once('close', () => open--)
      void answerRequest(incoming, outgoing, options, () => stopping)
    },
  )
  // Beyond this number Node drops headers in silence; here the server counts headers and refuses the request instead.
  server.maxHeadersCount = 0
  const { newId } = options
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuseBroken(error, socket, newId()))
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) =>
    writeError(incoming, outgoing, 417, newId()),
  )
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => closeWith(socket, 405, newId()))
  await bind(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    open: () => open,
    async stop(graceMs) {
      stopping = true
      await closeServer(server, graceMs)
    },
  }
}

function bind(server: Server, { host, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function answerRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: HttpOptions,
  stopping: () => boolean,
): Promise<void> {
  try {
    const early = earlyStatus(incoming)
    if (early !== undefined) return writeError(incoming, outgoing, early, options.newId())
    const url = options.origin + incoming.url
    const { handle, durable } = options.serving()
    const made = await handle(requestOf(incoming, url))
    const response = limited(incoming, url, made, options.wrongKeys) ?? made
    await write(incoming, outgoing, { response, durable, stopping: stopping() })
  } catch (error) {
    if (error instanceof BodyTooLarge) return writeError(incoming, outgoing, 413, options.newId())
    if (incoming.errored || outgoing.destroyed || error instanceof BodyCutShort) return
    const requestId = options.newId()
    options.log({ function: 'host', what: `${incoming.method} request`, requestId, error: errorText(error) })
    // In the middle of a long body the connection breaks, so that no client takes the part for the whole.
    if (outgoing.headersSent) outgoing.destroy()
    else writeError(incoming, outgoing, error instanceof Unavailable ? 503 : 500, requestId)
  }
}

function limited(
  { socket }: IncomingMessage,
  url: string,
  made: Response,
  limit: WrongKeyLimit | undefined,
): Response | undefined {
  return limit?.replacementFor(socket.remoteAddress ?? '', url, made.status)
}

/** Names and values follow each other in `rawHeaders`. */
function hostHeaders(rawHeaders: readonly string[]): number {
  return rawHeaders.filter((name, place) => place % 2 === 0 && name.toLowerCase() === 'host').length
}

/** Requests that are refused before a function sees the request. */
function earlyStatus(incoming: IncomingMessage): number | undefined {
  if (incoming.rawHeaders.length > 2 * HEADER_COUNT) return 431
  if (incoming.method === 'TRACE') return 405
  // https://www.rfc-editor.org/rfc/rfc9112#section-3.2
  const hosts = hostHeaders(incoming.rawHeaders)
  if (hosts > 1 || (incoming.httpVersion === '1.1' && hosts === 0)) return 400
  // Absolute and asterisk forms are for proxies.
  if (!incoming.url?.startsWith('/')) return 400
  if (Number(incoming.headers['content-length'] ?? 0) > BODY_BYTES) return 413
  return undefined
}

interface Answer extends Pick<Serving, 'durable'> {
  response: Response
  stopping: boolean
}

/**
 * No byte is written before the state behind the answer is durable. After an error the connection is closed: the next bytes
 * may be the rest of an unread body.
 */
async function write(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { response, durable, stopping }: Answer,
): Promise<void> {
  const reader = response.body?.getReader()
  const read = async (): Promise<Uint8Array | undefined> => {
    const piece = (await reader?.read())?.value
    if (piece !== undefined) await durable()
    return piece
  }
  const body = await read()
  if (body === undefined) await durable()
  const next = await read()
  if (outgoing.destroyed) return await reader?.cancel()
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value)
  if (response.status >= 400 || stopping || !incoming.complete) outgoing.setHeader('connection', 'close')
  if (next !== undefined) {
    if (incoming.method !== 'HEAD') await writePieces(outgoing, read, [body!, next])
    outgoing.end()
    return await reader?.cancel()
  }
  // A body in one piece, as nearly every body is: its length is known before it is sent.
  if (response.status !== 204 && response.status !== 304) outgoing.setHeader('content-length', body?.length ?? 0)
  const bytes = incoming.method === 'HEAD' ? undefined : body
  if (incoming.complete) outgoing.end(bytes)
  else endBeforeBody(incoming, outgoing, bytes)
}

/**
 * A long body: a piece is made when the client has taken the pieces before, and other requests come in between.
 */
async function writePieces(
  outgoing: ServerResponse,
  read: () => Promise<Uint8Array | undefined>,
  first: readonly Uint8Array[],
): Promise<void> {
  for (const piece of first) outgoing.write(piece)
  for (let next = await read(); next !== undefined; next = await read()) {
    if (!outgoing.write(next)) await roomIn(outgoing)
    if (outgoing.destroyed) return
    await pause()
  }
}

function roomIn(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      outgoing.off('drain', go)
      outgoing.off('close', go)
      resolve()
    }
    outgoing.once('drain', go)
    outgoing.once('close', go)
  })
}

/**
 * The answer comes before the body is read. Closing at once would reset the connection, and a client that is still
 * sending would lose the answer: the server first reads and drops the body for a moment.
 */
function endBeforeBody(incoming: IncomingMessage, outgoing: ServerResponse, bytes: Uint8Array | undefined): void {
  if (bytes) outgoing.write(bytes)
  else outgoing.flushHeaders()
  const end = (): void => {
    clearTimeout(late)
    outgoing.end()
  }
  const late = setTimeout(end, LINGER_MS)
  incoming.removeAllListeners('data')
  incoming.once('end', end)
  incoming.once('close', end)
  incoming.resume()
}

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

function writeError(incoming: IncomingMessage, outgoing: ServerResponse, status: number, requestId: string): void {
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
function refuseBroken(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  closeWith(socket, status, requestId)
}

function closeWith(socket: Duplex, status: number, requestId: string): void {
  const { text, body, headers } = hostError(status, requestId)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.on('error', () => socket.destroy())
  socket.end(`${[`HTTP/1.1 ${status} ${text}`, ...lines].join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), graceMs)
    // A connection whose last request was being answered becomes idle after the close.
    const idle = setInterval(() => server.closeIdleConnections(), 20)
    server.close(() => {
      clearTimeout(force)
      clearInterval(idle)
      resolve()
    })
  })
}
