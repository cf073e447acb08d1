import { identityOf } from '../../shared/record/identity.ts'
import type { ExitCode, Streams } from './command.ts'
import type { Input } from './inputs.ts'
import type { EventIdentity, Matching } from './matching.ts'
import { createOutput, type Output } from './output.ts'
import type { ProgressState } from './progress.ts'
import { type RecordReader, readRecords } from './record-stream.ts'

/** The most problems of a file that are printed; further problems are counted. */
const MAX_REPORTS = 10

/** Reads the inputs in order and prints a line for every match. */
export async function matchInputs(inputs: readonly Input[], matching: Matching, streams: Streams): Promise<ExitCode> {
  const output = createOutput(streams, totalBytes(inputs))
  const totals: ProgressState = { bytes: 0, records: 0, matches: 0, input: { name: '', number: 0, of: inputs.length } }
  const leftOut = { digest: 0, test: 0 }
  let damaged = 0
  for (const input of inputs) {
    totals.input = { ...totals.input, name: input.name, number: totals.input.number + 1 }
    const reports = createDamageReports(output, input.name)
    const reader: RecordReader = {
      record(record, line) {
        const event = eventOf(record)
        const problem = event.id === undefined && event.time === undefined ? withoutIdentity(record) : undefined
        if (problem !== undefined) reports.add(`:${line}: ${problem.message}`)
        if (problem?.isRecord !== false) matchRecord(matching, record, event, output, totals)
      },
      leftOut: (what) => leftOut[what]++,
      damaged: (line, reason) => reports.add(`:${line}: ${reason}`),
      pause: () => output.flush(totals),
    }
    try {
      await readRecords(countBytes(input.open(), totals), reader)
    } catch (error) {
      reports.add(`: ${error instanceof Error ? error.message : String(error)}`)
    }
    await output.flush(totals)
    damaged += reports.end()
  }
  const withoutTime = matching.withoutTime()
  if (withoutTime > 0) output.say(`${withoutTime} records without eventTime counted for no correlation`)
  if (leftOut.digest > 0) output.say(`${leftOut.digest} digest ${leftOut.digest === 1 ? 'file' : 'files'} left out`)
  if (leftOut.test > 0) output.say(`${leftOut.test} test ${leftOut.test === 1 ? 'message' : 'messages'} left out`)
  output.say(`${totals.records} records, ${totals.matches} matches`)
  return damaged > 0 ? 1 : 0
}

function totalBytes(inputs: readonly Input[]): number | undefined {
  const sizes = inputs.map(({ bytes }) => bytes)
  return sizes.every((bytes) => bytes !== undefined) ? sizes.reduce((sum, bytes) => sum + bytes, 0) : undefined
}

async function* countBytes(chunks: AsyncIterable<Uint8Array>, totals: ProgressState): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    totals.bytes += chunk.length
    yield chunk
  }
}

function matchRecord(
  matching: Matching,
  record: Record<string, unknown>,
  event: EventIdentity,
  output: Output,
  totals: ProgressState,
): void {
  totals.records++
  for (const rule of matching.match(record, event)) {
    totals.matches++
    output.line(JSON.stringify({ rule, eventId: event.id ?? null, time: event.time ?? null }))
  }
}

function eventOf(record: Record<string, unknown>): EventIdentity {
  const { id, time } = identityOf(record)
  return { id: textOf(id), time: textOf(time) }
}

function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined
}

/** Every record of a trail has one of these fields; an object without all of them is something else. */
const OWN_FIELDS = ['eventName', 'eventSource', 'eventType', 'serviceName', 'userIdentity', 'errorCode']

/**
 * An object with neither id nor time. A record whose id and time were cut off can still match. Anything else must not:
 * a rule made of negations would match it.
 */
function withoutIdentity(object: Record<string, unknown>): { isRecord: boolean; message: string } {
  const isRecord = OWN_FIELDS.some((name) => Object.hasOwn(object, name))
  const missing = 'neither eventID (eventId) nor eventTime'
  return { isRecord, message: isRecord ? `a record with ${missing}` : `no record of a trail: it has ${missing}` }
}

function createDamageReports(output: Output, name: string): { add(message: string): void; end(): number } {
  let count = 0
  return {
    add(message) {
      count++
      if (count <= MAX_REPORTS) output.say(`${name}${message}`)
    },
    end() {
      if (count > MAX_REPORTS) output.say(`${name}: … and ${count - MAX_REPORTS} more`)
      return count
    },
  }
}
