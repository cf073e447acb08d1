import { lookup as lookupName } from 'node:dns/promises'
import { type Clock, MINUTE, type Millis } from '../base/time.ts'
import { forbiddenAddress } from './address.ts'
import { type Allowed, isAllowed, parseAllowed } from './allow.ts'
import { connectAny } from './connect.ts'
import { exchange } from './exchange.ts'
import type { Outbound, OutboundResult, Timer } from './request.ts'
import { forbiddenPort, parseTarget, type TargetUrl } from './target-url.ts'

export interface OutboundDeps {
  clock: Clock
  /** `TOCSIN_ALLOW_TARGETS`, split: `host:port`, an address or a range. */
  allow: readonly string[]
  /** The addresses of a name; tests bring a lookup of their own. */
  lookup?: (host: string) => Promise<readonly string[]>
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
  const { clock, lookup = systemLookup } = deps
  return async (request) => {
    const parsed = parseTarget(request.url)
    if (!parsed.ok) return forbidden(`the URL ${parsed.error}`)
    const target = parsed.target
    const giveUpAt = clock.elapsed() + Math.min(request.giveUpAt - clock.now(), LONGEST_REQUEST_MS)
    const addresses = await resolve(target, giveUpAt, lookup, clock)
    if (addresses === undefined) return unsent(`${target.host}: no address found`)
    const reason = refusal(target, addresses, allowed, request.secure)
    if (reason !== undefined) return forbidden(reason)
    const connected = await connectAny(target, addresses, giveUpAt, clock)
    if (!connected.ok) return unsent(connected.detail)
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

/** Undefined: no such name, or no answer in time. A lookup cannot be cancelled; a late answer is not used. */
async function resolve(
  target: TargetUrl,
  giveUpAt: Millis,
  lookup: (host: string) => Promise<readonly string[]>,
  timer: Timer,
): Promise<readonly string[] | undefined> {
  if (target.literal) return [target.host]
  let cancel = (): void => undefined
  const tooLate = new Promise<undefined>((done) => {
    cancel = timer.after(giveUpAt - timer.elapsed(), () => setImmediate(() => done(undefined)))
  })
  const found = lookup(target.host).catch(() => undefined)
  const addresses = await Promise.race([found, tooLate])
  cancel()
  return addresses === undefined || addresses.length === 0 ? undefined : addresses
}

async function systemLookup(host: string): Promise<readonly string[]> {
  return (await lookupName(host, { all: true })).map((entry) => entry.address)
}

function unsent(detail: string): OutboundResult {
  return { kind: 'unsent', reason: 'connection', detail }
}

function forbidden(detail: string): OutboundResult {
  return { kind: 'unsent', reason: 'forbiddenTarget', detail }
}
