import { MINUTE, sleep } from '../../shared/base/time.ts'
import { type Cloud, deployedFiles, makeAccount, startCloud } from '../chaos/cloud.ts'
import { type Bill, billed } from '../fakes/aws-bill.ts'
import { benchAlert } from './alerts.ts'

/*
 * AWS's bill for a thousand alerts, counted in front of the emulators: the deployed bundles, with time under control. A
 * thousand alerts in 50 groups fire, and are sent again each minute for ten minutes. In every minute each group has
 * news, so 5 % of the alerts lead to a notification. Then eight minutes to come to rest.
 *
 * AWS runs the pollers of Lambda, so a formula counts the pollers' requests: for each batch handed to a function, one
 * receive for each started ten messages or each started 64 KiB, whichever number is larger, and one delete for each
 * started ten. Requests that happen without alerts (empty receives, the sweep) are not counted.
 */

const GROUPS = 50
const ALERTS = 1000
const ROUNDS = 10
/** Time from a post to the next post of the same sender. */
const POST_MS = 20
const REST_MINUTES = 8
const TARGET = 250
/** The least that an answer costs which is durable, of a model: `docs/performance.md`. */
const LIMITS: Record<number, number> = { 64: 52 }

interface Line extends Omit<Bill, 'index'> {
  lambda: number
  calls: number
}

interface Counted {
  perPost: number
  notifications: number
  lines: Map<string, Line>
}

export async function benchCost(): Promise<void> {
  const { files, remove } = await deployedFiles(true)
  const { log } = console
  for (const perPost of [64, 1]) {
    // The functions' own lines.
    console.log = () => {}
    const counted = await count(await startCloud(files, 1), perPost).finally(() => {
      console.log = log
    })
    print(counted)
  }
  await remove()
}

async function count(cloud: Cloud, perPost: number): Promise<Counted> {
  const { clock, lambda, services, pollers, webhook } = cloud
  const lines = new Map<string, Line>()
  const line = (name: string): Line => {
    const found = lines.get(name) ?? { lambda: 0, sqs: 0, wru: 0, rru: 0, calls: 0 }
    lines.set(name, found)
    return found
  }
  try {
    const account = await cloud.until(makeAccount(cloud, 'bench', { groupBy: ['namespace'] }))
    const before = new Map(lambda.invocations)
    services.proxy.treat(async (call, ask) => {
      const by = lambda.nameOf(call.caller)
      if (by === undefined || by === 'sweep') return ask()
      const { answer, bill, what } = await billed(call, ask)
      const entry = line(`${by}: ${nameOf(what, cloud)}`)
      entry.calls++
      entry.sqs += bill.sqs
      entry.wru += bill.wru - bill.index
      entry.rru += bill.rru
      if (bill.index > 0) {
        const moved = line(`${by}: ${nameOf(what, cloud)}, its indexes`)
        moved.calls++
        moved.wru += bill.index
      }
      return answer
    })
    await cloud.until(send(cloud, account.path, perPost))
    await clock.advanceTo(clock.now() + REST_MINUTES * MINUTE)
    for (const name of ['ingest', 'dispatch', 'notify'] as const) {
      const invocations = lambda.invocations.get(name)! - (before.get(name) ?? 0)
      Object.assign(line(`${name}: invocations`), { lambda: invocations, calls: invocations })
    }
    for (const [queue, { polled }] of Object.entries(pollers)) {
      Object.assign(line(`pollers: receives of ${queue}`), { sqs: polled.billed, calls: polled.messages })
      Object.assign(line(`pollers: deletes of ${queue}`), { sqs: polled.tens, calls: polled.messages })
    }
    return { perPost, notifications: webhook.received.length, lines }
  } finally {
    await cloud.stop()
  }
}

/** Sends round after round, a minute apart. In a round, an alert of each group ends, begins again, and so on. */
async function send(cloud: Cloud, path: string, perPost: number): Promise<void> {
  const { clock } = cloud
  const start = clock.now()
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(clock, start + round * MINUTE - clock.now())
    const alerts = Array.from({ length: ALERTS }, (_, id) => alertOf(id, round, start))
    for (let from = 0; from < ALERTS; from += perPost) {
      await sleep(clock, POST_MS)
      const answer = await cloud.http({
        method: 'POST',
        path,
        body: JSON.stringify(alerts.slice(from, from + perPost)),
      })
      if (answer === 'failed' || answer.status !== 200) throw new Error(`a post was refused: ${JSON.stringify(answer)}`)
    }
  }
}

function alertOf(id: number, round: number, start: number): object {
  const now = start + round * MINUTE
  // Prometheus sends the alerts of a rule together.
  const group = Math.floor((id * GROUPS) / ALERTS)
  const changing = id % (ALERTS / GROUPS) === 0
  const { labels, ...rest } = benchAlert('cost', id, now)
  const over = changing && round % 2 === 1
  const startsAt = new Date(changing ? now - (over ? MINUTE : 0) : start).toISOString()
  const endsAt = over ? new Date(now).toISOString() : rest.endsAt
  return { ...rest, labels: { ...labels, namespace: `shop-${group}` }, startsAt, endsAt }
}

/** The queue with the given name. */
function nameOf(what: string, { services: { environment } }: Cloud): string {
  for (const queue of ['alerts', 'deliveries', 'records', 'forwards']) {
    const url = environment[`${queue.toUpperCase()}_QUEUE_URL`]!
    if (what.endsWith(url.slice(url.lastIndexOf('/')).replace('/', ' '))) return `SendMessageBatch to ${queue}`
  }
  return what
}

function print({ perPost, notifications, lines }: Counted): void {
  const thousands = (ALERTS * ROUNDS) / 1000
  const shown = (value: number): string => (value / thousands).toFixed(1).padStart(8)
  const sum = (names: (name: string) => boolean): Line => {
    const total = { lambda: 0, sqs: 0, wru: 0, rru: 0, calls: 0 }
    for (const [name, line] of lines) {
      if (!names(name)) continue
      for (const key of ['lambda', 'sqs', 'wru', 'rru', 'calls'] as const) total[key] += line[key]
    }
    return total
  }
  const row = (name: string, { lambda, sqs, wru, rru, calls }: Line, withCalls = true): string =>
    [name.padEnd(44), ...[lambda, sqs, wru, rru, lambda + sqs + wru + rru].map(shown), withCalls ? shown(calls) : '']
      .join('')
      .trimEnd()
  console.log(
    `\n${perPost} a POST: ${thousands} thousand alerts, ${GROUPS} groups, ${notifications} notifications; for 1,000 alerts:`,
  )
  console.log(' '.repeat(44) + ['Lambda', 'SQS', 'WRU', 'RRU', 'all', 'calls'].map((head) => head.padStart(8)).join(''))
  for (const part of ['ingest', 'dispatch', 'notify', 'pollers']) {
    console.log(
      row(
        part,
        sum((name) => name.startsWith(`${part}:`)),
        false,
      ),
    )
    const own = [...lines].filter(([name]) => name.startsWith(`${part}:`))
    for (const [name, line] of own.sort(([, a], [, b]) => total(b) - total(a)))
      console.log(row(`  ${name.slice(part.length + 2)}`, line))
  }
  const all = sum(() => true)
  console.log(row('together', all, false))
  const limit = LIMITS[perPost]
  if (limit === undefined) return
  const requests = total(all) / thousands
  console.log(
    `the least that a durable answer allows: ${limit}; target <= ${TARGET}: ${requests <= TARGET ? 'ok' : 'MISSED'}`,
  )
}

function total({ lambda, sqs, wru, rru }: Line): number {
  return lambda + sqs + wru + rru
}
