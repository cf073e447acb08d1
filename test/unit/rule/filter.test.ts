import { describe, expect, test } from 'vitest'
import { compileRules } from '../../../shared/rule/compile.ts'
import { applyFilters } from '../../../shared/rule/filter.ts'
import { parseSigma } from '../../../shared/rule/parse.ts'
import { createFinder, scopesOf } from '../../../shared/rule/references.ts'

const RULES = `title: Logging stopped
id: stop
name: stop_name
logsource: {product: aws, service: cloudtrail}
detection: {s: {eventName: StopLogging}, condition: s}
---
title: Anything of another product
id: other
logsource: {product: alibabacloud}
detection: {s: {eventName: StopLogging}, condition: s}
---
title: Many
id: many
correlation: {type: event_count, rules: [stop], timespan: 1h, condition: {gte: 2}}
---
`
const AWS = 'logsource: {product: aws, service: cloudtrail}'

function read(filter: string) {
  const { rules, correlations, filters, problems } = parseSigma(`${RULES}title: Known jobs\nid: known\n${filter}`)
  expect(problems).toEqual([])
  const scopes = scopesOf([...rules, ...correlations])
  const find = createFinder()
  return applyFilters(rules, filters, (reference, { origin }) => find(reference, scopes(origin)))
}

function matches(filter: string, record: Record<string, unknown>): string[] {
  const { rules, problems, warnings } = read(filter)
  expect([problems, warnings]).toEqual([[], []])
  return compileRules(rules)
    .match(record)
    .map(({ id }) => id)
}

const JOB = { eventName: 'StopLogging', user: 'job' }
const PERSON = { eventName: 'StopLogging', user: 'ann' }

describe('a filter', () => {
  test.each<[rules: string, job: string[]]>([
    ['[stop]', ['other']],
    ['stop_name', ['other']],
    ['[Logging stopped]', ['other']],
    ['any', ['other']],
    ['ANY', ['other']],
    ['[any]', ['other']],
  ])('of %s narrows the rules of its source', (rules, job) => {
    const filter = `${AWS}\nfilter: {rules: ${rules}, job: {user: job}, condition: not job}`
    expect(matches(filter, JOB)).toEqual(job)
    expect(matches(filter, PERSON)).toEqual(['stop', 'other'])
  })

  test('may ask for something more', () => {
    const filter = `${AWS}\nfilter: {rules: any, person: {user: ann}, condition: person}`
    expect([matches(filter, JOB), matches(filter, PERSON)]).toEqual([['other'], ['stop', 'other']])
  })

  test('without a source narrows every rule', () => {
    expect(matches('filter: {rules: any, job: {user: job}, condition: not job}', JOB)).toEqual([])
  })

  test.each([
    ['[stopp]', 'no rule has the id or name "stopp"; did you mean stop?'],
    ['[many]', 'is a correlation: name the rules that it counts'],
  ])('of %s is refused, with its place', (rules, message) => {
    const { rules: left, problems } = read(`${AWS}\nfilter:\n  rules: ${rules}\n  s: {user: job}\n  condition: not s`)
    expect(problems).toMatchObject([{ rule: 'known', path: 'filter.rules', message, position: { line: 20 } }])
    expect(compileRules(left).match(JOB)).toHaveLength(2)
  })

  test.each([
    ['any', 'product: gcp', 'no rule has its logsource'],
    ['[stop]', 'product: alibabacloud', 'the rules that it names have another logsource'],
  ])('that narrows nothing is warned of: %s, %s', (rules, source, why) => {
    const { warnings } = read(`logsource: {${source}}\nfilter: {rules: ${rules}, s: {user: job}, condition: not s}`)
    expect(warnings).toMatchObject([{ rule: 'known', message: `the filter narrows no rule: ${why}` }])
  })

  test('of too many is refused', () => {
    const { rules, filters } = parseSigma(`${RULES}${AWS}\ntitle: f\nfilter: {rules: [stop], s: {a: 1}, condition: s}`)
    const all = Array.from({ length: 1_002 }, () => ({ ...filters[0]! }))
    const { problems } = applyFilters(rules, all, () => ({ ok: true, id: 'stop' }))
    expect(problems.map(({ message }) => message).filter((one) => one.includes('1000 filters'))).toHaveLength(2)
    expect(problems.at(-1)?.message).toBe('"Logging stopped" has more than 100 filters')
  })
})
