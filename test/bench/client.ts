import { Agent, request } from 'node:http'

export interface Client {
  /** Posts a body; resolves with the status. */
  post(body: string): Promise<number>
  close(): void
}

/** Keep-alive connections to a loopback server, at most `connections` at a time. */
export function createClient(url: string, connections: number): Client {
  const { hostname, port, pathname } = new URL(url)
  if (hostname !== '127.0.0.1') throw new Error(`only loopback is measured, not ${hostname}`)
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const options = { agent, hostname, port, path: pathname, method: 'POST' }
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
        const sent = request({ ...options, headers }, (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
        })
        sent.once('error', reject)
        sent.end(body)
      }),
    close: () => agent.destroy(),
  }
}

/**
 * Closed loop: a connection posts the next body when its last post is answered. Returns the number of answers outside
 * 2xx.
 */
export async function postAll(client: Client, bodies: readonly string[], connections: number): Promise<number> {
  let next = 0
  let bad = 0
  const work = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const status = await client.post(body)
      if (status < 200 || status > 299) bad++
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  return bad
}
