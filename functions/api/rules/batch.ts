import * as z from 'zod'
import { LIMITS } from '../../../shared/base/limits.ts'
import { flatMapSteps, inSlices, STRETCH, type Steps } from '../../../shared/base/steps.ts'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import { isObject } from '../../../shared/base/value.ts'
import type { Config, RuleEntry } from '../../../shared/config/config.ts'
import { prepareDocument, prepareRules, sigmaOf } from '../../../shared/document/prepare.ts'
import { overLimit } from '../../../shared/document/reading/list.ts'
import { ownProblems } from '../../../shared/document/sections/rules.ts'
import { type DocumentResult, readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { capProblems, type Problem, under } from '../../../shared/problem/problem.ts'
import { keepParsedRules, parsedFrame, parsedLines } from '../../../shared/rule-book/parsed.ts'
import { jsonOfEach, LIST, piecesOfEntries } from '../../../shared/store/entry-lines.ts'
import { findStaged, keptBeside, type Staged, stagedName, stageRules } from '../../../shared/store/staged-rules.ts'
import { changeDocument, type DocumentChanged } from '../config/change.ts'
import { invalid } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { type Ask, isRefusal, type Refusal, refuseWith } from '../http/route.ts'
import { problem, time } from '../http/schemas.ts'

export const stagedAnswer = z
  .object({
    part: z.string().describe('The name of the part, for the batch'),
    rules: z.int(),
    problems: z.array(problem).describe('Why a batch with the part would be refused, as far as the part alone says'),
    expiresAt: time.describe('A batch that names the part has to come before'),
  })
  .meta({ id: 'RulesPart' })

const NAME = /^[0-9a-f]{32}$/

export const batchBody = z
  .strictObject({
    parts: z
      .array(z.string().regex(NAME, 'is no name of a part'))
      .min(1, 'names no part')
      .max(LIMITS.rulesParts, `limit: at most ${LIMITS.rulesParts} parts are allowed`)
      .describe(
        'The names of the parts, in the order of their rules. The rules of the account are these and no others',
      ),
  })
  .meta({ id: 'RulesBatch' })

/** Keeps a part of a batch. The problems of the part are answered, and later refuse the batch together with those of further parts. */
export async function stagePart(
  deps: ApiDeps,
  { account, now }: Ask,
  document: unknown,
): Promise<z.output<typeof stagedAnswer> | Refusal> {
  const list = listIn(document)
  if (list === undefined) {
    const message = 'expected {"rules": [...]}, or a page of GET /api/v1/rules, which has "items"'
    return invalid([{ path: '', message }])
  }
  const tooMany = overLimit('rules', list.length, LIMITS.rules)
  if (tooMany.length > 0) return invalid(tooMany)
  const tooLarge = await inSlices(prepareDocument({ rules: list }))
  if (tooLarge.length > 0) return invalid(tooLarge)
  const problems = await inSlices(ownProblems(list))
  const [pieces, form] = await inSlices(piecesOf(list))
  const noRoom = await roomFor(deps, account, pieces, now)
  if (noRoom !== undefined) return noRoom
  const { name, expiresAt } = await stageRules(deps.table, account, { rules: list.length, pieces, form }, now)
  return {
    part: name,
    rules: list.length,
    problems: capProblems(under('rules', problems)),
    expiresAt: toRfc3339(expiresAt),
  }
}

/** Two parts of the same moment may both find room for one: the limit keeps an account from filling the disk. */
async function roomFor(
  deps: ApiDeps,
  account: string,
  pieces: readonly string[],
  now: Millis,
): Promise<Refusal | undefined> {
  const bytes = sum(pieces.map((piece) => Buffer.byteLength(piece)))
  const kept = await keptBeside(deps.table, account, stagedName(pieces), now)
  const { rulesPartsKept, rulesPartsKeptBytes } = LIMITS
  if (kept.parts < rulesPartsKept && kept.bytes + bytes <= rulesPartsKeptBytes) return undefined
  const message = `limit: the account keeps ${kept.parts} parts of ${kept.bytes} bytes already, at most ${rulesPartsKept} of ${rulesPartsKeptBytes} bytes are allowed; a part goes a day after it came: send larger parts, or wait`
  return invalid([{ path: '', message }])
}

/** Tocsin's document with the section `rules` alone, or a page of a list. */
function listIn(document: unknown): unknown[] | undefined {
  if (!isObject(document)) return undefined
  const { rules, items, next, ...others } = document
  const list = rules ?? items
  const isOne = (rules === undefined) !== (items === undefined) && (next === undefined || items !== undefined)
  return isOne && Array.isArray(list) && Object.keys(others).length === 0 ? list : undefined
}

function* piecesOf(list: readonly unknown[]): Steps<[rules: string[], form: string[]]> {
  const pieces = yield* piecesOfEntries(yield* jsonOfEach(list), LIST)
  yield STRETCH
  const name = stagedName(pieces)
  yield STRETCH
  const entries = yield* flatMapSteps(list, UNITS_PER_RULE, (entry) => [sigmaOf(entry)])
  return [pieces, yield* piecesOfEntries(yield* parsedLines(entries), parsedFrame(name))]
}

const UNITS_PER_RULE = 20

/** Makes the rules of the parts the rules of the account, in one change. */
export async function saveBatch(deps: ApiDeps, ask: Ask, names: readonly string[]): Promise<DocumentChanged | Refusal> {
  const parts = await findParts(deps, ask.account, names)
  if (isRefusal(parts)) return parts
  const entries: unknown[] = []
  const begins: number[] = []
  for (const part of parts) {
    const read = await part.read()
    if (read === undefined) return missing([parts.indexOf(part)])
    begins.push(entries.length)
    for (const entry of read.entries) entries.push(entry)
    await inSlices(keepParsedRules(read.form, part.name, read.entries as RuleEntry[]))
  }
  const placed = (problems: readonly Problem[]): Problem[] => problems.map((one) => inParts(one, begins))
  const tooMuch = await inSlices(prepareRules(entries))
  if (tooMuch.length > 0) return invalid(placed(tooMuch))
  return await changeDocument(deps, ask, function* (current: Config): Steps<DocumentResult> {
    const made = yield* readTocsinYml({ rules: entries }, current, deps.secrets)
    if (!made.ok) return { ok: false, problems: placed(made.problems) }
    return made.warnings === undefined ? made : { ...made, warnings: placed(made.warnings) }
  })
}

async function findParts(deps: ApiDeps, account: string, names: readonly string[]): Promise<Staged[] | Refusal> {
  const found = await Promise.all(names.map((name) => findStaged(deps.table, account, name)))
  const absent = [...found.keys()].filter((place) => found[place] === undefined)
  if (absent.length > 0) return missing(absent)
  const parts = found.filter((part) => part !== undefined)
  const [rules, bytes] = [sum(parts.map((part) => part.rules)), sum(parts.map((part) => part.bytes))]
  const problems: Problem[] = []
  if (rules > LIMITS.rules) problems.push(limit(`the parts have ${rules} rules, at most ${LIMITS.rules} are allowed`))
  if (bytes > LIMITS.rulesBytes) problems.push(limit(`the parts have more than ${LIMITS.rulesBytes} bytes`))
  return problems.length > 0 ? invalid(problems) : parts
}

function missing(places: readonly number[]): Refusal {
  const details = places.map((place) => ({
    path: `parts[${place}]`,
    message: 'has not come, or came more than a day ago: send the part again',
  }))
  return refuseWith(422, 'invalid', `${details[0]!.path}: ${details[0]!.message}`, { details })
}

function limit(message: string): Problem {
  return { path: 'parts', message: `limit: ${message}` }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}

/** `rules[2017].sigma` is `parts[2].rules[17].sigma`. */
function inParts({ path, ...rest }: Problem, begins: readonly number[]): Problem {
  const [whole, digits, behind] = /^rules\[(\d+)\](.*)$/s.exec(path) ?? []
  if (whole === undefined) return { path: path === 'rules' ? 'parts' : path, ...rest }
  const place = Number(digits)
  const part = begins.findLastIndex((begin) => begin <= place)
  return { path: `parts[${part}].rules[${place - begins[part]!}]${behind}`, ...rest }
}
