import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import type { DispatchDeps } from '../../functions/dispatch/handler.ts'
import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import type { Channel, Config, Policy } from '../../shared/config/config.ts'
import type { DeliveryDue } from '../../shared/message/message.ts'
import type { InMessage, OutMessage, Queue } from '../../shared/queue/port.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import type { NewItem, Table } from '../../shared/table/port.ts'
import { handClock } from '../contract/hand-clock.ts'
import { memoryTable } from '../sim/table.ts'
import { benchAlert } from './alerts.ts'

/*
 * `node targets-run.ts ROOT TARGETS ALERTS`: one group with so many alerts, told to so many targets by `dispatch` of the
 * checkout at ROOT, over a table in memory. In each round one alert ends or begins again, the group is flushed, and each
 * target takes its notification. Prints a line of JSON. A process of its own: no code and no garbage of another run.
 */

export interface TargetsCost {
  /** CPU-milliseconds of `dispatch`: a flush with all its contents, and the outcomes of all targets. */
  flushMs: number
  settleMs: number
  /** Bytes of bodies before compression: the largest head, and what a round writes beside heads. */
  head: number
  log: number
  contents: number
  /** Everything else: texts, rows, states of targets, pages. */
  beside: number
}

const START: Millis = Date.UTC(2026, 0, 5)
const ROUNDS = 7
/** The first rounds warm the code up. */
const WARM_UP = 2
const PER_MESSAGE = 64
/** The largest batch of `dispatch` on one machine. */
const BATCH = 10_000
const ACCOUNT = 'bench'

async function measure(root: string, targets: number, alerts: number): Promise<TargetsCost> {
  const clock = handClock(START)
  const { table, puts, forget } = countingTable(clock)
  const sent: OutMessage[] = []
  const queue: Queue = {
    send: async (messages) => {
      sent.push(...messages)
      return { failed: [] }
    },
  }
  const config = await compiled(root, targets)
  const { createDispatch } = await load<typeof import('../../functions/dispatch/handler.ts')>(
    root,
    'functions/dispatch/handler.ts',
  )
  const deps: DispatchDeps = {
    ...{ table, clock, chance: () => 0.5, configs: { current: async () => config } },
    ...{ dispatchQueue: queue, deliveries: queue, forwards: queue, metrics: { add() {}, set() {}, observe() {} } },
  }
  const dispatch = createDispatch(deps)
  let count = 0
  const work = async (bodies: readonly object[]): Promise<void> => {
    for (let from = 0; from < bodies.length; from += BATCH) {
      const batch = bodies.slice(from, from + BATCH).map((body): InMessage => {
        return { id: `m${++count}`, body: JSON.stringify(body), receives: 1, sentAt: clock.now() }
      })
      const { failed } = await dispatch(batch)
      if (failed.length > 0) throw new Error(`dispatch failed ${failed.length} messages`)
    }
  }
  const rounds: TargetsCost[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const due = START + round * MINUTE
    clock.advance(due - clock.now())
    await work(alertMessages(round === 0 ? alerts : 1, round, due))
    const group = groupOf(puts)
    puts.length = 0
    clock.advance(30 * SECOND)
    const flushMs = await cpuMs(() => work([{ v: 1, kind: 'wake', account: ACCOUNT, group }]))
    const opened = sent.splice(0).flatMap(({ body }) => openedBy(body))
    if (opened.length !== targets) throw new Error(`${opened.length} deliveries in round ${round}`)
    clock.advance(SECOND)
    const settleMs = await cpuMs(() => work(opened.map((one) => arrived(one, clock.now()))))
    rounds.push({ flushMs, settleMs, ...sizes(puts) })
    await forget()
  }
  const counted = rounds.slice(WARM_UP)
  const median = (of: (cost: TargetsCost) => number): number =>
    counted.map(of).sort((a, b) => a - b)[counted.length >> 1]!
  const mean = (of: (cost: TargetsCost) => number): number =>
    counted.reduce((sum, cost) => sum + of(cost), 0) / counted.length
  return {
    ...{ flushMs: median(({ flushMs }) => flushMs), settleMs: median(({ settleMs }) => settleMs) },
    ...{ head: Math.max(...rounds.map(({ head }) => head)), log: mean(({ log }) => log) },
    ...{ contents: mean(({ contents }) => contents), beside: mean(({ beside }) => beside) },
  }
}

