import type { Alert } from '../../shared/alert/alert.ts'
import { fingerprint } from '../../shared/alert/fingerprint.ts'
import { countOf, type Labels } from '../../shared/alert/labels.ts'
import { presentStamp } from '../../shared/alert/stamp.ts'
import { never } from '../../shared/base/never.ts'
import type { Steps } from '../../shared/base/steps.ts'
import { MAX_MILLIS, type Millis } from '../../shared/base/time.ts'
import type { Policy } from '../../shared/config/config.ts'
import type { Input } from '../../shared/group/context.ts'
import type { Arrival } from '../../shared/group/fold.ts'
import { groupId, groupLabels } from '../../shared/group/identity.ts'
import type { AlertsReceived, AlertsRegrouped, DispatchMessage, ReplayRequested } from '../../shared/message/message.ts'
import { originOf } from '../../shared/message/origin.ts'
import type { InMessage } from '../../shared/queue/port.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import { regroupAgain } from './regroup.ts'

/** The work of a single group in this invocation: its inputs, and the messages that brought the inputs. */
export interface GroupWork {
  account: string
  id: string
  /** Known when alerts were routed here; for a wake, policy and labels are in the head. */
  policy?: string
  labels?: Labels
  inputs: Input[]
  messages: Set<string>
  /** A message of the group was received before: the effects of the earlier decision may not have been sent. */
  again: boolean
}

export interface ReadMessage {
  message: InMessage
  body: Exclude<DispatchMessage, { kind: 'refused' | 'reconfigured' }>
}

/** An alert of a batch, and the groups that it was routed to. */
export interface RoutedArrival {
  arrival: Arrival
  groups: readonly string[]
}

/** The work of a batch, by group. */
export interface BatchWork {
  works: Map<string, GroupWork>
  /** The alerts among the inputs. */
  arrivals: RoutedArrival[]
}

/** Sorts the inputs of a batch by group; the whole batch belongs to a single account. */
export function* workByGroup(parsed: readonly ReadMessage[], config: CompiledConfig, now: Millis): Steps<BatchWork> {
  const works = new Map<string, GroupWork>()
  const routed: RoutedArrival[] = []
  const placeOf = createPlaces()
  for (const { message, body } of parsed) {
    const addInput = (id: string, input: Input): GroupWork => {
      let work = works.get(id)
      if (work === undefined) {
        work = { account: body.account, id, inputs: [], messages: new Set(), again: false }
        works.set(id, work)
      }
      work.inputs.push(input)
      work.messages.add(message.id)
      work.again ||= message.receives > 1
      return work
    }
    switch (body.kind) {
      case 'alerts':
        for (const arrival of arrivals(body, message, now)) {
          const groups = routeArrival(config, body.account, arrival, placeOf, addInput)
          routed.push({ arrival, groups })
          yield UNITS_PER_ARRIVAL + countOf(arrival.alert.labels)
        }
        break
      case 'regrouped':
        for (const regrouped of underCurrentConfig(body, config, now))
          routed.push(...takeRegrouped(regrouped, addInput))
        break
      case 'wake':
        addInput(body.group, { kind: 'wake', ...(body.at === undefined ? {} : { at: body.at }) })
        if (body.closed !== undefined) addInput(body.group, { kind: 'key-closed', targets: body.closed })
        break
      // The message is done when all groups are saved: a group that is woken again knows the wake by the moment.
      case 'wakes':
        for (const { group, at } of body.wakes) addInput(group, { kind: 'wake', ...(at === undefined ? {} : { at }) })
        break
      case 'outcome': {
        const { target, delivery, attempt, outcome } = body
        addInput(body.group, { kind: 'outcome', target, delivery, attempt, outcome })
        break
      }
      case 'replay':
        takeReplay(body, addInput)
        break
      case 'action': {
        const work = addInput(body.group, { kind: 'action', action: body.action })
        work.policy = body.policy
        work.labels = body.labels
        break
      }
      default:
        never(body)
    }
  }
  return { works, arrivals: routed }
}

/** An alert is compared with every policy and route of the account. */
const UNITS_PER_ARRIVAL = 100

type AddInput = (id: string, input: Input) => GroupWork

function routeArrival(
  config: CompiledConfig,
  account: string,
  arrival: Arrival,
  placeOf: PlaceOf,
  addInput: AddInput,
): string[] {
  const { labels, origin } = arrival.alert
  return config.route(labels, origin).map((policy) => {
    const place = placeOf(account, policy, arrival.alert)
    const work = addInput(place.id, { kind: 'alert', arrival })
    work.policy = policy.id
    work.labels = place.labels
    return place.id
  })
}

