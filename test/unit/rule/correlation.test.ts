import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../shared/base/time.ts'
import { compileCountedValues } from '../../../shared/rule/field-text.ts'
import { compileGroups } from '../../../shared/rule/groups.ts'
import { parseSigma, parseSigmaObject } from '../../../shared/rule/parse.ts'
import { resolveCorrelations } from '../../../shared/rule/references.ts'

/** Modelled on the example of https://sigmahq.io/sigma-specification (correlation rules, 2.1.0). */
const FILE = `title: Many failed logins, then one that succeeds
id: c0ffee00-0000-4000-8000-000000000001
correlation:
    type: temporal_ordered
    rules:
        - many_failed
        - success
    group-by:
        - user
    aliases:
        user:
            many_failed: userIdentity.userName
            success: responseElements.user
    timespan: 1h
level: high
---
title: Many failed logins
id: c0ffee00-0000-4000-8000-000000000002
name: many_failed
correlation:
    type: event_count
    rules: [failed]
    group-by: [userIdentity.userName]
    timespan: 10m
    condition: {gte: 10}
---
title: Failed login
id: c0ffee00-0000-4000-8000-000000000003
name: failed
detection:
    selection: {eventName: ConsoleLogin, errorMessage: Failed authentication}
    condition: selection
---
title: Login
id: c0ffee00-0000-4000-8000-000000000004
name: success
detection:
    selection: {eventName: ConsoleLogin, responseElements.ConsoleLogin: Success}
    condition: selection
`
const ID = (n: number): string => `c0ffee00-0000-4000-8000-00000000000${n}`

function changed(change: Record<string, unknown>) {
  const body = { type: 'event_count', rules: ['r'], 'group-by': ['g'], timespan: '1h', condition: { gte: 2 } }
  return parseSigmaObject({ title: 'c', correlation: { ...body, ...change } })
}

function problemsOf(change: Record<string, unknown>): string[] {
  const { correlations, problems } = changed(change)
  expect(correlations.length).toBe(problems.length === 0 ? 1 : 0)
  return problems.map(({ path, message }) => `${path}: ${message}`)
}

