import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real HTTP server on a free port; the handler gets every request complete. */
export interface HttpServer {
  url: string
  port: number
  stop(): Promise<void>
}

export async function startHttpServer(
  handle: (request: IncomingMessage, response: ServerResponse, text: string) => void,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    readText(request).then(
      (text) => handle(request, response, text),
      () => response.destroy(),
    )
  })
  // Idle connections stay open: a close at the moment of reuse would fail a request.
  server.keepAliveTimeout = 0
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    const closed = new Promise((done) => server.close(done))
    server.closeAllConnections()
    await closed
  }
  return { url: `http://127.0.0.1:${port}`, port, stop }
}

export function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
