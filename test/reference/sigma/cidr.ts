/** An address as a number of 32 or 128 bits. */
interface Address {
  bits: number
  value: bigint
}

/** `10.0.0.0/8`, `2001:db8::/32`: the addresses that share the network's first bits. */
export function inNetwork(network: string, text: string): boolean {
  const [start = '', length = ''] = network.split('/')
  const from = parseAddress(start)
  if (!from || !/^\d+$/.test(length) || Number(length) > from.bits) throw new Error(`${network} is no network`)
  const address = parseAddress(text)
  const rest = BigInt(from.bits - Number(length))
  return address?.bits === from.bits && address.value >> rest === from.value >> rest
}

function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text)
}

function parseV4(text: string): Address | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return { bits: 32, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) }
}

function parseV6(text: string): Address | undefined {
  const dotted = /^(.*:)([\d.]+)$/.exec(text)
  if (dotted?.[2]?.includes('.')) {
    const v4 = parseV4(dotted[2])?.value
    return v4 === undefined
      ? undefined
      : parseV6(`${dotted[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`)
  }
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const given = groups.flat()
  const missing = 8 - given.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  if (!given.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined
  const whole = halves.length === 2 ? [...groups[0]!, ...Array<string>(missing).fill('0'), ...groups[1]!] : given
  return { bits: 128, value: whole.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) }
}
