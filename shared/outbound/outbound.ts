import { type Clock, MINUTE, type Millis } from '../base/time.ts'
import { forbiddenAddress } from './address.ts'
import { type Allowed, isAllowed, parseAllowed } from './allow.ts'
import { connectAny } from './connect.ts'
import { exchange } from './exchange.ts'
import { createLookup, type Found, type Lookup } from './names.ts'
import type { Outbound, OutboundResult, Timer } from './request.ts'
import { forbiddenPort, parseTarget, type TargetUrl } from './target-url.ts'

export interface OutboundDeps {
  clock: Clock
  /** `TOCSIN_ALLOW_TARGETS`, split: `host:port`, an address or a range. */
  allow: readonly string[]
  /** Absent: the name servers of the operating system. */
  nameServers?: readonly string[] | undefined
  /** The addresses of a name; tests bring a lookup of their own. */
  lookup?: Lookup
}

/** No request takes longer, whatever the wall clock says between the two moments of a caller. */
const LONGEST_REQUEST_MS = 2 * MINUTE

/**
 * The only way out to URLs that users gave. Names are resolved once; every address has to be public
 * (or opened by the operator), and the connection goes to an address that was checked, so a name that
 * changes its mind in between (DNS rebinding) gains nothing. Redirects are answers like any other.
 */
export function createOutbound(deps: OutboundDeps): Outbound {
  const allowed = parseAllowed(deps.allow)
  const { clock, nameServers: servers } = deps
  const lookup = deps.lookup ?? createLookup({ timer: clock, ...(servers === undefined ? {} : { servers }) })
  return async (request) => {
    const parsed = parseTarget(request.url)
    if (!parsed.ok) return forbidden(`the URL ${parsed.error}`)
    const target = parsed.target
    const giveUpAt = clock.elapsed() + Math.min(request.giveUpAt - clock.now(), LONGEST_REQUEST_MS)
    const found = await resolve(target, giveUpAt, lookup, clock)
    if (!found.ok) return unsent(`${target.host}: ${found.why}`)
    const { addresses } = found
    const reason = refusal(target, addresses, allowed, request.secure)
    if (reason !== undefined) return forbidden(reason)
    const connected = await connectAny(target, addresses, giveUpAt, clock)
    if (!connected.ok) return unsent(connected.detail)
    if (clock.elapsed() >= giveUpAt) {
      // The process stood still meanwhile. Once a byte is written nobody could say that the target did not take it.
      connected.socket.destroy()
      return unsent(`${target.host}: no connection in time`)
    }
    return exchange(connected.socket, target, request, giveUpAt, clock)
  }
}

/**
 * The reason why this target may not be reached. A single forbidden address is enough: a name that mixes public and
 * forbidden addresses is an attack.
 */
function refusal(
  target: TargetUrl,
  addresses: readonly string[],
  allowed: Allowed,
  secure = false,
): string | undefined {
  for (const address of addresses) {
    if (isAllowed(allowed, target.host, target.port, address)) continue
    if (secure && !target.secure) return `${target.host}: only https:// is allowed`
    const reason = forbiddenAddress(address)
    // The reason does not repeat the address: the address would show an outsider the knowledge of our resolver.
    if (reason !== undefined) return `${target.host} is not a public address (${reason})`
    if (forbiddenPort(target.port)) return `${target.host}: port ${target.port} is not allowed`
  }
  return undefined
}

/** A lookup cannot be cancelled; a late answer is not used. */
async function resolve({ literal, host }: TargetUrl, giveUpAt: Millis, lookup: Lookup, timer: Timer): Promise<Found> {
  if (literal) return { ok: true, addresses: [host] }
  let cancel = (): void => undefined
  const tooLate = new Promise<Found>((done) => {
    const late = (): void => done({ ok: false, why: 'its name servers gave no answer in time' })
    cancel = timer.after(giveUpAt - timer.elapsed(), () => setImmediate(late))
  })
  const found = await Promise.race([lookup(host), tooLate])
  cancel()
  return found.ok && found.addresses.length === 0 ? { ok: false, why: 'no address found' } : found
}

function unsent(detail: string): OutboundResult {
  return { kind: 'unsent', reason: 'connection', detail }
}

function forbidden(detail: string): OutboundResult {
  return { kind: 'unsent', reason: 'forbiddenTarget', detail }
}
