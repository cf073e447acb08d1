import { describe, expect, test } from 'vitest'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../shared/alert/labels.ts'

// Facts from prometheus/alertmanager (Apache-2.0): fingerprints seen on a running 0.25.0.
const SEEN: [Labels, string][] = [
  [{ alertname: 'Zero' }, '3545b905e7f12852'],
  [{ alertname: 'Valid' }, 'a706c0cfccb09024'],
  [{ alertname: 'B' }, 'd2c2efc389db2050'],
  [{ alertname: 'foo', sev: 'crit' }, '533628efd8d15cda'],
  [{ a: '1', alertname: 'x' }, '8b0759a8681888d6'],
  [{ alertname: 'A', instance: 'i1', sev: 'crit', team: 'a' }, 'f15c79ffcf75f862'],
]

describe('fingerprint', () => {
  test.each(SEEN)('%j has the same fingerprint as in Alertmanager', (labels, expected) => {
    expect(fingerprint(labels)).toBe(expected)
  })

  test('does not depend on the order of the labels', () => {
    expect(fingerprint({ sev: 'crit', alertname: 'foo' })).toBe(fingerprint({ alertname: 'foo', sev: 'crit' }))
  })

  test('hashes UTF-8 bytes, in the order of UTF-8 bytes', () => {
    const awkward: Labels[] = [
      {},
      { '': '' },
      { größe: '10 µm', host: '日本' },
      { '\u{1f642}': 'a', '\uffee': 'b' },
      { lone: '\ud800' },
      Object.fromEntries([
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ]),
    ]
    for (const labels of awkward) expect(fingerprint(labels)).toBe(slowFingerprint(labels))
  })

  test('is always 16 digits', () => {
    for (let i = 0; i < 2000; i++) expect(fingerprint({ i: String(i) })).toMatch(/^[0-9a-f]{16}$/)
  })

  test('tells labels apart when a character moves from name to value', () => {
    expect(fingerprint({ ab: 'c' })).not.toBe(fingerprint({ a: 'bc' }))
    expect(fingerprint({ a: 'ÿ' })).not.toBe(fingerprint({ a: '', ÿ: '' }))
  })
})

/** The definition, in big integers and byte order. */
function slowFingerprint(labels: Labels): string {
  const pairs = Object.keys(labels).map((name) => [Buffer.from(name), Buffer.from(labels[name]!)] as const)
  pairs.sort((a, b) => Buffer.compare(a[0], b[0]))
  const sep = Buffer.from([0xff])
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.concat(pairs.flatMap(([name, value]) => [name, sep, value, sep]))) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}
