import { keepNewest } from '../base/keep-newest.ts'
import { DAY, MINUTE, type Millis } from '../base/time.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { Target } from '../delivery/target.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'

/*
 * The last arrival and the last failure at each channel, best effort: no decision depends on either. A channel has one
 * item for each, so a worker writes without a read, and the failure that one worker saw hides no arrival at another. A
 * worker writes an item once a minute at most, and at once when the channel begins or ceases to fail.
 */

const EVERY_MS = MINUTE
const KEPT_MS = 30 * DAY
/** Channels that a worker remembers; of a forgotten channel it writes once more. */
const MOST_KEPT = 10_000
const PAGE = 500

type Failure = Exclude<Outcome, { kind: 'arrived' }>

/** The last failure, as outcomes have it. */
export type ChannelFailure = Pick<Failure, 'at' | 'kind' | 'reason' | 'detail'>

export interface ChannelHealth {
  arrivedAt?: Millis
  failure?: ChannelFailure
}

const ARRIVED: BodyShape<{ at: Millis }> = bodyShape('the last arrival at a channel')
const FAILED: BodyShape<ChannelFailure> = bodyShape('the last failure at a channel')

export interface HealthNotes {
  note(account: string, target: Pick<Target, 'channel' | 'user'>, outcome: Outcome): void
  /** Writes what is due. Never throws: what could not be written is written with a later outcome. */
  save(): Promise<void>
}

interface Known {
  account: string
  channel: string
  last: Outcome
  /** The moment and the kind of the outcome that was written last. */
  written?: { at: Millis; arrived: boolean }
}

/** Notes of one worker, in memory. */
export function createChannelHealth(table: Table): HealthNotes {
  const known = new Map<string, Known>()
  /** The channels whose last outcome has to be written. */
  const due = new Map<string, Known>()
  return {
    note(account, { channel, user }, outcome) {
      if (outcome.kind !== 'arrived' && saysNothing(outcome, user)) return
      const key = JSON.stringify([account, channel])
      const before = known.get(key)
      const one: Known = { ...(before ?? { account, channel }), last: outcome }
      if (due.has(key) || isDue(before, outcome)) due.set(key, one)
      const gone = keepNewest(known, key, one, MOST_KEPT)
      if (gone !== undefined) due.delete(gone)
    },
    async save() {
      const writing = [...due]
      due.clear()
      await Promise.all(
        writing.map(async ([key, one]) => {
          // A later outcome may be due by now.
          if (!(await write(table, one)) && !due.has(key)) due.set(key, one)
        }),
      )
    },
  }
}

/**
 * Without a slot of the provider, or beyond the quota of a user, nothing was tried. A message that dies at one user mostly
 * says that the number or the mailbox is wrong, and not the channel.
 */
function saysNothing({ kind, reason }: Failure, user: string | undefined): boolean {
  return reason === 'limited' || reason === 'quota' || (user !== undefined && kind === 'dead' && reason !== 'authError')
}

function isDue(before: Known | undefined, outcome: Outcome): boolean {
  const written = before?.written
  if (written === undefined || written.arrived !== (outcome.kind === 'arrived')) return true
  return Math.abs(outcome.at - written.at) >= EVERY_MS
}

/** Whether the write succeeded. */
async function write(table: Table, one: Known): Promise<boolean> {
  const { account, channel, last } = one
  try {
    const arrived = last.kind === 'arrived'
    const key = keys.account(account, 'health', channel, arrived ? 'arrived' : 'failed')
    const body = arrived ? writeBody(ARRIVED, { at: last.at }) : writeBody(FAILED, failureOf(last))
    // Twice, or by two workers in either order, is safe: the two moments are a minute apart at most.
    await table.put({ ...key, body, expiresAt: last.at + KEPT_MS }, 'always')
    one.written = { at: last.at, arrived }
    return true
  } catch {
    return false
  }
}

function failureOf({ at, kind, reason, detail }: Failure): ChannelFailure {
  return { at, kind, reason, detail }
}

/** The health of the channels of an account that were sent to in the last 30 days, by the id of the channel. */
export async function readChannelHealth(table: Table, account: string): Promise<Map<string, ChannelHealth>> {
  const { partition, sort } = keys.account(account, 'health', '')
  const health = new Map<string, ChannelHealth>()
  let after: string | undefined
  do {
    const { items, next } = await table.query(partition, sort, { limit: PAGE, after })
    for (const item of items) {
      const [channel = '', kind] = item.sort.slice(sort.length).split('#').map(decodeURIComponent)
      const before = health.get(channel) ?? {}
      if (kind === 'arrived') health.set(channel, { ...before, arrivedAt: readBody(ARRIVED, item).at })
      else health.set(channel, { ...before, failure: readBody(FAILED, item) })
    }
    after = next
  } while (after !== undefined)
  return health
}
