import { bodiesOf, type Load, refreshed, USUAL_GROUPS } from './alerts.ts'
import { createClient, postAll } from './client.ts'
import { cpuSeconds, untilQuiet, writtenBytes } from './process.ts'
import type { Server } from './servers.ts'

/** Cost of a phase, with the work of dispatch that follows from the posts. */
export interface PhaseCost {
  /** CPU-seconds per 100,000 alerts. */
  cpu: number
  /** Bytes written to storage per alert, by the count of the kernel. */
  bytes: number
}

export interface IngestCost {
  /** New alerts. */
  fresh: PhaseCost
  /** Known alerts, body for body as before. */
  resent: PhaseCost
  /** Known alerts with a later `endsAt`, as Prometheus sends known alerts. */
  refreshed: PhaseCost
}

const CONNECTIONS = 4
const WARM_UP_ALERTS = 2000
/** Prometheus resends firing alerts: this number of alerts, again and again. */
const KNOWN_ALERTS = 4096
const DRAIN_MS = 120_000

export type IngestLoad = Pick<Load, 'alerts' | 'perPost' | 'groups'>

/** New alerts, then the first of these alerts resent, then refreshed, posted to a fresh server. */
export async function measureIngest(server: Server, load: IngestLoad): Promise<IngestCost> {
  const { perPost } = load
  const client = createClient(server.alertsUrl, CONNECTIONS)
  const fresh = bodiesOf({ ...load, run: 'new', now: Date.now() })
  const known = fresh.slice(0, Math.floor(Math.min(KNOWN_ALERTS, load.alerts) / perPost))
  const rounds = Math.ceil(fresh.length / known.length)
  const again = (bodies: (round: number) => readonly string[]): string[] =>
    Array.from({ length: rounds }, (_, round) => bodies(round + 1))
      .flat()
      .slice(0, fresh.length)
  const cost = async (bodies: readonly string[]): Promise<PhaseCost> => {
    const before = { cpu: cpuSeconds(server.pid), bytes: writtenBytes(server.pid) }
    const bad = await postAll(client, bodies, CONNECTIONS)
    if (bad > 0) throw new Error(`${server.name} refused ${bad} of ${bodies.length} posts`)
    if (!(await untilQuiet(server.pid, DRAIN_MS))) throw new Error(`${server.name} was still busy after ${DRAIN_MS} ms`)
    const alerts = bodies.length * perPost
    return {
      cpu: ((cpuSeconds(server.pid) - before.cpu) / alerts) * 100_000,
      bytes: (writtenBytes(server.pid) - before.bytes) / alerts,
    }
  }
  try {
    await cost(bodiesOf({ run: 'warm', alerts: WARM_UP_ALERTS, perPost, groups: USUAL_GROUPS, now: Date.now() }))
    return {
      fresh: await cost(fresh),
      resent: await cost(again(() => known)),
      refreshed: await cost(again((round) => refreshed(known, round))),
    }
  } finally {
    client.close()
  }
}
