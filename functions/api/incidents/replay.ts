import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { parseRfc3339 } from '../../../shared/base/rfc3339.ts'
import type { LifecycleEvent } from '../../../shared/delivery/delivery.ts'
import { readDelivery, type StoredDelivery } from '../../../shared/group-store/deliveries.ts'
import { loadGroup } from '../../../shared/group-store/heads.ts'
import { MESSAGE_VERSION, type ReplayRequested } from '../../../shared/message/message.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'
import { sendAll } from '../../../shared/queue/port.ts'
import { invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { readFlag } from '../http/flag.ts'
import { listPage, readPaging } from '../http/paging.ts'
import type { Answer, Ask, Refusal, Route } from '../http/route.ts'
import { isRefusal, notFound, refuseWith } from '../http/route.ts'
import { time } from '../http/schemas.ts'
import { DELIVERY_ID } from './delivery-view.ts'
import { toldTarget } from './fates.ts'
import { listInState, readAbout } from './find-deliveries.ts'
import { findIncident } from './read-incident.ts'

const replayAccepted = z
  .object({ id: z.string(), group: z.string(), target: z.string() })
  .meta({ id: 'AcceptedReplay' })

type AcceptedReplay = z.output<typeof replayAccepted>

/** Deliveries that a request names. */
export const MOST_CHOSEN = 100

/** States of deliveries without a coming attempt: to send such a delivery again is a person's decision. */
export const REPLAYABLE = ['failed', 'ambiguous', 'dead', 'dropped', 'arrived'] as const

export const manyBody = z
  .strictObject({
    state: z.enum(REPLAYABLE).optional(),
    target: z.string().min(1).optional().describe('As `targets` of the timeline name it'),
    incident: z.string().min(1).optional(),
    until: time.optional().describe('Only deliveries that were opened until then, such as those of a dry run'),
    ids: z.array(z.string().min(1)).min(1).max(MOST_CHOSEN).optional().describe('These deliveries, and nothing else'),
  })
  .superRefine(({ state, target, incident, until, ids }, context) => {
    const filtered = (state ?? target ?? incident) !== undefined
    if (ids !== undefined && (filtered || until !== undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['ids'],
        message: 'stands alone, without a state, target, incident or until',
      })
    }
    if (ids !== undefined || filtered) return
    context.addIssue({ code: 'custom', path: [], message: 'name a state, a target, an incident or ids' })
  })
  .meta({ id: 'DeliveriesToReplay' })

type Wanted = Omit<z.output<typeof manyBody>, 'ids'>

const leftOut = z.object({
  id: z.string(),
  code: z.string().describe('`not_found`, `over`: nothing is left to tell, or `unavailable`: ask again'),
  message: z.string(),
})

const manyAnswer = z
  .object({
    dryRun: z.boolean(),
    messages: z.int().describe('Targets of groups that are told anew, and life-cycle events that are sent again'),
    targets: z.array(z.object({ target: z.string(), messages: z.int() })),
    deliveries: z.int().describe('Deliveries that were found'),
    over: z.int().describe('Deliveries of groups that are over: nothing is left to send'),
    left: z.array(leftOut).optional().describe('Of `ids`: the deliveries that are not sent again, and why'),
    next: z.string().optional().describe('There may be older ones: ask again with this `?after=`'),
  })
  .meta({ id: 'Replays' })

export type Replays = z.output<typeof manyAnswer>

export function replayRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/deliveries'
  return [
    {
      method: 'POST',
      path: `${path}/{id}/replay`,
      access: 'responder',
      about: {
        summary: 'Send the target of this delivery the present state of its group again',
        answers: {
          202: { text: 'Accepted; the group decides', schema: replayAccepted },
          404: { text: 'No delivery has the id, or its group is gone' },
          409: { text: 'The group is over: nothing is left to send' },
        },
      },
      handle: async (ask) => {
        const asked = await requestReplay(deps, ask)
        return 'refused' in asked ? asked : json(202, asked)
      },
    },
    {
      method: 'POST',
      path: `${path}:replay`,
      access: 'responder',
      about: {
        summary: 'Send many targets the present state of their groups again; a dry run counts first',
        query: { dryRun: z.enum(['true', 'false']), after: z.string().describe('`next` of the answer before') },
        body: { schema: manyBody },
        answers: {
          200: { text: 'The answer of a dry run', schema: manyAnswer },
          202: { text: 'Accepted; the groups decide', schema: manyAnswer },
          422: { text: 'The body is not such a choice' },
        },
      },
      handle: (ask) => answerMany(deps, ask),
    },
  ]
}

