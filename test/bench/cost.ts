import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { bundleFunctions } from '../../infra/bundle.ts'
import { MINUTE, SECOND, sleep } from '../../shared/base/time.ts'
import { type Cloud, deployedFiles, makeAccount, startCloud } from '../chaos/cloud.ts'
import { type Bill, billed } from '../fakes/aws-bill.ts'
import { benchAlert } from './alerts.ts'
import type { Row } from './report.ts'

/*
 * The bill of AWS for a thousand alerts, counted in front of the emulators: the deployed bundles, time owned.
 *
 * - busy: a thousand alerts in 50 groups fire, and are sent again every minute for ten minutes; in every minute each
 *   group has a change, so that 5 % of the alerts lead to a notification.
 * - steady: the same alerts are sent again every minute with a later `endsAt`, without another change. The first
 *   minutes, in which the alerts are new and are told, are not counted.
 * - known: the same, every 75 seconds and with an end in four minutes, as a Prometheus sends with an evaluation interval
 *   of 15 seconds; of an integration with `absorbRefreshes` and without.
 * - storm: 5,000 alerts, each in a group of its own, begin within two seconds, and each is told once.
 * A scenario ends with eight minutes of rest.
 *
 * The pollers of Lambda are AWS's own, so their cost is a formula: for each batch that was handed to a function one
 * receive for every started ten messages or 64 KiB, the larger number, and one delete for every started ten.
 * API Gateway bills a POST as one request. The cost of a quiet system (receives that bring nothing, the sweep) is
 * not counted here.
 */

const GROUPS = 50
const ALERTS = 1000
const ROUNDS = 10
const STORM = 5000
/**
 * Sandboxes of a function at the same moment. A storm needs more of them; AWS would start up to the limit of
 * `function.yml`.
 */
const [SANDBOXES, STORM_SANDBOXES] = [3, 10]
/** Time between two posts of the sender. */
const POST_MS = 20
const REST_MINUTES = 8

interface Scenario {
  name: 'busy' | 'steady' | 'known' | 'storm'
  perPost: number
  /** The integration absorbs refreshes. */
  absorbs?: true
  /** Most billed requests per 1,000 alerts, without API Gateway's: what this design has to keep, … */
  most?: number
  /** … and what is to be reached. */
  target?: number
  /** The least for a durable answer, of a model: `docs/performance.md`. */
  least?: number
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'busy', perPost: 64, most: 415, target: 330, least: 52 },
  { name: 'busy', perPost: 1 },
  { name: 'steady', perPost: 64, most: 150 },
  { name: 'known', perPost: 64 },
  { name: 'known', perPost: 64, absorbs: true },
  { name: 'storm', perPost: 64 },
]

interface Line extends Omit<Bill, 'index'> {
  lambda: number
  calls: number
}

interface Counted {
  posts: number
  alerts: number
  notifications: number
  /** From the first post until the last notification arrived. */
  toldMs: number
  lines: Map<string, Line>
}

/**
 * Prints the bill of this checkout in detail; the rows have the sums, of the other checkout too. `only`: the scenarios
 * whose names have the text, such as `busy, 64`.
 */
export async function benchCost(before: string | undefined, only: string): Promise<Row[]> {
  const own = await deployedFiles(true)
  const other = before === undefined ? undefined : await deployedFiles(true, await bundlerOf(before))
  const rows: Row[] = []
  for (const scenario of SCENARIOS.filter((one) => titleOf(one).includes(only))) {
    const counted = await countAlone(own.files, scenario)
    print(scenario, counted)
    const compared = other && (await countAlone(other.files, scenario))
    rows.push(...rowsOf(scenario, counted, compared))
  }
  await own.remove()
  await other?.remove()
  return rows
}

/** Another checkout bundles itself: with its own packages and settings of the bundler. */
async function bundlerOf(root: string): Promise<typeof bundleFunctions> {
  const module = (await import(pathToFileURL(join(root, 'infra/bundle.ts')).href)) as {
    bundleFunctions: typeof bundleFunctions
  }
  return module.bundleFunctions
}

type Files = Awaited<ReturnType<typeof deployedFiles>>['files']

