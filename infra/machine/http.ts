import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { errorText, type Log } from '../../shared/base/log.ts'
import { Unavailable } from '../../shared/base/unavailable.ts'
import { closeWith, refuseBroken, writeError } from './host-answer.ts'
import { BODY_BYTES, BodyCutShort, BodyTooLarge, requestOf } from './request.ts'
import { writeAnswer } from './write-answer.ts'
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
    await writeAnswer(incoming, outgoing, { response, durable, stopping: stopping() })
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
