import type { IncomingMessage, ServerResponse } from 'node:http'
import { pause } from '../../shared/base/steps.ts'

/** The time in which the rest of an unread body is read and dropped. */
const LINGER_MS = 500

interface Answer {
  response: Response
  /** Resolves when the state behind the answer is durable. Throws when the answer must not leave. */
  durable(): Promise<void>
  /** The server ends, so the connection is closed after the answer. */
  stopping: boolean
}

/**
 * No byte is written before the state behind the answer is durable. After an error the connection is closed: the next bytes
 * may be the rest of an unread body.
 */
export async function writeAnswer(
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
  // Nearly every body is a single piece, so the length is known before the first byte is sent.
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
export function endBeforeBody(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  bytes: Uint8Array | undefined,
): void {
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