/**
 * Asks for a target of an open incident at once, and ends the wait of the target. Twice is harmless, as with every
 * replay: the target is told the present state once more.
 */
export async function requestTry(deps: ApiDeps, { account }: Ask, id: string, target: string): Promise<true | Refusal> {
  const incident = await findIncident(deps, account, id)
  if (incident === undefined) return notFound('incident')
  if (incident.state === 'closed') return refuseWith(409, 'closed', 'the incident is closed')
  const { group } = incident
  const loaded = await loadGroup(deps.table, account, group)
  if (loaded?.group.targets.has(target) !== true) return notFound('target of the incident')
  return (await sendMany(deps, [{ v: MESSAGE_VERSION, kind: 'replay', account, group, target }])) ?? true
}

/**
 * A replay that runs twice is harmless: the target is told the present state once more. The group compares, and never
 * repeats the old state.
 */
export async function requestReplay(deps: ApiDeps, ask: Ask): Promise<AcceptedReplay | Refusal> {
  const message = await replayOfId(deps, ask.account, ask.param('id'))
  return 'refused' in message ? message : await sendReplay(deps, ask, message)
}

async function replayOfId({ table }: ApiDeps, account: string, id: string): Promise<ReplayRequested | Refusal> {
  const group = DELIVERY_ID.exec(id)?.[1]
  if (group === undefined) return notFound('delivery')
  const [stored, loaded] = await Promise.all([
    readDelivery(table, account, group, id),
    loadGroup(table, account, group),
  ])
  const event = stored?.delivery.notification.event
  if (stored !== undefined && event !== undefined) return replayOfEvent(stored, event)
  // A delivery in a ledger is found by the timeline of its group.
  const target = stored?.delivery.target ?? (await toldTarget(table, account, group, id))
  if (target === undefined) return notFound('delivery')
  if (loaded === undefined) return refuseWith(404, 'not_found', 'the group of this delivery is over')
  if (loaded.group.members.size === 0) return refuseWith(409, 'over', 'the group is over: nothing is left to tell')
  return { v: MESSAGE_VERSION, kind: 'replay', account, group, target }
}

/**
 * A life-cycle event is sent again as it was, even if its incident is over: the receiver recognises the event by its
 * id.
 */
function replayOfEvent({ delivery, progress }: StoredDelivery, { type, at }: LifecycleEvent): ReplayRequested {
  const { id, account, group, target, policy, notification } = delivery
  const event = { delivery: id, type, at, attempts: progress.begun }
  return { v: MESSAGE_VERSION, kind: 'replay', account, group, target, event, policy, labels: notification.groupLabels }
}

async function sendReplay(deps: ApiDeps, ask: Ask, message: ReplayRequested): Promise<AcceptedReplay | Refusal> {
  const { failed } = await deps.dispatchQueue.send([queued(message)])
  if (failed.length > 0) return refuseWith(503, 'unavailable', 'the queue is away; try again')
  const { group, target } = message
  return { id: ask.param('id'), group, target }
}

async function answerMany(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readJson(ask.request, { exact: true })
  if (!body.ok) return body.refusal
  const wanted = manyBody.safeParse(body.value)
  if (!wanted.success) return invalid(zodProblems(wanted.error))
  const dryRun = readFlag(ask.query, 'dryRun')
  if (typeof dryRun !== 'boolean') return dryRun
  const { ids, ...filter } = wanted.data
  const answer =
    ids === undefined ? await replayMany(deps, ask, filter, dryRun) : await replayChosen(deps, ask, ids, dryRun)
  return isRefusal(answer) ? answer : json(dryRun ? 200 : 202, answer)
}

/** A request ends with the page of the list after so many messages, or after so much time. */
const MOST_MESSAGES = 200
const MOST_MS = 2_000
const PAGE = 100
const LIST = 'replays'

/**
 * A target of a group is told once, however many of its deliveries are wanted: the message has the present state. A
 * request made twice tells each target twice, like two single replays, and changes nothing else.
 */
export async function replayMany(deps: ApiDeps, ask: Ask, wanted: Wanted, dryRun: boolean): Promise<Replays | Refusal> {
  const found = await findWanted(deps, ask, wanted)
  if (isRefusal(found)) return found
  const { messages, deliveries, over, next } = found
  const refused = dryRun ? undefined : await sendMany(deps, messages)
  if (refused !== undefined) return refused
  return {
    ...{ dryRun, messages: messages.length, deliveries, over },
    targets: byTarget(messages),
    next: listPage([], next, ask, LIST, deps.secrets).next,
  }
}

