import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Millis } from '../base/time.ts'
import type { Timer } from './request.ts'
import type { TargetUrl } from './target-url.ts'

type Endpoint = Pick<TargetUrl, 'secure' | 'host' | 'port' | 'literal'>

export type Connected = { ok: true; socket: Socket } | { ok: false; detail: string }

/**
 * Tries the addresses in turn, each with a share of the time, so that an address that swallows packets leaves time
 * for the next address. `giveUpAt`: a reading of the timer. No byte of a request is handed to a socket before this
 * function has returned: a failure here means that the request was surely not sent.
 */
export async function connectAny(
  target: Endpoint,
  addresses: readonly string[],
  giveUpAt: Millis,
  clock: Timer,
): Promise<Connected> {
  let last: Connected = { ok: false, detail: `${target.host}: no connection in time` }
  for (const [index, address] of addresses.entries()) {
    const share = (giveUpAt - clock.elapsed()) / (addresses.length - index)
    if (share <= 0) break
    last = await connectOne(target, address, share, clock)
    if (last.ok) return last
  }
  return last
}

function connectOne(target: Endpoint, address: string, limitMs: number, clock: Timer): Promise<Connected> {
  return new Promise((resolve) => {
    const socket = target.secure
      ? connectTls({
          host: address,
          port: target.port,
          // The host of the URL, not the address: certificates and virtual hosts go by the name.
          ...(target.literal ? {} : { servername: target.host }),
          ALPNProtocols: ['http/1.1'],
        })
      : connectTcp({ host: address, port: target.port })
    let over = false
    // After a pause of the process, timers run before sockets: the connection may be there already.
    const cancel = clock.after(limitMs, () => setImmediate(() => fail('no connection in time')))
    const fail = (why: string): void => {
      if (over) return
      over = true
      cancel()
      socket.destroy()
      resolve({ ok: false, detail: `${target.host}: ${why}` })
    }
    socket.once(target.secure ? 'secureConnect' : 'connect', () => {
      if (over) return
      over = true
      cancel()
      socket.off('error', onError)
      resolve({ ok: true, socket })
    })
    const onError = (error: NodeJS.ErrnoException): void => fail(error.code ?? 'connection failed')
    socket.once('error', onError)
    // A second error of a destroyed socket must not end the process.
    socket.on('error', () => undefined)
  })
}
