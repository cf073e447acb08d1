import { startHttpServer } from '../fakes/http-server.ts'

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
  const server = await startHttpServer((request, response) => {
    ids[answers ? 'answered' : 'hanging'].push(String(request.headers['webhook-id']))
    if (answers) response.end()
  })
  return {
    url: server.url,
    hanging: () => [...ids.hanging],
    answered: () => [...ids.answered],
    answer: () => {
      answers = true
    },
    stop: server.stop,
  }
}
