import { describe, expect, test } from 'vitest'
import type { RuleEntry } from '../../../shared/config/config.ts'
import { readRuleEntries } from '../../../shared/rule-book/entries.ts'
import { counting, sigma, TEXT } from './sigma.ts'

describe('entries of rules, as Sigma sees them', () => {
  const read = (...entries: Partial<RuleEntry>[]) =>
    readRuleEntries(entries.map((entry, n) => ({ id: `r${n}`, enabled: true, ...entry })))
  const raising = ({ rules, correlations, problems: found }: ReturnType<typeof read>) => {
    expect(found).toEqual([])
    return [...rules, ...correlations].filter(({ raises }) => raises).map(({ entry, it }) => `${entry.id}: ${it.title}`)
  }

  test('what a correlation of the same entry counts raises nothing of its own, unless it says generate', () => {
    expect(raising(read({ sigma: TEXT }))).toEqual(['r0: Many of them'])
    const generating = TEXT.replace('correlation:', 'generate: true\ncorrelation:')
    expect(raising(read({ sigma: generating }))).toEqual(['r0: From a text', 'r0: Many of them'])
  })

  test('an entry of its own goes on raising, whoever counts it: by its name, its id or the id of its entry', () => {
    for (const name of ['login', '6a37fd99', 'r0']) {
      const base = sigma({ name: 'login', id: '6a37fd99' })
      expect(raising(read({ sigma: base }, { sigma: counting([name]) }))).toEqual(['r0: Sign-in failed', 'r1: Many'])
    }
  })

  test('the same rule in two entries is two rules, and each correlation counts the one beside it', () => {
    const { correlations, rules } = read({ sigma: TEXT }, { sigma: TEXT })
    expect(correlations.map(({ it }) => it.rules)).toEqual(rules.map(({ it }) => [it.id]))
    expect(new Set(correlations.map(({ key }) => key)).size).toBe(2)
  })

  test('a rule that is written otherwise counts anew', () => {
    const keyOf = (text: string) => read({ sigma: text }).correlations[0]?.key
    expect(keyOf(TEXT)).toBe(keyOf(TEXT))
    expect(keyOf(TEXT)).not.toBe(keyOf(TEXT.replace('gte: 3', 'gte: 4')))
  })

  test('aliases follow what their rules are called here', () => {
    const aliases = { who: { login: 'userIdentity.arn' } }
    const { correlations } = read(
      { sigma: sigma({ name: 'login' }) },
      { sigma: { title: 'x', correlation: { ...counting(['login']).correlation, aliases } } },
    )
    const [{ it } = { it: undefined }] = correlations
    expect(it?.aliases.get('who')?.get(it.rules[0] ?? '')).toBe('userIdentity.arn')
  })

  test('what has a problem is left out and the rest is there', () => {
    const { rules, problems: found } = read({ sigma: { title: 'broken' } }, { sigma: sigma() }, { template: 'gone' })
    expect(rules.map(({ entry }) => entry.id)).toEqual(['r1'])
    expect(found.map(({ entry }) => entry)).toEqual([0, 2])
  })
})
