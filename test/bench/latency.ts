import { setTimeout as sleep } from 'node:timers/promises'
import { benchAlert } from './alerts.ts'
import { createClient } from './client.ts'
import { countSyncs, cpuSeconds, untilQuiet } from './process.ts'
import type { Server } from './servers.ts'
import type { Sink } from './sink.ts'

export interface Latency {
  p50Ms: number
  p99Ms: number
  /** Alerts without a webhook request. */
  lost: number
  /** CPU-seconds per 100,000 alerts, with a notification for every alert. */
  cpu: number
  /** fsyncs per notification, counted apart by strace; NaN where strace is not there. */
  syncs: number
}

const SECONDS = 8
const COUNTED_SECONDS = 4
/** Until V8 has compiled what is called often: the first seconds of a process are not its days. */
const WARM_UP_SECONDS = 8
const CONNECTIONS = 16
const ARRIVE_MS = 20_000

/**
 * Open loop: an alert is posted at its time, whether or not earlier posts are answered. The time runs from before the
 * post until the webhook has read the request.
 */
export async function measureLatency(server: Server, sink: Sink, rate: number): Promise<Latency> {
  const client = createClient(server.alertsUrl, CONNECTIONS)
  const send = (name: string, count: number) => run(client.post, sink, `${server.name}-${name}`, { count, rate })
  try {
    await send('warm', rate * WARM_UP_SECONDS)
    await untilQuiet(server.pid, ARRIVE_MS)
    const before = cpuSeconds(server.pid)
    const alerts = rate * SECONDS
    const taken = (await send('measured', alerts)).sort((a, b) => a - b)
    await untilQuiet(server.pid, ARRIVE_MS)
    const cpu = ((cpuSeconds(server.pid) - before) / alerts) * 100_000
    // strace slows the process down, so times are not measured together with fsyncs.
    const counted = rate * COUNTED_SECONDS
    const syncs = await countSyncs(server.pid, () => send('counted', counted))
    const [p50Ms, p99Ms] = [quantile(taken, 0.5), quantile(taken, 0.99)]
    return { p50Ms, p99Ms, lost: alerts - taken.length, cpu, syncs: syncs / counted }
  } finally {
    client.close()
  }
}

async function run(
  post: (body: string) => Promise<number>,
  sink: Sink,
  name: string,
  { count, rate }: { count: number; rate: number },
): Promise<number[]> {
  const sentAt = new Map<string, number>()
  const posts: Promise<number>[] = []
  const start = performance.now()
  for (let id = 0; id < count; id++) {
    const early = start + (id * 1000) / rate - performance.now()
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
