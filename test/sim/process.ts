import { MINUTE, type Millis } from '../../shared/base/time.ts'
import type { Queue } from '../../shared/queue/port.ts'
import type { Table } from '../../shared/table/port.ts'
import { between, type World } from './world.ts'

/** Rates of faults at an effect, 0..1. Drawn anew for every run; in many runs some kinds are off. */
export interface FaultRates {
  /** The effect does not happen and says so. */
  errorBefore: number
  /** The effect happens, the answer is lost. */
  errorAfter: number
  /** The process dies before, or just after, the effect. */
  crashBefore: number
  crashAfter: number
  /** The process stands still after the effect, for `STAND_MS`: a suspended machine, a paused container. */
  standAfter: number
  /** Entries of a batch fail inside a successful answer. */
  partial: number
  /** A commit of one machine fails. Absent: never. */
  commitFails?: number
  /** Longest latency of an effect. */
  latencyMs: number
  /** A script's word on a single effect, asked before chance is. */
  decree?: Decree
}

export type Decree = (process: string, effect: string, at: Millis) => Fate

/**
 * The fate of an effect, chosen by a script; a number: the effect begins so many milliseconds later; undefined: left to
 * chance.
 */
export type Fate =
  | 'fails'
  | 'loses its answer'
  | 'dies before'
  | 'dies after'
  | 'stands still after'
  | SendFate
  | number
  | undefined
type SendFate = 'takes none' | 'sends twice'

export const NO_FAULTS: FaultRates = {
  errorBefore: 0,
  errorAfter: 0,
  crashBefore: 0,
  crashAfter: 0,
  standAfter: 0,
  partial: 0,
  latencyMs: 0,
}

/**
 * Longer than the deadline of a delivery, and than the time until the messages that a process holds are given to
 * another process.
 */
const STAND_MS = 10 * MINUTE

/** A single life of a function instance. After a crash no awaited promise of the process ever comes back. */
export interface Process {
  name: string
  alive: boolean
  /** Resolves when the process dies. */
  died: Promise<void>
  die(): void
  /** An invocation begins: effects that stood still since the last invocation go on. */
  begin(): void
  /**
   * The function answered, and the host freezes the process. An effect that the function did not wait for goes on with
   * the next invocation, or never. Such an effect is a mistake, unless an error of a batch of effects made the function
   * leave the rest of the batch alone.
   */
  settle(): void
  /** For the effects of this process. */
  body: ProcessBody
}

interface ProcessBody {
  frozen?: Promise<void>
  /** The process stands still in the middle of an invocation, and knows nothing of the time that passes. */
  standing?: Promise<void>
  /** A fault was planted in this invocation, or in an earlier invocation with effects still going on now. */
  faulted: boolean
  /** An invocation is under way. */
  running: boolean
  /** On one machine: a commit failed, or the process ended. Every write and every read fails. */
  over?: boolean
  /** On one machine: whether the writes so far became durable. Absent: every write is durable. */
  durable?(): Promise<boolean>
  enter(effect: string): void
  leave(effect: string): void
}

export function createProcess(name: string, floats: (effect: string) => void): Process {
  const running: string[] = []
  let thaw = (): void => {}
  const body: ProcessBody = {
    faulted: false,
    running: false,
    enter(effect) {
      running.push(effect)
      if (body.frozen !== undefined && !body.faulted) floats(effect)
    },
    leave: (effect) => void running.splice(running.indexOf(effect), 1),
  }
  const process: Process = {
    name,
    alive: true,
    died: Promise.resolve(),
    die() {},
    begin() {
      delete body.frozen
      body.running = true
      body.faulted &&= running.length > 0
      thaw()
    },
    settle() {
      body.running = false
      if (!body.faulted) for (const effect of running) floats(effect)
      body.frozen = new Promise((resolve) => {
        thaw = resolve
      })
    },
    body,
  }
  process.died = new Promise((resolve) => {
    process.die = () => {
      process.alive = false
      resolve()
    }
  })
  return process
}

class Fault extends Error {}

