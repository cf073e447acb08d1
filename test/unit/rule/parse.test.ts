import { describe, expect, test } from 'vitest'
import { parseSigma, parseSigmaObject } from '../../../shared/rule/parse.ts'
import { ruleMatches } from './matches.ts'

/** Modelled on rules of SigmaHQ (https://github.com/SigmaHQ/sigma, DRL 1.1); the text is ours. */
const RULE = `title: Trail switched off
id: 6f1d2e52-6f2a-4a58-9a43-0d9b1b6f8f11
name: trail_off
status: test
description: Somebody stops the audit trail.
references:
    - https://example.com/trail
author: A. Author
date: 2024-01-02
modified: 2024-02-03
tags:
    - attack.defense-evasion
    - attack.t1562.008
regression_tests_path: regression_data/x/info.yml
simulation:
    - type: atomic-red-team
logsource:
    product: aws
    service: cloudtrail
    definition: needs management events
detection:
    selection:
        eventSource: cloudtrail.amazonaws.com
        eventName:
            - StopLogging
            - DeleteTrail
    timeframe: 5m
    condition: selection
fields:
    - userIdentity.arn
falsepositives:
    - Maintenance
level: high
`

describe('a rule', () => {
  test('is read with its metadata, and unknown keys are ignored', () => {
    const { rules, correlations, problems } = parseSigma(RULE, 'trail.yml')
    expect({ correlations, problems }).toEqual({ correlations: [], problems: [] })
    expect(rules).toEqual([
      {
        origin: { file: 'trail.yml', position: { line: 1, column: 1 }, references: new Map() },
        id: '6f1d2e52-6f2a-4a58-9a43-0d9b1b6f8f11',
        title: 'Trail switched off',
        name: 'trail_off',
        status: 'test',
        level: 'high',
        description: 'Somebody stops the audit trail.',
        author: 'A. Author',
        references: ['https://example.com/trail'],
        tags: ['attack.defense-evasion', 'attack.t1562.008'],
        falsepositives: ['Maintenance'],
        fields: ['userIdentity.arn'],
        logsource: { product: 'aws', service: 'cloudtrail' },
        detection: expect.anything(),
      },
    ])
    const record = { eventSource: 'cloudtrail.amazonaws.com', eventName: 'StopLogging' }
    expect(ruleMatches(rules[0]!, record)).toBe(true)
  })

  test('that went through JSON is the same rule', () => {
    const [rule] = parseSigma(RULE).rules
    const copy = JSON.parse(JSON.stringify(rule))
    const windash = JSON.parse(JSON.stringify(parseSigma(RULE.replace('StopLogging', '"?a*b"')).rules[0]))
    expect(ruleMatches(copy, { eventSource: 'cloudtrail.amazonaws.com', eventName: 'deletetrail' })).toBe(true)
    expect(ruleMatches(windash, { eventSource: 'cloudtrail.amazonaws.com', eventName: 'xa-b' })).toBe(true)
  })

  test.each<[what: string, document: Record<string, unknown>, id: string, title: string]>([
    ['its id', { title: 't', id: 'i', name: 'n' }, 'i', 't'],
    ['its name without an id', { title: 't', name: 'n' }, 'n', 't'],
    ['its title without either', { title: 't' }, 't', 't'],
    ['its id as title', { id: 'i' }, 'i', 'i'],
    ['a number as text', { id: 7, title: 8 }, '7', '8'],
  ])('has its id and title from %s', (_, document, id, title) => {
    const detection = { s: { a: 1 }, condition: 's' }
    expect(parseSigmaObject({ ...document, detection }).rules).toMatchObject([{ id, title }])
  })

  test.each<[change: Record<string, unknown>, message: string]>([
    [{ title: undefined }, 'title: is required'],
    [{ title: ['a'] }, 'title: has to be a text'],
    [{ level: 'severe' }, 'level: is one of informational, low, medium, high, critical, not "severe"'],
    [{ logsource: 'aws' }, 'logsource: has to be a map'],
    [{ detection: undefined }, 'detection: is required'],
    [{ detection: [] }, 'detection: has to be a map'],
    [{ tocsin: 7 }, 'tocsin: has to be a map'],
    [{ tocsin: { group: ['a'] } }, 'tocsin.group: unknown key; did you mean groupBy?'],
    [{ tocsin: { annotations: [7] } }, 'tocsin.annotations: has to be a list of names'],
    [{ tocsin: { severity: 7 } }, 'tocsin.severity: has to be a text'],
  ])('%j is refused: %s', (change, message) => {
    const rule = { title: 't', detection: { s: { a: 1 }, condition: 's' }, ...change }
    const { rules, problems } = parseSigmaObject(rule)
    expect(rules).toEqual([])
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toContain(message)
  })

  test.each(['informational', 'LOW', 'Medium', 'high', 'critical'])('may have the level %s', (level) => {
    const { rules } = parseSigmaObject({ title: 't', level, detection: { s: { a: 1 }, condition: 's' } })
    expect(rules[0]?.level).toBe(level.toLowerCase())
  })

  test.each([null, 7, 'x', ['a']])('is no %j', (value) => {
    expect(parseSigmaObject(value).problems).toEqual([{ message: 'a rule has to be a map' }])
  })
})

