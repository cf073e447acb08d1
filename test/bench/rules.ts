import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'yaml'
import type { RuleEntry } from '../../shared/config/config.ts'
import { defaultConfig } from '../../shared/config/sections.ts'
import { compileRules, type RuleSet } from '../../shared/rule/compile.ts'
import { parseSigmaObject } from '../../shared/rule/parse.ts'
import { createRuleBooks } from '../../shared/rule-book/rule-book.ts'
import { mulberry32 } from '../sim/world.ts'
import { parsedRulesText } from '../unit/rule-book/parsed-text.ts'

/*
 * The slowdown of reading audit records by asking rules: the time of `JSON.parse` alone over the time of `JSON.parse`
 * and matching, the same records in turns in this process. 1 would mean that rules cost nothing.
 */

const ROUNDS = 15
const WARM_UP = 3
const MANY = 10_000

/** Smallest ratios that are good enough, and the most CPU-seconds of a cold start. */
const TARGET = { real: 0.7, many: 0.28, coldStart: 0.3 }

interface SigmaDocument {
  detection: Record<string, unknown>
}

/** Prints a line for every set of rules, and the cold start of `evaluate` with many. */
export async function benchRules(): Promise<void> {
  const data = process.env.TOCSIN_TEST_DATA
  if (!data) {
    console.log(
      '!!! TOCSIN_TEST_DATA names no folder with SigmaHQ rules and CloudTrail records: RULES ARE NOT MEASURED !!!',
    )
    return
  }
  const lines = gunzipSync(readFileSync(join(data, 'cloudtrail/invictus.ndjson.gz')))
    .toString()
    .trim()
    .split('\n')
  const real = globSync('sigma/*.yml', { cwd: data })
    .sort()
    .map((file) => parse(readFileSync(join(data, file), 'utf8')) as SigmaDocument)
  console.log(`rules over ${lines.length} records, median of ${ROUNDS} rounds of CPU time`)
  measure(`${real.length} rules of SigmaHQ`, real, lines, TARGET.real)
  measure(`${MANY} grown from them`, grown(real, eventNames(lines)), lines, TARGET.many)
  await measureColdStart(grown(real, eventNames(lines)), JSON.parse(lines[0] ?? '{}') as Record<string, unknown>)
  console.log()
}

function measure(what: string, documents: readonly SigmaDocument[], lines: readonly string[], target: number): void {
  const began = performance.now()
  const set = compileRules(documents.flatMap((document, id) => parseSigmaObject({ ...document, id: `${id}` }).rules))
  const buildMs = performance.now() - began
  const alone: number[] = []
  const matched: number[] = []
  let matches = 0
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const parseMs = cpuMs(() => readAll(lines))
    const matchMs = cpuMs(() => {
      matches = matchAll(lines, set)
    })
    if (round < 0) continue
    alone.push(parseMs)
    matched.push(matchMs)
  }
  const ratio = median(alone) / median(matched)
  const perSecond = Math.round((lines.length / median(matched)) * 1000).toLocaleString('en')
  const verdict = ratio >= target ? 'ok' : 'MISSED'
  console.log(
    `${what}: ${ratio.toFixed(2)} (target >= ${target.toFixed(2)}) ${verdict}; ${perSecond} records/s, ` +
      `${(matches / lines.length).toFixed(2)} matches a record, built in ${Math.round(buildMs)} ms`,
  )
}

/** From the stored rules, and the form beside their texts, to the answer about a record. */
async function measureColdStart(documents: readonly SigmaDocument[], fields: Record<string, unknown>): Promise<void> {
  const entries = documents.map(
    (sigma, n): RuleEntry => ({ id: `r${n}`, enabled: true, sigma: { ...sigma, id: `${n}` } }),
  )
  const [rules, text] = [JSON.stringify(entries), parsedRulesText(entries, 'texts')]
  const before = process.cpuUsage()
  const book = await createRuleBooks()({
    config: defaultConfig(),
    rules: async () => JSON.parse(rules) as RuleEntry[],
    parsedRules: async () => ({ text, of: 'texts' }),
  })
  book.match({ id: 'e', time: 0, trail: 'cloudtrail', fields }, () => undefined)
  const { user, system } = process.cpuUsage(before)
  const seconds = (user + system) / 1e6
  const verdict = seconds <= TARGET.coldStart ? 'ok' : 'MISSED'
  console.log(
    `cold start of evaluate with ${MANY}: ${seconds.toFixed(2)} s of CPU (target <= ${TARGET.coldStart}) ${verdict}`,
  )
}

function readAll(lines: readonly string[]): void {
  for (const line of lines) JSON.parse(line)
}

function matchAll(lines: readonly string[], set: RuleSet): number {
  let matches = 0
  for (const line of lines) matches += set.match(JSON.parse(line)).length
  return matches
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function eventNames(lines: readonly string[]): string[] {
  return [...new Set(lines.map((line) => (JSON.parse(line) as { eventName: string }).eventName))].sort()
}

/** The same rules for other events, most rules for a single account only, as in an account with many rules. */
function grown(real: readonly SigmaDocument[], names: readonly string[]): SigmaDocument[] {
  const random = mulberry32(1)
  const one = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const accounts = ['123837392027', ...Array.from({ length: 199 }, (_, nth) => String(200_000_000_000 + nth))]
  return Array.from({ length: MANY }, (_, nth): SigmaDocument => {
    const name = one(names)
    const detection = renamed((real[nth % real.length] as SigmaDocument).detection, name) as Record<string, unknown>
    if (random() > 0.7) return { ...real[nth % real.length], detection }
    const account = { 'userIdentity.accountId': one(accounts) }
    return {
      ...real[nth % real.length],
      detection: { ...detection, account, condition: `(${detection.condition}) and account` },
    }
  })
}

function renamed(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((inner) => renamed(inner, name))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === 'eventName' ? name : renamed(inner, name)]),
  )
}
