import type { PostedAlert } from '../alert/alert.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Millis } from '../base/time.ts'
import type { Decoded, DecodedAlerts, InvalidItem } from '../integrations/integration.ts'
import { MESSAGE_VERSION } from '../message/message.ts'
import { type Queue, sendAll } from '../queue/port.ts'
import type { Things } from './answer.ts'
import { alertMessages, LARGEST_ALERT, LARGEST_BODY, recordMessages } from './messages.ts'
import type { Post, TakeDeps } from './post.ts'

/** Undefined: the queue did not take all of it. */
export interface Stored {
  accepted: number
  invalid: InvalidItem[]
}

export async function sendAlerts(
  deps: TakeDeps,
  post: Post,
  decoded: DecodedAlerts,
  receivedAt: Millis,
): Promise<Stored | undefined> {
  const { hops, looped, spread } = decoded
  if (looped) deps.metrics.add('tocsin_alerts_looped_total', {}, looped)
  const alerts = decoded.alerts.map((alert) => withoutOurName(alert, post.account))
  const { bodies, tooLarge } = alertMessages(
    { ...envelope('alerts', post, receivedAt), ...(hops === undefined ? {} : { hops }) },
    alerts,
  )
  // Twice or late: the same alerts with the same stamp, which dispatch merges into what it has.
  if (!(await sendWhole(deps.alerts, post.account, bodies))) return undefined
  countAlerts(deps.metrics, alerts, receivedAt)
  const message = `the alert is larger than ${LARGEST_ALERT} bytes`
  if (spread === undefined) {
    const invalid = withTooLarge(decoded.invalid, tooLarge, message)
    return { accepted: alerts.length - tooLarge.length, invalid }
  }
  const lost = new Set(tooLarge.map((place) => spread.places[place]!))
  for (const { index } of decoded.invalid) lost.delete(index)
  const late = [...lost].map((index) => ({ index, message }))
  return { accepted: spread.items - late.length, invalid: inOrder([...decoded.invalid, ...late]) }
}

export async function sendRecords(
  deps: TakeDeps,
  post: Post,
  { records, invalid }: Extract<Decoded, { records: unknown }>,
  receivedAt: Millis,
): Promise<Stored | undefined> {
  if (deps.records === undefined) throw new Error('records are not taken here')
  const { bodies, tooLarge } = recordMessages(envelope('records', post, receivedAt), records)
  // Twice or late: rules know a record by its id.
  if (!(await sendWhole(deps.records, post.account, bodies))) return undefined
  const accepted = records.length - tooLarge.length
  if (accepted > 0) deps.metrics.add('tocsin_records_received_total', {}, accepted)
  return { accepted, invalid: withTooLarge(invalid, tooLarge, `the record is larger than ${LARGEST_BODY} bytes`) }
}

function envelope<K extends Things>(kind: K, { account, integration, recoverAfterMs }: Post, receivedAt: Millis) {
  return { v: MESSAGE_VERSION, kind, account, integration: integration.id, receivedAt, recoverAfterMs }
}

/** Nobody outside speaks for this account: what claims to be from here is what the integration took in. */
function withoutOurName(alert: PostedAlert, account: string): PostedAlert {
  if (alert.origin?.account !== account) return alert
  const { origin: _origin, ...rest } = alert
  return rest
}

async function sendWhole(queue: Queue, account: string, bodies: readonly string[]): Promise<boolean> {
  const { failed } = await sendAll(
    queue,
    bodies.map((body) => ({ body, account })),
  )
  return failed.length === 0
}

/** What was too large, at its places in the posted body: `taken` counts without the invalid ones. */
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

function countAlerts(metrics: Metrics, alerts: readonly PostedAlert[], now: Millis): void {
  let resolved = 0
  for (const { endsAt } of alerts) if (endsAt !== undefined && endsAt <= now) resolved++
  if (alerts.length > resolved)
    metrics.add('tocsin_alerts_received_total', { status: 'firing' }, alerts.length - resolved)
  if (resolved > 0) metrics.add('tocsin_alerts_received_total', { status: 'resolved' }, resolved)
}
