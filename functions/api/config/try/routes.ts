import { integrationToken } from '../../../../shared/account/token.ts'
import { json } from '../../../../shared/base/answers.ts'
import { type Post, recoveryTimes } from '../../../../shared/intake/post.ts'
import { readPost } from '../../../../shared/intake/read.ts'
import { prepareAlerts, prepareRecords } from '../../../../shared/intake/send.ts'
import { integrations } from '../../../../shared/integrations/registry.ts'
import { createRuleBooks } from '../../../../shared/rule-book/rule-book.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Answer, Ask, Route } from '../../http/route.ts'
import { notFound, refuseWith } from '../../http/route.ts'
import { showTrialAlert, showTrialRecord, type Trial, type TrialAnswer, trialAnswer } from './trial-view.ts'

/** Entries shown of a list; an answer about 20,000 alerts would be larger than an answer of Lambda may be. */
const MOST_SHOWN = 100

/**
 * Routes that try a body: the alerts or records that an integration reads in the body, and the policies or rules for
 * these. Nothing is stored or sent.
 */
export function trialRoutes(deps: ApiDeps): Route[] {
  const bookOf = createRuleBooks()
  return [
    {
      method: 'POST',
      path: '/api/v1/integrations/{id}/test',
      access: 'editor',
      about: {
        summary: 'Try a body out: what the integration reads in it, and which rules and policies take that',
        body: { types: ['application/json'], note: 'Whatever would be posted to the URL, with its headers' },
        answers: {
          200: { text: 'What would come of it; nothing does', schema: trialAnswer },
          400: { text: 'The body cannot be read. As at the URL: also 413, 415 and 422' },
          404: { text: 'There is no integration of that id' },
        },
      },
      handle: (ask) => tryBody(deps, bookOf, ask),
    },
  ]
}

async function tryBody(deps: ApiDeps, bookOf: ReturnType<typeof createRuleBooks>, ask: Ask): Promise<Answer> {
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
  const { decoded, receivedAt, recoverAfterMs, verification } = read
  const trial: Trial = { account, integration: integration.id, config, recoverAfterMs, receivedAt }
  if ('records' in decoded) {
    const { items, accepted, invalid } = prepareRecords(post, decoded, read)
    const records = items.slice(0, MOST_SHOWN).map((record) => showTrialRecord(record, bookOf(config), trial))
    const answer: TrialAnswer = { accepted, records, invalid: invalid.slice(0, MOST_SHOWN) }
    return json(200, answer)
  }
  const { hops, looped } = decoded
  const { items, accepted, invalid } = prepareAlerts(post, decoded, read)
  const answer: TrialAnswer = {
    accepted,
    alerts: items.slice(0, MOST_SHOWN).map((alert) => showTrialAlert(alert, { ...trial, hops })),
    invalid: invalid.slice(0, MOST_SHOWN),
    looped: looped || undefined,
    needsSignature: verification.needed || undefined,
  }
  return json(200, answer)
}
