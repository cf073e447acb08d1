import { isIP } from 'node:net'
import { type Address, type AddressRange, inRange, parseAddress, parseRange } from './address.ts'

/** Targets that the operator opens beyond the public Internet (`TOCSIN_ALLOW_TARGETS`). */
export interface Allowed {
  ranges: AddressRange[]
  /** `host:port` in lower case. A host that is an address becomes a range with a port. */
  names: Set<string>
  sockets: { range: AddressRange; port: number }[]
}

/** Throws on an entry that is not understood: a target that seems open and is not costs an incident. */
export function parseAllowed(entries: readonly string[]): Allowed {
  const allowed: Allowed = { ranges: [], names: new Set(), sockets: [] }
  for (const entry of entries.map((text) => text.trim()).filter((text) => text !== '')) {
    const range = parseRange(entry)
    const socket = /^(?:\[([^\]]+)\]|([^:\s/]+)):(\d{1,5})$/.exec(entry)
    if (range !== undefined) allowed.ranges.push(canonical(range))
    else if (socket !== null) addSocket(allowed, (socket[1] ?? socket[2])!, Number(socket[3]))
    else
      throw new Error(`TOCSIN_ALLOW_TARGETS: "${entry}" is neither host:port nor an address range such as 10.0.0.0/8`)
  }
  return allowed
}

/**
 * Whether the operator opened exactly this target: the host as the URL names the host, or the address of the
 * connection.
 */
export function isAllowed(allowed: Allowed, host: string, port: number, ip: string): boolean {
  if (allowed.names.has(socketName(host, port))) return true
  const address = parseAddress(ip)
  if (address === undefined) return false
  return (
    allowed.ranges.some((range) => inRange(address, range)) ||
    allowed.sockets.some((socket) => socket.port === port && inRange(address, socket.range))
  )
}

function addSocket(allowed: Allowed, host: string, port: number): void {
  const range = isIP(host) === 0 ? undefined : parseRange(host)
  if (range === undefined) allowed.names.add(socketName(host, port))
  else allowed.sockets.push({ range: canonical(range), port })
}

/** `::ffff:10.0.0.1` means `10.0.0.1`, and addresses are compared in the second form. */
function canonical(range: AddressRange): AddressRange {
  const mapped: AddressRange = { family: 6, bits: 0xffffn << 32n, prefix: 96 }
  if (range.prefix < 96 || !inRange(range, mapped)) return range
  const low: Address = { family: 4, bits: range.bits & 0xffffffffn }
  return { ...low, prefix: range.prefix - 96 }
}

function socketName(host: string, port: number): string {
  return `${host.toLowerCase().replace(/\.$/, '')}:${port}`
}
