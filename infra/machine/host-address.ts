import { BlockList, isIP } from 'node:net'
import type { networkInterfaces } from 'node:os'

/** The addresses of this machine that lead nowhere from another machine: own, link-local, and "every address". */
const LOCAL = new BlockList()
LOCAL.addSubnet('127.0.0.0', 8)
LOCAL.addSubnet('169.254.0.0', 16)
LOCAL.addAddress('0.0.0.0')
LOCAL.addAddress('::1', 'ipv6')
LOCAL.addAddress('::', 'ipv6')
LOCAL.addSubnet('fe80::', 10, 'ipv6')

/**
 * The address of this machine as events name their publisher: the address that the host listens on, or else the first
 * address of a network interface, IPv4 before IPv6. Undefined: the machine is in no network.
 */
export function hostAddress(listensOn: string, interfaces: ReturnType<typeof networkInterfaces>): string | undefined {
  const own = Object.values(interfaces).flatMap((addresses = []) => addresses.map(({ address }) => address))
  const usable = [listensOn, ...own.sort((a, b) => isIP(a) - isIP(b))].filter(isUsable)
  return usable[0]
}

function isUsable(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && !LOCAL.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
