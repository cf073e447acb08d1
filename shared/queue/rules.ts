import { BATCH_BYTES, BATCH_ENTRIES, MAX_DELAY_MS, MESSAGE_BYTES, type OutMessage } from './port.ts'

/** What SQS does not take in a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const REFUSED_CHARACTERS = /[\ufffe\uffff]|(?![\t\n\r\u007f-\u009f])\p{Cc}/u

/** Indexes of messages that no adapter accepts. A batch that breaks the limits as a whole is a bug of the caller. */
export function checkBatch(messages: readonly OutMessage[]): number[] {
  if (messages.length > BATCH_ENTRIES)
    throw new RangeError(`${messages.length} messages in a batch of at most ${BATCH_ENTRIES}`)
  let bytes = 0
  const failed: number[] = []
  for (const [index, message] of messages.entries()) {
    const size = Buffer.byteLength(message.body)
    bytes += size
    const { delayMs = 0 } = message
    if (delayMs < 0 || delayMs > MAX_DELAY_MS) throw new RangeError(`a delay of ${delayMs} ms: at most ${MAX_DELAY_MS}`)
    if (size === 0 || size > MESSAGE_BYTES || REFUSED_CHARACTERS.test(message.body)) failed.push(index)
  }
  if (bytes > BATCH_BYTES) throw new RangeError(`${bytes} bytes in a batch of at most ${BATCH_BYTES}`)
  return failed
}