describe('a refusal', () => {
  test('names file, rule, line, column, path and reason', () => {
    const { rules, problems } = parseSigma(RULE.replace('eventName:', 'eventName|regex:'), 'rules/trail.yml')
    expect(rules).toEqual([])
    expect(problems).toEqual([
      {
        file: 'rules/trail.yml',
        rule: '6f1d2e52-6f2a-4a58-9a43-0d9b1b6f8f11',
        position: { line: 24, column: 9 },
        path: 'detection.selection["eventName|regex"]',
        message: 'unknown modifier "regex"',
      },
    ])
  })

  test.each<[from: string, to: string, line: number, column: number]>([
    ['- DeleteTrail', "- {a: 'b'}", 26, 15],
    ['condition: selection', 'condition: selektion', 28, 5],
    ['level: high', 'level: highest', 33, 1],
    ['detection:', 'detektion:', 1, 1],
  ])('of %s as %s points to %i:%i', (from, to, line, column) => {
    expect(parseSigma(RULE.replace(from, to)).problems).toMatchObject([{ position: { line, column } }])
  })

  test('of a text that is not YAML has a position', () => {
    const { problems } = parseSigma(RULE.replace('- StopLogging', '- "StopLogging'), 'x.yml')
    expect(problems).toMatchObject([
      { file: 'x.yml', position: { line: expect.any(Number) }, message: expect.stringContaining('is not YAML') },
    ])
  })

  test('of a document does not touch the other documents', () => {
    const broken = RULE.replace('condition: selection', 'condition: nothing')
    const { rules, problems } = parseSigma(`${RULE}---\n${broken}---\n[1, 2\n---\n${RULE}`)
    expect(rules).toHaveLength(2)
    expect(problems.map(({ position }) => position?.line)).toEqual([62, expect.any(Number)])
  })

  test('also concerns a field that stands twice in a map: the specification gives no meaning to it', () => {
    const { rules, problems } = parseSigma(
      RULE.replace('        eventName:', '        eventSource: x\n        eventName:'),
    )
    expect([rules, problems]).toMatchObject([
      [],
      [{ position: { line: 24 }, message: expect.stringContaining('unique') }],
    ])
  })

  test.each<[filter: string, path: string, message: string]>([
    ['{rules: any}', 'filter.condition', 'is required'],
    ['{rules: any, s: {a: 1}, condition: not t}', 'filter.condition', 'no detection is named "t"; did you mean s?'],
    ['{s: {a: 1}, condition: not s}', 'filter.rules', 'is required: ids or names of rules, or any'],
    ['{rules: [7], s: {a: 1}, condition: not s}', 'filter.rules', 'has to be a list of names'],
    ['7', 'filter', 'has to be a map'],
  ])('also concerns filters: %s', (filter, path, message) => {
    const { filters, problems } = parseSigma(`title: f\nfilter: ${filter}\n`)
    expect(filters).toEqual([])
    expect(problems.map((one) => [one.path, one.message])).toEqual([[path, message]])
  })
})

