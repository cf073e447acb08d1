import { pause } from './steps.ts'

/** Answers describe the moment of the request, so no cache may keep an answer. */
const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' }

export function json(status: number, body: unknown, headers?: Record<string, string>): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...HEADERS, ...headers } })
}

/** A piece of a list ends when it has so many characters. */
const PIECE_CHARS = 64 * 1024
/** A piece also ends when so many items were left out: looking at an item is work. */
const PIECE_LEFT_OUT = 100

/**
 * A list of any length, written piece by piece while the client reads: neither the text nor its bytes exist whole. An item
 * that is undefined is left out; others come first between two pieces, also between pieces without text.
 */
export function jsonList(status: number, items: Iterable<unknown>): Response {
  const pieces = piecesOf(items)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const { done, value } = pieces.next()
        if (done) return controller.close()
        if (value !== '') return controller.enqueue(Buffer.from(value))
        await pause()
      }
    },
  })
  return new Response(body, { status, headers: HEADERS })
}

function* piecesOf(items: Iterable<unknown>): Generator<string, void> {
  let piece = '['
  let separator = ''
  let leftOut = 0
  for (const item of items) {
    if (item === undefined) {
      leftOut++
    } else {
      piece += separator + JSON.stringify(item)
      separator = ','
    }
    if (leftOut < PIECE_LEFT_OUT && piece.length < PIECE_CHARS) continue
    yield piece
    piece = ''
    leftOut = 0
  }
  yield `${piece}]`
}

/** A bare JSON string and a newline: the errors that handlers of Alertmanager's API v2 answer. */
export function jsonString(status: number, text: string, headers?: Record<string, string>): Response {
  return new Response(`${JSON.stringify(text)}\n`, { status, headers: { ...HEADERS, ...headers } })
}

/**
 * The body of every error outside of Alertmanager's API. An error never contains a stack, a secret or a long echo of
 * the request.
 */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  requestId: string,
  details?: unknown,
  headers?: Record<string, string>,
): Response {
  const error = details === undefined ? { code, message, requestId } : { code, message, requestId, details }
  return json(status, { error }, headers)
}

/**
 * Calls `count` with the status that the client gets: the host answers 503 when the commit behind an answer fails, and
 * logs why. No answer waits for its count. `durable` absent: what was answered is durable already.
 */
export function countAnswer(
  { status }: Response,
  durable: (() => Promise<void>) | undefined,
  count: (code: string) => void,
): void {
  if (durable === undefined) count(String(status))
  else
    void durable().then(
      () => count(String(status)),
      () => count('503'),
    )
}
