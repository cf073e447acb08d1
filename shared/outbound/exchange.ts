import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../base/time.ts'
import type { OutboundRequest, OutboundResult } from './request.ts'
import type { TargetUrl } from './target-url.ts'

/** Largest part of an answer that is read; senders need no more than a status and a word. */
const ANSWER_BYTES = 64 * 1024

/**
 * A request and its answer over a connection that serves no further request. A kept-alive connection that the target
 * closes at that moment would make the attempt ambiguous, and so a likely duplicate.
 *
 * The status decides, so an answer stands once the status is here, even when the rest of the body is lost. Before the
 * status, from the first byte on, every failure is `unknown`.
 */
export function exchange(
  socket: Socket,
  target: TargetUrl,
  request: OutboundRequest,
  clock: Clock,
): Promise<OutboundResult> {
  return new Promise((resolve) => {
    let partial: (() => OutboundResult) | undefined
    let sending: ClientRequest | undefined
    const end = (result: OutboundResult): void => {
      cancel()
      resolve(partial?.() ?? result)
      sending?.destroy()
      socket.destroy()
    }
    const broken = (why: string): void =>
      end({ kind: 'unknown', reason: 'connection', detail: `${target.host}: ${why}` })
    const cancel = clock.at(request.giveUpAt, () =>
      end({ kind: 'unknown', reason: 'timeout', detail: `${target.host}: no answer in time` }),
    )
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
    sending.on('error', (error: NodeJS.ErrnoException) => broken(error.code ?? 'connection failed'))
    sending.on('close', () => broken('closed without an answer'))
    sending.on('response', (response) => {
      partial = collect(response, () => end(partial!()))
    })
    sending.end(request.body)
  })
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
