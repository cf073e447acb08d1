import type { ExitCode, Streams } from './command.ts'
import type { Counting } from './counting.ts'
import type { Input } from './inputs.ts'
import { BrokenInput } from './line-pieces.ts'
import type { MatchPool } from './match-pool.ts'
import { createOutput, type Output } from './output.ts'
import type { PieceEvent, PieceResult } from './piece.ts'
import type { ProgressState } from './progress.ts'
import { matchedPieces } from './read-pieces.ts'

/** The most problems of a file that are printed; further problems are counted. */
const MAX_REPORTS = 10

/** Reads the inputs in order and prints a line for every match. */
export async function matchInputs(
  inputs: readonly Input[],
  pool: MatchPool,
  counting: Counting,
  streams: Streams,
): Promise<ExitCode> {
  const output = createOutput(streams, totalBytes(inputs))
  const totals: ProgressState = { bytes: 0, records: 0, matches: 0, input: { name: '', number: 0, of: inputs.length } }
  const leftOut = { digest: 0, test: 0 }
  const print = createPrinter(counting, output, totals)
  let damaged = 0
  for await (const { input, pieces } of ahead(inputs, pool, totals)) {
    totals.input = { ...totals.input, name: input.name, number: totals.input.number + 1 }
    const reports = createDamageReports(output, input.name)
    try {
      for await (const piece of pieces) {
        totals.records += piece.records
        leftOut.digest += piece.leftOut.digest
        leftOut.test += piece.leftOut.test
        for (const event of piece.events) {
          if (event.kind === 'damage') reports.add(`:${event.line}: ${event.message}`)
          else print(event)
        }
        await output.flush(totals)
      }
    } catch (error) {
      if (!(error instanceof BrokenInput)) throw error
      reports.add(`: ${error.message}`)
    }
    await output.flush(totals)
    damaged += reports.end()
  }
  const withoutTime = counting.withoutTime()
  if (withoutTime > 0) output.say(`${withoutTime} records without eventTime counted for no correlation`)
  if (leftOut.digest > 0) output.say(`${leftOut.digest} digest ${leftOut.digest === 1 ? 'file' : 'files'} left out`)
  if (leftOut.test > 0) output.say(`${leftOut.test} test ${leftOut.test === 1 ? 'message' : 'messages'} left out`)
  output.say(`${totals.records} records, ${totals.matches} matches`)
  return damaged > 0 ? 1 : 0
}

interface OpenInput {
  input: Input
  pieces: AsyncGenerator<PieceResult>
}

/** The inputs in order, the next few inputs begun: a trail is thousands of files that are smaller than a piece. */
async function* ahead(inputs: readonly Input[], pool: MatchPool, totals: ProgressState): AsyncGenerator<OpenInput> {
  const begun: OpenInput[] = []
  const waiting = [...inputs]
  for (;;) {
    while (begun.length < pool.width && waiting.length > 0) {
      const input = waiting.shift() as Input
      begun.push({ input, pieces: eager(matchedPieces(countBytes(input.open(), totals), pool)) })
    }
    const next = begun.shift()
    if (next === undefined) return
    yield next
  }
}

/** The first step was taken before the first value is asked for. */
async function* later<T>(first: Promise<IteratorResult<T>>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  for (let next = await first; !next.done; next = await rest.next()) yield next.value
}

function eager<T>(values: AsyncGenerator<T>): AsyncGenerator<T> {
  const first = values.next()
  // A failure is seen when the value is asked for.
  first.catch(() => {})
  return later(first, values)
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

/** Prints matches, and the first failure of a rule. */
function createPrinter(counting: Counting, output: Output, totals: ProgressState) {
  const failed = new Set<string>()
  return (event: Exclude<PieceEvent, { kind: 'damage' }>): void => {
    if (event.kind === 'failure') {
      if (!failed.has(event.rule)) output.say(`${event.rule}: failed on a record: ${event.message}`)
      failed.add(event.rule)
      return
    }
    const { rules, id, time, record } = event
    for (const rule of counting.raised(rules, { id, time }, () => JSON.parse(record ?? '{}'))) {
      totals.matches++
      output.line(JSON.stringify({ rule, eventId: id ?? null, time: time ?? null }))
    }
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
