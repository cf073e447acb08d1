import type { PostedAlert } from '../alert/alert.ts'
import { fingerprint } from '../alert/fingerprint.ts'
import { countOf } from '../alert/labels.ts'
import type { Metrics } from '../base/metrics.ts'
import { inSlices, type Steps } from '../base/steps.ts'
import type { Millis } from '../base/time.ts'
import type { DecodedAlerts, DecodedRecords, InvalidItem } from '../integrations/integration.ts'
import { alertMessages, LARGEST_ALERT, LARGEST_BODY, type Messages, recordMessages } from '../message/alert-messages.ts'
import { MESSAGE_VERSION } from '../message/message.ts'
import { type Queue, sendAll } from '../queue/port.ts'
import type { AuditRecord } from '../record/record.ts'
import type { Others, SentAlert } from '../refresh/refreshes.ts'
import type { BodyContent } from './answer.ts'
import type { Post, TakeDeps } from './post.ts'

/** Result for the sender: the number of accepted items, and each item that was left out. */
export interface IntakeResult {
  accepted: number
  invalid: InvalidItem[]
}

/** Adds the result of the piece that follows in the body. */
export function addResult(all: IntakeResult, { accepted, invalid }: IntakeResult): void {
  const from = all.accepted + all.invalid.length
  for (const { index, message } of invalid) all.invalid.push({ index: from + index, message })
  all.accepted += accepted
}

/** A decoded body as queue messages. An alert or record too large for a message is among the invalid items. */
export interface PreparedBody<Item> extends IntakeResult {
  messages: Messages['messages']
  /** The alerts or records in the messages. */
  items: Item[]
}

/** Undefined: the queue did not take every message. */
export async function sendAlerts(
  deps: TakeDeps,
  post: Post,
  decoded: DecodedAlerts,
  times: Times,
): Promise<IntakeResult | undefined> {
  const { looped } = decoded
  if (looped) deps.metrics.add('tocsin_alerts_looped_total', {}, looped)
  const { alerts, others } = await inSlices(keepRefreshes(deps, post, decoded, times))
  const prepared = await inSlices(prepareAlerts(post, { ...decoded, alerts }, times, others?.places))
  // Twice or late is safe: the same alerts have the same stamp, and dispatch merges the alerts into groups.
  if (!(await sendWhole(deps.dispatchQueue, post.account, prepared.messages))) return undefined
  // A too large alert is in no message, so the queue does not have every alert.
  if (prepared.items.length === others?.places.length) others.areSent()
  countAlerts(deps.metrics, prepared.items, times.receivedAt)
  return prepared
}

/** Undefined: the queue did not take every message. */
export async function sendRecords(
  deps: TakeDeps,
  post: Post,
  decoded: DecodedRecords,
  times: Times,
): Promise<IntakeResult | undefined> {
  if (deps.records === undefined) throw new Error('records are not taken here')
  const prepared = await inSlices(prepareRecords(post, decoded, times))
  // Twice or late is safe: rules know a record by its id.
  if (!(await sendWhole(deps.records, post.account, prepared.messages))) return undefined
  if (prepared.accepted > 0) deps.metrics.add('tocsin_records_received_total', {}, prepared.accepted)
  return prepared
}

async function sendWhole(queue: Queue, account: string, messages: Messages['messages']): Promise<boolean> {
  const { failed } = await sendAll(
    queue,
    messages.map((message) => ({ ...message, account })),
  )
  return failed.length === 0
}

/**
 * Keeps the alerts that only move an end out of the queue, where the process can: `shared/refresh/`. A sender that is
 * refused and repeats the body does no harm: a kept refresh was true.
 */
function* keepRefreshes(
  { refreshes, metrics }: TakeDeps,
  post: Post,
  { alerts: decoded, hops }: DecodedAlerts,
  times: Times,
): Steps<{ alerts: PostedAlert[]; others?: Others }> {
  const { account, integration } = post
  if (refreshes === undefined || !refreshes.keeps(integration)) return { alerts: decoded }
  const alerts: SentAlert[] = []
  for (const alert of decoded) {
    alerts.push({ ...withoutOwnOrigin(alert, account), fingerprint: fingerprint(alert.labels) })
    yield UNITS_PER_FINGERPRINT + countOf(alert.labels)
  }
  const others = refreshes.keep({ account, integration: integration.id, ...times, hops, alerts })
  const kept = alerts.length - others.places.length
  if (kept > 0) {
    metrics.add('tocsin_alerts_refreshed_total', {}, kept)
    addReceived(metrics, 'firing', kept)
  }
  return { alerts, others }
}

