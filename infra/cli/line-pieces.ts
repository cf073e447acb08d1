import { withoutMark } from '../../shared/record/values.ts'

/** Reading an input failed. */
export class BrokenInput extends Error {}

const PIECE_BYTES = 512 * 1024
/** At most so much is copied at once, and a piece has room for that much more. */
const STEP_BYTES = 256 * 1024
const NEWLINE = 10

/**
 * Whole lines, about `PIECE_BYTES` together. The user of a piece puts the piece's buffer back into `free`. A longer line
 * comes in parts: the first part is no object, so a splitter takes over. When the input breaks off, the last piece ends
 * there, and the reason is added to `broken`.
 */
export async function* linePieces(
  chunks: AsyncIterable<Uint8Array>,
  free: Uint8Array[],
  broken: BrokenInput[],
): AsyncGenerator<Uint8Array> {
  let buffer = emptyBuffer(free)
  let used = 0
  let isFirst = true
  const take = (end: number): Uint8Array => {
    const piece = new Uint8Array(buffer.buffer, 0, end)
    const rest = buffer.subarray(end, used)
    buffer = emptyBuffer(free)
    buffer.set(rest)
    used = rest.length
    const given = isFirst ? withoutMark(piece) : piece
    isFirst = false
    return given
  }
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += STEP_BYTES) {
        const step = chunk.subarray(at, at + STEP_BYTES)
        buffer.set(step, used)
        used += step.length
        // Behind a piece may be the beginning of a line that is longer than a piece.
        while (used >= PIECE_BYTES) yield take(buffer.lastIndexOf(NEWLINE, used - 1) + 1 || used)
      }
    }
  } catch (error) {
    broken.push(new BrokenInput(error instanceof Error ? error.message : String(error)))
  }
  if (used > 0) yield take(used)
  free.push(buffer)
}

/** A buffer that is used again, or a new one. */
function emptyBuffer(free: Uint8Array[]): Uint8Array {
  return new Uint8Array(free.pop()?.buffer ?? new ArrayBuffer(PIECE_BYTES + STEP_BYTES))
}
