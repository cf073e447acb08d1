import type { Millis } from '../base/time.ts'
import type { QueueName } from '../queue/port.ts'
import type { Lane } from '../queue/receiver.ts'
import { createRing } from './queue-ring.ts'
import { DEAD, DELAYED, IN_FLIGHT, type MessageState, type QueueSql, READY } from './queue-sql.ts'

/** A message that a worker holds. */
export interface Flight extends Lane {
  receives: number
  /** The end of the time for which the message is invisible: a reading of the clock that nobody sets. */
  until: Millis
}

/** Both readings of a clock: delayed messages outlive the process, and flights do not. */
export interface Moment {
  now: Millis
  elapsed: Millis
}

/** The time-out of a flight whose holder was a process that has ended: before every other. */
export const ENDED: Millis = Number.NEGATIVE_INFINITY

export type Backlog = ReturnType<typeof createBacklog>

/**
 * The state that a queue needs at every receive, counted along in memory: the ready messages per account, the time-outs
 * of the messages in flight, the time of the next delayed message. Messages in flight at the opening
 * of the file have no holder any more.
 */
export function createBacklog(sql: QueueSql, queue: QueueName) {
  const ready = createRing()
  /** In the order of the claims, and so of the time-outs. */
  const flights = new Map<number, Flight>()
  for (const row of sql.inFlight.all(queue)) {
    const { id, ...rest } = row as unknown as Omit<Flight, 'until'> & { id: number }
    flights.set(id, { ...rest, until: ENDED })
  }
  /** Messages in flight at the end of the last process that nobody received since. */
  const ended = new Set<number>()
  let [delayed, dead] = [0, 0]
  let nextDelayed: Millis | undefined

  const count = (lane: Lane, state: number, by: number): void => {
    if (state === DELAYED) delayed += by
    if (state === DEAD) dead += by
    if (state === READY) ready.add(lane, by)
  }
  const added = (lane: Lane, state: MessageState, visibleAt: Millis): void => {
    count(lane, state, 1)
    if (state === DELAYED && nextDelayed !== undefined) nextDelayed = Math.min(nextDelayed, visibleAt)
  }
  const readNextDelayed = (): Millis => {
    nextDelayed ??= (sql.nextDelayed.get(queue) as { at: number | null }).at ?? Number.POSITIVE_INFINITY
    return nextDelayed
  }
  const reload = (): void => {
    ready.clear()
    delayed = 0
    dead = 0
    nextDelayed = undefined
    for (const row of sql.counts.all(queue)) count(row as unknown as Lane, row.state as number, row.count as number)
  }
  reload()

  return {
    flights: flights as ReadonlyMap<number, Flight>,
    ready,
    reload,
    added,
    claimed(id: number, flight: Flight): void {
      flights.set(id, flight)
      ready.served(flight)
    },
    landed(id: number, flight: Flight, state: MessageState, visibleAt: Millis): void {
      flights.delete(id)
      if (flight.until === ENDED) ended.add(id)
      added(flight, state, visibleAt)
    },
    /** Whether this is the first receive of the message since the last process ended with the message in flight. */
    firstSinceEnd: (id: number): boolean => ended.delete(id),
    removed(id: number, lane: Lane, state: number): void {
      if (state === IN_FLIGHT) flights.delete(id)
      else count(lane, state, -1)
      if (state === DELAYED) nextDelayed = undefined
    },
    surfaced(lanes: readonly Lane[]): void {
      delayed -= lanes.length
      for (const lane of lanes) ready.add(lane, 1)
      nextDelayed = undefined
    },
    nextDelayed: readNextDelayed,
    /** The moments of the delayed messages were moved. */
    moved(): void {
      nextDelayed = undefined
    },
    nextDelayedIn(now: Millis): number | undefined {
      return delayed > 0 ? readNextDelayed() - now : undefined
    },
    /** The time until a delayed message becomes ready, or the time of a message in flight is over. */
    nextTimedIn({ now, elapsed }: Moment): number | undefined {
      const [first] = flights.values()
      const ms = Math.min((first?.until ?? Number.POSITIVE_INFINITY) - elapsed, readNextDelayed() - now)
      return ms === Number.POSITIVE_INFINITY ? undefined : ms
    },
    depth: () => ({ ready: ready.sum(), inFlight: flights.size, delayed, dead }),
  }
}

/** Flights whose time is over, the oldest first. */
export function overdue(flights: ReadonlyMap<number, Flight>, elapsed: Millis): [number, Flight][] {
  const found: [number, Flight][] = []
  for (const entry of flights) {
    if (entry[1].until > elapsed) break
    found.push(entry)
  }
  return found
}
