import type { Socket } from 'node:net'
import { type Clock, MINUTE, type Millis } from '../base/time.ts'
import { forbiddenAddress } from './address.ts'
import { type Allowed, isAllowed, parseAllowed } from './allow.ts'
import { connectAny } from './connect.ts'
import { createLookup, type Found, type Lookup } from './names.ts'
import type { Timer } from './request.ts'
import type { TargetUrl } from './target-url.ts'

export interface ReachDeps {
  clock: Clock
  /** `TOCSIN_ALLOW_TARGETS`, split: `host:port`, an address or a range. */
  allow: readonly string[]
  /** Absent: the name servers of the operating system. */
  nameServers?: readonly string[] | undefined
  /** The addresses of a name; tests bring a lookup of their own. */
  lookup?: Lookup
}

/** The part of a target that decides where a connection goes. `literal`: the host is an address. */
type Endpoint = Pick<TargetUrl, 'secure' | 'host' | 'port' | 'literal'>

interface ReachRules {
  giveUpAt: Millis
  /** No connection is used that is made later. Absent: `giveUpAt`. */
  beginBy?: Millis | undefined
  /** Ports that only the operator can open. */
  forbiddenPort(port: number): boolean
  /** Never in the clear, unless the operator opened the target. */
  secure?: true | undefined
}

export type Reached =
  /** `giveUpAt`: a reading of the timer, which has not come yet. */
  | { ok: true; socket: Socket; giveUpAt: Millis }
  /** No byte was written to the target. */
  | Unreached

interface Unreached {
  ok: false
  reason: 'connection' | 'forbiddenTarget'
  detail: string
}

type Reach = (target: Endpoint, rules: ReachRules) => Promise<Reached>

/** No exchange takes longer, whatever the wall clock says between the two moments of a caller. */
const LONGEST_MS = 2 * MINUTE

/**
 * The only way out to targets that users gave. Names are resolved once; every address has to be public
 * (or opened by the operator), and the connection goes to an address that was checked, so a name that
 * changes its mind in between (DNS rebinding) gains nothing.
 */
export function createReach(deps: ReachDeps): Reach {
  const allowed = parseAllowed(deps.allow)
  const { clock, nameServers: servers } = deps
  const lookup = deps.lookup ?? createLookup({ timer: clock, ...(servers === undefined ? {} : { servers }) })
  return async (target, rules) => {
    const [now, elapsed] = [clock.now(), clock.elapsed()]
    const giveUpAt = elapsed + Math.min(rules.giveUpAt - now, LONGEST_MS)
    const beginBy = Math.min(giveUpAt, elapsed + (rules.beginBy ?? rules.giveUpAt) - now)
    const found = await resolve(target, beginBy, lookup, clock)
    if (!found.ok) return unreached(`${target.host}: ${found.why}`)
    const { addresses } = found
    const refused = refusal(target, addresses, allowed, rules)
    if (refused !== undefined) return { ok: false, reason: 'forbiddenTarget', detail: refused }
    const connected = await connectAny(target, addresses, beginBy, clock)
    if (!connected.ok) return unreached(connected.detail)
    if (clock.elapsed() >= beginBy) {
      // The process stood still meanwhile. Once a byte is written nobody could say that the target did not take it.
      connected.socket.destroy()
      return unreached(`${target.host}: no connection in time`)
    }
    return { ok: true, socket: connected.socket, giveUpAt }
  }
}

/**
 * The reason why this target may not be reached. A single forbidden address is enough: a name that mixes public and
 * forbidden addresses is an attack.
 */
function refusal(
  target: Endpoint,
  addresses: readonly string[],
  allowed: Allowed,
  { forbiddenPort, secure = false }: { forbiddenPort(port: number): boolean; secure?: boolean | undefined },
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
async function resolve({ literal, host }: Endpoint, giveUpAt: Millis, lookup: Lookup, timer: Timer): Promise<Found> {
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

function unreached(detail: string): Unreached {
  return { ok: false, reason: 'connection', detail }
}
