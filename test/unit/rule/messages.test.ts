import { describe, expect, test } from 'vitest'
import { parseSigma } from '../../../shared/rule/parse.ts'

describe('a refusal', () => {
  test.each<[what: string, text: string, path: string, message: string]>([
    [
      'a correlation without its key',
      'type: event_count\nrules: [r]\ntimespan: 1h',
      'detection',
      'is required; type, rules, group-by, timespan belong under "correlation:"',
    ],
    [
      'a misspelt level',
      'level: hihg\ndetection: {s: {a: 1}, condition: s}',
      'level',
      'is one of informational, low, medium, high, critical, not "hihg"; did you mean high?',
    ],
    [
      'a misspelt key of ours',
      'tocsin: {groupby: [a]}\ndetection: {s: {a: 1}, condition: s}',
      'tocsin.groupby',
      'unknown key; did you mean groupBy?',
    ],
    [
      'a detection beside a correlation',
      'detection: {s: {a: 1}, condition: s}\ncorrelation: {type: event_count, rules: [t], timespan: 5m, condition: {gte: 5}}',
      'detection',
      'stands beside a correlation: write two documents, divided by ---',
    ],
    ['a misspelt key', 'detections: {s: {a: 1}, condition: s}', 'detection', 'is required, not "detections"'],
    [
      'a misspelt condition',
      'detection: {s: {a: 1}, Condition: s}',
      'detection.condition',
      'is required, not "Condition"',
    ],
    [
      'a misspelt correlation',
      'correlations: {type: event_count}',
      'detection',
      'is required; did you mean correlation?',
    ],
    [
      'near',
      'detection: {a: {f: 1}, b: {f: 2}, condition: a | near b}',
      'detection.condition',
      '"| near" is not part of conditions any more: write a correlation of type temporal',
    ],
    [
      'a list as product',
      'logsource: {product: [aws]}\ndetection: {s: {a: 1}, condition: s}',
      'logsource.product',
      'has to be a text',
    ],
  ])('says what to write: %s', (_, text, path, message) => {
    const { problems } = parseSigma(`title: t\n${text}\n`)
    expect(problems.map((one) => [one.path, one.message])).toEqual([[path, message]])
  })
})

describe('a warning', () => {
  test('of a number that is shorter than it was written, in a detection only', () => {
    const text = `title: t\nversion: 1.10\ndetection:\n  s:\n    eventVersion: [1.08, 1.10, '1.10']\n  condition: s\n`
    expect(parseSigma(text, 'a.yml').warnings).toEqual([
      {
        ...{ file: 'a.yml', rule: 't', position: { line: 5, column: 26 } },
        message: '1.10 is the number 1.1: put it in quotes if the text 1.10 is meant',
      },
    ])
  })

  test.each<[what: string, text: string, path: string | undefined, message?: string]>([
    [
      'a forgotten filter',
      'detection: {s: {a: 1}, filter: {b: 1}, condition: s}',
      'detection.filter',
      'no condition uses it',
    ],
    ['used by a pattern', 'detection: {s: {a: 1}, filter_x: {b: 1}, condition: s and not 1 of filter*}', undefined],
    ['used by them', 'detection: {s: {a: 1}, t: {b: 1}, condition: all of them}', undefined],
    ['used by a second condition', 'detection: {s: {a: 1}, t: {b: 1}, condition: [s, t]}', undefined],
    [
      'a number of a list',
      'detection: {s: {"items[0].name": 1}, condition: s}',
      'detection.s["items[0].name"]',
      'fields have no brackets: "items.name" is true for any element of an array',
    ],
    [
      'a timeframe',
      'detection: {s: {a: 1}, timeframe: 5m, condition: s}',
      'detection.timeframe',
      'counts nothing: write a correlation',
    ],
    [
      'an unknown product',
      'logsource: {product: aliyun}\ndetection: {s: {a: 1}, condition: s}',
      'logsource',
      'never asked: no trail is "aliyun" (aws, alibabacloud)',
    ],
    [
      'an unknown service',
      'logsource: {product: AWS, service: cloud-trail}\ndetection: {s: {a: 1}, condition: s}',
      'logsource',
      'never asked: no trail of AWS is "cloud-trail" (cloudtrail); did you mean cloudtrail?',
    ],
    [
      'a service of another product',
      'logsource: {product: aws, service: actiontrail}\ndetection: {s: {a: 1}, condition: s}',
      'logsource',
      'never asked: no trail of aws is "actiontrail" (cloudtrail)',
    ],
    [
      'a service alone',
      'logsource: {service: sysmon}\ndetection: {s: {a: 1}, condition: s}',
      'logsource',
      'never asked: no trail is "sysmon" (cloudtrail, actiontrail)',
    ],
    [
      'a misspelt key of the source',
      'logsource: {services: cloudtrail}\ndetection: {s: {a: 1}, condition: s}',
      'logsource.services',
      'unknown key; did you mean service?',
    ],
    ['a key of an author', 'logsource: {product: aws, definition: x}\ndetection: {s: {a: 1}, condition: s}', undefined],
    ['no source', 'detection: {s: {a: 1}, condition: s}', undefined],
  ])('of %s', (_, text, path, message) => {
    const { rules, problems, warnings } = parseSigma(`title: t\n${text}\n`)
    expect([rules.length, problems]).toEqual([1, []])
    expect(warnings.map((one) => [one.path, one.message])).toEqual(path === undefined ? [] : [[path, message]])
    for (const { position } of warnings) expect(position).toBeDefined()
  })
})
