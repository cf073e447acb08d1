import { refusedMessage } from '../message/alert-messages.ts'
import type { PostRefusal } from './answer.ts'
import type { Post, TakeDeps } from './post.ts'
import { readPost } from './read.ts'
import { sendAlerts, sendRecords } from './send.ts'

/** Further reasons would be truncated where refusals are kept. */
const KEPT_REASONS = 100

/**
 * Reads the body, sends it durably once, answers. A 2xx means that every item without a problem in the answer is in
 * the queue. A sender that repeats a body after a failure does no harm: dispatch folds the same alerts into one, and
 * records are known by their ids. Undefined: the queue did not take the whole body.
 */
export async function takeBody(deps: TakeDeps, post: Post): Promise<Response | undefined> {
  const read = await readPost(deps, post, { requireProof: true })
  if (!read.ok) return await refusePost(deps, post, read.refusal, read.bytes)
  const { decoded, bytes } = read
  const content = 'records' in decoded ? 'records' : 'alerts'
  const stored =
    'records' in decoded ? await sendRecords(deps, post, decoded, read) : await sendAlerts(deps, post, decoded, read)
  if (stored === undefined) return undefined
  const { accepted, invalid } = stored
  if (invalid.length > 0) {
    deps.metrics.add(`tocsin_${content}_invalid_total`, {}, invalid.length)
    if (content === 'alerts') deps.metrics.add('alertmanager_alerts_invalid_total', { version: 'v2' }, invalid.length)
  }
  if (invalid.length === 0) return post.form.accepted(accepted)
  const reasons = invalid.slice(0, KEPT_REASONS).map(({ index, message }) => `[${index}] ${message}`)
  await keepRefused(deps, post, reasons.join('\n'), bytes)
  return post.form.invalid(content, invalid, accepted)
}

export const pausedRefusal: PostRefusal = {
  status: 403,
  code: 'paused',
  message: 'this integration is paused by its owner',
}

/** Answers the refusal and keeps the body for the owner of the integration. */
export async function refusePost(
  deps: TakeDeps,
  post: Post,
  refusal: PostRefusal,
  body: Uint8Array,
): Promise<Response> {
  await keepRefused(deps, post, refusal.message, body)
  return post.form.refused(refusal)
}

/** Best effort: the copy is only shown to the owner, so a copy that is lost or comes twice decides nothing. */
async function keepRefused(deps: TakeDeps, post: Post, reason: string, body: Uint8Array): Promise<void> {
  const { account, integration } = post
  const about = { account, integration: integration.id, receivedAt: deps.clock.now(), reason }
  try {
    await deps.dispatchQueue.send([{ body: refusedMessage(about, body), account }])
  } catch {
    deps.metrics.add('tocsin_ingest_refused_lost_total')
  }
}
