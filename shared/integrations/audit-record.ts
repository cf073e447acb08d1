import { inSlices, type Steps } from '../base/steps.ts'
import { expected, type JsonObject, own, readInstant } from '../base/value.ts'
import { type Content, contentsOf } from '../record/contents.ts'
import { identityOf, isAggregated } from '../record/identity.ts'
import type { AuditRecord, Trail } from '../record/record.ts'
import { readValues } from '../record/values.ts'
import { type Decoded, type InvalidItem, type ReadValue, refuseBody } from './integration.ts'
import { MAX_ITEMS } from './items.ts'

/** CloudTrail begins another file before 50 MB. */
export const TRAIL_BODY_BYTES = 64 * 1024 * 1024

const LONGEST_ID = 1024

export async function readTrailBody(bytes: Uint8Array): Promise<ReadValue> {
  return bytes.length === 0 ? { ok: false, reason: 'empty' } : await inSlices(readValues(bytes, MAX_ITEMS))
}

/** The records of a body, unwrapped; places count the records of all files and wrappings. Digests are left out. */
export function* recordsOf(trail: Trail, idField: string, value: unknown): Steps<Decoded> {
  if (typeof value !== 'object' || value === null) return refuseBody('expected records: an object, a list or lines')
  const records: AuditRecord[] = []
  const invalid: InvalidItem[] = []
  for (const content of contentsOf(value)) {
    if (typeof content === 'number') {
      yield content
      continue
    }
    if (content.kind === 'left-out') continue
    const index = records.length + invalid.length
    if (index === MAX_ITEMS) return refuseBody(`the body has more than ${MAX_ITEMS} records`)
    const record = recordOf(trail, idField, content)
    if (typeof record === 'string') invalid.push({ index, message: record })
    else records.push(record)
  }
  return { records, invalid }
}

function recordOf(
  trail: Trail,
  idField: string,
  content: Exclude<Content, { kind: 'left-out' }>,
): AuditRecord | string {
  if (content.kind === 'unreadable') return content.reason
  const { fields } = content
  const id = own(fields, isAggregated(fields) ? 'eventId' : idField)
  if (typeof id !== 'string' || id === '') return expected('text', idField, id === '' ? undefined : id)
  if (id.length > LONGEST_ID) return `${idField} is longer than ${LONGEST_ID} characters`
  const given = identityOf(fields).time
  const time = readInstant(given)
  if (time === undefined || time === null)
    return expected('a time', timeField(fields), time === null ? undefined : given)
  return { id, time, trail, fields }
}

function timeField(fields: JsonObject): string {
  return isAggregated(fields) ? 'timeWindow.windowStart' : 'eventTime'
}
