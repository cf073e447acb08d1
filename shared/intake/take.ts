import { refusedMessage } from '../message/alert-messages.ts'
import type { BodyContent, PostRefusal } from './answer.ts'
import { formOf } from './firehose.ts'
import type { Post, TakeDeps } from './post.ts'
import { type LargePost, readPost, undecodable } from './read.ts'
import { addResult, type IntakeResult, sendAlerts, sendRecords } from './send.ts'

/** Further reasons would be truncated where refusals are kept. */
const KEPT_REASONS = 100

/**
 * Reads the body, sends it durably once, answers. A 2xx means that every item without a problem in the answer is in
 * the queue. A sender that repeats a body after a failure does no harm: dispatch folds the same alerts into one, and
 * records are known by their ids. Undefined: the queue did not take the whole body.
 */
export async function takeBody(deps: TakeDeps, posted: Post): Promise<Response | undefined> {
  const form = formOf(deps, posted)
  const post = form === posted.form ? posted : { ...posted, form }
  const read = await readPost(deps, post, { requireProof: true })
  if (!read.ok) return await refusePost(deps, post, read.refusal, read.bytes)
  if ('pieces' in read) return await takePieces(deps, post, read)
  const { decoded, bytes } = read
  const stored =
    'records' in decoded ? await sendRecords(deps, post, decoded, read) : await sendAlerts(deps, post, decoded, read)
  if (stored === undefined) return undefined
  return await answerStored(deps, post, 'records' in decoded ? 'records' : 'alerts', stored, bytes)
}

/** Invalid items of a body in pieces. A body with more is refused from there on. */
const MOST_INVALID = 20_000

/**
 * Sends a piece before the next piece is read, and answers when all pieces are in the queue. A piece that the queue does
 * not take ends the work (undefined): the sender repeats the whole body, and its first records come twice, which their
 * ids tell. A refused piece ends the work too; the answer says how many records were accepted before.
 */
async function takePieces(deps: TakeDeps, post: Post, read: LargePost): Promise<Response | undefined> {
  const all: IntakeResult = { accepted: 0, invalid: [] }
  const refuse = (refusal: PostRefusal): Promise<Response> => {
    const message = `${refusal.message}; ${all.accepted} records before were accepted`
    return refusePost(deps, post, { ...refusal, message }, read.bytes)
  }
  for await (const piece of read.pieces) {
    if ('refusal' in piece) return await refuse(undecodable(piece.refusal))
    const stored = await sendRecords(deps, post, piece, read)
    if (stored === undefined) return undefined
    addResult(all, stored)
    if (all.invalid.length > MOST_INVALID) {
      const message = `more than ${MOST_INVALID} records are not valid, the first: ${all.invalid[0]?.message}`
      return await refuse({ status: 400, code: 'invalid_body', message })
    }
  }
  return await answerStored(deps, post, 'records', all, read.bytes)
}

/** What the sender hears of a stored body; the invalid items are kept for the owner. */
async function answerStored(
  deps: TakeDeps,
  post: Post,
  content: BodyContent,
  { accepted, invalid }: IntakeResult,
  bytes: Uint8Array,
): Promise<Response> {
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
  const { account, integration, file } = post
  const named = file === undefined ? reason : `${file}: ${reason}`
  const about = { account, integration: integration.id, receivedAt: deps.clock.now(), reason: named }
  try {
    await deps.dispatchQueue.send([{ body: refusedMessage(about, body), account }])
  } catch {
    deps.metrics.add('tocsin_ingest_refused_lost_total')
  }
}