describe('values as YAML reads them', () => {
  function eventName(value: string): ReturnType<typeof parseSigma> {
    return parseSigma(`title: t\ndetection:\n  s:\n    f|contains: ${value}\n  condition: s\n`)
  }

  test.each<[value: string, field: unknown, expected: boolean]>([
    // A text in YAML 1.1, a number in 1.2.
    ['00000429', 'x00000429x', true],
    ['00000429', 'x429x', false],
    ['4624', 4624, true],
    ['1.0', 1, true],
    ['12345678901234567890', 'x12345678901234567890', true],
    ['true', true, true],
    ['yes', 'yes', true],
    ["'\\Temp\\'", 'c:\\temp\\x', true],
    ["'it''s'", "it's", true],
    ['10:20', 'at 10:20', true],
    ['2024-01-02', '2024-01-02T00:00:00Z', true],
    ['größe', 'GRÖSSE GRÖßE', true],
  ])('%s on %j is %s', (value, field, expected) => {
    const { rules, problems } = eventName(value)
    expect(problems).toEqual([])
    expect(ruleMatches(rules[0]!, { f: field })).toBe(expected)
  })

  test.each(['.nan', '.inf', '{a: 1}'])('%s is refused', (value) => {
    expect(eventName(value).problems).toHaveLength(1)
  })

  test('anchors, aliases and merge keys are resolved', () => {
    const { rules, problems } = parseSigma(
      'title: t\ndetection:\n  a: &a\n    f: x\n  b:\n    <<: *a\n    g: y\n  condition: b\n',
    )
    expect(problems).toEqual([])
    expect([{ f: 'x', g: 'y' }, { g: 'y' }].map((record) => ruleMatches(rules[0]!, record))).toEqual([true, false])
  })
})

describe('collections', () => {
  const part = (name: string): string => `title: ${name}\nid: ${name}\ndetection:\n  s:\n    f: ${name}\n`

  test('a global document is part of the documents behind, until a reset', () => {
    const global = 'action: global\nlevel: low\ndetection:\n  condition: s\n'
    const text = [global, part('a'), part('b'), 'action: reset\n', part('c')].join('---\n')
    const { rules, problems } = parseSigma(text)
    expect(rules.map(({ id, level }) => [id, level])).toEqual([
      ['a', 'low'],
      ['b', 'low'],
    ])
    expect(problems).toMatchObject([{ rule: 'c', message: 'is required', position: { line: 22 } }])
  })

  test('repeat changes the rule before it', () => {
    const repeat = 'action: repeat\nid: b\ndetection:\n  s:\n    f: other\n'
    const { rules } = parseSigma(`${part('a')}  condition: s\n---\n${repeat}`)
    expect(rules.map(({ id, title }) => [id, title])).toEqual([
      ['a', 'a'],
      ['b', 'a'],
    ])
    expect(ruleMatches(rules[1]!, { f: 'other' })).toBe(true)
  })

  test('an unknown action is refused', () => {
    expect(parseSigma('action: explode\n', 'x').problems).toEqual([
      { file: 'x', path: 'action', position: { line: 1, column: 1 }, message: 'unknown action "explode"' },
    ])
  })

  test.each(['', '---\n', '# nothing\n', '---\n---\n'])('%j contains no rule', (text) => {
    expect(parseSigma(text)).toEqual({
      rules: [],
      correlations: [],
      filters: [],
      problems: [],
      warnings: [],
      regexSteps: 0,
      tests: 0,
    })
  })
})

describe('hostile text', () => {
  test.each<[what: string, text: string]>([
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((n, i) => `${n}: &${n} [${Array(10).fill(`*${'abcdefgh'[i]}`).join()}]`)
        .join('\n')}\n`,
    ],
    ['nesting without end', `detection: ${'['.repeat(20_000)}`],
    ['maps in maps', `title: t\ndetection:\n  condition: s\n  s: ${'[{a: '.repeat(50)}`],
    ['lists in lists', `title: t\ndetection:\n  condition: s\n  s: ${'['.repeat(50)}x${']'.repeat(50)}`],
    ['binary', '\0\x01\x02title: t'],
    ['a tag', 'title: !!js/function "x"\ndetection: !<tag:x> {}\n'],
    ['a list', '- a\n- b\n'],
    ['a text', 'just a text'],
  ])('%s is refused, and no rule is loaded', (_what, text) => {
    const { rules, problems } = parseSigma(text)
    expect(rules).toEqual([])
    expect(problems.length).toBeGreaterThan(0)
    expect(JSON.stringify(problems).length).toBeLessThan(10_000)
  })

  test('names of prototypes are ordinary names', () => {
    const text = 'title: t\ndetection:\n  __proto__:\n    __proto__: x\n    constructor: y\n  condition: __proto__\n'
    const { rules, problems } = parseSigma(text)
    expect(problems).toEqual([])
    const record = JSON.parse('{"__proto__": "x", "constructor": "y"}')
    expect([record, {}].map((one) => ruleMatches(rules[0]!, one))).toEqual([true, false])
  })

  test('a longer mistake does not make a longer message', () => {
    const name = 'x'.repeat(100_000)
    const { problems } = parseSigma(`title: ${name}\nid: ${name}\ndetection:\n  s:\n    f|${name}: x\n  condition: s\n`)
    expect(JSON.stringify(problems).length).toBeLessThan(2_000)
  })
})
