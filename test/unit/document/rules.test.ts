import { describe, expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import { showConfig } from '../../../shared/document/show.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { templates } from '../../../shared/rule-templates/template.ts'
import { counting, sigma, TEXT } from '../rule-book/sigma.ts'
import { planChanges } from './plan.ts'
import { asCurrent, box, parsed, problems as problemsOf, said } from './setup.ts'

const problems = (rules: unknown, more: object = {}): string[] => problemsOf({ rules, ...more }).map(said)

const RULES = [
  { id: 'routes', template: 'actiontrail/vpc-route-change' },
  { id: 'logins', template: 'actiontrail/abnormal-login', parameters: { threshold: 2 }, enabled: false },
  { id: 'mine', sigma: sigma({ level: 'high' }), policy: 'all' },
  { id: 'text', sigma: TEXT },
]
const POLICIES = [{ id: 'all' }]

describe('rules', () => {
  const next = parsed({ rules: RULES, policies: POLICIES })

  test('are kept as they were written, enabled unless said', () => {
    expect(next.rules).toEqual(RULES.map((rule) => ({ enabled: true, ...rule })))
  })

  test('are shown as they were written; put back, they change nothing', () => {
    const shown = showConfig(next)
    expect(shown.rules).toEqual(RULES)
    const current = asCurrent(next)
    expect(planChanges(next, parsed(JSON.parse(JSON.stringify(shown)), current))).toEqual([])
  })

  test('that are absent stay, that are empty go, and the plan says so', () => {
    const current = asCurrent(next)
    expect(parsed({}, current).rules).toEqual(next.rules)
    const emptied = parsed({ rules: null }, current)
    expect(emptied.rules).toEqual([])
    expect(planChanges(next, emptied).map(({ id, change }) => [id, change])).toEqual(
      RULES.map(({ id }) => [id, 'removed']),
    )
  })

  test('every template can be named, by its path and by the official id', () => {
    const all = templates.map(({ name }, n) => ({ id: `r${n}`, template: name }))
    expect(parsed({ rules: all }).rules).toHaveLength(all.length)
    const official = { id: 'x', template: 'sls.app.actiontrail.cis.at.vpc_route_change' }
    expect(parsed({ rules: [official] }).rules).toHaveLength(1)
  })
})

describe('what is wrong with a rule is said at its place', () => {
  test.each<[what: string, rules: unknown, problem: string | RegExp]>([
    ['no list', {}, 'rules: expected a list'],
    ['no rule', ['x'], /^rules\[0\]: /],
    ['neither', [{ id: 'a' }], 'rules[0]: needs either template or sigma'],
    ['both', [{ id: 'a', template: 'x', sigma: {} }], 'rules[0]: needs either template or sigma'],
    ['no id', [{ sigma: sigma() }], 'rules[0].id: is required'],
    ['a bad id', [{ id: 'a b', sigma: sigma() }], /^rules\[0\]\.id: has to be/],
    [
      'an unknown key',
      [{ id: 'a', sigma: sigma(), polciy: 'x' }],
      'rules[0].polciy: unknown key; did you mean policy?',
    ],
    ['the same id twice', [RULES[0], RULES[0]], 'rules[1].id: is not unique'],
    ['an unknown template', [{ id: 'a', template: 'x/y' }], 'rules[0].template: no template "x/y" is shipped'],
    ['an unknown policy', [{ id: 'a', sigma: sigma(), policy: 'x' }], /^rules\[0\]\.policy: names a policy "x" that/],
    [
      'an unknown parameter',
      [{ id: 'a', template: 'actiontrail/vpc-route-change', parameters: { x: 1 } }],
      /^rules\[0\]\.parameters: actiontrail\/vpc-route-change: parameter "x": unknown/,
    ],
    [
      'parameters of a rule',
      [{ id: 'a', sigma: sigma(), parameters: {} }],
      'rules[0].parameters: belongs to a template',
    ],
    ['a number', [{ id: 'a', sigma: 5 }], /^rules\[0\]\.sigma: expected a rule/],
    ['an empty text', [{ id: 'a', sigma: '' }], 'rules[0].sigma: there is no rule in it'],
    [
      'a modifier that is unknown',
      [RULES[0], { id: 'a', sigma: sigma({ detection: { s: { 'x|nonsense': 1 }, condition: 's' } }) }],
      /^rules\[1\]\.sigma\.detection\.s\["x\|nonsense"\]: /,
    ],
    [
      'the same in a text',
      [{ id: 'a', sigma: 'title: x\ndetection:\n  s:\n    x|nonsense: 1\n  condition: s\n' }],
      /^rules\[0\]\.sigma: line 4, column 5: "x": detection\.s\["x\|nonsense"\]: /,
    ],
    [
      'a text that is no YAML',
      [{ id: 'a', sigma: 'title: [' }],
      /^rules\[0\]\.sigma: line \d+, column \d+: is not YAML/,
    ],
    [
      'a look-ahead',
      [{ id: 'a', sigma: sigma({ detection: { s: { 'x|re': 'a(?=b)' }, condition: 's' } }) }],
      /lookahead/,
    ],
    [
      'a correlation of nothing',
      [{ id: 'a', sigma: counting(['nobody']) }],
      'rules[0].sigma.correlation.rules: no enabled rule has the id or name "nobody"',
    ],
    [
      'a correlation of a rule that is not enabled',
      [
        { id: 'a', sigma: sigma({ name: 'base' }), enabled: false },
        { id: 'b', sigma: counting(['base']) },
      ],
      'rules[1].sigma.correlation.rules: no enabled rule has the id or name "base"',
    ],
    [
      'a correlation of itself',
      [{ id: 'a', sigma: counting(['me'], { name: 'me' }) }],
      /^rules\[0\]\.sigma\.correlation\.rules: refers to itself/,
    ],
    [
      'two rules of one id in one text',
      [{ id: 'a', sigma: `${TEXT}---\n${TEXT.split('---')[0]}` }],
      'rules[0].sigma: line 15, column 1: "from_text": there is another rule of this id in the entry, in line 1',
    ],
    ['too long a text', [{ id: 'a', sigma: `title: ${'x'.repeat(400_000)}` }], /^rules\[0\]\.sigma: limit: /],
    ['too many', Array.from({ length: 10_001 }, (_, n) => ({ id: `r${n}`, sigma: sigma() })), /^rules: limit: /],
  ])('%s', (_what, rules, problem) => {
    expect(problems(rules)).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)])
  })

  test('a policy that rules name does not go without them', () => {
    const current = asCurrent(parsed({ rules: RULES, policies: POLICIES }))
    const read = finish(readTocsinYml({ policies: [] }, current, box))
    expect(read).toEqual({
      ok: false,
      problems: [{ path: 'policies', message: 'rule "mine" names a policy "all" that does not exist' }],
    })
  })

  test('names of the prototype and nests without end are refused or kept as what they are, never more', () => {
    const rule = JSON.parse('{"title":"x","detection":{"s":{"__proto__":"y"},"condition":"s"}}') as object
    expect(JSON.stringify(parsed({ rules: [{ id: 'a', sigma: rule }] }).rules[0]?.sigma)).toContain('__proto__')
    expect(problems([JSON.parse('{"id":"a","__proto__":{"sigma":{}}}')])).not.toEqual([])
    expect(problems([{ id: 'a', sigma: `${'- '.repeat(20_000)}x` }])).not.toEqual([])
    expect(problems([{ id: 'a', sigma: `a: ${'['.repeat(20_000)}` }])).not.toEqual([])
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
    for (let n = 0; n < 9; n++) bomb.push(`b${n}: &b${n} [${Array(10).fill(n === 0 ? '*a' : `*b${n - 1}`)}]`)
    expect(problems([{ id: 'a', sigma: bomb.join('\n') }])).not.toEqual([])
  })
})
