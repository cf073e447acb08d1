import { LIMITS } from '../base/limits.ts'
import { finish, STEP, type Steps } from '../base/steps.ts'
import { isObject } from '../base/value.ts'
import { readCorrelation } from './correlation.ts'
import { pathText, readOrigin } from './origin.ts'
import { readFilter, readRule } from './read-rule.ts'
import {
  type Fields,
  type Placeholders,
  quoted,
  type Reading,
  type ReadingProblem,
  type RegexBudget,
  type TestBudget,
} from './reading.ts'
import type { Correlation, Filter, Rule, RuleProblem } from './rule.ts'
import { readDocuments, type YamlDocument } from './yaml.ts'

export interface ParsedSigma {
  rules: Rule[]
  correlations: Correlation[]
  filters: Filter[]
  problems: RuleProblem[]
  /** What the authors of rules that can run surely did not mean. */
  warnings: RuleProblem[]
  /** Steps of all regular expressions in the text. */
  regexSteps: number
  tests: number
}

export interface ParseOptions {
  /** The values of `%name%` under the modifier `expand`. */
  placeholders?: Placeholders
}

/** The rules of a Sigma file with a document or several. A refused rule appears in `problems` and nowhere else. */
export function parseSigma(text: string, file?: string, options: ParseOptions = {}): ParsedSigma {
  return finish(readSigma(text, file, options))
}

/** `parseSigma` in steps. */
export function* readSigma(text: string, file?: string, options: ParseOptions = {}): Steps<ParsedSigma> {
  const parsed = emptySigma()
  const from = { file, ...budgets(), options }
  let merged: Fields = {}
  let last: Fields = {}
  for (const document of yield* readDocuments(text)) {
    const before = parsed.regexSteps
    if (document.error !== undefined) parsed.problems.push({ file, ...document.error })
    else if (document.value !== null && document.value !== undefined) {
      const { action, ...own } = isObject(document.value) ? document.value : { action: undefined }
      if (action === 'global') merged = own
      else if (action === 'reset') merged = {}
      else if (action === undefined && !isObject(document.value)) readDocument(document.value, document, parsed, from)
      else if (action === undefined || action === 'repeat') {
        last = action === 'repeat' ? merge(last, own) : 'correlation' in own ? own : merge(own, merged)
        readDocument(last, document, parsed, from)
      } else {
        const position = document.locate(['action'])
        const message = `unknown action ${quoted(action)}`
        parsed.problems.push({ file, position, path: 'action', message })
      }
      yield STEP / 4 + parsed.regexSteps - before
    }
  }
  return parsed
}

export function emptySigma(): ParsedSigma {
  return { rules: [], correlations: [], filters: [], problems: [], warnings: [], regexSteps: 0, tests: 0 }
}

/** The rule, correlation or filter of a JSON value. */
export function parseSigmaObject(value: unknown, options: ParseOptions = {}): ParsedSigma {
  const parsed = emptySigma()
  readDocument(value, undefined, parsed, { file: undefined, ...budgets(), options })
  return parsed
}

/** What all documents of a text have in common. */
interface From {
  file: string | undefined
  regexes: RegexBudget
  tests: TestBudget
  options: ParseOptions
}

function budgets(): { regexes: RegexBudget; tests: TestBudget } {
  return { regexes: { left: LIMITS.sigmaTextRegexSize }, tests: { left: LIMITS.sigmaTextTests } }
}

function readDocument(
  value: unknown,
  document: YamlDocument | undefined,
  parsed: ParsedSigma,
  { file, regexes, tests, options }: From,
): void {
  const reading: Reading = {
    problems: [],
    warnings: [],
    placeholders: options.placeholders ?? new Map(),
    regexes,
    tests,
  }
  const before = { regexes: regexes.left, tests: tests.left }
  if (!isObject(value)) reading.problems.push({ path: [], message: 'a rule has to be a map' })
  else if ('correlation' in value) {
    const correlation = readCorrelation(value, reading)
    if (correlation !== undefined)
      parsed.correlations.push({ ...correlation, origin: readOrigin(value, document, file) })
  } else if ('filter' in value) {
    const filter = readFilter(value, reading)
    if (filter !== undefined) parsed.filters.push({ ...filter, origin: readOrigin(value, document, file) })
  } else {
    const rule = readRule(value, reading)
    if (rule !== undefined) parsed.rules.push({ ...rule, origin: readOrigin(value, document, file) })
  }
  parsed.regexSteps += before.regexes - regexes.left
  parsed.tests += before.tests - tests.left
  const located = ({ path, message }: ReadingProblem): RuleProblem => {
    const shown = path.length > 0 ? pathText(path) : undefined
    return { file, rule: nameOf(value), position: document?.locate(path), path: shown, message }
  }
  parsed.problems.push(...reading.problems.slice(0, MAX_PROBLEMS).map(located))
  const shortened = (document?.shortened ?? []).map(({ written, read, position }): RuleProblem => {
    const message = `${written} is the number ${read}: put it in quotes if the text ${written} is meant`
    return { file, rule: nameOf(value), position, message }
  })
  parsed.warnings.push(...[...reading.warnings.map(located), ...shortened].slice(0, MAX_PROBLEMS))
}

/** A hostile rule must not make an answer larger than itself. */
const MAX_PROBLEMS = 20
const NAME_CHARS = 100

function nameOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined
  const name = [value.id, value.name, value.title].find(
    (candidate) => typeof candidate === 'string' && candidate !== '',
  )
  return name === undefined ? undefined : String(name).slice(0, NAME_CHARS)
}

/** Maps are merged; any other value of `over` replaces the value of `base`. */
function merge(base: Fields, over: Fields): Fields {
  const entries = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(over)) {
    const before = entries.get(key)
    entries.set(key, isObject(before) && isObject(value) ? merge(before, value) : value)
  }
  return Object.fromEntries(entries)
}