async function countAlone(files: Files, scenario: Scenario): Promise<Counted> {
  const { log } = console
  // Log lines of the functions would hide the report.
  console.log = () => {}
  const sandboxes = scenario.name === 'storm' ? STORM_SANDBOXES : SANDBOXES
  return await count(await startCloud(files, 1, sandboxes), scenario).finally(() => {
    console.log = log
  })
}

function titleOf({ name, perPost, absorbs }: Scenario): string {
  return `${name}, ${perPost} a POST${absorbs ? ', absorbed' : ''}`
}

function rowsOf(scenario: Scenario, own: Counted, before: Counted | undefined): Row[] {
  const { name, most } = scenario
  const what = `AWS, ${titleOf(scenario)}`
  const values = (of: (counted: Counted) => number): Row['values'] => ({
    tocsin: [of(own)],
    before: before === undefined ? [] : [of(before)],
    alertmanager: [],
  })
  const requests = (counted: Counted): number => (sumOf(counted) / counted.alerts) * 1000
  const withGateway = (counted: Counted): number => requests(counted) + (counted.posts / counted.alerts) * 1000
  const rows = [
    { what, unit: 'billed requests per 1,000 alerts', values: values(requests), most },
    { what: `${what}, with API Gateway`, unit: 'billed requests per 1,000 alerts', values: values(withGateway) },
  ]
  if (name !== 'storm') return rows
  const last = { what: `${what}: the last is told after`, unit: 's', values: values(({ toldMs }) => toldMs / SECOND) }
  const missing = { what: `${what}: not told`, unit: 'alerts', values: values((one) => one.alerts - one.notifications) }
  return [...rows, last, missing]
}

function sumOf({ lines }: Counted): number {
  return [...lines.values()].reduce((sum, line) => sum + total(line), 0)
}

async function count(cloud: Cloud, { name, perPost, absorbs }: Scenario): Promise<Counted> {
  const { clock, lambda, services, pollers, webhook } = cloud
  const lines = new Map<string, Line>()
  const line = (name: string): Line => {
    const found = lines.get(name) ?? { lambda: 0, sqs: 0, wru: 0, rru: 0, calls: 0 }
    lines.set(name, found)
    return found
  }
  try {
    const policy = name === 'storm' ? { groupBy: ['...'], groupWait: '1s' } : { groupBy: ['namespace'] }
    const settings = absorbs ? { absorbRefreshes: true } : {}
    const { path } = await cloud.until(makeAccount(cloud, 'bench', policy, settings))
    const start = clock.now()
    if (name === 'steady') {
      await cloud.until(post(cloud, path, perPost, knownAlerts(start, start + CLAIM_MS)))
      await clock.advanceTo(clock.now() + REST_MINUTES * MINUTE)
    }
    const send: Send = (alerts) => post(cloud, path, perPost, alerts)
    if (name === 'known') await cloud.until(everyResend(cloud, send, start))
    const before = new Map(lambda.invocations)
    const polledBefore = new Map(Object.entries(pollers).map(([queue, { polled }]) => [queue, { ...polled }]))
    const toldBefore = webhook.received.length
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
    const began = clock.now()
    const sent = { posts: 0, alerts: 0 }
    const sendCounted: Send = async (alerts) => {
      await send(alerts)
      sent.posts += Math.ceil(alerts.length / perPost)
      sent.alerts += alerts.length
    }
    await cloud.until(ROUNDS_OF[name](cloud, sendCounted, start))
    await clock.advanceTo(clock.now() + REST_MINUTES * MINUTE)
    for (const name of ['ingest', 'dispatch', 'notify'] as const) {
      const invocations = lambda.invocations.get(name)! - (before.get(name) ?? 0)
      Object.assign(line(`${name}: invocations`), { lambda: invocations, calls: invocations })
    }
    for (const [queue, { polled }] of Object.entries(pollers)) {
      const { billed, tens, messages } = polledBefore.get(queue)!
      const calls = polled.messages - messages
      Object.assign(line(`pollers: receives of ${queue}`), { sqs: polled.billed - billed, calls })
      Object.assign(line(`pollers: deletes of ${queue}`), { sqs: polled.tens - tens, calls })
    }
    const told = webhook.received.slice(toldBefore)
    return { ...sent, notifications: told.length, toldMs: (told.at(-1)?.at ?? began) - began, lines }
  } finally {
    await cloud.stop()
  }
}

