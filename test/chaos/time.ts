import { AsyncResource } from 'node:async_hooks'
import diagnostics from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../../shared/base/time.ts'

/*
 * One process with owned time: for the bundles and the emulators, `Date` and `setTimeout` follow the given
 * clock. The timers of sockets are Node's own and stay real.
 */

const RealDate = Date
const real = { setTimeout, clearTimeout }

/** Returns a function that restores real time. */
export function ownTime(clock: Clock): () => void {
  class OwnedDate extends RealDate {
    constructor(...given: unknown[]) {
      super(...((given.length === 0 ? [clock.now()] : given) as [number]))
    }
    static override now(): number {
      return clock.now()
    }
  }
  const cancels = new WeakMap<object, () => void>()
  const owned = (then: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): object => {
    // Timers run from the loop of the clock; the sandbox of a timer is known from the place where the timer was set.
    const bound = AsyncResource.bind(() => then(...given))
    const set = (): object => {
      cancels.get(handle)?.()
      cancels.set(handle, clock.after(Math.max(1, ms), bound))
      return handle
    }
    const handle: object = { ref: () => handle, unref: () => handle, hasRef: () => true, refresh: set }
    return set()
  }
  const cleared = (handle: unknown): void => {
    const cancel = typeof handle === 'object' && handle !== null ? cancels.get(handle) : undefined
    if (cancel === undefined) real.clearTimeout(handle as NodeJS.Timeout)
    else cancel()
  }
  Object.assign(globalThis, { Date: OwnedDate, setTimeout: owned, clearTimeout: cleared })
  return () => void Object.assign(globalThis, { Date: RealDate, ...real })
}

/**
 * HTTP requests of this process in progress, from the first byte to the last byte of the answer, and connections on
 * their way: a notification connects before its request begins.
 */
export function countRequests(born: (request: ClientRequest) => void): { open(): number; stop(): void } {
  const open = new Set<ClientRequest | Socket>()
  const created = (message: unknown): void => {
    const { request } = message as { request: ClientRequest }
    open.add(request)
    request.once('close', () => open.delete(request))
    born(request)
  }
  const connecting = (message: unknown): void => {
    const { socket } = message as { socket: Socket }
    open.add(socket)
    for (const end of ['connect', 'close']) socket.once(end, () => open.delete(socket))
  }
  const watched = [
    ['http.client.request.created', created],
    ['net.client.socket', connecting],
  ] as const
  for (const [name, then] of watched) diagnostics.subscribe(name, then)
  return {
    open: () => open.size,
    stop() {
      for (const [name, then] of watched) diagnostics.unsubscribe(name, then)
    },
  }
}
