import type { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { hostAddress } from '../../../infra/machine/host-address.ts'

const interfacesOf = (...addresses: string[]) =>
  Object.fromEntries(addresses.map((address, index) => [`eth${index}`, [{ address }]])) as ReturnType<
    typeof networkInterfaces
  >

test.each<[string, string, string[], string | undefined]>([
  ['the address that the host listens on', '10.0.0.9', ['10.0.0.7'], '10.0.0.9'],
  [
    'the first of the machine, when the host listens on this machine only',
    '127.0.0.1',
    ['127.0.0.1', '10.0.0.7'],
    '10.0.0.7',
  ],
  ['the first of the machine, when the host listens on all addresses', '0.0.0.0', ['10.0.0.7', '10.0.0.8'], '10.0.0.7'],
  ['the first of the machine, when the host listens on a name', 'tocsin.internal', ['10.0.0.7'], '10.0.0.7'],
  ['IPv4 before IPv6', '::', ['2001:db8::7', '10.0.0.7'], '10.0.0.7'],
  ['IPv6 where there is no other', '::', ['::1', 'fe80::1', '169.254.0.3', '2001:db8::7'], '2001:db8::7'],
  ['unknown without a network', 'localhost', ['127.0.0.1', '::1'], undefined],
])('the address of the host is %s', (_what, listensOn, addresses, expected) => {
  expect(hostAddress(listensOn, interfacesOf(...addresses))).toBe(expected)
})
