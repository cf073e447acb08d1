import { AS_SENT, jsonSteps, type ParsedJson } from '../base/json.ts'
import { STEP, type Steps } from '../base/steps.ts'
import { isObject } from '../base/value.ts'
import { createSplitter } from './splitter.ts'

/** A part of a text that is no JSON, in the place of its record. */
export class Unreadable {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

/**
 * A single JSON value, or a list of the values that stand one behind the other: on lines
 * (https://github.com/ndjson/ndjson-spec), over several lines, or with nothing between, as Firehose joins records. The
 * text itself tells which. Values beyond `most` are left out, so a list is never longer than `most + 1`.
 */
export function* readValues(bytes: Uint8Array, most: number): Steps<ParsedJson> {
  const whole = yield* jsonSteps(bytes, AS_SENT)
  // Of several values, a byte that is not UTF-8 is the problem of a single one.
  if (whole.ok || whole.reason === 'too_deep') return whole
  const values: unknown[] = []
  let objects = false
  const read = createSplitReader()
  const text = splittable(withoutMark(bytes))
  for (let at = 0; at < text.length && values.length <= most; at += SPLIT_CHARS) {
    const isLast = at + SPLIT_CHARS >= text.length
    for (const value of yield* read(text.slice(at, at + SPLIT_CHARS), isLast)) {
      if (values.length > most) break
      values.push(value)
      objects ||= isObject(value) && !(value instanceof Unreadable)
    }
    yield STEP
  }
  // Without an object that could be a record, the text is a single JSON value with a syntax error.
  return objects ? { ok: true, value: values } : whole
}

const SPLIT_CHARS = 256 * 1024
const UNITS_PER_VALUE = 10

/**
 * Reads a stream of `splittable` texts, and gives the values that ended in the last text. `isLast`: nothing follows.
 */
export function createSplitReader(maxChars?: number): (text: string, isLast: boolean) => Steps<unknown[]> {
  let found: (Unreadable | Split)[] = []
  const splitter = createSplitter(
    {
      record: (text, line) => found.push({ text, line }),
      damaged: (line, reason) => found.push(damagedAt(line, reason)),
    },
    maxChars,
  )
  return function* read(text, isLast) {
    splitter.push(text)
    if (isLast) splitter.end()
    const values: unknown[] = []
    for (const one of found) {
      values.push(one instanceof Unreadable ? one : yield* readSplit(one))
      yield UNITS_PER_VALUE
    }
    found = []
    return values
  }
}

interface Split {
  text: string
  line: number
}

/**
 * Bytes as a text for the splitter: a character for each byte. All characters that the splitter looks for are ASCII,
 * and a byte that is not UTF-8 is the problem of its own record only.
 */
export function splittable(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** The value of a record that the splitter cut out of a `splittable` text. */
function* readSplit({ text, line }: Split): Steps<unknown> {
  const parsed = yield* jsonSteps(Buffer.from(text, 'latin1'), AS_SENT)
  return parsed.ok ? parsed.value : damagedAt(line, parsed.message)
}

function damagedAt(line: number, reason: string): Unreadable {
  return new Unreadable(`line ${line}: ${reason}`)
}

/** Without the byte order mark of UTF-8. */
export function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}