describe('a correlation', () => {
  test('is read from the same file as its rules', () => {
    const { rules, correlations, problems } = parseSigma(FILE)
    expect(problems).toEqual([])
    expect(rules.map(({ name }) => name)).toEqual(['failed', 'success'])
    expect(correlations).toMatchObject([
      {
        type: 'temporal_ordered',
        rules: ['many_failed', 'success'],
        groupBy: ['user'],
        timespanMs: HOUR,
        condition: { op: 'gte', count: 2 },
        generate: false,
        level: 'high',
      },
      { type: 'event_count', timespanMs: 10 * MINUTE, condition: { op: 'gte', count: 10 } },
    ])
  })

  test.each<[change: Record<string, unknown>, expected: Record<string, unknown>]>([
    [{ rules: 'r' }, { rules: ['r'] }],
    [{ 'group-by': undefined }, { groupBy: [] }],
    [{ 'group-by': 'g' }, { groupBy: ['g'] }],
    [{ timespan: '90s' }, { timespanMs: 90_000 }],
    [{ timespan: '31d' }, { timespanMs: 31 * DAY }],
    [{ condition: { gt: 0 } }, { condition: { op: 'gt', count: 0 } }],
    [{ condition: { gte: '7' } }, { condition: { op: 'gte', count: 7 } }],
    [{ type: 'value_count', condition: { field: 'f', gte: 2 } }, { field: ['f'] }],
    [{ type: 'value_count', condition: { field: ['f', 'g'], gte: 2 } }, { field: ['f', 'g'] }],
    [{ type: 'temporal', rules: ['a', 'b', 'c'], condition: undefined }, { condition: { op: 'gte', count: 3 } }],
    [{ type: 'temporal', rules: ['a', 'b', 'c'] }, { condition: { op: 'gte', count: 2 } }],
    [{ generate: true }, { generate: true }],
    [{ condition: { gte: 2, field: 'f' } }, { condition: { op: 'gte', count: 2 } }],
    [{ condition: { gte: 10_000 } }, { condition: { op: 'gte', count: 10_000 } }],
    [
      { type: 'temporal', rules: undefined, condition: 'a and not (b or a)' },
      { rules: ['a', 'b'], expression: { kind: 'all' } },
    ],
  ])('%j', (change, expected) => {
    const { correlations, problems } = changed(change)
    expect([problems, correlations]).toMatchObject([[], [expected]])
  })

  test.each<[change: Record<string, unknown>, problem: string]>([
    [{ type: undefined }, 'correlation.type: is required'],
    [
      { type: 'value_sum' },
      'correlation.type: is one of event_count, value_count, temporal, temporal_ordered, not "value_sum": sums and averages need every event of a timespan, and only as many as a threshold are kept',
    ],
    [{ rules: [] }, 'correlation.rules: is empty'],
    [{ rules: undefined }, 'correlation.rules: is required: the ids or names of the counted rules'],
    [{ rules: [{}] }, 'correlation.rules: has to be a list of names'],
    [{ 'group-by': [7] }, 'correlation.group-by: has to be a list of names'],
    [{ timespan: undefined }, 'correlation.timespan: is required'],
    [{ timespan: '1h30m' }, 'correlation.timespan: is a number and s, m, h or d, at most 31d, not "1h30m"'],
    [{ timespan: '0s' }, 'correlation.timespan: is a number and s, m, h or d, at most 31d, not "0s"'],
    [{ timespan: '32d' }, 'correlation.timespan: is a number and s, m, h or d, at most 31d, not "32d"'],
    [{ condition: undefined }, 'correlation.condition: is required'],
    [
      { condition: 'r and s' },
      'correlation.condition: has to be a map, as {gte: 10}: a condition of rule names belongs to type temporal',
    ],
    [{ condition: 7 }, 'correlation.condition: has to be a map, as {gte: 10}, or rule names, as "a and not b"'],
    [
      { type: 'temporal_ordered', condition: 'r' },
      'correlation.condition: a condition of rule names has no order: it belongs to type temporal',
    ],
    [
      { type: 'temporal', rules: ['base', 'other'], condition: 'bas and not other' },
      'correlation.condition: no rule is named "bas"; did you mean base?',
    ],
    [
      { type: 'temporal', condition: 'not r' },
      'correlation.condition: is true without any event: it needs a rule that has to match',
    ],
    [
      { type: 'temporal', rules: Array.from({ length: 33 }, (_, n) => `r${n}`), condition: 'r1' },
      'correlation.condition: joins more than 32 rules',
    ],
    [
      {
        type: 'temporal',
        rules: Array.from({ length: 32 }, (_, n) => `r${n}`),
        condition: Array(7).fill('1 of r*').join(' and '),
      },
      'correlation.condition: joins more than 200 names',
    ],
    [{ group_by: ['g'] }, 'correlation.group_by: unknown key; did you mean group-by?'],
    [{ groupby: ['g'] }, 'correlation.groupby: unknown key; did you mean group-by?'],
    [{ Timespan: '1h' }, 'correlation.Timespan: unknown key; did you mean timespan?'],
    [{ window: 'sliding' }, 'correlation.window: unknown key'],
    [{ timeframe: '1h' }, 'correlation.timeframe: unknown key; did you mean timespan?'],
    [{ generate: 'yes' }, 'correlation.generate: has to be true or false'],
    [{ field: 'f' }, 'correlation.field: unknown key; did you mean condition.field?'],
    [
      { type: 'event_cout' },
      'correlation.type: is one of event_count, value_count, temporal, temporal_ordered, not "event_cout"; did you mean event_count?',
    ],
    [{ condition: {} }, 'correlation.condition: needs gt or gte'],
    [
      { condition: { lt: 3 } },
      'correlation.condition.lt: an upper bound cannot be known while records still arrive: only gt and gte',
    ],
    [
      { condition: { gte: 1, lte: 3 } },
      'correlation.condition.lte: an upper bound cannot be known while records still arrive: only gt and gte',
    ],
    [{ condition: { gte: 1, gt: 3 } }, 'correlation.condition.gt: there is another lower bound already'],
    [
      { condition: { gte: 1.5 } },
      'correlation.condition.gte: has to ask for a whole number of at least 1 and at most 10000',
    ],
    [
      { condition: { gte: 0 } },
      'correlation.condition.gte: has to ask for a whole number of at least 1 and at most 10000',
    ],
    [
      { condition: { gt: 10_000 } },
      'correlation.condition.gt: has to ask for a whole number of at least 1 and at most 10000',
    ],
    [
      { condition: { gte: 'x' } },
      'correlation.condition.gte: has to ask for a whole number of at least 1 and at most 10000',
    ],
    [{ condition: { gte: 2, percentile: 5 } }, 'correlation.condition.percentile: unknown key: only gt, gte and field'],
    [{ type: 'value_count' }, 'correlation.condition.field: is required: the field whose values are counted'],
    [
      { type: 'temporal', condition: { gte: 2 } },
      'correlation.condition.gte: has to ask for a whole number of at least 1 and at most 1',
    ],
    [{ aliases: [] }, 'correlation.aliases: has to be a map'],
    [{ aliases: { a: 'f' } }, 'correlation.aliases.a: has to map rules to fields'],
    [{ aliases: { a: { r: 7 } } }, 'correlation.aliases.a: has to map rules to field names'],
  ])('%j is refused: %s', (change, problem) => {
    expect(problemsOf(change)).toEqual([problem])
  })
})

