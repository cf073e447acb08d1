import { setTimeout as sleep } from 'node:timers/promises'
import { benchAlert } from './alerts.ts'
import { createClient } from './client.ts'
import { cpuSeconds, untilQuiet } from './cpu.ts'
import type { Server } from './servers.ts'
import type { Sink } from './sink.ts'

export interface Latency {
  p50Ms: number
  p99Ms: number
  /** Alerts without a webhook request. */
  lost: number
  /** CPU-seconds per 100,000 alerts, with a notification for every alert. */
  cpu: number
}

const RATE = 500
const SECONDS = 8
const WARM_UP = 500
const CONNECTIONS = 16
const ARRIVE_MS = 20_000

/**
 * Open loop: alerts are posted at their time, independent of earlier alerts. Measures from before the post to the
 * webhook.
 */
export async function measureLatency(server: Server, sink: Sink): Promise<Latency> {
  const client = createClient(server.alertsUrl, CONNECTIONS)
  try {
    await run(client.post, sink, `${server.name}-warm`, WARM_UP)
    await untilQuiet(server.pid, ARRIVE_MS)
    const before = cpuSeconds(server.pid)
    const taken = (await run(client.post, sink, server.name, RATE * SECONDS)).sort((a, b) => a - b)
    await untilQuiet(server.pid, ARRIVE_MS)
    const cpu = ((cpuSeconds(server.pid) - before) / (RATE * SECONDS)) * 100_000
    return { p50Ms: quantile(taken, 0.5), p99Ms: quantile(taken, 0.99), lost: RATE * SECONDS - taken.length, cpu }
  } finally {
    client.close()
  }
}

async function run(
  post: (body: string) => Promise<number>,
  sink: Sink,
  name: string,
  count: number,
): Promise<number[]> {
  const sentAt = new Map<string, number>()
  const posts: Promise<number>[] = []
  const start = performance.now()
  for (let id = 0; id < count; id++) {
    const early = start + (id * 1000) / RATE - performance.now()
    if (early > 1) await sleep(early)
    const alert = benchAlert(name, id, Date.now())
    sentAt.set(alert.labels.pod as string, performance.now())
    posts.push(post(JSON.stringify([alert])))
  }
  const bad = (await Promise.all(posts)).filter((status) => status < 200 || status > 299)
  if (bad.length > 0) throw new Error(`${name}: ${bad.length} posts were refused`)
  const until = Date.now() + ARRIVE_MS
  while (Date.now() < until && [...sentAt.keys()].some((pod) => !sink.seen.has(pod))) await sleep(50)
  return [...sentAt].flatMap(([pod, sent]) => {
    const at = sink.seen.get(pod)
    return at === undefined ? [] : [at - sent]
  })
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}
