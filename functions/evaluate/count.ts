import { digest } from '../../shared/base/hash.ts'
import type { CountedRecord } from '../../shared/rule/correlate.ts'
import { agrees, type LabelPairs } from '../../shared/rule/groups.ts'
import type { CorrelationCounter, RuleBook } from '../../shared/rule-book/rule-book.ts'
import { countRecords, type Window } from '../../shared/store/windows.ts'
import type { EvaluateDeps } from './deps.ts'
import type { InspectedMessage, MatchedRecord } from './inspect.ts'

/** The records of a batch in the same window. */
interface WindowBatch {
  window: Window
  counter: CorrelationCounter
  labels: LabelPairs
  counted: { entry: CountedRecord; matchedRecord: MatchedRecord; inspected: InspectedMessage }[]
}

/** Windows that are written at the same time. */
const SIDE_BY_SIDE = 32

/**
 * Counts the matched records for the correlations, and notes the matching correlations in the batch. `onLost` gets
 * every message whose window could not be written: the message has to come again.
 */
export async function countMatches(
  deps: EvaluateDeps,
  account: string,
  { steps }: RuleBook,
  batch: readonly InspectedMessage[],
  onLost: (inspected: InspectedMessage, error: unknown) => void,
): Promise<void> {
  for (const counters of steps) {
    const windows = counters.flatMap((counter) => [...windowBatchesOf(account, counter, batch).values()])
    for (let from = 0; from < windows.length; from += SIDE_BY_SIDE) {
      const atOnce = windows.slice(from, from + SIDE_BY_SIDE)
      await Promise.all(
        atOnce.map(async (windowBatch) => {
          await count(deps, windowBatch).catch((error: unknown) => {
            for (const lost of new Set(windowBatch.counted.map(({ inspected }) => inspected))) onLost(lost, error)
          })
        }),
      )
    }
  }
}

async function count(deps: EvaluateDeps, { window, counter, labels, counted }: WindowBatch): Promise<void> {
  const matches = await countRecords(
    deps,
    window,
    counted.map(({ entry }) => entry),
  )
  // A record that several counted rules matched raises once.
  const raised = new Set<MatchedRecord>()
  for (const [index, { matchedRecord, inspected }] of counted.entries()) {
    if (matches[index] !== true || raised.has(matchedRecord)) continue
    raised.add(matchedRecord)
    const { record, matched } = matchedRecord
    const groups = matched.get(counter.id) ?? []
    if (groups !== 'record') matched.set(counter.id, [...groups, labels])
    if (counter.raise !== undefined) inspected.raisingMatches.push({ rule: counter, record, labels })
  }
}

/** The counted records of the batch, by the id of their window. A record counts in each of its groups. */
function windowBatchesOf(
  account: string,
  counter: CorrelationCounter,
  batch: readonly InspectedMessage[],
): Map<string, WindowBatch> {
  const { correlation, key, countedRules } = counter
  const windows = new Map<string, WindowBatch>()
  for (const inspected of batch) {
    for (const matchedRecord of inspected.matchedRecords) {
      const { record, matched } = matchedRecord
      for (const [rule, { groupsOf, countedValues }] of countedRules) {
        const inGroups = matched.get(rule)
        if (inGroups === undefined) continue
        const entries = countedRecords(counter, matchedRecord, rule, countedValues)
        if (entries.length === 0) continue
        for (const group of groupsOf(record.fields)) {
          if (!agrees(group, inGroups)) continue
          const { key: values, labels } = group
          const id = digest([key, ...values])
          const windowBatch = windows.get(id) ?? { window: { account, id, correlation }, counter, labels, counted: [] }
          windows.set(id, windowBatch)
          for (const entry of entries) windowBatch.counted.push({ entry, matchedRecord, inspected })
        }
      }
    }
  }
  return windows
}

/**
 * Only hashes of ids and values are kept: the sender decides how long an id or a value is. Of 20,000 hashes of 48 bits
 * in a group, two are equal once in a million groups.
 */
const HASH_BYTES = 6
/** As many values of a record count: of one record must not come thousands. */
const MAX_VALUES = 1_000

function countedRecords(
  { correlation: { type } }: CorrelationCounter,
  { record }: MatchedRecord,
  rule: string,
  countedValues: (fields: unknown) => readonly string[],
): CountedRecord[] {
  const { time } = record
  if (type === 'value_count') {
    const values = countedValues(record.fields).slice(0, MAX_VALUES)
    return values.map((text) => {
      const value = shortHash([text])
      return { time, id: value, value }
    })
  }
  const id = shortHash([record.trail, record.id])
  return [type === 'event_count' ? { time, id } : { time, id, rule }]
}

function shortHash(parts: readonly string[]): string {
  return Buffer.from(digest(parts, 2 * HASH_BYTES), 'hex').toString('base64url')
}
