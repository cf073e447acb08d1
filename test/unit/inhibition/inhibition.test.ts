import { describe, expect, test } from 'vitest'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import type { Labels } from '../../../shared/alert/labels.ts'
import type { InhibitRule } from '../../../shared/config/config.ts'
import { compileInhibition, foldSource, inhibitedBy, type SourceEntry } from '../../../shared/inhibition/inhibition.ts'

const NOW = 1_000_000

/** The source that inhibits the target while the sources fire. */
function inhibitor(rules: InhibitRule[], firing: Labels[], target: Labels): string | undefined {
  const inhibition = compileInhibition(rules)
  const kept = new Map<string, SourceEntry[]>()
  for (const labels of firing) {
    for (const { key, twoSided } of inhibition.sources(labels)) {
      const entry = { ...firingUntil(NOW + 1), fingerprint: fingerprint(labels), twoSided }
      kept.set(key, foldSource(kept.get(key) ?? [], entry))
    }
  }
  const own = fingerprint(target)
  for (const { key, twoSided } of inhibition.targets(target)) {
    const by = inhibitedBy(kept.get(key) ?? [], { fingerprint: own, twoSided }, NOW)
    if (by !== undefined) return by
  }
  return undefined
}

function firingUntil(endsAt: number): Omit<SourceEntry, 'fingerprint' | 'twoSided'> {
  return { startsAt: 0, endsAt, timeout: true, stamp: { at: 0, tie: '' } }
}

function rule(id: string, source: Labels, target: Labels, equal: string[]): InhibitRule {
  return { id, source: equalities(source), target: equalities(target), equal }
}

function equalities(labels: Labels): InhibitRule['source'] {
  return Object.entries(labels).map(([name, value]) => ({ name, op: '=', value }))
}

// Facts from prometheus/alertmanager (Apache-2.0), inhibit/inhibit_test.go.
describe('two rules with `equal: [e]`', () => {
  const rules = [rule('r1', { s1: '1' }, { t1: '1' }, ['e']), rule('r2', { s2: '1' }, { t2: '1' }, ['e'])]
  const firing: Labels[] = [
    { s1: '1', t1: '2', e: '1' },
    { s2: '1', t2: '1', e: '1' },
  ]
  const ROWS: [Labels, boolean][] = [
    [{ t1: '1', e: '1' }, true],
    [{ t2: '1', e: '1' }, true],
    [{ t1: '1', t3: '1', e: '1' }, true],
    [{ t1: '1', t2: '1', e: '1' }, true],
    [{ t1: '0', e: '1' }, false],
    [{ s1: '1', t1: '1', e: '1' }, true],
    [{ s2: '1', t2: '1', e: '1' }, false],
    [{ s2: '1', t2: '1', e: '1', more: 'x' }, false],
    [{ t1: '1', e: '0' }, false],
    [{ t1: '1' }, false],
  ]
  test.each(ROWS)('%j is inhibited: %s', (target, expected) => {
    expect(inhibitor(rules, firing, target) !== undefined).toBe(expected)
  })
})

describe('inhibition', () => {
  const crit = { sev: 'crit' }
  const warn = { sev: 'warn' }

  test('names the source', () => {
    expect(inhibitor([rule('r', crit, warn, [])], [crit], warn)).toBe(fingerprint(crit))
  })

  test('a label that both lack, or have empty, is equal; one that one lacks is not', () => {
    const rules = [rule('r', crit, warn, ['job', '__proto__'])]
    expect(inhibitor(rules, [crit], warn)).toBeDefined()
    expect(inhibitor(rules, [{ ...crit, job: '' }], warn)).toBeDefined()
    expect(inhibitor(rules, [{ ...crit, job: 'a' }], warn)).toBeUndefined()
    expect(inhibitor(rules, [crit], { ...warn, job: 'a' })).toBeUndefined()
  })

  test('several equal labels cannot be shifted into one another', () => {
    const rules = [rule('r', crit, warn, ['a', 'b'])]
    expect(inhibitor(rules, [{ ...crit, a: 'x', b: 'yz' }], { ...warn, a: 'xy', b: 'z' })).toBeUndefined()
  })

  test('of two alerts that match both sides neither inhibits the other, but a one-sided source does', () => {
    const rules = [rule('r', { s: '1' }, { t: '1' }, [])]
    const both = { s: '1', t: '1' }
    expect(inhibitor(rules, [both], { ...both, more: 'x' })).toBeUndefined()
    expect(inhibitor(rules, [both, { s: '1' }], { ...both, more: 'x' })).toBe(fingerprint({ s: '1' }))
    expect(inhibitor(rules, [both], { t: '1' })).toBe(fingerprint(both))
  })

  test('an alert never inhibits itself', () => {
    expect(inhibitor([rule('r', {}, {}, [])], [crit], crit)).toBeUndefined()
  })

  test('the keys of different rules differ', () => {
    const inhibition = compileInhibition([rule('r1', crit, warn, ['a']), rule('r2', crit, warn, ['a'])])
    const keys = inhibition.sources(crit).map(({ key }) => key)
    expect(new Set(keys).size).toBe(2)
    expect(inhibition.targets(warn).map(({ key }) => key)).toEqual(keys)
    expect(inhibition.targets(crit)).toEqual([])
  })
})
