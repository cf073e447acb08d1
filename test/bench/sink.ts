import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Sink {
  url: string
  /** Label `pod` of an alert → time of the alert's first arrival (performance.now). */
  seen: Map<string, number>
  stop(): Promise<void>
}

/** A webhook that answers at once and notes the arrival of every alert. */
export async function startSink(): Promise<Sink> {
  const seen = new Map<string, number>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const at = performance.now()
      response.writeHead(200).end()
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { alerts: { labels: { pod: string } }[] }
      for (const { labels } of body.alerts) if (!seen.has(labels.pod)) seen.set(labels.pod, at)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    stop: async () => {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}
