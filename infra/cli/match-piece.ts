import { isAscii } from 'node:buffer'
import { parseExact } from '../../shared/base/json.ts'
import { isObject, type JsonObject } from '../../shared/base/value.ts'
import { contentsOf, isRecord } from '../../shared/record/contents.ts'
import { identityOf } from '../../shared/record/identity.ts'
import { beginsList } from '../../shared/record/splitter.ts'
import { compileRules, type RuleSet } from '../../shared/rule/compile.ts'
import type { Rule } from '../../shared/rule/rule.ts'
import type { Piece, PieceResult } from './piece.ts'
import { createPrefilter, type Prefilter } from './prefilter/prefilter.ts'
import { PARSE } from './prefilter/scan.ts'

/** The data by which a thread matches records. */
export interface MatchTask {
  rules: readonly Rule[]
  /** Ids of the rules that correlations count: a record that such a rule matches is handed on whole. */
  counting: ReadonlySet<string>
}

/**
 * Matches rules and the records of a piece. Undefined: a line is not a single object, so the splitter has to find the
 * records, from the beginning of the piece.
 */
export type PieceMatcher = (piece: Piece) => PieceResult | undefined

/** The parsed records by which the prefilter chooses anchors. */
const SAMPLE = 300

export function createPieceMatcher(task: MatchTask): PieceMatcher {
  const ruleSet = compileRules(task.rules)
  let sample: JsonObject[] | undefined = []
  let prefilter: Prefilter | undefined
  const toResult = (result: PieceResult): ReadValue => {
    const record = matchRecord(task, ruleSet, result)
    return (value, line) => {
      readValue(value, line, result, record)
      if (sample === undefined || !isObject(value)) return
      sample.push(value)
      if (sample.length < SAMPLE) return
      prefilter = createPrefilter(task.rules, sample)
      sample = undefined
    }
  }
  return (piece) => {
    const result: PieceResult = { lines: 0, records: 0, leftOut: { digest: 0, test: 0 }, events: [] }
    const read = toResult(result)
    if (piece.kind === 'lines') return readLines(piece.bytes, () => prefilter, read, result) ? result : undefined
    for (const item of piece.items) {
      if ('damaged' in item) result.events.push({ kind: 'damage', line: item.line, message: item.damaged })
      else readText(item.text, item.line, read, result)
    }
    return result
  }
}

type ReadValue = (value: unknown, line: number) => void

const NEWLINE = 10
const RETURN = 13

/** False: a line is neither empty nor a single object. */
function readLines(
  { buffer, byteOffset, length }: Uint8Array,
  prefilter: () => Prefilter | undefined,
  read: ReadValue,
  result: PieceResult,
): boolean {
  const bytes = Buffer.from(buffer, byteOffset, length)
  // Like a splitter, which goes on behind a byte order mark in the middle of a text.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for (let at = 0; at < length; ) {
    const skipped = prefilter()?.skip(bytes, at) ?? PARSE
    if (skipped !== PARSE && isLineEnd(bytes, skipped)) {
      result.records++
      at = bytes[skipped] === RETURN ? skipped + 2 : skipped + 1
      if (at <= length) result.lines++
      continue
    }
    const newline = bytes.indexOf(NEWLINE, at)
    const line = bytes.subarray(at, newline === -1 ? length : newline)
    at += line.length + 1
    const text = isAscii(line) ? line.toString('latin1') : decoder.decode(line)
    const value = objectOf(text)
    if (value !== undefined) read(value, result.lines)
    else if (!/^[ \t\r]*$/.test(text)) return false
    if (newline !== -1) result.lines++
  }
  return true
}

function isLineEnd(bytes: Buffer, at: number): boolean {
  return at >= bytes.length || bytes[at] === NEWLINE || (bytes[at] === RETURN && bytes[at + 1] === NEWLINE)
}

/** Undefined: not a single object, or an object that a splitter would take apart. */
function objectOf(text: string): JsonObject | undefined {
  if (!text.startsWith('{') || beginsList(text)) return undefined
  try {
    return parseExact(text) as JsonObject
  } catch {
    return undefined
  }
}

function readText(text: string, line: number, read: ReadValue, { events }: PieceResult): void {
  let value: unknown
  try {
    value = parseExact(text)
  } catch (error) {
    events.push({ kind: 'damage', line, message: error instanceof Error ? error.message : String(error) })
    return
  }
  read(value, line)
}

type ReadRecord = (record: JsonObject, line: number) => void

function readValue(value: unknown, line: number, { leftOut, events }: PieceResult, record: ReadRecord): void {
  if (isObject(value) && isRecord(value)) return record(value, line)
  for (const content of contentsOf(value)) {
    if (typeof content === 'number') continue
    if (content.kind === 'record') record(content.fields, line)
    else if (content.kind === 'left-out') leftOut[content.what]++
    else events.push({ kind: 'damage', line, message: content.reason })
  }
}

function matchRecord({ counting }: MatchTask, ruleSet: RuleSet, result: PieceResult): ReadRecord {
  const onError = ({ id }: Rule, error: unknown): void => {
    result.events.push({ kind: 'failure', rule: id, message: String(error) })
  }
  return (record, line) => {
    const identity = identityOf(record)
    const [id, time] = [textOf(identity.id), textOf(identity.time)]
    if (id === undefined && time === undefined) {
      const { isRecord, message } = withoutIdentity(record)
      result.events.push({ kind: 'damage', line, message })
      if (!isRecord) return
    }
    result.records++
    const rules = ruleSet.match(record, onError).map((rule) => rule.id)
    if (rules.length === 0) return
    const isCounted = rules.some((rule) => counting.has(rule))
    result.events.push({ kind: 'match', rules, id, time, ...(isCounted && { record: JSON.stringify(record) }) })
  }
}

function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined
}

/** Every record of a trail has such a field; an object without any such field is no record. */
const OWN_FIELDS = ['eventName', 'eventSource', 'eventType', 'serviceName', 'userIdentity', 'errorCode']

/**
 * An object with neither id nor time. A record whose id and time were cut off can still match. Anything else must not:
 * a rule made of negations would match it.
 */
function withoutIdentity(object: JsonObject): { isRecord: boolean; message: string } {
  const isRecord = OWN_FIELDS.some((name) => Object.hasOwn(object, name))
  const missing = 'neither eventID (eventId) nor eventTime'
  return { isRecord, message: isRecord ? `a record with ${missing}` : `no record of a trail: it has ${missing}` }
}
