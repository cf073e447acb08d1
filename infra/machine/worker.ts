import { errorText, type Log } from '../../shared/base/log.ts'
import type { Clock } from '../../shared/base/time.ts'
import type { InMessage, QueueHandler } from '../../shared/queue/port.ts'
import type { Received, Receiver } from '../../shared/queue/receiver.ts'
import { invocations } from '../invocations.ts'
import type { Slots } from './slots.ts'

export interface WorkerOptions {
  name: string
  receiver: Receiver
  handle: QueueHandler
  clock: Clock
  /** Messages an invocation gets at most. */
  batch: number
  /** Invocations at a time. */
  slots: Slots
  /**
   * The pause after a round before the next, so that more messages are folded into the next round. Absent: no pause.
   */
  pauseMs?(round: Round): number
  /** Messages that are sent in one turn of the event loop come in one batch. Absent: the first is received at once. */
  gathers?: true
  log: Log
}

/** A finished invocation. */
export interface Round {
  tookMs: number
  /**
   * Probably more messages wait: the invocation had the most that an invocation gets, or messages that come again, of
   * which few are received together.
   */
  more: boolean
}

export interface Worker {
  /** Invocations that run or are owed, and a round of receiving that is under way. */
  busy(): number
  /** Receives no more; resolves when the invocations that run are over. */
  stop(): Promise<void>
}

const RETRY_MS = 1000

/**
 * The counterpart of Lambda's poller on AWS. The worker receives, invokes, acknowledges handled messages and hands
 * failed messages back, with a delay of a second for every time that the message was received. The worker sleeps until
 * a message becomes visible or is sent; the worker never polls.
 */
export function startWorker(options: WorkerOptions): Worker {
  const { receiver, clock, slots } = options
  /** Messages received beyond the first invocation: a message that failed before goes alone. */
  let backlog: Received[][] = []
  let receiving = false
  let again = false
  let stopped = false
  let cancelTimer = (): void => {}
  let idle = (): void => {}

  const wake = (): void => {
    again = true
    if (!receiving && !stopped) void pump()
  }

  const pause = createPause(clock, wake)

  const pump = async (): Promise<void> => {
    receiving = true
    cancelTimer()
    try {
      while (again && !stopped) {
        again = false
        await fill()
      }
      if (!stopped) sleep()
    } catch (error) {
      options.log({ function: options.name, what: 'receiving', error: errorText(error) })
      if (!stopped) cancelTimer = clock.after(RETRY_MS, wake)
    } finally {
      receiving = false
      settle()
    }
  }

  /** A pause delays only messages that may wait: a delayed message has a time of its own and ends the pause. */
  const pausing = (): boolean => pause.lasts() && (receiver.nextDelayedIn() ?? 1) > 0

  const fill = async (): Promise<void> => {
    while (slots.free() > 0 && !stopped && !pausing()) {
      if (backlog.length === 0) {
        const messages = await receiver.receive(slots.free() * options.batch, slots.plan)
        backlog = invocations(messages, options.batch)
      }
      const next = backlog.shift()
      if (next === undefined) return
      void invoke(next)
    }
  }

  const sleep = (): void => {
    if (slots.free() === 0) return
    // While invocations run, the messages that are visible already have no room: the end of an invocation is awaited.
    const nextIn = slots.taken() > 0 ? receiver.nextTimedIn : receiver.nextVisibleIn
    const ms = pause.lasts() ? receiver.nextDelayedIn() : nextIn()
    if (ms !== undefined) cancelTimer = clock.after(ms, wake)
  }

  const invoke = async (messages: readonly Received[]): Promise<void> => {
    const [first] = messages
    slots.take(first!)
    const began = clock.elapsed()
    await attempt(options, messages)
    const round = { tookMs: clock.elapsed() - began, more: messages.length >= options.batch || comeAgain(messages) }
    if (options.pauseMs !== undefined && !stopped) pause.begin(options.pauseMs(round))
    slots.give(first!)
    wake()
    settle()
  }

  const settle = (): void => {
    if (stopped && slots.taken() === 0 && !receiving) idle()
  }

  const gather = createGather(wake)
  const forget = receiver.onSend(options.gathers ? gather.begin : wake)
  wake()
  return {
    busy: () => slots.taken() + backlog.length + (receiving || gather.lasts() ? 1 : 0),
    async stop() {
      stopped = true
      forget()
      cancelTimer()
      pause.end()
      if (slots.taken() > 0 || receiving) await new Promise<void>((resolve) => (idle = resolve))
    },
  }
}

function comeAgain(messages: readonly InMessage[]): boolean {
  return messages.some(({ receives }) => receives > 1)
}

/** The rest of a turn of the event loop. */
function createGather(over: () => void) {
  let lasts = false
  return {
    lasts: () => lasts,
    begin(): void {
      if (lasts) return
      lasts = true
      setImmediate(() => {
        lasts = false
        over()
      })
    },
  }
}

/** The pause between two rounds. `over` is called at the end of a pause that was not ended before. */
function createPause(clock: Clock, over: () => void) {
  let cancel: (() => void) | undefined
  const end = (): void => {
    cancel?.()
    cancel = undefined
  }
  return {
    lasts: () => cancel !== undefined,
    end,
    begin(ms: number): void {
      end()
      if (ms <= 0) return
      cancel = clock.after(ms, () => {
        end()
        over()
      })
    },
  }
}

/**
 * A single invocation. The function never throws, and waits for no acknowledgement: after a lost acknowledgement the
 * message just comes again, and acknowledging or handing back twice changes nothing.
 */
async function attempt(options: WorkerOptions, messages: readonly InMessage[]): Promise<void> {
  const { name, receiver, log } = options
  const failed = await failedOf(options, messages)
  const lost = (error: unknown): void => log({ function: name, what: 'acknowledging', error: errorText(error) })
  receiver.ack(messages.filter(({ id }) => !failed.has(id)).map(({ id }) => id)).catch(lost)
  for (const { id, receives } of messages) {
    if (failed.has(id)) receiver.retry([id], RETRY_MS * receives).catch(lost)
  }
}

/** Ids of failed messages. A throw is a bug or a lost dependency: the whole batch comes again. */
async function failedOf({ name, handle, log }: WorkerOptions, messages: readonly InMessage[]): Promise<Set<string>> {
  try {
    return new Set((await handle(messages)).failed)
  } catch (error) {
    log({ function: name, what: `${messages.length} messages`, error: errorText(error) })
    return new Set(messages.map(({ id }) => id))
  }
}