/** Each of the deliveries that can be sent again is; of the others the answer has the reason. Twice is harmless. */
export async function replayChosen(
  deps: ApiDeps,
  { account }: Ask,
  given: readonly string[],
  dryRun: boolean,
): Promise<Replays & Required<Pick<Replays, 'left'>>> {
  // Lists are newest first; events of an incident go out in their order.
  const ids = [...new Set(given)].reverse()
  const found = await Promise.all(ids.map(async (id) => ({ id, made: await replayOfId(deps, account, id) })))
  const left: z.output<typeof leftOut>[] = []
  const wanted = new Map<string, { message: ReplayRequested; ids: string[] }>()
  for (const { id, made } of found) {
    if ('refused' in made) {
      const { code, message } = made
      left.push({ id, code, message })
      continue
    }
    const key = keyOf(made)
    wanted.set(key, { message: made, ids: [...(wanted.get(key)?.ids ?? []), id] })
  }
  const all = [...wanted.values()]
  const { failed } = dryRun
    ? { failed: [] }
    : await sendAll(
        deps.dispatchQueue,
        all.map(({ message }) => queued(message)),
      )
  for (const place of failed) {
    const message = 'the queue is away; try again'
    left.push(...all[place]!.ids.map((id) => ({ id, code: 'unavailable', message })))
  }
  const sent = all.filter((_, place) => !failed.includes(place)).map(({ message }) => message)
  const over = left.filter(({ code }) => code === 'over').length
  return { dryRun, messages: sent.length, targets: byTarget(sent), deliveries: ids.length, over, left }
}

function byTarget(messages: readonly ReplayRequested[]): Replays['targets'] {
  const counts = new Map<string, number>()
  for (const { target } of messages) counts.set(target, (counts.get(target) ?? 0) + 1)
  return [...counts].map(([target, count]) => ({ target, messages: count })).sort((a, b) => b.messages - a.messages)
}

/** A target of a group is told once; life-cycle events go out one by one. */
function keyOf({ event, group, target }: ReplayRequested): string {
  return event?.delivery ?? `${group} ${target}`
}

function queued(message: ReplayRequested): { account: string; body: string } {
  return { account: message.account, body: JSON.stringify(message) }
}

interface Found extends Pick<Replays, 'deliveries' | 'over' | 'next'> {
  messages: ReplayRequested[]
}

async function findWanted(deps: ApiDeps, ask: Ask, { state, until, ...given }: Wanted): Promise<Found | Refusal> {
  const about = readAbout(new URLSearchParams(given))
  if (isRefusal(about)) return about
  const paging = readPaging(ask, LIST, deps.secrets)
  if (isRefusal(paging)) return paging
  const latest = until === undefined ? ask.now : (parseRfc3339(until) ?? ask.now)
  const messages = new Map<string, ReplayRequested>()
  const groups = new Map<string, Promise<boolean>>()
  const began = deps.clock.elapsed()
  let [deliveries, over] = [0, 0]
  let { after } = paging
  do {
    const { items, next } = await listInState(deps, ask, { limit: PAGE, after }, state ?? null, about)
    for (const stored of items) {
      const { delivery, progress } = stored
      if (delivery.openedAt > latest || progress.begun === 0) continue
      deliveries++
      const made = await replayOf(deps, ask, stored, groups)
      if (made === undefined) over++
      else messages.set(keyOf(made), made)
    }
    after = next
  } while (after !== undefined && messages.size < MOST_MESSAGES && deps.clock.elapsed() - began < MOST_MS)
  // The list is newest first; events of an incident go out in their order.
  const sent = [...messages.values()].reverse()
  return { messages: sent, deliveries, over, ...(after !== undefined && { next: after }) }
}

/** Undefined: the group is over, so nothing is left to tell. */
async function replayOf(
  { table }: ApiDeps,
  { account }: Ask,
  stored: StoredDelivery,
  groups: Map<string, Promise<boolean>>,
): Promise<ReplayRequested | undefined> {
  const { group, target, notification } = stored.delivery
  if (notification.event !== undefined) return replayOfEvent(stored, notification.event)
  const goesOn = groups.get(group) ?? loadGroup(table, account, group).then((it) => (it?.group.members.size ?? 0) > 0)
  groups.set(group, goesOn)
  return (await goesOn) ? { v: MESSAGE_VERSION, kind: 'replay', account, group, target } : undefined
}

async function sendMany(
  { dispatchQueue }: ApiDeps,
  messages: readonly ReplayRequested[],
): Promise<Refusal | undefined> {
  const { failed } = await sendAll(dispatchQueue, messages.map(queued))
  if (failed.length === 0) return undefined
  const taken = messages.length - failed.length
  return refuseWith(
    503,
    'unavailable',
    `the queue took ${taken} of ${messages.length} messages; ask again for the rest`,
  )
}
