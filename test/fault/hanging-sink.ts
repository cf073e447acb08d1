import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A webhook that reads every request whole and leaves it without an answer, until it is told to answer. */
export interface HangingSink {
  url: string
  /** `webhook-id` of each request that was read while it gave no answer. */
  hanging(): string[]
  /** ... and of each that was answered. */
  answered(): string[]
  /** From now on it answers; what hangs goes on hanging. */
  answer(): void
  stop(): Promise<void>
}

export async function startHangingSink(): Promise<HangingSink> {
  const ids = { hanging: [] as string[], answered: [] as string[] }
  let answers = false
  const server = createServer((request, response: ServerResponse) => {
    request.resume().on('end', () => {
      ids[answers ? 'answered' : 'hanging'].push(String(request.headers['webhook-id']))
      if (answers) response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hanging: () => [...ids.hanging],
    answered: () => [...ids.answered],
    answer: () => {
      answers = true
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
