import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** In front of a server of this machine: what is asked gets there; answers can be lost. */
export async function startLossyProxy(port: number) {
  let losing = 0
  let then: () => Promise<void> = async () => {}
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming
    const onward = request({ port, method, path, headers }, async (answer) => {
      if (losing > 0) {
        losing--
        answer.resume()
        await then()
        return incoming.socket.destroy()
      }
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    /** The next answer does not arrive; what is done meanwhile comes before the question is repeated. */
    loseNext(meanwhile: () => Promise<void> = async () => {}): void {
      losing = 1
      then = meanwhile
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
