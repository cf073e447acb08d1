import { never } from '../base/never.ts'
import { compileNetworks, type Network } from './cidr.ts'
import type { Expression, Test, ValueTest } from './expression.ts'
import { fold } from './fold.ts'
import type { TextTest } from './glob.ts'
import { compare, numberOf, timePart } from './number.ts'
import { literalOf, type Pattern } from './pattern.ts'
import { compileRegex } from './regex.ts'
import { compileSieve, type Sieve } from './sieve.ts'
import { compilePatterns, globsIn } from './text-test.ts'
import { allTextsOf, fieldValue, foldedText, type Slot, slotOf, spend, textsOf, type View } from './view.ts'

/** Whether the view's present record passes. */
export type Check = () => boolean

/** Checks by their question. Rules that ask the same question share the check and its answer. */
export interface Checks {
  view: View
  known: Map<string, { check: Check; users: number }>
}

interface Costed {
  check: Check
  cost: number
}

/** Units of a test of one text, in the budget of a record. */
const UNITS = { text: 1, glob: 1 / 8, address: 4, number: 4, regex: 10 }
/** Characters that cost a unit more. */
const CHARS_PER_UNIT = 1_000

/** The order of questions: from cheap to expensive, and filters last, since hardly a record fails at a filter. */
const COST = { field: 1, text: 2, regex: 4, keyword: 16, not: 1_000 }

export function compileCheck(checks: Checks, expression: Expression): Check {
  return buildCheck(checks, expression).check
}

function buildCheck(checks: Checks, expression: Expression): Costed {
  switch (expression.kind) {
    case 'all': {
      const parts = cheapestFirst(expression.of.map((part) => buildCheck(checks, part)))
      return { check: every(parts), cost: parts.reduce((sum, part) => sum + part.cost, 0) }
    }
    case 'any': {
      const parts = cheapestFirst(alternatives(checks, expression.of))
      return { check: some(parts), cost: parts.reduce((sum, part) => sum + part.cost, 0) }
    }
    case 'not': {
      const { check, cost } = buildCheck(checks, expression.of)
      return { check: () => !check(), cost: cost + COST.not }
    }
    case 'field':
      return isValueTest(expression.test)
        ? valueTest(checks, expression.field, expression.test)
        : fieldTest(checks, expression.field, expression.test)
    case 'keyword':
      return valueTest(checks, undefined, expression.test)
    default:
      return never(expression)
  }
}

function cheapestFirst(parts: Costed[]): Costed[] {
  return parts.sort((a, b) => a.cost - b.cost)
}

/** Nested calls are the fastest for a few checks; making them for thousands would take as many lists. */
const FEW = 6

function every(parts: readonly Costed[]): Check {
  const [a, b, ...more] = parts.map(({ check }) => check)
  if (a === undefined) return () => true
  if (b === undefined) return a
  if (more.length === 0) return () => a() && b()
  if (more.length > FEW) {
    const checks = parts.map(({ check }) => check)
    return () => checks.every((check) => check())
  }
  const rest = every(parts.slice(2))
  return () => a() && b() && rest()
}

function some(parts: readonly Costed[]): Check {
  const [a, b, ...more] = parts.map(({ check }) => check)
  if (a === undefined) return () => false
  if (b === undefined) return a
  if (more.length === 0) return () => a() || b()
  if (more.length > FEW) {
    const checks = parts.map(({ check }) => check)
    return () => checks.some((check) => check())
  }
  const rest = some(parts.slice(2))
  return () => a() || b() || rest()
}

/** Texts, or networks, that are compared with the same field become a single test, even thousands. */
function alternatives(checks: Checks, of: readonly Expression[]): Costed[] {
  const groups = new Map<string, { field?: string; cased: boolean; patterns: Pattern[] }>()
  const networks = new Map<string | undefined, Network[]>()
  const parts: Costed[] = []
  for (const part of of) {
    if ((part.kind === 'field' || part.kind === 'keyword') && part.test.kind === 'cidr') {
      const field = part.kind === 'field' ? part.field : undefined
      const list = networks.get(field) ?? []
      list.push(part.test.network)
      networks.set(field, list)
      continue
    }
    if ((part.kind !== 'field' && part.kind !== 'keyword') || part.test.kind !== 'text') {
      parts.push(buildCheck(checks, part))
      continue
    }
    const { cased, pattern } = part.test
    const field = part.kind === 'field' ? part.field : undefined
    const key = JSON.stringify([field ?? null, cased])
    const group = groups.get(key)
    if (group !== undefined) group.patterns.push(pattern)
    else groups.set(key, { field, cased, patterns: [pattern] })
  }
  for (const { field, cased, patterns } of groups.values()) parts.push(patternsTest(checks, field, patterns, cased))
  for (const [field, list] of networks) parts.push(networksTest(checks, field, list))
  return parts
}

function valueTest(checks: Checks, field: string | undefined, test: ValueTest): Costed {
  if (test.kind === 'text') return patternsTest(checks, field, [test.pattern], test.cased)
  if (test.kind === 'cidr') return networksTest(checks, field, [test.network])
  const cost = field === undefined ? COST.keyword : COST.regex
  const key = JSON.stringify([field ?? null, test])
  const make = (): Check => {
    const regex = compileRegex(test.source, test.flags)
    if (!regex.ok) throw new Error(`regular expression ${regex.error}`)
    return onTexts(checks.view, field, { folded: false, units: UNITS.regex }, regex.test)
  }
  return { cost, check: sharedCheck(checks, key, make) }
}

