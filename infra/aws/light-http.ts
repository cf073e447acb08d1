import { BodyReaders } from '../body-readers.ts'

/*
 * `Headers`, `Request` and `Response` in the bundle of ingest, in the place of Node's own (`infra/bundle.ts`). The first
 * use of Node's own classes loads Node's whole fetch, which was a third of the CPU of a cold start. These classes have
 * the members that take a body in and answer. `test/unit/aws/light-http.test.ts` compares them with Node's, and the
 * tests of ingest run over both.
 */

type HeadersInit = Headers | Readonly<Record<string, string>>
type BodyInit = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null

/** https://fetch.spec.whatwg.org/#headers-class */
export class Headers {
  readonly #values = new Map<string, string[]>()

  constructor(init: HeadersInit = {}) {
    for (const [name, value] of init instanceof Headers ? init : Object.entries(init)) this.append(name, value)
  }

  append(name: string, value: string): void {
    const before = this.#values.get(keyOf(name)) ?? []
    this.#values.set(keyOf(name), [...before, cleaned(value)])
  }

  set(name: string, value: string): void {
    this.#values.set(keyOf(name), [cleaned(value)])
  }

  get(name: string): string | null {
    return this.#values.get(keyOf(name))?.join(', ') ?? null
  }

  has(name: string): boolean {
    return this.#values.has(keyOf(name))
  }

  delete(name: string): void {
    this.#values.delete(keyOf(name))
  }

  getSetCookie(): string[] {
    return this.#values.get('set-cookie') ?? []
  }

  /** By name. Cookies cannot be joined. */
  *entries(): Generator<[string, string], void> {
    for (const [name, values] of [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1))) {
      for (const value of name === 'set-cookie' ? values : [values.join(', ')]) yield [name, value]
    }
  }

  [Symbol.iterator](): Generator<[string, string], void> {
    return this.entries()
  }
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

function keyOf(name: string): string {
  if (!TOKEN.test(name)) throw new TypeError('this is no name of a header')
  return name.toLowerCase()
}

/** Latin-1 without the characters that end a line or a text. */
const NO_VALUE = /[\0\n\r]|[^\0-\xff]/

function cleaned(value: string): string {
  const text = value.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '')
  if (NO_VALUE.test(text)) throw new TypeError('this is no value of a header')
  return text
}

/** A text may be read twice here, and a stream once. */
class Body extends BodyReaders {
  readonly #content: Exclude<BodyInit, string>

  constructor(init: BodyInit = null) {
    super()
    this.#content = typeof init === 'string' ? new TextEncoder().encode(init) : init
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#content instanceof Uint8Array ? new Blob([this.#content]).stream() : this.#content
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#content === null) return new Uint8Array()
    if (this.#content instanceof Uint8Array) return this.#content
    const chunks: Uint8Array[] = []
    for await (const chunk of this.#content) chunks.push(chunk)
    return new Uint8Array(Buffer.concat(chunks))
  }
}

/** https://fetch.spec.whatwg.org/#request-class */
export class Request extends Body {
  readonly url: string
  readonly method: string
  readonly headers: Headers

  constructor(url: string, init: { method: string; headers?: HeadersInit; body?: BodyInit | undefined }) {
    const { method, headers, body } = init
    super(body)
    if (!TOKEN.test(method) || /^(connect|trace|track)$/i.test(method)) throw new TypeError('this method is forbidden')
    this.url = new URL(url).href
    this.method = /^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method
    this.headers = new Headers(headers)
  }
}

/** https://fetch.spec.whatwg.org/#response-class */
export class Response extends Body {
  readonly status: number
  readonly headers: Headers

  constructor(body: BodyInit, { status = 200, headers }: { status?: number; headers?: HeadersInit } = {}) {
    super(body)
    this.status = status
    this.headers = new Headers(headers)
  }
}
