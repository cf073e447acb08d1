import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forbiddenAddress, inRange, parseAddress, parseRange } from '../../../shared/outbound/address.ts'

describe('forbiddenAddress', () => {
  test.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['0.0.0.0', 'this network'],
    ['0.1.2.3', 'this network'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.169.254', 'link-local'],
    ['169.254.170.2', 'link-local'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['100.127.255.255', 'carrier-grade NAT'],
    ['192.0.0.1', 'protocol assignments'],
    ['192.0.2.1', 'documentation'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['192.88.99.1', '6to4 relay'],
    ['198.18.0.1', 'benchmark'],
    ['198.19.255.255', 'benchmark'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::8.8.8.8', 'IPv4-compatible'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'link-local'],
    ['::FFFF:169.254.169.254', 'link-local'],
    ['64:ff9b::a9fe:a9fe', 'link-local'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['64:ff9b:1::a9fe:a9fe', 'local NAT64'],
    ['2002:a9fe:a9fe::', '6to4'],
    ['2002:808:808::1', '6to4'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo'],
    ['2001:2::1', 'benchmark'],
    ['2001:10::1', 'protocol assignments'],
    ['2001:db8::1', 'documentation'],
    ['3fff::1', 'documentation'],
    ['fd00:ec2::254', 'unique local'],
    ['fc00::1', 'unique local'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['100::1', 'discard'],
    ['5f00::1', 'not global'],
    ['4000::1', 'not global'],
    ['fe80::1%eth0', 'not an address'],
    ['localhost', 'not an address'],
    ['', 'not an address'],
  ])('%s is %s', (ip, reason) => {
    expect(forbiddenAddress(ip)).toBe(reason)
  })

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '223.255.255.255',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2606:4700:4700::1111',
    '2001:4860:4860::8888',
    '2a00::1',
  ])('%s is public', (ip) => {
    expect(forbiddenAddress(ip)).toBeUndefined()
  })

  test('judges an IPv4 address the same however it is spelled as IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        expect(forbiddenAddress(`::ffff:${ip}`)).toBe(forbiddenAddress(ip))
        expect(forbiddenAddress(`64:ff9b::${ip}`)).toBe(forbiddenAddress(ip))
      }),
    )
  })

  test('has an answer for every IPv6 address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        expect(forbiddenAddress(ip)).not.toBe('not an address')
      }),
    )
  })
})

describe('ranges', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.8', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '2a00::1', false],
    ['fd00::/8', 'fdff::1', true],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ])('%s holds %s: %s', (range, ip, holds) => {
    expect(inRange(parseAddress(ip)!, parseRange(range)!)).toBe(holds)
  })

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'fd00::/129', '10.0.0/8', 'x/8', '10.0.0.0/-1'])(
    '%s is none',
    (text) => {
      expect(parseRange(text)).toBeUndefined()
    },
  )
})