test('an alias that nothing uses is warned of', () => {
  const { warnings } = changed({ 'group-by': ['user'], aliases: { usr: { r: 'f' }, user: { r: 'f' } } })
  expect(warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'correlation.aliases.usr: neither group-by nor a field names it; did you mean user?',
  ])
  expect(changed({ 'group-by': ['user'], aliases: { user: { r: 'f' } } }).warnings).toEqual([])
})

describe('references', () => {
  test('by name become ids, and counted correlations come first', () => {
    const { rules, correlations } = parseSigma(FILE)
    const resolved = resolveCorrelations(rules, correlations)
    expect(resolved.problems).toEqual([])
    expect(resolved.correlations.map(({ id, rules }) => [id, rules])).toEqual([
      [ID(2), [ID(3)]],
      [ID(1), [ID(2), ID(4)]],
    ])
    expect([...resolved.counted].sort()).toEqual([ID(2), ID(3), ID(4)])
  })

  test('a rule that a correlation generates raises alerts of its own', () => {
    const { rules, correlations } = parseSigma(
      FILE.replace('type: event_count', 'generate: true\n    type: event_count'),
    )
    expect([...resolveCorrelations(rules, correlations).counted].sort()).toEqual([ID(2), ID(4)])
  })

  test.each<[what: string, from: string, to: string, refused: string[], message: string]>([
    ['to nothing', '[failed]', '[nobody]', [ID(2), ID(1)], 'no rule has the id or name "nobody"'],
    ['to itself', '[failed]', '[many_failed]', [ID(1), ID(2)], 'refers to itself or to a correlation that was refused'],
    ['in a circle', '[failed]', `[${ID(1)}]`, [ID(1), ID(2)], 'refers to itself or to a correlation that was refused'],
  ])('%s are refused, and so are correlations that count the refused', (_, from, to, refused, message) => {
    const { rules, correlations } = parseSigma(FILE.replace(from, to))
    const { problems, correlations: kept } = resolveCorrelations(rules, correlations)
    expect(kept).toEqual([])
    expect(problems.map(({ rule }) => rule)).toEqual(refused)
    expect(problems[0]).toMatchObject({ path: 'correlation.rules', message })
  })

  const referring = (to: string) => {
    const { rules, correlations } = parseSigma(FILE.replace('[failed]', to), 'rules/a.yml')
    return resolveCorrelations(rules, correlations)
  }

  test('by a title that one rule has are resolved, as collections of others write them', () => {
    const { correlations, problems } = referring('[Failed login]')
    expect(problems).toEqual([])
    expect(correlations[0]?.rules).toEqual([ID(3)])
  })

  test('by a title or name that several rules have are refused', () => {
    const twice = `${FILE}---\n${FILE.split('---\n')[2]}`.replace(`${ID(3)}\nname: failed`, `${ID(5)}\nname: other`)
    const { rules, correlations } = parseSigma(twice.replace('[failed]', '[Failed login]'))
    const { problems } = resolveCorrelations(rules, correlations)
    expect(problems[0]?.message).toBe('2 rules are called "Failed login": write the id of one')
  })

  test('look in the own file first', () => {
    const one = parseSigma(FILE, 'a.yml')
    const other = parseSigma(FILE.replaceAll('c0ffee00', 'c0ffee11'), 'b.yml')
    const all = resolveCorrelations([...one.rules, ...other.rules], [...one.correlations, ...other.correlations])
    expect(all.problems).toEqual([])
    expect(all.correlations).toHaveLength(4)
    for (const { id, rules } of all.correlations) {
      for (const rule of rules) expect(rule.slice(0, 8)).toBe(id.slice(0, 8))
    }
  })

  test('that lead nowhere are told with their place and the nearest name', () => {
    expect(referring('[faild]').problems[0]).toEqual({
      ...{ file: 'rules/a.yml', position: { line: 22, column: 13 }, rule: ID(2), path: 'correlation.rules' },
      ...{ message: 'no rule has the id or name "faild"; did you mean failed?', missing: 'faild' },
    })
  })

  test.each([
    ['many_faild', 'no rule of the correlation has this id or name; did you mean many_failed?'],
    ['failed', 'no rule of the correlation has this id or name'],
  ])('of aliases have to be rules of the correlation: %s', (name, message) => {
    const text = FILE.replace('            many_failed: userIdentity', `            ${name}: userIdentity`)
    const { rules, correlations } = parseSigma(text, 'a.yml')
    expect(resolveCorrelations(rules, correlations).problems).toMatchObject([
      {
        position: { line: 12, column: 13 },
        path: `correlation.aliases.user.${name}`,
        message: expect.stringContaining(message),
      },
    ])
  })

  test('by names of prototypes find nothing', () => {
    const { rules, correlations } = parseSigma(FILE.replace('[failed]', '[__proto__]'))
    expect(resolveCorrelations(rules, correlations).problems).toHaveLength(2)
  })
})