async function load<Module>(root: string, path: string): Promise<Module> {
  return (await import(pathToFileURL(join(root, path)).href)) as Module
}

async function compiled(root: string, targets: number): Promise<CompiledConfig> {
  const ids = Array.from({ length: targets }, (_, index) => `target-${index}`)
  const channels = ids.map((id): Channel => ({ id, type: 'webhook', sendResolved: true, settings: {} }))
  const policy: Policy = {
    ...{ id: 'all', name: 'All', match: [], groupBy: [], lifecycle: [], muteTimes: [], activeTimes: [] },
    silencedEnds: 'told',
    ...{ groupWaitMs: 30 * SECOND, groupIntervalMs: 30 * SECOND, repeatIntervalMs: 240 * MINUTE },
    ...{ receiver: 'all', routeKey: '{}', targets: ids.map((channel) => ({ kind: 'notification', channel })) },
  }
  const { compileConfig } = await load<typeof import('../../shared/routing/compile.ts')>(
    root,
    'shared/routing/compile.ts',
  )
  const { defaultConfig } = await load<typeof import('../../shared/config/sections.ts')>(
    root,
    'shared/config/sections.ts',
  )
  const config: Config = { ...defaultConfig(), revision: '1', since: START, channels, policies: [policy] }
  return compileConfig(config)
}

/** The first alert ends in odd rounds and begins again in even rounds. */
function alertMessages(alerts: number, round: number, now: Millis): object[] {
  const over = round % 2 === 1
  const posted = Array.from({ length: alerts }, (_, id) => {
    const { labels, annotations, generatorURL } = benchAlert('targets', id, START, 1)
    const startsAt = over ? now - MINUTE : now
    return { labels, annotations, generatorURL, startsAt, endsAt: over ? now : START + 600 * MINUTE }
  })
  const message = { v: 1, kind: 'alerts', account: ACCOUNT, integration: 'default', recoverAfterMs: 300_000 }
  return Array.from({ length: Math.ceil(alerts / PER_MESSAGE) }, (_, index) => ({
    ...message,
    receivedAt: now,
    alerts: posted.slice(index * PER_MESSAGE, (index + 1) * PER_MESSAGE),
  }))
}

function openedBy(body: string): DeliveryDue[] {
  const message = JSON.parse(body) as DeliveryDue | { kind: 'wake' }
  return message.kind === 'delivery' ? [message] : []
}

/** Outcomes have had one version so far, of either checkout. */
function arrived({ account, group, target, delivery, attempt }: DeliveryDue, at: Millis): object {
  return { v: 1, kind: 'outcome', account, group, target, delivery, attempt, outcome: { kind: 'arrived', at } }
}

function countingTable(clock: ReturnType<typeof handClock>) {
  const stored = memoryTable(clock)
  const puts: NewItem[] = []
  const table: Table = {
    ...stored,
    put(item, when) {
      puts.push(item)
      return stored.put(item, when)
    },
  }
  /** Contents of earlier rounds would only fill the memory of this process. */
  const forget = async (): Promise<void> => {
    for (const item of puts.splice(0)) if (isContent(item)) await stored.remove(item)
  }
  return { table, puts, forget }
}

function isContent({ sort }: NewItem): boolean {
  return /^(to|words)#/.test(sort)
}

function groupOf(puts: readonly NewItem[]): string {
  const head = puts.findLast(({ sort }) => sort === 'head')
  const group = head?.partition.split('#').at(-1)
  if (group === undefined) throw new Error('no head was saved')
  return group
}

function sizes(puts: readonly NewItem[]): Pick<TargetsCost, 'head' | 'log' | 'contents' | 'beside'> {
  const of = (test: (item: NewItem) => boolean): number =>
    puts.filter(test).reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)
  const isLog = ({ sort }: NewItem): boolean => sort.startsWith('log#')
  const isHead = ({ sort }: NewItem): boolean => sort === 'head'
  const isStatistic = ({ sort }: NewItem): boolean => /^(cell#|seen)/.test(sort)
  return {
    head: Math.max(...puts.filter(isHead).map(({ body }) => Buffer.byteLength(body))),
    log: of(isLog),
    contents: of(isContent),
    beside: of((item) => !isContent(item) && !isLog(item) && !isHead(item) && !isStatistic(item)),
  }
}

async function cpuMs(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const [root = '', targets = '', alerts = ''] = process.argv.slice(2)
console.log(JSON.stringify(await measure(root, Number(targets), Number(alerts))))
