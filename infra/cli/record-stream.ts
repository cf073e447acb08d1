import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { parseExact } from '../../shared/base/json.ts'
import { createSplitter } from './splitter.ts'

export interface RecordReader {
  record(record: Record<string, unknown>): void
  damaged(line: number, reason: string): void
  /** Called after every piece of the file, so that matches can be written before the next piece. */
  pause(): Promise<void>
}

/**
 * The records of a file or of standard input, packed with gzip or not. Memory contains at most a piece of the file and
 * the record that the piece ends in the middle of.
 */
export async function readRecords(chunks: AsyncIterable<Uint8Array>, reader: RecordReader): Promise<void> {
  const decoder = new TextDecoder()
  const splitter = createSplitter({
    record: (text, line) => parseInto(reader, text, line),
    damaged: reader.damaged,
  })
  for await (const chunk of unpacked(chunks)) {
    splitter.push(decoder.decode(chunk, { stream: true }))
    await reader.pause()
  }
  splitter.push(decoder.decode())
  splitter.end()
  await reader.pause()
}

function parseInto(reader: RecordReader, text: string, line: number): void {
  let value: Record<string, unknown>
  try {
    value = parseExact(text) as Record<string, unknown>
  } catch (error) {
    return reader.damaged(line, error instanceof Error ? error.message : String(error))
  }
  // The splitter cannot tell an object whose `Records` do not stand in front from a record.
  if (!Array.isArray(value.Records)) return reader.record(value)
  for (const record of value.Records) {
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) reader.record(record)
    else reader.damaged(line, 'one of Records is no object')
  }
}

/** First bytes of a gzip file: https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 */
const GZIP = [0x1f, 0x8b]

/** Unpacks gzip, recognised by its first bytes rather than by the name of the file: standard input has no name. */
async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  let first = Buffer.alloc(0)
  while (first.length < GZIP.length) {
    const { done, value } = await iterator.next()
    if (done) break
    first = Buffer.concat([first, value])
  }
  const whole = rejoined(first, iterator)
  if (!GZIP.every((byte, at) => first[at] === byte)) return yield* whole
  const gunzip = createGunzip()
  const fed = pipeline(Readable.from(whole), gunzip)
  // The loop below receives a failure of the pipeline as an error of the stream.
  fed.catch(() => {})
  yield* gunzip
}

async function* rejoined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  if (first.length > 0) yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}