type Send = (alerts: readonly object[]) => Promise<void>

type Rounds = (cloud: Cloud, send: Send, start: number) => Promise<void>

const ROUNDS_OF: Record<Scenario['name'], Rounds> = {
  /** An alert of each group ends, begins again, and so on. */
  busy: (cloud, send, start) =>
    inTurns(cloud, MINUTE, (round) => send(Array.from({ length: ALERTS }, (_, id) => alertOf(id, round, start)))),
  steady: (cloud, send, start) =>
    inTurns(cloud, MINUTE, (round) => send(knownAlerts(start, start + (REST_MINUTES + round) * MINUTE + CLAIM_MS))),
  /** The last post claims the time of rest, too. */
  async known(cloud, send, start) {
    await everyResend(cloud, send, start)
    await send(knownAlerts(start, cloud.clock.now() + CLAIM_MS))
  },
  storm: ({ clock }, send) => send(Array.from({ length: STORM }, (_, id) => stormAlert(id, clock.now()))),
}

async function everyResend(cloud: Cloud, send: Send, start: number): Promise<void> {
  await inTurns(cloud, 75 * SECOND, () => send(knownAlerts(start, cloud.clock.now() + 4 * MINUTE)))
  await sleep(cloud.clock, 75 * SECOND)
}

async function inTurns({ clock }: Cloud, everyMs: number, round: (index: number) => Promise<void>): Promise<void> {
  const start = clock.now()
  for (let index = 0; index < ROUNDS; index++) {
    await sleep(clock, start + index * everyMs - clock.now())
    await round(index)
  }
}

async function post(cloud: Cloud, path: string, perPost: number, alerts: readonly object[]): Promise<void> {
  for (let from = 0; from < alerts.length; from += perPost) {
    await sleep(cloud.clock, POST_MS)
    const body = JSON.stringify(alerts.slice(from, from + perPost))
    const answer = await cloud.http({ method: 'POST', path, body })
    if (answer === 'failed' || answer.status !== 200) throw new Error(`a post was refused: ${JSON.stringify(answer)}`)
  }
}

/** An end so far ahead lies beyond the time of rest. */
const CLAIM_MS = 2 * REST_MINUTES * MINUTE

/** Alerts that began at `start` and go on, until this moment at least. */
function knownAlerts(start: number, until: number): object[] {
  return Array.from({ length: ALERTS }, (_, id) => {
    const { labels, ...rest } = benchAlert('steady', id, start)
    const namespace = `shop-${Math.floor((id * GROUPS) / ALERTS)}`
    const endsAt = new Date(until).toISOString()
    return { ...rest, labels: { ...labels, namespace }, endsAt }
  })
}

/** The end lies beyond the time of rest: an end would be a second notification. */
function stormAlert(id: number, now: number): object {
  return { ...benchAlert('storm', id, now), endsAt: new Date(now + CLAIM_MS).toISOString() }
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

/** The call with the name of a queue instead of its URL. */
function nameOf(what: string, { services: { environment } }: Cloud): string {
  for (const queue of ['alerts', 'deliveries', 'records', 'forwards']) {
    const url = environment[`${queue.toUpperCase()}_QUEUE_URL`]!
    if (what.endsWith(url.slice(url.lastIndexOf('/')).replace('/', ' '))) return `SendMessageBatch to ${queue}`
  }
  return what
}

function print(scenario: Scenario, { posts, alerts, notifications, lines }: Counted): void {
  const { target, least } = scenario
  const thousands = alerts / 1000
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
  console.log(`\n${titleOf(scenario)}: ${alerts} alerts, ${notifications} notifications; for 1,000 alerts:`)
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
  console.log(`API Gateway, one request a POST${shown(posts).padStart(53)}`)
  if (notifications > 0) console.log(`for one notification${decimals(total(all) / notifications).padStart(64)}`)
  if (target === undefined) return
  const requests = total(all) / thousands
  const verdict = requests <= target ? 'ok' : 'MISSED'
  console.log(`the least for a durable answer: ${least}; target <= ${target}: ${verdict}`)
}

function decimals(value: number): string {
  return value.toFixed(1)
}

function total({ lambda, sqs, wru, rru }: Line): number {
  return lambda + sqs + wru + rru
}
