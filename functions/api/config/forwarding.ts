import { json } from '../../../shared/base/answers.ts'
import { forwardingSchema, showForwarding } from '../../../shared/document/sections/forwarding.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { readConfig } from '../../../shared/store/whole-config.ts'
import { readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { notFound } from '../http/route.ts'
import { changeAnswer, changeDocument, changed, dryRunQuery } from './change.ts'

const done = { 200: { text: 'The new revision, and the plan of its changes', schema: changed } }

/** Routes of the section `forwarding` of the document. */
export function forwardingRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/forwarding'
  return [
    {
      method: 'GET',
      path,
      access: 'viewer',
      about: {
        summary: 'The forwarding of alerts, the URL masked',
        answers: { 200: { text: 'The forwarding', schema: forwardingSchema }, 404: { text: 'Nothing is forwarded' } },
      },
      handle: (ask) => getForwarding(deps, ask),
    },
    {
      method: 'PUT',
      path,
      access: 'editor',
      about: {
        summary: 'Forward alerts to an integration of type `arms` in another account',
        query: dryRunQuery,
        body: { schema: forwardingSchema },
        answers: { ...done, 422: { text: 'Nothing was changed; every problem with its path' } },
      },
      async handle(ask) {
        const body = await readJson(ask.request)
        return body.ok ? putForwarding(deps, ask, body.value ?? {}) : body.refusal
      },
    },
    {
      method: 'DELETE',
      path,
      access: 'editor',
      about: { summary: 'Stop forwarding', query: dryRunQuery, answers: done },
      handle: (ask) => putForwarding(deps, ask, null),
    },
  ]
}

async function getForwarding(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const { config } = await readConfig(deps, ask.account, ['forwarding'])
  return config.forwarding === undefined ? notFound('forwarding') : json(200, showForwarding(config.forwarding))
}

async function putForwarding(deps: ApiDeps, ask: Ask, forwarding: unknown): Promise<Answer> {
  return changeAnswer(
    await changeDocument(deps, ask, (current) => readTocsinYml({ forwarding }, current, deps.secrets)),
  )
}
