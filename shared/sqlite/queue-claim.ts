import type { Millis } from '../base/time.ts'
import { VISIBILITY_MS } from '../queue/port.ts'
import type { Received } from '../queue/receiver.ts'
import type { Flight, Moment } from './queue-backlog.ts'
import { takeInCompany } from './queue-company.ts'
import type { Share } from './queue-ring.ts'
import { type BodyRow, DEAD, type MessageRow, type ReadyRow } from './queue-sql.ts'
import type { QueueContext } from './queue-steps.ts'
import { Damaged, messageSum } from './sums.ts'

/** Puts messages of the shares in flight. */
export function claim(box: QueueContext, shares: readonly Share[], { now, elapsed }: Moment): Received[] {
  const { sql, backlog, turn } = box
  const chars = RECEIVE_CHARS / shares.length
  const found = shares.flatMap((share) => upTo(chars, readyOf(box, share)))
  const claimed = takeInCompany(found)
  const written: MessageRow[] = []
  for (const row of claimed) {
    if (turn.has(row.id)) turn.received(row)
    else written.push(row)
  }
  if (written.length > 0) sql.claim.run(JSON.stringify(written.map(({ id }) => id)))
  for (const row of written) row.receives++
  for (const { id, account, lane, receives } of claimed) {
    backlog.claimed(id, { account, lane, receives, until: elapsed + VISIBILITY_MS })
  }
  const sound = claimed.filter((row) => turn.has(row.id) || isSound(box, row, now))
  return sound.map((row) => ({ ...toMessage(row), ...(backlog.firstSinceEnd(row.id) && { ended: true }) }))
}

/** The first ready messages of a lane. Messages in the file are older than messages of this turn. */
function* readyOf({ sql, queue, backlog, turn, bodies }: QueueContext, { count, ...of }: Share): Generator<MessageRow> {
  const fresh = turn.readyOf(of)
  const inFile = Math.min(count, backlog.ready.of(of) - fresh.size)
  const rows = inFile > 0 ? sql.ready.all(queue, of.account, of.lane, inFile) : []
  for (const row of rows as unknown as ReadyRow[]) {
    const body = bodies.get(row.id) ?? (sql.body.get(row.id) as unknown as BodyRow | undefined) ?? NO_BODY
    yield { ...row, ...body }
  }
  let left = count - Math.max(0, inFile)
  for (const message of fresh) {
    if (left-- === 0) return
    yield message
  }
}

/** No text has this sum, so the message is found damaged. */
const NO_BODY: BodyRow = { body: '', sum: -1 }

/** Whether the message has the sum of its first write, or never had one. Any other becomes dead, for people to look at. */
function isSound({ sql, queue, backlog, file }: QueueContext, row: MessageRow, now: Millis): boolean {
  const { id, sum } = row
  if (sum === null || sum === messageSum({ ...row, queue })) return true
  file.trouble.note(new Damaged(`message ${id} is not as it was written`))
  sql.move.run(DEAD, now, id)
  backlog.landed(id, backlog.flights.get(id) as Flight, DEAD, now)
  return false
}

/** The limit of a receive over the whole batch: a thousand messages of a MiB each would be a GiB of memory. */
const RECEIVE_CHARS = 16 * 1024 * 1024

/** The first rows that have room together, and always at least a single row. */
function upTo(room: number, rows: Iterable<MessageRow>): MessageRow[] {
  const taken: MessageRow[] = []
  let chars = 0
  for (const row of rows) {
    chars += row.body.length
    if (taken.length > 0 && chars > room) break
    taken.push(row)
  }
  return taken
}

export function toMessage({ id, account, lane, body, value, receives, sent_at: sentAt }: MessageRow): Received {
  return { id: String(id), account, lane, body, ...(value !== undefined && { value }), receives, sentAt }
}
