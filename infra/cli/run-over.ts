import type { ExitCode, Streams } from './command.ts'
import type { Input } from './inputs.ts'
import type { EventName, Matching } from './matching.ts'
import { createOutput, type Output, type Tally } from './output.ts'
import { type RecordReader, readRecords } from './record-stream.ts'

/** What is wrong with one file is said so often; the rest is counted. */
const MAX_REPORTS = 10

/** Reads one input after the other and prints a line for each match. */
export async function runOver(inputs: readonly Input[], matching: Matching, streams: Streams): Promise<ExitCode> {
  const output = createOutput(streams, totalBytes(inputs))
  const tally: Tally = { bytes: 0, records: 0, matches: 0 }
  let damaged = 0
  for (const input of inputs) {
    const reports = createReports(output, input.name)
    const reader: RecordReader = {
      record: (record) => matchRecord(matching, record, output, tally),
      damaged: (line, reason) => reports.add(`:${line}: ${reason}`),
      pause: () => output.flush(tally),
    }
    try {
      await readRecords(counted(input.open(), tally), reader)
    } catch (error) {
      reports.add(`: ${error instanceof Error ? error.message : String(error)}`)
    }
    await output.flush(tally)
    damaged += reports.end()
  }
  const timeless = matching.timeless()
  if (timeless > 0) output.say(`${timeless} records without eventTime counted for no correlation`)
  output.say(`${tally.records} records, ${tally.matches} matches`)
  return damaged > 0 ? 1 : 0
}

function totalBytes(inputs: readonly Input[]): number | undefined {
  const sizes = inputs.map(({ bytes }) => bytes)
  return sizes.every((bytes) => bytes !== undefined) ? sizes.reduce((sum, bytes) => sum + bytes, 0) : undefined
}

async function* counted(chunks: AsyncIterable<Uint8Array>, tally: Tally): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    tally.bytes += chunk.length
    yield chunk
  }
}

function matchRecord(matching: Matching, record: Record<string, unknown>, output: Output, tally: Tally): void {
  tally.records++
  const event = eventOf(record)
  for (const rule of matching.match(record, event)) {
    tally.matches++
    output.line(JSON.stringify({ rule, eventId: event.id ?? null, time: event.time ?? null }))
  }
}

/** CloudTrail writes `eventID`, ActionTrail `eventId`. */
function eventOf(record: Record<string, unknown>): EventName {
  const id = record.eventID ?? record.eventId
  const time = record.eventTime
  return {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : undefined,
    time: typeof time === 'string' || typeof time === 'number' ? String(time) : undefined,
  }
}

function createReports(output: Output, name: string): { add(message: string): void; end(): number } {
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
