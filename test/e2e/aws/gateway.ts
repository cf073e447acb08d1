import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSigned } from '../../fakes/certificate.ts'

/** TLS in front of the emulator's gateway, under the name that the gateway has on AWS. */
export interface Gateway {
  /** The public URL of the stack, which only a browser with `browserArguments` can reach. */
  url: string
  /** Arguments with which Chromium finds the gateway under its name, and takes its certificate. */
  browserArguments: string[]
  stop(): Promise<void>
}

/** `apiUrl`: the emulator's address of the HTTP API. */
export async function startGateway(publicUrl: string, apiUrl: string): Promise<Gateway> {
  const { hostname } = new URL(publicUrl)
  const server = createServer(selfSigned(hostname), (asked, answer) => pass(apiUrl, asked, answer))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: publicUrl,
    browserArguments: [`--host-resolver-rules=MAP ${hostname}:443 127.0.0.1:${port}`, '--ignore-certificate-errors'],
    stop: async () => {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

function pass(apiUrl: string, asked: IncomingMessage, answer: ServerResponse): void {
  const { method, url, headers } = asked
  const passed = request(apiUrl + url, { method, headers: { ...headers, host: new URL(apiUrl).host } }, (got) => {
    answer.writeHead(got.statusCode!, got.rawHeaders)
    got.pipe(answer)
  })
  passed.on('error', () => answer.destroy())
  asked.pipe(passed)
}
