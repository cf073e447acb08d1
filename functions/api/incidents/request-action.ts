import { digest } from '../../../shared/base/hash.ts'
import type { Action, ActionType } from '../../../shared/group/action.ts'
import { loadGroup } from '../../../shared/group-store/heads.ts'
import type { IncidentRecord } from '../../../shared/group-store/incidents.ts'
import { type ActionRequested, MESSAGE_VERSION } from '../../../shared/message/message.ts'
import type { ApiDeps } from '../http/deps.ts'
import { notFound, type Refusal, refuseWith } from '../http/route.ts'
import { uuid } from '../http/uuid.ts'
import { findIncident } from './read-incident.ts'

/** An action on an incident, asked for with an API key or by a signed link. */
export interface ActionRequest extends Pick<Action, 'type' | 'incident' | 'by' | 'at' | 'text' | 'to'> {
  account: string
  /** The request's `Idempotency-Key`: requests with the same key are one action. */
  once?: string | null
}

/**
 * Sends an action to the group of the incident. The group decides: it checks the state of the incident again when
 * it takes the action, and its timeline has the result.
 */
export async function requestAction(
  deps: ApiDeps,
  { account, once, ...request }: ActionRequest,
): Promise<Action | Refusal> {
  const incident = await findIncident(deps, account, request.incident)
  if (incident === undefined) return notFound('incident')
  const conflict = await conflictOf(deps, incident, request.type)
  if (conflict !== undefined) return conflict
  const action: Action = { id: actionId(deps, account, request, once), ...request }
  const { group, policy, labels } = incident
  const message: ActionRequested = { v: MESSAGE_VERSION, kind: 'action', account, group, policy, labels, action }
  // A message that comes twice is one action: the group knows the latest actions by their ids.
  const { failed } = await deps.dispatchQueue.send([{ account, body: JSON.stringify(message) }])
  return failed.length > 0 ? refuseWith(503, 'unavailable', 'the queue is away; try again') : action
}

/** The reason why the state of the incident, as it is now, does not allow the action. */
async function conflictOf(
  deps: ApiDeps,
  { id, account, state, group }: IncidentRecord,
  type: ActionType,
): Promise<Refusal | undefined> {
  if (type === 'comment') return undefined
  if (type !== 'reopen') return state === 'open' ? undefined : refuseWith(409, 'closed', 'the incident is closed')
  if (state === 'open') return refuseWith(409, 'open', 'the incident is open')
  const loaded = await loadGroup(deps.table, account, group)
  if (loaded?.group.reopenable?.id === id) {
    return loaded.group.incident === undefined
      ? undefined
      : refuseWith(409, 'another_open', `another incident of the group is open: ${loaded.group.incident.id}`)
  }
  return refuseWith(409, 'over', 'nothing of the incident fires any more')
}

const LONGEST_KEY = 200

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
function actionId(
  deps: ApiDeps,
  account: string,
  { type, incident }: Pick<Action, 'type' | 'incident'>,
  key: string | null | undefined,
): string {
  if (!key || key.length > LONGEST_KEY) return uuid(deps.randomBytes)
  return digest([account, incident, type, key], 32)
}