/** The group of a policy that an alert belongs to. */
type PlaceOf = (account: string, policy: Policy, alert: Pick<Alert, 'labels' | 'origin'>) => Place

interface Place {
  id: string
  labels: Labels
}

/** The alerts of a batch share their groups, so the labels of a group are hashed once. */
function createPlaces(): PlaceOf {
  const known = new Map<string, Place>()
  return (account, policy, { labels, origin }) => {
    const text = placeText(account, policy, labels)
    const found = text === undefined ? undefined : known.get(text)
    if (found !== undefined) return found
    const grouped = groupLabels(policy, labels, origin)
    const place = { id: groupId(account, policy.id, grouped), labels: grouped }
    if (text !== undefined) known.set(text, place)
    return place
  }
}

/**
 * A text that the alerts of a group have in common, and no other alert has: one concatenation for each alert, in the place
 * of an object and its JSON. Undefined: no labels are named, so an alert shares its group with few others.
 */
function placeText(account: string, { id, groupBy }: Policy, labels: Labels): string | undefined {
  if (typeof groupBy === 'string') return undefined
  let text = `${account} ${id.length}:${id}`
  for (const name of groupBy) {
    text += Object.hasOwn(labels, name) ? ` ${labels[name]!.length}:${labels[name]}` : ' -'
  }
  return text
}

/**
 * Alerts with their place in the order: the moment stamped by ingest, then the message and the index in the message.
 */
function* arrivals(body: AlertsReceived, message: InMessage, now: Millis): Iterable<Arrival> {
  const { receivedAt, recoverAfterMs, order } = body
  const ordered = order === undefined ? {} : { order }
  // On a late first receipt the recovery time counts from now: an alert must not end before a flush could see the
  // alert. On a later receipt the time counts from ingest's stamp: a copy must not end the alert later.
  const from = message.receives > 1 ? Math.min(receivedAt, now) : now
  const own = originOf(body, {})
  const name = nameOf(message)
  for (const [index, posted] of body.alerts.entries()) {
    const { labels, annotations, startsAt, generatorURL, recoverAfterMs: after = recoverAfterMs } = posted
    const { endsAt: end = after === 0 ? MAX_MILLIS : from + after } = posted
    const tie = `${name}#${String(index).padStart(5, '0')}`
    const received = { at: receivedAt, ...ordered, tie }
    const stamp = presentStamp(received, now)
    // The clock was set back while the message was on its way: an end that was given lies as far ahead as it did then.
    const moved = stamp !== received && posted.endsAt !== undefined
    const endsAt = moved ? Math.min(end, now + Math.max(0, end - receivedAt)) : end
    const origin = posted.origin === undefined ? own : originOf(body, posted)
    const timeout = posted.endsAt === undefined
    const alert: Alert = { labels, annotations, generatorURL, origin, startsAt, endsAt, timeout }
    yield { fingerprint: posted.fingerprint ?? fingerprint(labels), alert, stamp, claimedEnd: endsAt }
  }
}

/**
 * The name of a message in the ties of its alerts, which every save of a head writes again: of the random ids of SQS these
 * characters tell apart the messages of one moment.
 */
function nameOf({ id }: InMessage): string {
  return id.slice(0, NAME_CHARS)
}

const NAME_CHARS = 12

function takeReplay({ group, target, event, policy, labels }: ReplayRequested, addInput: AddInput): void {
  const work = addInput(group, { kind: 'replay', target, ...(event === undefined ? {} : { event }) })
  if (policy !== undefined) work.policy = policy
  if (labels !== undefined) work.labels = labels
}

/**
 * Routes regrouped alerts again if the configuration has changed since. A worker never knows less than the
 * configuration that regrouped the alerts: the worker reads its own configuration after the message.
 */
function underCurrentConfig(sent: AlertsRegrouped, config: CompiledConfig, now: Millis): AlertsRegrouped[] {
  return sent.revision === config.config.revision ? [sent] : regroupAgain(sent, config, now)
}

function takeRegrouped(body: AlertsRegrouped, addInput: AddInput): RoutedArrival[] {
  const id = groupId(body.account, body.policy, body.labels)
  const work = addInput(id, { kind: 'regroup', knowledge: body, dropped: body.dropped })
  work.policy = body.policy
  work.labels = body.labels
  return body.members.map((member) => {
    const arrival = { ...member, fingerprint: fingerprint(member.alert.labels) }
    addInput(id, { kind: 'alert', arrival })
    return { arrival, groups: [id] }
  })
}
