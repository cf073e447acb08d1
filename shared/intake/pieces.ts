import { inSlices, pause, type Steps } from '../base/steps.ts'
import type { Decoded, DecodedRecords, DecodeRefusal } from '../integrations/integration.ts'
import { createSplitReader, splittable, withoutMark } from '../record/values.ts'

/** A part of a large body. Places of invalid items count from the begin of the piece. */
export type RecordPiece = DecodedRecords | { refusal: DecodeRefusal }

/**
 * Bytes that are read at a stretch. Then other work of the process has its turn: a millisecond or two of the processor
 * for each stretch.
 */
const STRETCH_BYTES = 256 * 1024
/** Bytes of a piece: with ids and times, the records of a piece mostly fill one batch of a queue. */
const PIECE_BYTES = 896 * 1024
/** The largest value of a body: a message of CloudWatch Logs, or an answer of an API, of many records. */
const VALUE_CHARS = 4 * 1024 * 1024

/**
 * The records of a body that is larger than a process should hold, piece by piece; memory has a piece and the value that
 * is being read. `decode`: of some values that follow each other in the body.
 */
export async function* recordPieces(
  bytes: AsyncIterable<Uint8Array>,
  decode: (values: unknown[]) => Steps<Decoded>,
): AsyncGenerator<RecordPiece> {
  const values = createSplitReader(VALUE_CHARS)
  let piece: DecodedRecords = { records: [], invalid: [] }
  const read = async (text: string, isLast: boolean): Promise<DecodeRefusal | undefined> => {
    const decoded = await inSlices(decode(await inSlices(values(text, isLast))))
    if ('refusal' in decoded) return decoded.refusal
    if ('records' in decoded) piece = joined(piece, decoded)
    return undefined
  }
  let [inPiece, inStretch, first] = [0, 0, true]
  for await (const some of bytes) {
    const refusal = await read(splittable(first ? withoutMark(some) : some), false)
    first = false
    if (refusal !== undefined) return void (yield { refusal })
    inPiece += some.length
    inStretch += some.length
    if (inPiece >= PIECE_BYTES) {
      yield piece
      piece = { records: [], invalid: [] }
      inPiece = 0
    }
    if (inStretch >= STRETCH_BYTES) {
      inStretch = 0
      await pause()
    }
  }
  const refusal = await read('', true)
  yield refusal === undefined ? piece : { refusal }
}

function joined(piece: DecodedRecords, { records, invalid }: DecodedRecords): DecodedRecords {
  const from = piece.records.length + piece.invalid.length
  for (const record of records) piece.records.push(record)
  for (const { index, message } of invalid) piece.invalid.push({ index: from + index, message })
  return piece
}
