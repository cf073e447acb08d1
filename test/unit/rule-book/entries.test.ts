import { describe, expect, test } from 'vitest'
import type { RuleEntry } from '../../../shared/config/config.ts'
import { readRuleEntries, wholeRule } from '../../../shared/rule-book/entries.ts'
import { counting, sigma, TEXT } from './sigma.ts'

describe('entries of rules, as Sigma sees them', () => {
  const read = (...entries: Partial<RuleEntry>[]) =>
    readRuleEntries(entries.map((entry, n) => ({ id: `r${n}`, enabled: true, ...entry })))
  const raising = ({ rules, correlations, problems: found }: ReturnType<typeof read>) => {
    expect(found).toEqual([])
    const items = [
      ...rules.map(({ rule, ...item }) => ({ ...item, title: rule.title })),
      ...correlations.map(({ correlation, ...item }) => ({ ...item, title: correlation.title })),
    ]
    return items.filter(({ raises }) => raises).map(({ entry, title }) => `${entry.id}: ${title}`)
  }

  test('a rule counted in its own entry raises no alert, unless the correlation says generate', () => {
    expect(raising(read({ sigma: TEXT }))).toEqual(['r0: Many of them'])
    const generating = TEXT.replace('correlation:', 'generate: true\ncorrelation:')
    expect(raising(read({ sigma: generating }))).toEqual(['r0: From a text', 'r0: Many of them'])
  })

  test('a rule in an entry of its own goes on raising when it is counted by its name, its id or the id of its entry', () => {
    for (const name of ['login', '6a37fd99', 'r0']) {
      const base = sigma({ name: 'login', id: '6a37fd99' })
      expect(raising(read({ sigma: base }, { sigma: counting([name]) }))).toEqual(['r0: Sign-in failed', 'r1: Many'])
    }
  })

  test('the same rule in two entries is two rules, and a correlation counts the rule of its own entry', () => {
    const { correlations, rules } = read({ sigma: TEXT }, { sigma: TEXT })
    expect(correlations.map(({ correlation }) => correlation.rules)).toEqual(rules.map(({ rule }) => [rule.id]))
    expect(new Set(correlations.map(({ key }) => key)).size).toBe(2)
  })

  test('a rule is found by its title: in its own entry, and in others when only one has the title', () => {
    const named = (title: string) => sigma({ title })
    expect(read({ sigma: named('A') }, { sigma: counting(['A']) }).problems).toEqual([])
    const twice = read({ sigma: named('A') }, { sigma: named('A') }, { sigma: counting(['A']) })
    expect(twice.problems).toMatchObject([{ entry: 2, message: '2 rules are called "A": write the id of one' }])
    const own = JSON.stringify(named('A'))
    const both = `${own}\n---\n${JSON.stringify(counting(['A']))}`
    expect(read({ sigma: named('A') }, { sigma: both }).problems).toEqual([])
  })

  test('a filter narrows the rules of other entries, shipped rules too', () => {
    const filter = (rules: unknown) => ({
      title: 'Known job',
      filter: { rules, job: { user: 'job' }, condition: 'not job' },
    })
    const narrowed = (...entries: Partial<RuleEntry>[]) => {
      const { rules, problems } = read(...entries)
      expect(problems).toEqual([])
      return rules.map((one) => JSON.stringify(wholeRule(one).detection).includes('"job"'))
    }
    const shipped = { template: 'cloudtrail/root-login' }
    expect(narrowed({ sigma: sigma() }, shipped, { sigma: filter('any') })).toEqual([true, true])
    expect(narrowed({ sigma: sigma() }, shipped, { sigma: filter(['r1']) })).toEqual([false, true])
    expect(narrowed({ sigma: sigma() }, { sigma: filter('any'), enabled: false })).toEqual([false])
    expect(read({ sigma: filter(['nobody']) }).problems).toMatchObject([
      { entry: 0, rule: 'Known job', path: 'filter.rules', missing: 'nobody' },
    ])
  })

  test('a changed rule counts anew', () => {
    const keyOf = (text: string) => read({ sigma: text }).correlations[0]?.key
    expect(keyOf(TEXT)).toBe(keyOf(TEXT))
    expect(keyOf(TEXT)).not.toBe(keyOf(TEXT.replace('gte: 3', 'gte: 4')))
  })

  test('aliases use the rules’ ids of the account', () => {
    const aliases = { who: { login: 'userIdentity.arn' } }
    const { correlations } = read(
      { sigma: sigma({ name: 'login' }) },
      { sigma: { title: 'x', correlation: { ...counting(['login']).correlation, aliases } } },
    )
    const correlation = correlations[0]?.correlation
    expect(correlation?.aliases.get('who')?.get(correlation.rules[0] ?? '')).toBe('userIdentity.arn')
  })

  test.each<[template: string, parameters: Record<string, unknown>, problems: string[]]>([
    [
      'actiontrail/off-duty-login',
      { workingHours: [9, 25] },
      ['parameter "workingHours": "25" is no hour: whole numbers from 0 to 23'],
    ],
    ['actiontrail/off-duty-login', { workingHours: [1.5, -1] }, ['"1.5" is no hour', '"-1" is no hour']],
    [
      'actiontrail/unauth-login',
      { allowedNetworks: ['10.0.0.0/8', 'here'] },
      ['parameter "allowedNetworks": "here" is not a network'],
    ],
    ['actiontrail/api-err', { threshold: 10_000 }, ['parameter "threshold": has to ask for a whole number']],
  ])('a parameter out of range is told as one: %s %j', (template, parameters, problems) => {
    const found = read({ template, parameters }).problems
    expect(found.map(({ field }) => field)).toEqual(problems.map(() => 'parameters'))
    for (const [place, text] of problems.entries()) expect(found[place]?.message).toContain(text)
  })

  test('an entry with a problem is left out, and the other entries are read', () => {
    const { rules, problems: found } = read({ sigma: { title: 'broken' } }, { sigma: sigma() }, { template: 'gone' })
    expect(rules.map(({ entry }) => entry.id)).toEqual(['r1'])
    expect(found.map(({ entry }) => entry)).toEqual([0, 2])
  })
})
