import { expected, isObject, type JsonObject, own, readInstant } from '../base/value.ts'
import type { AuditRecord, Trail } from '../record/record.ts'
import { type Decoded, type InvalidItem, refuseBody } from './integration.ts'
import { tooMany } from './items.ts'
import { Unreadable } from './lines.ts'

/** A trail's files have up to some thousand records, of which the largest has 256 KB. */
export const TRAIL_BODY_BYTES = 4 * 1024 * 1024

const LONGEST_ID = 1024

/**
 * The record of each item. `unwrap` removes the wrapping of a way of delivery; a text is the reason why there is no
 * record.
 */
export function recordsOf(
  trail: Trail,
  idField: string,
  value: unknown,
  unwrap: (item: JsonObject) => unknown,
): Decoded {
  if (typeof value !== 'object' || value === null) return refuseBody('expected records: an object, a list or lines')
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  const refusal = tooMany(items.length)
  if (refusal !== undefined) return refusal
  const records: AuditRecord[] = []
  const invalid: InvalidItem[] = []
  for (const [index, item] of items.entries()) {
    const record = recordOf(trail, idField, item, unwrap)
    if (typeof record === 'string') invalid.push({ index, message: record })
    else records.push(record)
  }
  return { records, invalid }
}

function recordOf(
  trail: Trail,
  idField: string,
  item: unknown,
  unwrap: (item: JsonObject) => unknown,
): AuditRecord | string {
  if (item instanceof Unreadable) return item.message
  if (!isObject(item)) return expected('an object', 'the record', item)
  const fields = unwrap(item)
  if (typeof fields === 'string') return fields
  if (!isObject(fields)) return expected('an object', 'the record', fields)
  const id = own(fields, idField)
  if (typeof id !== 'string' || id === '') return expected('text', idField, id === '' ? undefined : id)
  if (id.length > LONGEST_ID) return `${idField} is longer than ${LONGEST_ID} characters`
  const eventTime = own(fields, 'eventTime')
  const time = readInstant(eventTime)
  if (time === undefined || time === null) return expected('a time', 'eventTime', time === null ? undefined : eventTime)
  return { id, time, trail, fields }
}
