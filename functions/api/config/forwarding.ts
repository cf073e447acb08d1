import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { showForwarding } from '../../../shared/document/sections/forwarding.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { readConfig } from '../../../shared/store/configs.ts'
import { readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { notFound } from '../http/route.ts'
import { change } from './change.ts'

const forwarding = z.object({ url: z.string(), sources: z.enum(['own', 'all']) })
const done = { 200: { text: 'What it changed', schema: z.record(z.string(), z.unknown()) } }

/** Routes of the section `forwarding` of the document. */
export function forwardingRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/forwarding'
  return [
    {
      method: 'GET',
      path,
      access: 'viewer',
      about: {
        summary: 'Where alerts are forwarded to, the URL masked',
        answers: { 200: { text: 'The forwarding', schema: forwarding }, 404: { text: 'Nothing is forwarded' } },
      },
      handle: (ask) => show(deps, ask),
    },
    {
      method: 'PUT',
      path,
      access: 'editor',
      about: {
        summary: 'Forward alerts to an integration of type `arms` in another account',
        body: {
          types: ['application/json'],
          note: '`{url, sources?}`; `own` (default): what rules of this account raise',
        },
        answers: { ...done, 422: { text: 'Nothing was changed; every problem with its path' } },
      },
      async handle(ask) {
        const body = await readJson(ask.request)
        return body.ok ? put(deps, ask, body.value ?? {}) : body.refusal
      },
    },
    {
      method: 'DELETE',
      path,
      access: 'editor',
      about: { summary: 'Stop forwarding', answers: done },
      handle: (ask) => put(deps, ask, null),
    },
  ]
}

async function show(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const { config } = await readConfig(deps.table, ask.account)
  return config.forwarding === undefined ? notFound('forwarding') : json(200, showForwarding(config.forwarding))
}

function put(deps: ApiDeps, ask: Ask, forwarding: unknown): Promise<Answer> {
  return change(deps, ask, (current) => readTocsinYml({ forwarding }, current, deps.secrets))
}
