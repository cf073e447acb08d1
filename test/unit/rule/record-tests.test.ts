import { describe, expect, test } from 'vitest'
import { compileNetworks, parseNetwork } from '../../../shared/rule/cidr.ts'
import { compileRules } from '../../../shared/rule/compile.ts'
import { parseSigma } from '../../../shared/rule/parse.ts'

/** `selection` in JSON, which is YAML. */
function failuresOf(selection: object, record: object): string[] {
  const detection = { s: selection, condition: 's' }
  const { rules, problems } = parseSigma(JSON.stringify({ title: 't', logsource: { product: 'aws' }, detection }))
  expect(problems).toEqual([])
  const failures: string[] = []
  compileRules(rules).match(record, (_, error) => failures.push(String(error)))
  return failures
}

const list = <T>(count: number, entry: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => entry(i))
const WORDS = list(3_000, (i) => `w${i};`).join('')
const TOO_MANY = 'Error: the record has too many texts: more than 500000 tests'

describe('the tests that one record takes', () => {
  test.each<[string, object, object]>([
    ['numbers and a list', { 'a|gt': list(5_000, (i) => 1_000_000 + i) }, { a: list(2_000, (i) => i) }],
    ['expressions and a list', { 'a|re': list(300, (i) => `x${i}[0-9]+y`) }, { a: list(800, () => 'x123') }],
    ['a list and another list', { 'a|fieldref|contains': 'b' }, { a: list(900, () => 'x'), b: list(900, () => 'y') }],
    ['words with wildcards, anywhere', list(3_000, (i) => `foo${i}*bar`), { a: list(2_000, () => 'foo1') }],
    ['long texts', { 'a|contains|all': list(3_000, (i) => `w${i};`) }, { a: list(300, () => WORDS) }],
  ])('are limited: %s', (_, selection, record) => {
    expect(failuresOf(selection, record)).toEqual([TOO_MANY])
  })

  test.each<[string, object, object]>([
    [
      'networks and a list',
      { 'a|cidr': list(3_000, (i) => `10.${i % 256}.0.0/16`) },
      { a: list(800, () => '1.2.3.4') },
    ],
    ['10,000 values and a list', { a: list(10_000, (i) => `v${i}`) }, { a: list(10_000, (i) => `w${i}`) }],
    ['words anywhere in a large record', list(10, (i) => `w*${i}`), { a: list(20_000, (i) => `x${i}`) }],
  ])('suffice for %s', (_, selection, record) => {
    expect(failuresOf(selection, record)).toEqual([])
  })
})

test.each<[network: string, address: string, isIn: boolean]>([
  ['10.0.0.0/8', '10.255.1.2', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.0.0.0/9', '10.128.0.0', false],
  ['0.0.0.0/0', '1.2.3.4', true],
  ['0.0.0.0/0', '::1', false],
  ['1.2.3.4', '1.2.3.4', true],
  ['1.2.3.5/31', '1.2.3.4', true],
  ['2001:db8::/33', '2001:db8:7fff::1', true],
  ['2001:db8::/33', '2001:db8:8000::1', false],
  ['::/0', '2001:db8::', true],
  ['::ffff:1.2.3.4', '::ffff:1.2.3.4', true],
])('%s and %s: %s', (network, address, isIn) => {
  const networks = [parseNetwork('192.168.0.0/16')!, parseNetwork(network)!]
  expect(compileNetworks(networks)(address)).toBe(isIn)
})
