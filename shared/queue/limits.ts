import { BATCH_BYTES, BATCH_ENTRIES, MAX_DELAY_MS, MESSAGE_BYTES, type OutMessage } from './port.ts'

/**
 * Characters that SQS refuses in a message:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are searched for, and \p{Cc} takes five times as long.
const REFUSED_CHARACTERS = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

/** Indexes of the messages that adapters refuse. A batch beyond the limits as a whole is a bug of the caller. */
export function checkBatch(messages: readonly OutMessage[]): number[] {
  if (messages.length > BATCH_ENTRIES)
    throw new RangeError(`${messages.length} messages in a batch of at most ${BATCH_ENTRIES}`)
  let bytes = 0
  const failed: number[] = []
  for (const [index, { body, delayMs = 0 }] of messages.entries()) {
    if (!(delayMs >= 0 && delayMs <= MAX_DELAY_MS))
      throw new RangeError(`a delay of ${delayMs} ms: 0 to ${MAX_DELAY_MS} are allowed`)
    const size = Buffer.byteLength(body)
    if (size === 0 || size > MESSAGE_BYTES || !body.isWellFormed() || REFUSED_CHARACTERS.test(body)) failed.push(index)
    else bytes += size
  }
  if (bytes > BATCH_BYTES) throw new RangeError(`${bytes} bytes in a batch of at most ${BATCH_BYTES}`)
  return failed
}
