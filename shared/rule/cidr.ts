/** An address range: the leading `bits` of the bytes hold. 4 bytes are IPv4, 16 are IPv6; the two never meet. */
export interface Network {
  bytes: readonly number[]
  bits: number
}

/** `10.0.0.0/8`, `2001:db8::/32`, or a single address. Bits beyond the prefix are ignored. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', prefix, ...more] = text.split('/')
  const bytes = parseAddress(address)
  if (bytes === undefined || more.length > 0) return undefined
  const longest = bytes.length * 8
  if (prefix === undefined) return { bytes, bits: longest }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > longest) return undefined
  return { bytes, bits: Number(prefix) }
}

/** Whether a text is an address in one of the networks: a look-up for each length of prefix, however many networks. */
export function compileNetworks(networks: readonly Network[]): (text: string) => boolean {
  const kinds = new Map<string, { length: number; bits: number; prefixes: Set<string> }>()
  for (const { bytes, bits } of networks) {
    const key = `${bytes.length}/${bits}`
    const kind = kinds.get(key) ?? { length: bytes.length, bits, prefixes: new Set() }
    kinds.set(key, kind)
    kind.prefixes.add(prefixOf(bytes, bits))
  }
  const all = [...kinds.values()]
  return (text) => {
    const address = parseAddress(text)
    if (address === undefined) return false
    return all.some(({ length, bits, prefixes }) => address.length === length && prefixes.has(prefixOf(address, bits)))
  }
}

/** The leading bits as a text. */
function prefixOf(bytes: readonly number[], bits: number): string {
  const whole = bytes.slice(0, bits >> 3)
  return String.fromCharCode(...whole, (bytes[bits >> 3] ?? 0) >> (8 - (bits & 7)))
}

/** An IPv6 address has at most 39 characters, 45 with IPv4 at the end. */
const LONGEST = 45

/** The bytes of an address; undefined for an address with a port, a zone or leading zeros. */
function parseAddress(text: string): number[] | undefined {
  if (text.length > LONGEST) return undefined
  return text.includes(':') ? parseV6(text) : parseV4(text)
}

function parseV4(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const bytes = parts.map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256))
  return bytes.every((byte) => byte < 256) ? bytes : undefined
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half, index) => groups(half, index === halves.length - 1))
  if (head === undefined) return undefined
  if (halves.length === 1) return head.length === 16 ? head : undefined
  if (tail === undefined || head.length + tail.length > 14) return undefined
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail]
}

/** Bytes of colon-separated groups; the last group of the address may be IPv4. */
function groups(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    const v4 = last && index === parts.length - 1 && part.includes('.') ? parseV4(part) : undefined
    if (v4 !== undefined) bytes.push(...v4)
    else if (/^[0-9a-fA-F]{1,4}$/.test(part))
      bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255)
    else return undefined
  }
  return bytes
}
