import type { Post, TakeDeps } from './post.ts'
import { readPost } from './read.ts'
import { keep, refuse } from './refuse.ts'
import { sendAlerts, sendRecords } from './send.ts'

/** More would be cut off where they are kept. */
const KEPT_REASONS = 100

/**
 * Is it readable, one durable send, answer. A 2xx means that everything which was not named in the answer
 * is in the queue. What the sender repeats after a failure is folded into the same alerts, and records are
 * known by their ids, so a part that did arrive does no harm twice. Undefined: the queue did not take all.
 */
export async function takeBody(deps: TakeDeps, post: Post): Promise<Response | undefined> {
  const read = await readPost(deps, post, { signatures: true })
  if (!read.ok) return await refuse(deps, post, read.refusal, read.bytes)
  const { decoded, receivedAt, bytes } = read
  const what = 'records' in decoded ? 'records' : 'alerts'
  const stored =
    'records' in decoded
      ? await sendRecords(deps, post, decoded, receivedAt)
      : await sendAlerts(deps, post, decoded, receivedAt)
  if (stored === undefined) return undefined
  const { accepted, invalid } = stored
  if (invalid.length > 0) deps.metrics.add(`tocsin_${what}_invalid_total`, {}, invalid.length)
  if (invalid.length === 0) return post.form.accepted(accepted)
  const reason = invalid.slice(0, KEPT_REASONS).map(({ index, message }) => `[${index}] ${message}`)
  await keep(deps, post, reason.join('\n'), bytes)
  return post.form.invalid(what, invalid, accepted)
}
