import { request } from 'node:http'
import { bodiesOf } from './alerts.ts'
import { createClient, postAll } from './client.ts'
import { cpuSeconds, residentMib, untilQuiet } from './process.ts'
import type { Server } from './servers.ts'

export interface Memory {
  /** Resident memory in MiB: with all alerts active, and after a GET of all alerts. */
  activeMib: number
  readMib: number
  peakMib: number
  /** CPU-seconds of a `GET /api/v2/alerts` of all alerts. */
  readCpu: number
}

export const ACTIVE_ALERTS = 100_000
const GROUPS = 1000
const PER_POST = 256
const CONNECTIONS = 4
const DRAIN_MS = 120_000

/** 100,000 alerts in 1,000 groups, then a GET of all alerts. */
export async function measureMemory(server: Server): Promise<Memory> {
  const client = createClient(server.alertsUrl, CONNECTIONS)
  try {
    const alerts = Math.ceil(ACTIVE_ALERTS / PER_POST) * PER_POST
    const bodies = bodiesOf({ run: 'memory', alerts, perPost: PER_POST, groups: GROUPS, now: Date.now() })
    const bad = await postAll(client, bodies, CONNECTIONS)
    if (bad > 0) throw new Error(`${server.name} refused ${bad} of ${bodies.length} posts`)
    await untilQuiet(server.pid, DRAIN_MS)
    const { now: activeMib } = residentMib(server.pid)
    const before = cpuSeconds(server.pid)
    const bytes = await read(server)
    if (bytes < ACTIVE_ALERTS * 100) throw new Error(`${server.name} answered with ${bytes} bytes only`)
    await untilQuiet(server.pid, DRAIN_MS)
    const { now: readMib, peak: peakMib } = residentMib(server.pid)
    return { activeMib, readMib, peakMib, readCpu: cpuSeconds(server.pid) - before }
  } finally {
    client.close()
  }
}

/** The length of the answer. The bytes are thrown away, so that this process takes no CPU from the server. */
function read({ readUrl, reading }: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(readUrl, { headers: reading }, (answer) => {
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(bytes)
        else reject(new Error(`${readUrl} answered ${answer.statusCode}`))
      })
      answer.once('error', reject)
    })
    sent.once('error', reject)
    sent.end()
  })
}