/** Every effect of a process goes through here: the place where an effect waits, fails or dies. */
async function effect<T>(
  world: World,
  process: Process,
  rates: () => FaultRates,
  name: string,
  run: (fate: Fate) => Promise<T>,
): Promise<T> {
  process.body.enter(name)
  try {
    const fate = rates().decree?.(process.name, name, world.now())
    if (typeof fate === 'number') await world.sleep(fate)
    await wait(world, process, rates())
    if (process.body.over) return await fail(world, process, `${name} failed`)
    const { errorBefore, errorAfter, crashBefore, crashAfter, standAfter } = rates()
    const roll = fate === undefined ? world.chance() : 1
    let edge = crashBefore
    if (fate === 'dies before' || roll < edge) return await crash(world, process, `before ${name}`)
    edge += errorBefore
    if (fate === 'fails' || roll < edge) return await fail(world, process, `${name} failed`)
    const result = await run(fate)
    if (!process.alive) return await dead()
    edge += errorAfter
    if (fate === 'loses its answer' || roll < edge) {
      return await fail(world, process, `${name} was done, its answer lost`)
    }
    edge += crashAfter
    if (fate === 'dies after' || roll < edge) return await crash(world, process, `after ${name}`)
    edge += standAfter
    if (fate === 'stands still after' || roll < edge) stand(world, process, name)
    await wait(world, process, rates())
    return result
  } finally {
    process.body.leave(name)
  }
}

async function wait(world: World, process: Process, { latencyMs }: FaultRates): Promise<void> {
  if (latencyMs > 0) await world.sleep(between(world.chance, 0, latencyMs))
  if (process.body.standing !== undefined) await process.body.standing
  if (process.body.frozen !== undefined) await process.body.frozen
  if (!process.alive) await dead()
}

function crash<T>(world: World, process: Process, when: string): Promise<T> {
  world.say(`${process.name} crashes ${when}`)
  process.die()
  return dead()
}

function stand(world: World, process: Process, name: string): void {
  world.say(`${process.name} stands still after ${name}`)
  process.body.standing ??= world.sleep(STAND_MS).then(() => {
    world.say(`${process.name} goes on`)
    delete process.body.standing
  })
}

function fail<T>(world: World, process: Process, what: string): Promise<T> {
  world.say(`${process.name}: ${what}`)
  process.body.faulted = true
  return Promise.reject(new Fault(what))
}

function dead<T>(): Promise<T> {
  return new Promise(() => {})
}

/** The table as this process sees the table. */
export function faultyTable(world: World, process: Process, rates: () => FaultRates, table: Table): Table {
  const through = <T>(name: string, run: () => Promise<T>): Promise<T> => effect(world, process, rates, name, run)
  return {
    ...(table.wholeBytes === undefined ? {} : { wholeBytes: table.wholeBytes }),
    ...(table.dueGridMs === undefined ? {} : { dueGridMs: table.dueGridMs }),
    get: (key) => through(`get ${key.sort}`, () => table.get(key)),
    put: (item, when) => through(`put ${item.sort}`, () => table.put(item, when)),
    remove: (key, when) => through(`remove ${key.sort}`, () => table.remove(key, when)),
    query: (partition, prefix, page) => through(`query ${prefix}`, () => table.query(partition, prefix, page)),
    due: (bucket, until, page) => through('due', () => table.due(bucket, until, page)),
    list: (name, page) => through(`list ${name}`, () => table.list(name, page)),
    cards: (name, page) => through(`cards ${name}`, () => table.cards(name, page)),
    durable: () => durable(world, process, rates, table),
  }
}

/** On one machine the wait for a commit is an effect, before and after which the process may end. */
async function durable(world: World, process: Process, rates: () => FaultRates, table: Table): Promise<void> {
  const isDurable = process.body.durable
  if (isDurable === undefined) return await table.durable()
  await effect(world, process, rates, 'commit', async () => {
    if (!(await isDurable()) || process.body.over) return await fail(world, process, 'a commit failed')
  })
}

/** The queue as this process sees the queue: entries of a batch may fail in an answer of success. */
export function faultyQueue(
  world: World,
  process: Process,
  rates: () => FaultRates,
  name: string,
  queue: Queue,
): Queue {
  return {
    carries: queue.carries,
    send: (messages) =>
      effect(world, process, rates, `send ${messages.length} to ${name}`, async (fate) => {
        const taken = messages.map(() => fate !== 'takes none' && world.chance() >= rates().partial)
        const { failed } = await queue.send(messages.filter((_, index) => taken[index]))
        if (fate === 'sends twice') await queue.send(messages)
        const places = messages.flatMap((_, index) => (taken[index] ? [index] : []))
        const lost = messages.flatMap((_, index) => (taken[index] ? [] : [index]))
        return { failed: [...lost, ...failed.map((index) => places[index]!)].sort((a, b) => a - b) }
      }),
  }
}
