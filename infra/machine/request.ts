import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { BodyReaders } from '../body-readers.ts'

/**
 * The largest body that a function gets: the limit of API Gateway's HTTP APIs, so both hosts refuse the same bodies.
 */
export const BODY_BYTES = 10 * 1024 * 1024

/** The body outgrew BODY_BYTES while the host read the body; the server answers 413. */
export class BodyTooLarge extends Error {}

/** The client left before the end of the body, so no client waits for an answer. */
export class BodyCutShort extends Error {}

/**
 * A Request over a socket, with the members that the handlers use. Node's own `Request` costs about as much as the rest
 * of a small POST (it copies headers and wraps the body in a web stream at once), so here every part is made on demand.
 */
export function requestOf(incoming: IncomingMessage, url: string): Request {
  return new LightRequest(incoming, url) as unknown as Request
}

class LightRequest extends BodyReaders {
  readonly method: string
  readonly url: string
  readonly #incoming: IncomingMessage
  #headers: LightHeaders | undefined
  #stream: ReadableStream<Uint8Array> | undefined
  #abort: AbortController | undefined
  bodyUsed = false

  constructor(incoming: IncomingMessage, url: string) {
    super()
    this.#incoming = incoming
    this.method = incoming.method ?? 'GET'
    this.url = url
  }

  get headers(): LightHeaders {
    this.#headers ??= new LightHeaders(this.#incoming)
    return this.#headers
  }

  /** Null without a body: a GET, or a request with neither length nor chunks. */
  get body(): ReadableStream<Uint8Array> | null {
    const { headers } = this.#incoming
    if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return null
    this.bodyUsed = true
    this.#stream ??= Readable.toWeb(this.#incoming) as ReadableStream<Uint8Array>
    return this.#stream
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController()
      this.#incoming.once('close', () => abort.abort())
      this.#abort = abort
    }
    return this.#abort.signal
  }

  async bytes(): Promise<Uint8Array> {
    this.bodyUsed = true
    return await readBody(this.#incoming)
  }

  async blob(): Promise<Blob> {
    return new Blob([await this.arrayBuffer()])
  }

  async formData(): Promise<FormData> {
    const type = this.headers.get('content-type') ?? ''
    return await new Response(await this.arrayBuffer(), { headers: { 'content-type': type } }).formData()
  }
}

/** Read-only headers; names in lower case, as Node keeps names. */
class LightHeaders {
  readonly #incoming: IncomingMessage

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming
  }

  get(name: string): string | null {
    const value = this.#incoming.headers[name.toLowerCase()]
    if (value === undefined) return null
    return typeof value === 'string' ? value : value.join(', ')
  }

  has(name: string): boolean {
    return this.get(name) !== null
  }

  *keys(): IterableIterator<string> {
    yield* Object.keys(this.#incoming.headers)
  }

  *values(): IterableIterator<string> {
    for (const name of this.keys()) yield this.get(name) ?? ''
  }

  *entries(): IterableIterator<[string, string]> {
    for (const name of this.keys()) yield [name, this.get(name) ?? '']
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries()
  }

  forEach(visit: (value: string, name: string) => void): void {
    for (const [name, value] of this.entries()) visit(value, name)
  }
}

/** A single chunk is passed on without a copy: most posts fit a chunk. */
function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > BODY_BYTES) {
        incoming.removeAllListeners('data')
        reject(new BodyTooLarge())
      } else chunks.push(chunk)
    })
    incoming.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes)))
    incoming.once('error', reject)
    incoming.once('close', () => {
      if (!incoming.complete) reject(new BodyCutShort())
    })
  })
}
