import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPrefilter } from '../../../infra/cli/prefilter/prefilter.ts'
import { createScanner, PARSE } from '../../../infra/cli/prefilter/scan.ts'
import { watchTree } from '../../../infra/cli/prefilter/watch.ts'
import { compileRules } from '../../../shared/rule/compile.ts'
import { parseSigmaObject } from '../../../shared/rule/parse.ts'
import type { Rule } from '../../../shared/rule/rule.ts'
import { record, rule } from '../../reference/sigma/generate.ts'
import { ruleOf } from '../rule/matches.ts'

/** The same every time; `SEED=$RANDOM` looks elsewhere. */
const seed = Number(process.env.SEED ?? 1)

const skips = (rules: readonly Rule[], line: string): boolean | undefined =>
  createPrefilter(rules, [])?.skip(Buffer.from(`${line}\n`), 0) === Buffer.byteLength(line)

describe('a line that the prefilter skips', () => {
  /** The same JSON in another spelling: blanks, escapes, and a copy of a member in front. */
  const spelt = fc
    .tuple(record, fc.constantFrom('', ' ', '\t'), fc.integer({ min: 0, max: 6 }), fc.boolean())
    .map(([fields, blank, escapes, twice]) => {
      const given = fields as Record<string, unknown>
      const members = Object.entries({ eventID: 'x', ...given }).map(([key, value]) => {
        return `${JSON.stringify(key)}:${blank}${JSON.stringify(value)}`
      })
      if (twice) members.unshift(`"a":"${'ab5'.slice(escapes % 3)}"`)
      const text = `{${members.join(`,${blank}`)}}`
      if (escapes > 2) return text
      return text.replace(/[abAB5](?=[^{}]*\})/g, (letter, at: number) =>
        at % 5 === escapes ? escaped(letter) : letter,
      )
    })
  const escaped = (letter: string): string => `\\u00${letter.charCodeAt(0).toString(16)}`

  test('matches no rule, and is a record', { timeout: 60_000 }, () => {
    let skipped = 0
    let matched = 0
    const agree = fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), spelt, (documents, line) => {
      const rules = documents.flatMap((document, id) => parseSigmaObject({ ...document, id: String(id) }).rules)
      let value: unknown
      try {
        value = JSON.parse(line)
      } catch {
        return !skips(rules, line)
      }
      const matches = compileRules(rules).match(value).length
      matched += Math.sign(matches)
      if (!skips(rules, line)) return true
      skipped++
      return matches === 0
    })
    fc.assert(agree, { seed, numRuns: 3000 })
    expect(Math.min(skipped, matched)).toBeGreaterThan(100)
  })

  test('is JSON', { timeout: 60_000 }, () => {
    const { scan } = createScanner(watchTree(new Map([['a', () => false]])))
    const text = '{"a":"b","c":[1,-2.5,[],{}],"d":{"e":true,"f":null,"g":"\\n\\"é"},"h":[false, "x"], "i":0}'
    expect(scan(Buffer.from(text), 0)).toBe(Buffer.byteLength(text))
    const places = fc.integer({ min: 0, max: text.length - 1 })
    const piece = fc.constantFrom(...'{}[]",:\\ 01-.etfn\n\u0001é', '', 'null', '"a":', ',"x":', '\\u12', '\\q')
    const edit = fc.array(fc.tuple(places, places, piece), { minLength: 1, maxLength: 2 })
    let skipped = 0
    const agree = fc.property(edit, (edits) => {
      const line = edits.reduce((all, [at, over, put]) => all.slice(0, at) + put + all.slice(at + (over % 3)), text)
      const bytes = Buffer.from(line)
      if (scan(bytes, 0) !== bytes.length) return true
      skipped++
      return typeof JSON.parse(line) === 'object'
    })
    fc.assert(agree, { seed, numRuns: 10_000 })
    expect(skipped).toBeGreaterThan(500)
  })
})

describe('the prefilter', () => {
  const stop = ruleOf({ selection: { eventName: 'StopLogging' } })
  const nested = ruleOf({ selection: { 'user.name|contains': 'admin' } })
  const others = '"eventID":"x"'

  test.each([
    ['another value', [stop], `{${others},"eventName":"StartLogging"}`],
    ['a field of the same name further down', [stop], `{${others},"more":{"eventName":"StopLogging"}}`],
    ['no such field', [stop], `{${others},"tags":["StopLogging"],"n":-1.50,"ok":true}`],
    ['null', [stop, nested], `{${others},"eventName":null,"user":{"name":null}}`],
    ['escapes elsewhere', [stop], `{${others},"path":"C:\\\\x\\n","more":{"é":"ü"}}`],
    ['ActionTrail’s name of the id', [stop], '{"eventId":"x","eventName":"Login"}'],
  ])('skips %s', (_, rules, line) => {
    expect(skips(rules, line)).toBe(true)
  })

  test.each([
    ['the value', [stop], `{${others},"eventName":"StopLogging"}`],
    ['the value in another case', [stop], `{${others},"eventName":"STOPlogging"}`],
    ['the value with an escape', [stop], `{${others},"eventName":"Stop\\u004cogging"}`],
    ['the name with an escape', [stop], `{${others},"event\\u004eame":"StopLogging"}`],
    ['the value of the second of two equal names', [stop], `{${others},"eventName":"x","eventName":"StopLogging"}`],
    ['a letter beyond ASCII', [stop], `{${others},"eventName":"ſtopLogging"}`],
    ['a list', [stop], `{${others},"eventName":["x","StopLogging"]}`],
    ['an object', [nested], `{${others},"user":{"name":{"is":"admin"}}}`],
    ['a number', [stop], `{${others},"eventName":5}`],
    ['a name with dots', [nested], `{${others},"user.name":"the admin"}`],
    ['an item of a list', [nested], `{${others},"user":[{"x":1},[{"name":"admins"}]]}`],
    ['a value in a wrapping', [stop], '{"detail-type":"AWS API Call via CloudTrail","detail":{"eventID":"x"}}'],
    ['a list of records', [stop], '{"Records":[],"eventID":"x"}'],
    ['a line of CloudWatch Logs', [stop], '{"eventId":"x","timestamp":1,"message":"{}"}'],
    ['an empty id', [stop], '{"eventID":"","eventName":"x"}'],
    ['an id that is a list', [stop], '{"eventID":["x"],"eventName":"x"}'],
    ['text behind the object', [stop], `{${others}} x`],
    ['a depth of a hundred', [stop], `{${others},"a":${'['.repeat(100)}${']'.repeat(100)}}`],
  ])('leaves %s to the parser', (_, rules, line) => {
    expect(skips(rules, line)).toBe(false)
  })

  test.each([
    ['a negation', { selection: { a: 'b' }, condition: 'not selection' }],
    ['keywords', { selection: ['needle'] }],
    ['a number', { selection: { 'a|gt': 5 } }],
  ])('is left out for a rule made of %s', (_, detection) => {
    expect(createPrefilter([stop, ruleOf(detection)], [])).toBeUndefined()
  })

  test('chooses the anchors that are rare in the sample', () => {
    const both = ruleOf({ selection: { eventSource: 's3', eventName: 'GetObject' } })
    const line = Buffer.from('{"eventID":"x","eventSource":"s3","eventName":"PutObject"}')
    const often = (name: string) =>
      Array.from({ length: 5 }, () => ({ [name]: name === 'eventName' ? 'GetObject' : 's3' }))
    expect(createPrefilter([both], often('eventSource'))?.skip(line, 0)).toBe(line.length)
    expect(createPrefilter([both], often('eventName'))?.skip(line, 0)).toBe(PARSE)
  })
})
