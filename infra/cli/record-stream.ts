import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { isGzip } from '../../shared/base/gzip.ts'
import { parseExact } from '../../shared/base/json.ts'
import { isObject } from '../../shared/base/value.ts'
import { contentsOf, isRecord } from '../../shared/record/contents.ts'
import { createSplitter } from '../../shared/record/splitter.ts'

export interface RecordReader {
  record(record: Record<string, unknown>, line: number): void
  /** A part of a trail that has no records: digests, and messages that try the way of delivery. */
  leftOut(what: 'digest' | 'test'): void
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
  let value: unknown
  try {
    value = parseExact(text)
  } catch (error) {
    return reader.damaged(line, error instanceof Error ? error.message : String(error))
  }
  if (isObject(value) && isRecord(value)) return reader.record(value, line)
  for (const content of contentsOf(value)) {
    if (typeof content === 'number') continue
    if (content.kind === 'record') reader.record(content.fields, line)
    else if (content.kind === 'left-out') reader.leftOut(content.what)
    else reader.damaged(line, content.reason)
  }
}

/** Unpacks gzip, recognised by its first bytes rather than by the name of the file: standard input has no name. */
async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  let first = Buffer.alloc(0)
  while (first.length < 2) {
    const { done, value } = await iterator.next()
    if (done) break
    first = Buffer.concat([first, value])
  }
  const whole = rejoined(first, iterator)
  if (!isGzip(first)) return yield* whole
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
