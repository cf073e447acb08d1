import { integrationToken } from '../../../../shared/account/token.ts'
import { json } from '../../../../shared/base/answers.ts'
import { type Post, recoverAfterMs } from '../../../../shared/intake/post.ts'
import { readPost } from '../../../../shared/intake/read.ts'
import { prepareAlerts, prepareRecords } from '../../../../shared/intake/send.ts'
import { integrations } from '../../../../shared/integrations/registry.ts'
import { createRuleBooks } from '../../../../shared/rule-book/rule-book.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Answer, Ask, Route } from '../../http/route.ts'
import { notFound, refuse } from '../../http/route.ts'
import { testerAnswer } from '../../http/schemas.ts'
import { type Asked, showAlert, showRecord } from './try.ts'

/** Shown of each list; an answer to 20,000 alerts would be larger than what a Lambda may answer. */
const MOST_SHOWN = 100

/** What an integration would make of a body, and who would take it: nothing is stored, nobody is told. */
export function testerRoutes(deps: ApiDeps): Route[] {
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
          200: { text: 'What would come of it; nothing does', schema: testerAnswer },
          400: { text: 'The body cannot be read. As at the URL: also 413, 415 and 422' },
          404: { text: 'There is no integration of that id' },
        },
      },
      handle: (ask) => tryOut(deps, bookOf, ask),
    },
  ]
}

async function tryOut(deps: ApiDeps, bookOf: ReturnType<typeof createRuleBooks>, ask: Ask): Promise<Answer> {
  const { account, request } = ask
  const config = await deps.configs.current(account)
  const integration = config.integration(ask.param('id'))
  const format = integrations.get(integration?.type ?? '')
  if (integration === undefined || format === undefined) return notFound('integration')
  const recoverMs = recoverAfterMs(integration, config.config)
  const token = integrationToken(deps.secrets, account, integration.id, integration.generation)
  const post: Omit<Post, 'form'> = { request, account, integration, recoverAfterMs: recoverMs, format, token }
  // Whoever tries out may see the URL, so there is nobody to keep out; what has to be signed is only told so.
  const read = await readPost(deps, post, { requireProof: false })
  if (!read.ok) return refuse(read.refusal.status, read.refusal.code, read.refusal.message)
  const { decoded, receivedAt, verification } = read
  const asked: Asked = { account, integration: integration.id, config, recoverAfterMs: recoverMs, receivedAt }
  if ('records' in decoded) {
    const { items, accepted, invalid } = prepareRecords(post, decoded, receivedAt)
    const records = items.slice(0, MOST_SHOWN).map((record) => showRecord(record, bookOf(config), asked))
    return json(200, { accepted, records, invalid: invalid.slice(0, MOST_SHOWN) })
  }
  const { hops, looped } = decoded
  const { items, accepted, invalid } = prepareAlerts(post, decoded, receivedAt)
  const from = { ...asked, ...(hops === undefined ? {} : { hops }) }
  return json(200, {
    accepted,
    alerts: items.slice(0, MOST_SHOWN).map((alert) => showAlert(alert, from)),
    invalid: invalid.slice(0, MOST_SHOWN),
    ...(looped ? { looped } : {}),
    ...(verification.needed ? { needsSignature: true } : {}),
  })
}
