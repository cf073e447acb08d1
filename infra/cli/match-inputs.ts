import type { ExitCode, Streams } from './command.ts'
import type { Input } from './inputs.ts'
import type { EventIdentity, Matching } from './matching.ts'
import { createOutput, type Output, type RunTotals } from './output.ts'
import { type RecordReader, readRecords } from './record-stream.ts'

/** The most problems of a file that are printed; further problems are counted. */
const MAX_REPORTS = 10

/** Reads the inputs in order and prints a line for every match. */
export async function matchInputs(inputs: readonly Input[], matching: Matching, streams: Streams): Promise<ExitCode> {
  const output = createOutput(streams, totalBytes(inputs))
  const totals: RunTotals = { bytes: 0, records: 0, matches: 0 }
  let damaged = 0
  for (const input of inputs) {
    const reports = createDamageReports(output, input.name)
    const reader: RecordReader = {
      record: (record) => matchRecord(matching, record, output, totals),
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
  output.say(`${totals.records} records, ${totals.matches} matches`)
  return damaged > 0 ? 1 : 0
}

function totalBytes(inputs: readonly Input[]): number | undefined {
  const sizes = inputs.map(({ bytes }) => bytes)
  return sizes.every((bytes) => bytes !== undefined) ? sizes.reduce((sum, bytes) => sum + bytes, 0) : undefined
}

async function* countBytes(chunks: AsyncIterable<Uint8Array>, totals: RunTotals): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    totals.bytes += chunk.length
    yield chunk
  }
}

function matchRecord(matching: Matching, record: Record<string, unknown>, output: Output, totals: RunTotals): void {
  totals.records++
  const event = eventOf(record)
  for (const rule of matching.match(record, event)) {
    totals.matches++
    output.line(JSON.stringify({ rule, eventId: event.id ?? null, time: event.time ?? null }))
  }
}

/** CloudTrail writes `eventID`, ActionTrail `eventId`. */
function eventOf(record: Record<string, unknown>): EventIdentity {
  const id = record.eventID ?? record.eventId
  const time = record.eventTime
  return {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : undefined,
    time: typeof time === 'string' || typeof time === 'number' ? String(time) : undefined,
  }
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
