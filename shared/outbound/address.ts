import { isIPv4, isIPv6 } from 'node:net'

/**
 * Addresses that a user's URL may lead to: the public Internet only. For IPv4, every address outside the
 * special-purpose registry (RFC 6890 and later RFCs); for IPv6, 2000::/3, the assigned part, without its special
 * parts. An IPv6 address that stands for an IPv4 address is judged as the IPv4 address.
 * https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry
 */
const FORBIDDEN_V4 = table(4, [
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'carrier-grade NAT'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'protocol assignments'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', '6to4 relay'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'benchmark'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
])

const FORBIDDEN_V6 = table(6, [
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::/96', 'IPv4-compatible'],
  ['64:ff9b:1::/48', 'local NAT64'],
  ['100::/64', 'discard'],
  ['2001::/32', 'Teredo'],
  ['2001:2::/48', 'benchmark'],
  ['2001:db8::/32', 'documentation'],
  ['2001::/23', 'protocol assignments'],
  ['2002::/16', '6to4'],
  ['3fff::/20', 'documentation'],
  ['fc00::/7', 'unique local'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'site-local'],
  ['ff00::/8', 'multicast'],
])

const GLOBAL_UNICAST = parseRange('2000::/3')!
/** IPv4 spelled as IPv6: the operating system connects to the IPv4 address. */
const V4_MAPPED = parseRange('::ffff:0:0/96')!
/** NAT64's well-known prefix is how an IPv6-only network reaches public IPv4. */
const NAT64 = parseRange('64:ff9b::/96')!

/** The reason why no request may go to this address. Undefined: the address is public. */
export function forbiddenAddress(ip: string): string | undefined {
  const address = parseAddress(ip)
  if (address === undefined) return 'not an address'
  if (address.family === 4) return reasonIn(FORBIDDEN_V4, address)
  if (inRange(address, NAT64)) return reasonIn(FORBIDDEN_V4, lowV4(address))
  const reason = reasonIn(FORBIDDEN_V6, address)
  if (reason !== undefined) return reason
  return inRange(address, GLOBAL_UNICAST) ? undefined : 'not global'
}

export interface Address {
  family: 4 | 6
  bits: bigint
}

export interface AddressRange extends Address {
  /** Bits that count. */
  prefix: number
}

/** Canonical: every spelling of an address is the same value, and IPv4 written as IPv6 is IPv4. */
export function parseAddress(ip: string): Address | undefined {
  const address = parseBits(ip)
  return address !== undefined && inRange(address, V4_MAPPED) ? lowV4(address) : address
}

/** `10.0.0.0/8`, `fd00::/8`, or a single address. */
export function parseRange(text: string): AddressRange | undefined {
  const [ip = '', prefix, ...more] = text.split('/')
  const address = parseBits(ip)
  if (address === undefined || more.length > 0) return undefined
  const width = address.family === 4 ? 32 : 128
  if (prefix === undefined) return { ...address, prefix: width }
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= width ? { ...address, prefix: Number(prefix) } : undefined
}

export function inRange(address: Address, range: AddressRange): boolean {
  if (address.family !== range.family) return false
  const ignored = BigInt((range.family === 4 ? 32 : 128) - range.prefix)
  return address.bits >> ignored === range.bits >> ignored
}

function parseBits(ip: string): Address | undefined {
  if (isIPv4(ip)) return { family: 4, bits: BigInt(v4Bits(ip)) }
  if (!isIPv6(ip) || ip.includes('%')) return undefined
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(ip)
  const plain = tail === null ? ip : tail[1] + hexPair(v4Bits(tail[2]!))
  const [left = '', right] = plain.split('::')
  const head = left === '' ? [] : left.split(':')
  const rest = right === undefined || right === '' ? [] : right.split(':')
  const groups = [...head, ...Array<string>(8 - head.length - rest.length).fill('0'), ...rest]
  return { family: 6, bits: groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n) }
}

function v4Bits(ip: string): number {
  return ip.split('.').reduce((bits, part) => bits * 256 + Number(part), 0)
}

function hexPair(bits: number): string {
  return `${Math.floor(bits / 65536).toString(16)}:${(bits % 65536).toString(16)}`
}

function lowV4(address: Address): Address {
  return { family: 4, bits: address.bits & 0xffffffffn }
}

type Table = readonly { range: AddressRange; reason: string }[]

function table(family: 4 | 6, rows: readonly (readonly [string, string])[]): Table {
  return rows.map(([text, reason]) => {
    const range = parseRange(text)
    if (range?.family !== family) throw new Error(`${text} is no IPv${family} range`)
    return { range, reason }
  })
}

function reasonIn(rows: Table, address: Address): string | undefined {
  return rows.find((row) => inRange(address, row.range))?.reason
}
