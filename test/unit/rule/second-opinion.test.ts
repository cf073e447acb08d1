import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { compileRules } from '../../../shared/rule/compile.ts'
import { parseSigma } from '../../../shared/rule/parse.ts'
import { holds } from '../../reference/sigma/evaluate.ts'

const DATA = process.env.TOCSIN_TEST_DATA
const WHY = DATA ? '' : ': SKIPPED, TOCSIN_TEST_DATA names no folder with SigmaHQ rules and CloudTrail records'

describe.skipIf(!DATA)(`engine and plain evaluator agree on real rules and records${WHY}`, () => {
  test('each of 57 SigmaHQ rules, each of 2,900 records', { timeout: 60_000 }, () => {
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
      const expected = documents.filter((document) => holds(document, record)).map(({ id }) => id)
      matches += expected.length
      const got = engine.match(record).map(({ id }) => id)
      if (got.join() !== expected.join()) expect({ record, got }).toEqual({ record, got: expected })
    }
    expect(matches).toBeGreaterThan(100)
  })
})
