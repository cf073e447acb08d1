import type { PostedAlert } from '../alert/alert.ts'
import type { Metrics } from '../base/metrics.ts'
import type { Millis } from '../base/time.ts'
import type { DecodedAlerts } from '../integrations/integration.ts'
import { type Queue, sendAll } from '../queue/port.ts'
import type { Post, TakeDeps } from './post.ts'
import { prepareAlerts, prepareRecords, type Stored } from './prepare.ts'
import type { Readable } from './read.ts'

/** Undefined: the queue did not take all of it. */
export async function sendAlerts(
  deps: TakeDeps,
  post: Post,
  decoded: DecodedAlerts,
  receivedAt: Millis,
): Promise<Stored | undefined> {
  const { looped } = decoded
  if (looped) deps.metrics.add('tocsin_alerts_looped_total', {}, looped)
  const prepared = prepareAlerts(post, decoded, receivedAt)
  // Twice or late: the same alerts with the same stamp, which dispatch merges into what it has.
  if (!(await sendWhole(deps.dispatchQueue, post.account, prepared.bodies))) return undefined
  countAlerts(deps.metrics, prepared.things, receivedAt)
  return prepared
}

export async function sendRecords(
  deps: TakeDeps,
  post: Post,
  decoded: Extract<Readable, { records: unknown }>,
  receivedAt: Millis,
): Promise<Stored | undefined> {
  if (deps.records === undefined) throw new Error('records are not taken here')
  const prepared = prepareRecords(post, decoded, receivedAt)
  // Twice or late: rules know a record by its id.
  if (!(await sendWhole(deps.records, post.account, prepared.bodies))) return undefined
  if (prepared.accepted > 0) deps.metrics.add('tocsin_records_received_total', {}, prepared.accepted)
  return prepared
}

async function sendWhole(queue: Queue, account: string, bodies: readonly string[]): Promise<boolean> {
  const { failed } = await sendAll(
    queue,
    bodies.map((body) => ({ body, account })),
  )
  return failed.length === 0
}

function countAlerts(metrics: Metrics, alerts: readonly PostedAlert[], now: Millis): void {
  let resolved = 0
  for (const { endsAt } of alerts) if (endsAt !== undefined && endsAt <= now) resolved++
  if (alerts.length > resolved)
    metrics.add('tocsin_alerts_received_total', { status: 'firing' }, alerts.length - resolved)
  if (resolved > 0) metrics.add('tocsin_alerts_received_total', { status: 'resolved' }, resolved)
}
