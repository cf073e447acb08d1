import { refusedMessage } from '../message/alert-messages.ts'
import type { Refusal } from './answer.ts'
import type { Post, TakeDeps } from './post.ts'

/** Answers the refusal and keeps the body for the owner. */
export async function refuse(deps: TakeDeps, post: Post, refusal: Refusal, body: Uint8Array): Promise<Response> {
  await keep(deps, post, refusal.message, body)
  return post.form.refused(refusal)
}

/** Shown to the owner, best effort: a copy that is lost, or comes twice, decides nothing. */
export async function keep(deps: TakeDeps, post: Post, reason: string, body: Uint8Array): Promise<void> {
  const { account, integration } = post
  const about = { account, integration: integration.id, receivedAt: deps.clock.now(), reason }
  try {
    await deps.dispatchQueue.send([{ body: refusedMessage(about, body), account }])
  } catch {
    deps.metrics.add('tocsin_ingest_refused_lost_total')
  }
}
