import type { Clock } from '../../shared/base/time.ts'
import { checkBatch } from '../../shared/queue/limits.ts'
import { MAX_RECEIVES, type Queue, VISIBILITY_MS } from '../../shared/queue/port.ts'
import type { Received, Receiver, Room } from '../../shared/queue/receiver.ts'
import { takeInCompany } from '../../shared/sqlite/queue-company.ts'
import type { Disk } from './machine.ts'

interface Message {
  id: string
  account: string
  lane: string
  body: string
  /** Of a machine: lost with its process, and with the first failure. */
  value?: unknown
  sentAt: number
  visibleAt: number
  receives: number
  state: 'ready' | 'flight' | 'dead'
}

export interface MemoryQueue extends Queue, Receiver {
  /** The process of one machine has ended: messages in flight are ready at once. */
  restart(): void
}

/**
 * A standard queue as a model: the behaviour of the contract suite, in memory, the same at every run. `carries`: as in
 * the port. `wrongByMs`: the error of the clock by which the queue says when messages were sent.
 */
export function memoryQueue(clock: Clock, carries?: number, wrongByMs = () => 0, disk?: Disk): MemoryQueue {
  const messages = new Map<string, Message>()
  const listeners = new Set<() => void>()
  let count = 0
  /** Tells the disk of a change of a message, before the change. */
  const changes = (id: string): void => {
    const before = messages.get(id)
    const copy = before && { ...before }
    disk?.wrote(() => {
      if (copy === undefined) messages.delete(id)
      else messages.set(id, copy)
    })
  }
  const surface = (): void => {
    for (const message of messages.values()) {
      if (message.state !== 'flight' || message.visibleAt > clock.now()) continue
      message.state = message.receives >= MAX_RECEIVES ? 'dead' : 'ready'
    }
  }
  const visible = (): Message[] =>
    [...messages.values()]
      .filter((message) => message.state === 'ready' && message.visibleAt <= clock.now())
      .sort((a, b) => a.visibleAt - b.visibleAt || Number(a.id) - Number(b.id))
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    carries,
    async send(batch) {
      const failed = checkBatch(batch)
      for (const [index, { account, lane = '', body, value, delayMs = 0 }] of batch.entries()) {
        if (failed.includes(index)) continue
        const id = String(++count)
        const sentAt = clock.now() + wrongByMs()
        changes(id)
        messages.set(id, {
          id,
          account,
          lane,
          body,
          ...(disk !== undefined && value !== undefined && { value }),
          sentAt,
          visibleAt: clock.now() + delayMs,
          receives: 0,
          state: 'ready',
        })
      }
      tell()
      return { failed }
    },
    async receive(max, plan) {
      surface()
      const taken = takeInCompany(roundRobin(visible(), max, plan?.() ?? (() => 'free')))
      for (const message of taken) {
        changes(message.id)
        message.state = 'flight'
        message.visibleAt = clock.now() + VISIBILITY_MS
        message.receives += 1
      }
      return taken.map(outward)
    },
    async ack(ids) {
      for (const id of ids) {
        changes(id)
        messages.delete(id)
      }
    },
    async retry(ids, delayMs) {
      for (const id of ids) {
        const message = messages.get(id)
        if (message?.state !== 'flight') continue
        changes(id)
        message.state = message.receives >= MAX_RECEIVES ? 'dead' : 'ready'
        message.visibleAt = clock.now() + delayMs
        delete message.value
      }
      tell()
    },
    nextVisibleIn() {
      const times = [...messages.values()].flatMap(({ state, visibleAt }) => (state === 'dead' ? [] : [visibleAt]))
      return times.length === 0 ? undefined : Math.min(...times) - clock.now()
    },
    nextTimedIn() {
      const times = [...messages.values()].flatMap(({ state, visibleAt }) =>
        state === 'flight' || (state === 'ready' && visibleAt > clock.now()) ? [visibleAt] : [],
      )
      return times.length === 0 ? undefined : Math.min(...times) - clock.now()
    },
    // The model lives in a time that nobody sets.
    async clockStepped() {},
    nextDelayedIn() {
      const times = [...messages.values()].flatMap(({ state, visibleAt }) =>
        state === 'ready' && visibleAt > clock.now() ? [visibleAt] : [],
      )
      return times.length === 0 ? undefined : Math.min(...times) - clock.now()
    },
    onSend(then) {
      listeners.add(then)
      return () => listeners.delete(then)
    },
    depth() {
      surface()
      const all = [...messages.values()]
      const ready = visible().length
      const inFlight = all.filter(({ state }) => state === 'flight').length
      const dead = all.filter(({ state }) => state === 'dead').length
      return { ready, inFlight, delayed: all.length - ready - inFlight - dead, dead }
    },
    deadLetters(max) {
      surface()
      return [...messages.values()]
        .filter(({ state }) => state === 'dead')
        .slice(0, max)
        .map(outward)
    },
    async redrive() {
      surface()
      const dead = [...messages.values()].filter(({ state }) => state === 'dead')
      for (const message of dead) {
        changes(message.id)
        Object.assign(message, { state: 'ready', receives: 0, visibleAt: 0 })
      }
      tell()
      return dead.length
    },
    restart() {
      for (const message of messages.values()) {
        delete message.value
        if (message.state === 'flight') Object.assign(message, { state: 'ready', visibleAt: clock.now() })
      }
      tell()
    },
  }
}

function outward({ id, account, lane, body, value, receives, sentAt }: Message): Received {
  return { id, account, lane, body, ...(value !== undefined && { value }), receives, sentAt }
}

/** One message of each account after the other, and of each lane of the account, as far as there is room. */
function roundRobin(all: Message[], max: number, room: Room): Message[] {
  let accounts = [...Map.groupBy(all, ({ account }) => account).values()].map((messages) => {
    return [...Map.groupBy(messages, ({ lane }) => lane).values()]
  })
  const taken: Message[] = []
  while (accounts.length > 0 && taken.length < max) {
    accounts = accounts.filter((lanes) => {
      while (lanes.length > 0 && taken.length < max) {
        const [first, ...rest] = lanes.shift()!
        if (first === undefined) continue
        const found = room(first)
        if (found === 'account full') return false
        if (found === 'lane full') continue
        taken.push(first)
        lanes.push(rest)
        return true
      }
      return false
    })
  }
  return taken
}
