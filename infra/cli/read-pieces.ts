import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { isGzip } from '../../shared/base/gzip.ts'
import { beginsList, createSplitter } from '../../shared/record/splitter.ts'
import { type BrokenInput, linePieces } from './line-pieces.ts'
import type { MatchAnswer, MatchPool } from './match-pool.ts'
import type { Piece, PieceResult, TextItem } from './piece.ts'

/**
 * The results of the pieces of an input, packed with gzip or not, in order. Most files of records have a record on a
 * line, and such lines are handed out unread. When a piece turns out to be otherwise, a splitter reads the file from
 * that piece on. Memory contains the pieces under way, and the record that a piece ends in the middle of.
 *
 * An input that breaks off throws `BrokenInput` after the last result.
 */
export async function* matchedPieces(chunks: AsyncIterable<Uint8Array>, pool: MatchPool): AsyncGenerator<PieceResult> {
  const underWay: Promise<MatchAnswer>[] = []
  const broken: BrokenInput[] = []
  let line = 1
  let splitting: Splitting | undefined
  const start = (piece: Piece): void => {
    const answer = pool.match(piece)
    // A failure is seen when the answer is asked for.
    answer.catch(() => {})
    underWay.push(answer)
  }
  const push = (bytes: Uint8Array): void => {
    if (splitting === undefined) return start({ kind: 'lines', bytes })
    const items = splitting.push(bytes)
    pool.free.push(bytes)
    if (items.length > 0) start({ kind: 'texts', items })
  }
  /** The results until at most `most` pieces are under way. */
  async function* settled(most: number): AsyncGenerator<PieceResult> {
    while (underWay.length > most) {
      const { result, bytes } = (await underWay.shift()) as MatchAnswer
      if (result !== undefined) {
        if (bytes !== undefined) pool.free.push(bytes)
        yield bytes === undefined ? result : numbered(result, line)
        line += result.lines
      } else {
        splitting = createSplitting(line)
        const behind = await Promise.all(underWay.splice(0))
        for (const again of [bytes, ...behind.map((answer) => answer.bytes)]) if (again) push(again)
      }
    }
  }
  let isFirst = true
  for await (const piece of linePieces(unpacked(chunks), pool.free, broken)) {
    if (isFirst && !isOfLines(piece)) splitting = createSplitting(line)
    isFirst = false
    push(piece)
    yield* settled(pool.width)
  }
  yield* settled(0)
  if (broken[0] !== undefined) throw broken[0]
  if (splitting === undefined) return
  start({ kind: 'texts', items: splitting.end() })
  yield* settled(0)
}

const NEWLINE = 10

/** The first bytes of a file tell most files that are not made of lines. */
function isOfLines(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 256)).toString('latin1')
  return text.startsWith('{') && !beginsList(text) && bytes.includes(NEWLINE)
}

function numbered(result: PieceResult, first: number): PieceResult {
  for (const event of result.events) if (event.kind === 'damage') event.line += first
  return result
}

interface Splitting {
  push(bytes: Uint8Array): TextItem[]
  end(): TextItem[]
}

function createSplitting(firstLine: number): Splitting {
  const decoder = new TextDecoder()
  let items: TextItem[] = []
  const splitter = createSplitter({
    record: (text, line) => items.push({ text, line: line + firstLine - 1 }),
    damaged: (line, damaged) => items.push({ damaged, line: line + firstLine - 1 }),
  })
  const taken = (): TextItem[] => {
    const all = items
    items = []
    return all
  }
  return {
    push(bytes) {
      splitter.push(decoder.decode(bytes, { stream: true }))
      return taken()
    },
    end() {
      splitter.push(decoder.decode())
      splitter.end()
      return taken()
    },
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
  const gunzip = createGunzip({ chunkSize: GUNZIP_BYTES })
  const fed = pipeline(Readable.from(copied(whole)), gunzip)
  // The loop below receives a failure of the pipeline as an error of the stream.
  fed.catch(() => {})
  yield* gunzip
}

const GUNZIP_BYTES = 128 * 1024

/** A stream asks for the next chunk before the last chunk was used. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}

async function* rejoined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  if (first.length > 0) yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}
