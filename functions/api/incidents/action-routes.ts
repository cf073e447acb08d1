import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import type { Action, ActionType } from '../../../shared/group/action.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'
import { actorOf, actorRefusal } from '../http/actor.ts'
import { invalid, readOptionalJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Answer, Ask, Refusal, Route } from '../http/route.ts'
import { requestAction } from './request-action.ts'

export const textField = z.string().trim().min(1, 'must not be empty').max(4000)
export const personField = z.string().trim().min(1, 'must not be empty').max(100)

const actionBody = z
  .strictObject({
    by: personField
      .optional()
      .describe('The person who acts; the user of the key, or the name of the key, when absent'),
    comment: textField.optional(),
    solution: textField.optional().describe('The solution, for a close'),
    to: personField.optional().describe('The new handler, for an assignment'),
  })
  .meta({ id: 'IncidentAction' })

/** Bodies of actions that say nothing without a text or a person. */
const BODIES: Partial<Record<ActionType, z.ZodType>> = {
  comment: actionBody.required({ comment: true }).meta({ id: 'CommentAction' }),
  assign: actionBody.required({ to: true }).meta({ id: 'AssignAction' }),
}

type ActionBody = z.output<typeof actionBody>

export const accepted = z
  .object({ id: z.string(), action: z.string(), incident: z.string() })
  .meta({ id: 'AcceptedAction' })

export function showAccepted({ id, type, incident }: Action): z.output<typeof accepted> {
  return { id, action: type, incident }
}

const SUMMARIES: Record<ActionType, string> = {
  claim: 'Claim the incident: repeats stop, new and resolved alerts are still sent',
  unclaim: 'Give the incident back: repeats go on',
  assign: 'Assign the incident to a person: `to`',
  comment: 'Add a comment to the incident: `comment`',
  close: 'Close the incident, with a `solution`; alerts that are only resent do not reopen the incident',
  reopen: 'Reopen an incident that was closed by hand, while its alerts fire',
}

/** Requests with the same value are done once. */
export const onceHeaders = { 'Idempotency-Key': z.string().describe('Requests with the same value are done once') }

/** The field without which an action of the type says nothing. */
const REQUIRED_FIELD: Partial<Record<ActionType, 'comment' | 'to'>> = { comment: 'comment', assign: 'to' }

/** The group decides about an action later, so the answer is 202: the incident and its timeline show the result. */
export function incidentActionRoutes(deps: ApiDeps): Route[] {
  return (Object.keys(SUMMARIES) as ActionType[]).map((type) => ({
    method: 'POST',
    path: `/api/v1/incidents/{id}/${type}`,
    access: 'responder',
    about: {
      summary: SUMMARIES[type],
      headers: onceHeaders,
      body: { schema: BODIES[type] ?? actionBody, optional: REQUIRED_FIELD[type] === undefined },
      answers: {
        202: { text: 'Accepted; the group decides', schema: accepted },
        404: { text: 'No entry has the id' },
        409: { text: 'The state of the incident does not allow the action' },
        422: { text: 'Nothing was done; every problem with its path' },
      },
    },
    handle: (ask) => postAction(deps, ask, type),
  }))
}

async function postAction(deps: ApiDeps, ask: Ask, type: ActionType): Promise<Answer> {
  const read = await readActionBody(ask)
  if ('refused' in read) return read
  const wrong = actorRefusal(ask, read.by)
  if (wrong !== undefined) return wrong
  const missing = REQUIRED_FIELD[type]
  if (missing !== undefined && read[missing] === undefined) {
    return invalid([{ path: missing, message: `is needed to ${type}` }])
  }
  const action = await requestAction(deps, {
    account: ask.account,
    type,
    incident: ask.param('id'),
    by: actorOf(ask, read.by),
    at: ask.now,
    text: textOf(read, type),
    to: read.to,
    once: ask.request.headers.get('idempotency-key'),
  })
  return 'refused' in action ? action : json(202, showAccepted(action))
}

/** The body is optional, since most actions need no text. */
async function readActionBody(ask: Ask): Promise<ActionBody | Refusal> {
  const body = await readOptionalJson(ask.request)
  if (!body.ok) return body.refusal
  const read = actionBody.safeParse(body.value)
  return read.success ? read.data : invalid(zodProblems(read.error))
}

export function textOf(
  { comment, solution }: Pick<ActionBody, 'comment' | 'solution'>,
  type: ActionType,
): string | undefined {
  return type === 'close' ? (solution ?? comment) : comment
}
