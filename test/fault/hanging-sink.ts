import { startHttpServer } from '../fakes/http-server.ts'

/** A webhook that reads every request completely and does not answer, until the test allows answers. */
export interface HangingSink {
  url: string
  /** `webhook-id` of each request that stayed without an answer. */
  hanging(): string[]
  /** `webhook-id` of each answered request. */
  answered(): string[]
  /** New requests are answered from now on; hanging requests stay unanswered. */
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