function addReceived(metrics: Metrics, status: string, count: number): void {
  metrics.add('tocsin_alerts_received_total', { status }, count)
  metrics.add('alertmanager_alerts_received_total', { status, version: 'v2' }, count)
}

function countAlerts(metrics: Metrics, alerts: readonly PostedAlert[], now: Millis): void {
  let resolved = 0
  for (const { endsAt } of alerts) if (endsAt !== undefined && endsAt <= now) resolved++
  for (const [status, count] of Object.entries({ firing: alerts.length - resolved, resolved })) {
    if (count > 0) addReceived(metrics, status, count)
  }
}

type PostSource = Pick<Post, 'account' | 'integration'>

/** The moment of a body's receipt, and the recovery time of its alerts. */
export interface Times {
  receivedAt: Millis
  order?: Millis
  recoverAfterMs: Millis
}

/** A fingerprint is computed byte by byte. */
const UNITS_PER_FINGERPRINT = 50

/** `places`: the places of the alerts that have to be in a message; absent: all. */
export function* prepareAlerts(
  source: PostSource,
  decoded: DecodedAlerts,
  times: Times,
  places?: readonly number[],
): Steps<PreparedBody<PostedAlert>> {
  const { hops, spread } = decoded
  const all = decoded.alerts.map((alert) => withoutOwnOrigin(alert, source.account))
  const alerts = places === undefined ? all : places.map((place) => all[place]!)
  const made = yield* alertMessages({ ...envelope('alerts', source, times), hops }, alerts)
  const tooLarge = places === undefined ? made.tooLarge : made.tooLarge.map((place) => places[place]!)
  const prepared = { messages: made.messages, items: without(alerts, made.tooLarge) }
  const message = `the alert is larger than ${LARGEST_ALERT} bytes`
  if (spread === undefined) {
    const invalid = withTooLarge(decoded.invalid, tooLarge, message)
    return { ...prepared, accepted: all.length - tooLarge.length, invalid }
  }
  const lost = new Set(tooLarge.map((place) => spread.places[place]!))
  for (const { index } of decoded.invalid) lost.delete(index)
  const late = [...lost].map((index) => ({ index, message }))
  return { ...prepared, accepted: spread.items - late.length, invalid: inOrder([...decoded.invalid, ...late]) }
}

export function* prepareRecords(
  source: PostSource,
  { records, invalid }: DecodedRecords,
  times: Times,
): Steps<PreparedBody<AuditRecord>> {
  const { messages, tooLarge } = yield* recordMessages(envelope('records', source, times), records)
  return {
    messages,
    items: without(records, tooLarge),
    accepted: records.length - tooLarge.length,
    invalid: withTooLarge(invalid, tooLarge, `the record is larger than ${LARGEST_BODY} bytes`),
  }
}

function envelope<K extends BodyContent>(
  kind: K,
  { account, integration }: PostSource,
  { receivedAt, order, recoverAfterMs }: Times,
) {
  const times = { receivedAt, ...(order === undefined ? {} : { order }), recoverAfterMs }
  return { v: MESSAGE_VERSION, kind, account, integration: integration.id, ...times }
}

/**
 * Senders never speak for this account: an alert with the account as origin gets the integration as origin.
 */
function withoutOwnOrigin(alert: PostedAlert, account: string): PostedAlert {
  if (alert.origin?.account !== account) return alert
  const { origin: _origin, ...rest } = alert
  return rest
}

function without<Item>(items: Item[], places: readonly number[]): Item[] {
  if (places.length === 0) return items
  const left = new Set(places)
  return items.filter((_, place) => !left.has(place))
}

/** Too large items at their places in the posted body: `taken` counts without the invalid items. */
function withTooLarge(invalid: InvalidItem[], taken: readonly number[], message: string): InvalidItem[] {
  if (taken.length === 0) return invalid
  const late = taken.map((place) => {
    let index = place
    for (const other of invalid) if (other.index <= index) index++
    return { index, message }
  })
  return inOrder([...invalid, ...late])
}

function inOrder(items: InvalidItem[]): InvalidItem[] {
  return items.sort((a, b) => a.index - b.index)
}
