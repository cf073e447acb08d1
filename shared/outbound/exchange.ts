import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Millis } from '../base/time.ts'
import { readAnswer } from './raw-answer.ts'
import type { OutboundRequest, OutboundResult, Timer } from './request.ts'
import type { TargetUrl } from './target-url.ts'

/** An `import` of a value reads all names of node:http, and so loads Node's fetch: 30 ms of CPU of a cold start. */
const { request: httpRequest } = process.getBuiltinModule('node:http')

/** Largest part of an answer that is read; senders need no more than a status and a word. */
const ANSWER_BYTES = 64 * 1024

/**
 * A request and its answer over a connection that serves no further request. A kept-alive connection that the target
 * closes at that moment would make the attempt ambiguous, and so a likely duplicate.
 *
 * The status decides, so an answer stands once the headers are here, even when the body is lost; and where Node's parser
 * objects to the answer, once the status line is here. Before the status, from the first byte on, every failure is `unknown`.
 * `giveUpAt`: a reading of the timer.
 */
export function exchange(
  socket: Socket,
  target: TargetUrl,
  request: OutboundRequest,
  giveUpAt: Millis,
  timer: Timer,
): Promise<OutboundResult> {
  return new Promise((resolve) => {
    let partial: (() => OutboundResult) | undefined
    let sending: ClientRequest | undefined
    let bytes = (): Buffer => Buffer.alloc(0)
    const end = (result: OutboundResult): void => {
      cancel()
      resolve(partial?.() ?? result)
      sending?.destroy()
      socket.destroy()
    }
    const broken = (why: string): void =>
      end({ kind: 'unknown', reason: 'connection', detail: `${target.host}: ${why}` })
    const late = (): void => end({ kind: 'unknown', reason: 'timeout', detail: `${target.host}: no answer in time` })
    // After a pause of the process, timers run before sockets: the answer may be in the socket already.
    const cancel = timer.after(giveUpAt - timer.elapsed(), () => setImmediate(late))
    try {
      sending = httpRequest({
        createConnection: () => socket,
        method: request.method,
        path: target.path,
        headers: wireHeaders(target, request),
      })
    } catch {
      // Node refuses to write a header or a path with control characters, before a byte is written.
      cancel()
      socket.destroy()
      resolve({ kind: 'unsent', reason: 'forbiddenTarget', detail: `${target.host}: the request cannot be written` })
      return
    }
    // Node's parser listens by then, so no byte passes the parser by; bytes are kept before the parser objects to them.
    sending.on('socket', (used) => {
      bytes = firstBytes(used)
    })
    sending.on('error', (error: NodeJS.ErrnoException) => {
      const { code = 'connection failed' } = error
      const answer = isObjection(code) ? readAnswer(bytes()) : undefined
      if (answer === undefined) broken(code)
      else end(answer)
    })
    sending.on('close', () => broken('closed without an answer'))
    sending.on('response', (response) => {
      partial = collect(response, () => end(partial!()))
    })
    sending.end(request.body)
  })
}

/** Node's parser does not take the answer for HTTP. An answer that ends in the middle is no answer, as everywhere. */
function isObjection(code: string): boolean {
  return code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE'
}

/** The first bytes that come from the socket, beside Node's parser. */
function firstBytes(socket: Socket): () => Buffer {
  const chunks: Buffer[] = []
  let bytes = 0
  socket.prependListener('data', (chunk: Buffer) => {
    if (bytes >= ANSWER_BYTES) return
    chunks.push(chunk.subarray(0, ANSWER_BYTES - bytes))
    bytes += chunk.length
  })
  return () => Buffer.concat(chunks)
}

function wireHeaders(target: TargetUrl, request: OutboundRequest): Record<string, string> {
  return {
    ...request.headers,
    host: target.authority,
    'content-length': String(Buffer.byteLength(request.body)),
    connection: 'close',
  }
}

/**
 * Reads up to the limit, calls `done` at the limit or at the end, and returns the answer as far as the answer was
 * read.
 */
function collect(response: IncomingMessage, done: () => void): () => OutboundResult {
  const chunks: Buffer[] = []
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk.subarray(0, ANSWER_BYTES - bytes))
    bytes += chunk.length
    if (bytes >= ANSWER_BYTES) done()
  })
  response.on('end', done)
  response.on('error', done)
  return () => ({
    kind: 'answer',
    status: response.statusCode ?? 0,
    headers: plainHeaders(response),
    body: Buffer.concat(chunks).toString(),
  })
}

function plainHeaders(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}
