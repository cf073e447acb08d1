import { AS_SENT, parseJson } from '../base/json.ts'
import { isObject } from '../base/value.ts'
import type { ReadValue } from './integration.ts'
import { MAX_ITEMS } from './items.ts'

/** A line that is not JSON, in the place of the line's record. */
export class Unreadable {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

const NEWLINE = 0x0a

/**
 * A single JSON value, or a value on each line (https://github.com/ndjson/ndjson-spec): the body itself tells the two
 * apart.
 */
export function readLines(bytes: Uint8Array): ReadValue {
  if (bytes.length === 0) return { ok: false, reason: 'empty' }
  const whole = parseJson(bytes, AS_SENT)
  if (whole.ok || whole.reason !== 'syntax') return whole
  const values: unknown[] = []
  let records = false
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, from)
    const end = found < 0 ? bytes.length : found
    const line = bytes.subarray(from, end)
    from = end + 1
    if (isBlank(line)) continue
    // Lines beyond the limit are refused by their number, so their content does not matter.
    if (values.length > MAX_ITEMS) break
    const parsed = parseJson(line, AS_SENT)
    values.push(parsed.ok ? parsed.value : new Unreadable(parsed.message))
    records ||= parsed.ok && isObject(parsed.value)
  }
  // Without a line that could be a record, the body is a single JSON value with a syntax error.
  return records ? { ok: true, value: values } : whole
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}