function networksTest(checks: Checks, field: string | undefined, networks: readonly Network[]): Costed {
  const key = JSON.stringify([field ?? null, networks])
  const how = { folded: false, units: UNITS.address }
  const make = (): Check => onTexts(checks.view, field, how, compileNetworks(networks))
  return { cost: field === undefined ? COST.keyword : COST.text, check: sharedCheck(checks, key, make) }
}

function patternsTest(checks: Checks, field: string | undefined, patterns: readonly Pattern[], cased: boolean): Costed {
  const key = JSON.stringify([field ?? null, cased, patterns])
  const values = patterns.flatMap((pattern) => literalOf(pattern) ?? [])
  const exact = values.length === patterns.length
  const sieve = exact && !cased ? compileSieve(values.map(fold)) : undefined
  const how = { folded: !cased, units: UNITS.text + UNITS.glob * globsIn(patterns) }
  const make = (): Check => onTexts(checks.view, field, how, compilePatterns(patterns, cased), sieve)
  const cost = field === undefined ? COST.keyword : exact ? COST.field : COST.text
  return { cost, check: sharedCheck(checks, key, make) }
}

function onTexts(
  view: View,
  field: string | undefined,
  { folded, units }: { folded: boolean; units: number },
  test: TextTest,
  sieve?: Sieve,
): Check {
  const anyOf = (texts: readonly string[]): boolean => {
    spend(view, texts.length, units)
    return texts.some((text) => {
      if (text.length > CHARS_PER_UNIT) spend(view, 1, text.length / CHARS_PER_UNIT)
      return test(text)
    })
  }
  if (field === undefined) return () => anyOf(allTextsOf(view, folded))
  const slot = slotOf(view, field)
  return () => {
    const value = fieldValue(view, slot)
    if (typeof value === 'string') {
      if (sieve !== undefined && !sieve(value)) return false
      if (value.length > CHARS_PER_UNIT) spend(view, 1, value.length / CHARS_PER_UNIT)
      return test(folded ? foldedText(view, slot, value) : value)
    }
    return value !== undefined && value !== null && anyOf(textsOf(view, slot, folded))
  }
}

function isValueTest(test: Test): test is ValueTest {
  return test.kind === 'text' || test.kind === 'regex' || test.kind === 'cidr'
}

function fieldTest(checks: Checks, field: string, test: Exclude<Test, ValueTest>): Costed {
  const key = JSON.stringify([field, test])
  return { cost: COST.field, check: sharedCheck(checks, key, () => fieldCheck(checks.view, field, test)) }
}

function fieldCheck(view: View, field: string, test: Exclude<Test, ValueTest>): Check {
  const slot = slotOf(view, field)
  switch (test.kind) {
    case 'null':
      return () => isNull(fieldValue(view, slot))
    case 'exists':
      return () => (fieldValue(view, slot) !== undefined) === test.exists
    case 'compare':
      return compareCheck(view, slot, test)
    case 'time':
      return () => numbersOf(view, slot).some((text) => passes(timePart(text, test.part), test))
    case 'fieldref': {
      const other = slotOf(view, test.field)
      return () => {
        const others = textsOf(view, other, !test.cased)
        const texts = textsOf(view, slot, !test.cased)
        spend(view, texts.length * others.length, UNITS.text)
        return texts.some((text) => others.some((one) => isRelated(test.how, text, one)))
      }
    }
    default:
      return never(test)
  }
}

function isNull(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.flat(Infinity).includes(null))
}

function compareCheck(view: View, slot: Slot, { op, number }: Extract<Test, { kind: 'compare' }>): Check {
  // Other spellings, such as 0x10, are numbers in a rule only.
  const limit = numberOf(number) ?? Number(number)
  return () =>
    numbersOf(view, slot).some((text) => {
      const value = numberOf(text)
      return value !== undefined && compare(op, value, limit)
    })
}

function numbersOf(view: View, slot: Slot): readonly string[] {
  const texts = textsOf(view, slot, false)
  spend(view, texts.length, UNITS.number)
  return texts
}

function passes(value: number | undefined, test: Extract<Test, { kind: 'time' }>): boolean {
  return value !== undefined && compare(test.op, value, test.number)
}

function isRelated(how: Extract<Test, { kind: 'fieldref' }>['how'], text: string, other: string): boolean {
  switch (how) {
    case 'equal':
      return text === other
    case 'start':
      return text.startsWith(other)
    case 'end':
      return text.endsWith(other)
    case 'contain':
      return text.includes(other)
    default:
      return never(how)
  }
}

/** From the second user of a question on, the answer is kept for the record. */
function sharedCheck(checks: Checks, key: string, make: () => Check): Check {
  const known = checks.known.get(key)
  if (known === undefined) {
    const entry = { check: make(), users: 1 }
    checks.known.set(key, entry)
    return () => entry.check()
  }
  if (known.users++ === 1) known.check = cachedPerRecord(checks.view, known.check)
  return known.check
}

function cachedPerRecord(view: View, check: Check): Check {
  let turn = 0
  let answer = false
  return () => {
    if (turn === view.turn) return answer
    answer = check()
    turn = view.turn
    return answer
  }
}
