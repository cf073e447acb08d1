import * as z from 'zod'
import { json } from '../../shared/base/answers.ts'
import { digest } from '../../shared/base/hash.ts'
import { zodProblems } from '../../shared/config/problem.ts'
import type { Action, ActionType } from '../../shared/group/action.ts'
import { type ActionRequested, MESSAGE_VERSION } from '../../shared/message/message.ts'
import { loadGroup } from '../../shared/store/heads.ts'
import { type IncidentRecord, readIncident } from '../../shared/store/incidents.ts'
import { invalid, readOptionalJson } from './body.ts'
import type { ApiDeps } from './deps.ts'
import { INCIDENT_ID } from './incidents.ts'
import type { Answer, Ask, Refusal, Route } from './route.ts'
import { notFound, refuse } from './route.ts'
import { uuid } from './uuid.ts'

const text = z.string().trim().min(1, 'must not be empty').max(4000)
const person = z.string().trim().min(1, 'must not be empty').max(100)

const said = z.strictObject({
  by: person.optional().describe('Who does it; the name of the key when absent'),
  comment: text.optional(),
  solution: text.optional().describe('Of a close'),
  to: person.optional().describe('To whom it is assigned'),
})

type Said = z.output<typeof said>

const accepted = z.object({ id: z.string(), action: z.string(), incident: z.string() })

const ACTIONS: Record<ActionType, string> = {
  claim: 'Take an incident in hand: repeats stop, what begins or ends is told all the same',
  unclaim: 'Give it back: repeats go on',
  assign: 'Give it to somebody: `to`',
  comment: 'Say something: `comment`',
  close: 'Close it, with a `solution`; resends of what still fires reopen nothing',
  reopen: 'Open again what was closed by hand and still fires',
}

/** Without these words it says nothing. */
const NEEDED: Partial<Record<ActionType, 'comment' | 'to'>> = { comment: 'comment', assign: 'to' }

/** Decided by the group, so the answer is 202: the incident and its timeline show what came of it. */
export function incidentActionRoutes(deps: ApiDeps): Route[] {
  return (Object.keys(ACTIONS) as ActionType[]).map((type) => ({
    method: 'POST',
    path: `/api/v1/incidents/{id}/${type}`,
    access: 'responder',
    about: {
      summary: `${ACTIONS[type]}. With \`Idempotency-Key\` it is done once however often it is asked`,
      body: { types: ['application/json'], schema: said, ...(NEEDED[type] === undefined ? { optional: true } : {}) },
      answers: {
        202: { text: 'It is being done', schema: accepted },
        404: { text: 'There is none of that id' },
        409: { text: 'The incident is not in a state for it' },
        422: { text: 'Nothing was done; every problem with its path' },
      },
    },
    handle: (ask) => act(deps, ask, type),
  }))
}

async function act(deps: ApiDeps, ask: Ask, type: ActionType): Promise<Answer> {
  const read = await readSaid(ask)
  if ('refused' in read) return read
  const missing = NEEDED[type]
  if (missing !== undefined && read[missing] === undefined) {
    return invalid([{ path: missing, message: `is needed to ${type}` }])
  }
  const id = ask.param('id')
  const incident = INCIDENT_ID.test(id) ? await readIncident(deps.table, ask.account, id) : undefined
  if (incident === undefined) return notFound('incident')
  const conflict = await conflictOf(deps, ask, incident, type)
  if (conflict !== undefined) return conflict
  const action: Action = {
    id: actionId(deps, ask, type, id),
    type,
    incident: id,
    by: read.by ?? ask.name ?? ask.role,
    at: ask.now,
    ...textOf(read, type),
    ...(read.to === undefined ? {} : { to: read.to }),
  }
  const { account, group, policy, labels } = incident
  const message: ActionRequested = { v: MESSAGE_VERSION, kind: 'action', account, group, policy, labels, action }
  // Twice is once: the group knows the latest actions by their ids.
  const { failed } = await deps.alerts.send([{ account, body: JSON.stringify(message) }])
  if (failed.length > 0) return refuse(503, 'unavailable', 'the queue is away; try again')
  return json(202, { id: action.id, action: type, incident: id })
}

/** Most actions need no words. */
async function readSaid(ask: Ask): Promise<Said | Refusal> {
  const body = await readOptionalJson(ask.request)
  if (!body.ok) return body.refusal
  const read = said.safeParse(body.value)
  return read.success ? read.data : invalid(zodProblems(read.error))
}

function textOf({ comment, solution }: Said, type: ActionType): Pick<Action, 'text'> {
  const words = type === 'close' ? (solution ?? comment) : comment
  return words === undefined ? {} : { text: words }
}

/** What is known now; the group looks again when it takes the action, and its timeline says what came of it. */
async function conflictOf(
  deps: ApiDeps,
  ask: Ask,
  { state, group }: IncidentRecord,
  type: ActionType,
): Promise<Refusal | undefined> {
  if (type === 'comment') return undefined
  if (type !== 'reopen') return state === 'open' ? undefined : refuse(409, 'closed', 'the incident is closed')
  if (state === 'open') return refuse(409, 'open', 'the incident is open')
  const loaded = await loadGroup(deps.table, ask.account, group)
  if (loaded?.group.shut?.id === ask.param('id')) {
    return loaded.group.incident === undefined
      ? undefined
      : refuse(409, 'another_open', `another incident of the group is open: ${loaded.group.incident.id}`)
  }
  return refuse(409, 'over', 'nothing of the incident fires any more')
}

const LONGEST_KEY = 200

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
function actionId(deps: ApiDeps, ask: Ask, type: ActionType, incident: string): string {
  const key = ask.request.headers.get('idempotency-key')
  if (key === null || key === '' || key.length > LONGEST_KEY) return uuid(deps.randomBytes)
  return digest([ask.account, incident, type, key], 32)
}
