import { json } from '../../../shared/base/answers.ts'
import { LIMITS } from '../../../shared/base/limits.ts'
import { inSlices } from '../../../shared/base/steps.ts'
import { readYaml } from '../../../shared/document/reading/yaml.ts'
import { configSchema } from '../../../shared/document/show.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'
import { changeAnswer, changed, dryRunQuery, matchHeaders } from '../config/change.ts'
import { type BodyRead, invalid, mediaType, readJson, readText } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { type Answer, type Ask, isRefusal, type Route } from '../http/route.ts'
import { batchBody, saveBatch, stagedAnswer, stagePart } from './batch.ts'

const PATH = '/api/v1/rules:batch'

/** More rules than a request has room for: parts first, each by itself, then one change that names the parts. */
export function ruleBatchRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'PUT',
      path: PATH,
      access: 'editor',
      about: {
        summary: 'Keep a part of a batch of rules for a day. The rules of the account stay as they are',
        body: {
          types: ['application/json', 'application/yaml'],
          schema: configSchema,
          note: `\`{"rules": [...]}\`, or a page of \`GET /api/v1/rules\`; at most ${LIMITS.rulesPartBytes} bytes`,
        },
        answers: {
          200: { text: 'The name of the part, and what is wrong in it', schema: stagedAnswer },
          422: { text: 'The body is no list of rules, or beyond a limit: nothing was kept' },
        },
      },
      handle: (ask) => putPart(deps, ask),
    },
    {
      method: 'POST',
      path: PATH,
      access: 'editor',
      about: {
        summary: 'Make the rules of the parts the rules of the account, in one change',
        query: dryRunQuery,
        headers: matchHeaders,
        body: { schema: batchBody },
        answers: {
          200: { text: 'The new revision, and the plan of its changes', schema: changed },
          409: { text: 'Another change of the configuration came at the same moment' },
          412: { text: 'The configuration is no longer the one of `If-Match`' },
          422: { text: 'Nothing was changed; every problem of all parts, as `parts[2].rules[17].sigma…`' },
        },
      },
      handle: (ask) => postBatch(deps, ask),
    },
  ]
}

async function putPart(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readPart(ask)
  if (!body.ok) return body.refusal
  const staged = await stagePart(deps, ask, body.value)
  return isRefusal(staged) ? staged : json(200, staged)
}

async function readPart({ request }: Ask): Promise<BodyRead<unknown>> {
  const limitBytes = LIMITS.rulesPartBytes
  if (mediaType(request) === 'application/json') {
    return await readJson(request, { exact: true, limitBytes, mostValues: LIMITS.documentValues })
  }
  const text = await readText(request, limitBytes)
  if (!text.ok) return text
  const read = await inSlices(readYaml(text.value))
  return read.ok ? { ok: true, value: read.document } : { ok: false, refusal: invalid(read.problems) }
}

async function postBatch(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readJson(ask.request)
  if (!body.ok) return body.refusal
  const asked = batchBody.safeParse(body.value)
  if (!asked.success) return invalid(zodProblems(asked.error))
  return changeAnswer(await saveBatch(deps, ask, asked.data.parts))
}
