import { AS_SENT, type ParsedJson, parseJson } from '../base/json.ts'
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
export function readValues(bytes: Uint8Array, most: number): ParsedJson {
  const whole = parseJson(bytes, AS_SENT)
  // Of several values, a byte that is not UTF-8 is the problem of a single one.
  if (whole.ok || whole.reason === 'too_deep') return whole
  const values: unknown[] = []
  let objects = false
  const add = (made: () => unknown): void => {
    if (values.length > most) return
    const value = made()
    values.push(value)
    objects ||= isObject(value) && !(value instanceof Unreadable)
  }
  const splitter = createSplitter({
    record: (text, line) => add(() => readSplit(text, line)),
    damaged: (line, reason) => add(() => damagedAt(line, reason)),
  })
  splitter.push(splittable(withoutMark(bytes)))
  splitter.end()
  // Without an object that could be a record, the text is a single JSON value with a syntax error.
  return objects ? { ok: true, value: values } : whole
}

/**
 * Bytes as a text for the splitter: a character for each byte. All characters that the splitter looks for are ASCII,
 * and a byte that is not UTF-8 is the problem of its own record only.
 */
export function splittable(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** The value of a record that the splitter cut out of a `splittable` text. */
export function readSplit(text: string, line: number): unknown {
  const parsed = parseJson(Buffer.from(text, 'latin1'), AS_SENT)
  return parsed.ok ? parsed.value : damagedAt(line, parsed.message)
}

export function damagedAt(line: number, reason: string): Unreadable {
  return new Unreadable(`line ${line}: ${reason}`)
}

/** Without the byte order mark of UTF-8. */
export function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}
