import { bodiesOf } from './alerts.ts'
import { createClient, postAll } from './client.ts'
import { cpuSeconds, untilQuiet } from './cpu.ts'
import type { Server } from './servers.ts'

export interface IngestCost {
  /** CPU-seconds per 100,000 alerts, the work that follows from the alerts included. */
  fresh: number
  resent: number
}

const CONNECTIONS = 4
const WARM_UP_ALERTS = 2000
/** Prometheus resends firing alerts: the number of known alerts that are sent again and again. */
const KNOWN_ALERTS = 4096
const DRAIN_MS = 60_000

/** New alerts, then resends of the first alerts, posted to a server just started. */
export async function measureIngest(server: Server, alerts: number, perPost: number): Promise<IngestCost> {
  const client = createClient(server.alertsUrl, CONNECTIONS)
  const fresh = bodiesOf('new', alerts, perPost)
  const known = fresh.slice(0, Math.floor(KNOWN_ALERTS / perPost))
  const resent = Array.from(fresh, (_, index) => known[index % known.length] as string)
  const cost = async (bodies: readonly string[]): Promise<number> => {
    const before = cpuSeconds(server.pid)
    const bad = await postAll(client, bodies, CONNECTIONS)
    if (bad > 0) throw new Error(`${server.name} refused ${bad} of ${bodies.length} posts`)
    if (!(await untilQuiet(server.pid, DRAIN_MS))) throw new Error(`${server.name} was still busy after ${DRAIN_MS} ms`)
    return ((cpuSeconds(server.pid) - before) / (bodies.length * perPost)) * 100_000
  }
  try {
    await cost(bodiesOf('warm', WARM_UP_ALERTS, perPost))
    return { fresh: await cost(fresh), resent: await cost(resent) }
  } finally {
    client.close()
  }
}
