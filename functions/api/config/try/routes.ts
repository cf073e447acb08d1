import { integrationToken } from '../../../../shared/account/token.ts'
import { json } from '../../../../shared/base/answers.ts'
import { inSlices } from '../../../../shared/base/steps.ts'
import type { RecordPiece } from '../../../../shared/intake/pieces.ts'
import { type Post, recoveryTimes } from '../../../../shared/intake/post.ts'
import { readPost } from '../../../../shared/intake/read.ts'
import {
  addResult,
  type IntakeResult,
  prepareAlerts,
  prepareRecords,
  type Times,
} from '../../../../shared/intake/send.ts'
import { integrations } from '../../../../shared/integrations/registry.ts'
import type { AuditRecord } from '../../../../shared/record/record.ts'
import { createRuleBooks } from '../../../../shared/rule-book/rule-book.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { postedBody, postedHeaders } from '../../http/ingested.ts'
import type { Ask, Refusal, Route } from '../../http/route.ts'
import { notFound, refuseWith } from '../../http/route.ts'
import { showTrialAlert, showTrialRecord, type Trial, type TrialAnswer, trialAnswer } from './trial-view.ts'

/** Entries shown of a list; an answer about 20,000 alerts would be larger than an answer of Lambda may be. */
const MOST_SHOWN = 100

/**
 * Routes that try a body: the alerts or records that an integration reads in the body, and the policies or rules for
 * these. Nothing is stored or sent.
 */
export function trialRoutes(deps: ApiDeps): Route[] {
  const tryBody = createTrials(deps)
  return [
    {
      method: 'POST',
      path: '/api/v1/integrations/{id}/test',
      access: 'editor',
      about: {
        summary: 'Try a body out: what the integration reads in it, and which rules and policies take that',
        headers: postedHeaders,
        body: { ...postedBody, note: 'Whatever would be posted to the URL, with its headers' },
        answers: {
          200: { text: 'What would come of it; nothing does', schema: trialAnswer },
          400: { text: 'The body cannot be read. As at the URL: also 413, 415 and 422' },
          404: { text: 'There is no integration of that id' },
        },
      },
      handle: async (ask) => {
        const tried = await tryBody(ask)
        return 'refused' in tried ? tried : json(200, tried)
      },
    },
  ]
}

/** Tries the body of a request out. */
export function createTrials(deps: ApiDeps): (ask: Ask) => Promise<TrialAnswer | Refusal> {
  const bookOf = createRuleBooks()
  return (ask) => tryBody(deps, bookOf, ask)
}

async function tryBody(
  deps: ApiDeps,
  bookOf: ReturnType<typeof createRuleBooks>,
  ask: Ask,
): Promise<TrialAnswer | Refusal> {
  const { account, request } = ask
  const config = await deps.configs.current(account)
  const integration = config.integration(ask.param('id'))
  const format = integrations.get(integration?.type ?? '')
  if (integration === undefined || format === undefined) return notFound('integration')
  const token = integrationToken(deps.secrets, account, integration.id, integration.generation)
  const recovery = recoveryTimes(integration, config.config)
  const post: Omit<Post, 'form'> = { request, account, integration, recovery, format, token }
  // The caller may see the URL of the integration, so a missing signature keeps no caller out; the answer only says
  // that the URL needs a signature.
  const read = await readPost(deps, post, { requireProof: false })
  if (!read.ok) return refuseWith(read.refusal.status, read.refusal.code, read.refusal.message)
  const { receivedAt, recoverAfterMs } = read
  const trial: Trial = { account, integration: integration.id, config, recoverAfterMs, receivedAt }
  const book = await bookOf(config)
  const show = async (record: AuditRecord) => {
    await inSlices(book.prepare(record.trail))
    return showTrialRecord(record, book, trial)
  }
  if ('pieces' in read) return await tryRecords(post, read.pieces, read, show)
  const { decoded, verification } = read
  if ('records' in decoded) return await tryRecords(post, [decoded], read, show)
  const { hops, looped } = decoded
  const { items, accepted, invalid } = await inSlices(prepareAlerts(post, decoded, read))
  return {
    accepted,
    alerts: items.slice(0, MOST_SHOWN).map((alert) => showTrialAlert(alert, { ...trial, hops })),
    invalid: invalid.slice(0, MOST_SHOWN),
    looped: looped || undefined,
    needsSignature: verification.needed || undefined,
  }
}

/** Of a large body only the shown records are kept; the whole body is read for the counts and the problems. */
async function tryRecords(
  post: Omit<Post, 'form'>,
  pieces: AsyncIterable<RecordPiece> | Iterable<RecordPiece>,
  times: Times,
  show: (record: AuditRecord) => Promise<NonNullable<TrialAnswer['records']>[number]>,
): Promise<TrialAnswer | Refusal> {
  const all: IntakeResult & { items: AuditRecord[] } = { accepted: 0, invalid: [], items: [] }
  for await (const piece of pieces) {
    if ('refusal' in piece) return refuseWith(piece.refusal.status, 'invalid_body', piece.refusal.body.message)
    const prepared = await inSlices(prepareRecords(post, piece, times))
    all.items.push(...prepared.items.slice(0, MOST_SHOWN - all.items.length))
    addResult(all, prepared)
  }
  const records: TrialAnswer['records'] = []
  for (const record of all.items) records.push(await show(record))
  return {
    accepted: all.accepted,
    records,
    invalid: all.invalid.slice(0, MOST_SHOWN),
  }
}