describe('groups and values', () => {
  const { rules, correlations } = parseSigma(FILE)
  const [counted, ordered] = resolveCorrelations(rules, correlations).correlations
  const record = { userIdentity: { userName: 'ann' }, responseElements: { user: 'bob' } }

  test('are told apart by the field of every rule', () => {
    expect(compileGroups(ordered!, ID(2))(record)).toEqual([{ key: ['ann'], labels: [['user', 'ann']] }])
    expect(compileGroups(ordered!, ID(4))(record)).toEqual([{ key: ['bob'], labels: [['user', 'bob']] }])
    expect(compileGroups(counted!, ID(3))(record)).toMatchObject([{ key: ['ann'] }])
    expect(compileGroups(counted!, ID(3))({})).toEqual([])
  })

  test('of value_count leave out a record without the field', () => {
    const body = { type: 'value_count', rules: ['r'], timespan: '1h', condition: { field: ['a', 'b.c'], gte: 2 } }
    const [rule] = parseSigmaObject({ title: 'c', correlation: body }).correlations
    const values = compileCountedValues(rule!, 'r')
    expect([{ a: 1, b: { c: 'x' } }, { a: 1 }, { a: 1, b: { c: null } }].map(values)).toEqual([['["1","x"]'], [], []])
  })
})
