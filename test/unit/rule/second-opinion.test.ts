import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { compileRules } from '../../../shared/rule/compile.ts'
import { parseSigma, parseSigmaObject } from '../../../shared/rule/parse.ts'
import type { Rule } from '../../../shared/rule/rule.ts'
import { ruleMatches } from '../../reference/sigma/evaluate.ts'
import { record, rule } from '../../reference/sigma/generate.ts'

const DATA = process.env.TOCSIN_TEST_DATA
const WHY = DATA ? '' : ': SKIPPED, TOCSIN_TEST_DATA names no folder with SigmaHQ rules and CloudTrail records'

describe.skipIf(!DATA)(`engine and plain evaluator agree on real rules and records${WHY}`, () => {
  test('57 rules of SigmaHQ, 2,900 records', { timeout: 60_000 }, () => {
    const texts = globSync('sigma/*.yml', { cwd: DATA ?? '' }).map((file) =>
      readFileSync(join(DATA ?? '', file), 'utf8'),
    )
    const packed = readFileSync(join(DATA ?? '', 'cloudtrail/invictus.ndjson.gz'))
    const records = gunzipSync(packed)
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    const rules = texts.flatMap((text) => parseSigma(text).rules)
    expect([rules.length, records.length]).toEqual([57, 2900])

    const documents = texts.map((text) => parse(text) as { id: string })
    const engine = compileRules(rules)
    let matches = 0
    for (const record of records) {
      const expected = documents.filter((document) => ruleMatches(document, record)).map(({ id }) => id)
      matches += expected.length
      const got = engine.match(record).map(({ id }) => id)
      if (got.join() !== expected.join()) expect({ record, got }).toEqual({ record, got: expected })
    }
    expect(matches).toBeGreaterThan(100)
  })
})

describe('engine and plain evaluator agree on generated rules and records', () => {
  /** The same every time; `SEED=$RANDOM` looks elsewhere. */
  const seed = Number(process.env.SEED ?? 1)

  function ruleOf(document: object, id: number): Rule {
    const { rules, problems } = parseSigmaObject({ ...document, id: String(id) })
    expect(problems).toEqual([])
    return rules[0] as Rule
  }

  test('a single rule at a time', { timeout: 60_000 }, () => {
    let matches = 0
    const agree = fc.property(rule, record, (document, given) => {
      const expected = ruleMatches(document, given)
      if (expected) matches++
      return compileRules([ruleOf(document, 0)]).match(given).length === (expected ? 1 : 0)
    })
    fc.assert(agree, { seed, numRuns: 3000 })
    expect(matches).toBeGreaterThan(300)
  })

  test('many rules together, record after record', { timeout: 60_000 }, () => {
    const rules = fc.array(rule, { minLength: 2, maxLength: 12 })
    const records = fc.array(record, { minLength: 2, maxLength: 6 })
    const agree = fc.property(rules, records, (documents, given) => {
      const engine = compileRules(documents.map(ruleOf))
      return given.every((one) => {
        const expected = documents.flatMap((document, id) => (ruleMatches(document, one) ? [String(id)] : []))
        return (
          engine
            .match(one)
            .map(({ id }) => id)
            .join() === expected.join()
        )
      })
    })
    fc.assert(agree, { seed, numRuns: 200 })
  })
})
