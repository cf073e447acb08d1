import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  path: string
  headers: Record<string, string>
  text: string
}

/** The behaviour of a target after it has read a request. */
export type Behaviour = (asked: Asked, response: ServerResponse, request: IncomingMessage) => void

/** A real server on this machine; each test says how the server behaves. */
export async function startTarget() {
  const asked: Asked[] = []
  let behaviour: Behaviour = (_asked, response) => response.end()
  let noticed = (): void => undefined
  let before: { path: string; behaviour: Behaviour } | undefined
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { url = '', headers } = request
    const texts = Object.entries(headers).map(([name, value]) => [name, String(value)])
    const one = { path: url, headers: Object.fromEntries(texts), text: Buffer.concat(chunks).toString() }
    if (before !== undefined && url.includes(before.path)) return before.behaviour(one, response, request)
    asked.push(one)
    behaviour(one, response, request)
    noticed()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave(next: Behaviour) {
      behaviour = next
      asked.length = 0
    },
    /** Requests that come before the message, for a token: answered apart, and not among `asked`. */
    first(path: string, answered: Behaviour) {
      before = { path, behaviour: answered }
    },
    /** Resolves with the next complete request. */
    nextRequest: () => new Promise<void>((read) => (noticed = read)),
    stop: async () => {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Answers with a status, and repeats the whole request wherever an answer has room for text. */
export function status(code: number, headers: Record<string, string> = {}): Behaviour {
  return (asked, response) => {
    const said = JSON.stringify(asked)
    const body = { message: said, code: said, __type: said, Entries: [{ ErrorCode: said, ErrorMessage: said }] }
    const word = said.replace(/[^\x21-\x7e]/g, '').slice(0, 2000)
    response
      .writeHead(code, { 'x-amzn-errortype': word, ...headers })
      .end(JSON.stringify({ FailedEntryCount: 1, ...body }))
  }
}

/** Endless bytes, until the client hangs up. */
export function endless(closed: () => void): Behaviour {
  return (_asked, response) => {
    const chunk = Buffer.alloc(16 * 1024, 'x')
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more).on('close', closed).on('error', closed)
    response.writeHead(200)
    more()
  }
}

/** Announces more bytes than are sent, and hangs up. */
export const halfBody: Behaviour = (_asked, response) => {
  response.writeHead(200, { 'content-length': '1000' })
  response.write('{"FailedEntryCount":', () => response.destroy())
}

/** Hangs up in the middle of the headers. */
export const halfHeaders: Behaviour = (_asked, _response, request) => {
  request.socket.write('HTTP/1.1 200 OK\r\nContent-Ty', () => request.socket.destroy())
}

export const reset: Behaviour = (_asked, _response, request) => {
  request.socket.resetAndDestroy()
}
