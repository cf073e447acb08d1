import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { errorText } from '../../shared/base/log.ts'
import type { InMessage, QueueHandler } from '../../shared/queue/port.ts'
import { unpackBody } from '../../shared/sqs/packed-body.ts'
import { systemClock } from '../clock.ts'
import { invocations } from '../invocations.ts'
import { log } from './log.ts'
import { type LambdaFunction, lambdaShell } from './shell.ts'

interface QueueOptions {
  /**
   * The calls of the handler for a batch run at once, at most as many as the batch has messages. For a function that
   * waits for targets: one after the other, two slow targets would take more time than the function has, and Lambda would
   * end the attempts of all other messages of the batch half-way.
   */
  sideBySide?: boolean
}

/**
 * A function fed by SQS. Needs `ReportBatchItemFailures` on the event source: SQS deletes every message that the answer
 * does not name.
 */
export function lambdaQueue(
  handle: QueueHandler,
  { sideBySide = false }: QueueOptions = {},
): LambdaFunction<SQSEvent, SQSBatchResponse> {
  return lambdaShell(async (event, context) => {
    const endsAt = systemClock.now() + context.getRemainingTimeInMillis()
    const failed: string[] = []
    const call = async (messages: InMessage[]): Promise<void> => {
      failed.push(...(await handled(() => handle(messages, endsAt), messages, context.awsRequestId)))
    }
    const calls = invocations(event.Records.map(messageOf))
    if (sideBySide) await Promise.all(calls.map(call))
    else for (const messages of calls) await call(messages)
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
  })
}

function messageOf(record: SQSRecord): InMessage {
  return {
    id: record.messageId,
    body: unpackBody(record.body),
    receives: Number(record.attributes.ApproximateReceiveCount),
    sentAt: Number(record.attributes.SentTimestamp),
  }
}

/** A throw fails these messages only. Handlers may run twice, so half-done work is simply done again. */
async function handled(
  call: () => ReturnType<QueueHandler>,
  messages: InMessage[],
  requestId: string,
): Promise<string[]> {
  try {
    return (await call()).failed
  } catch (error) {
    log('error', 'messages failed', { requestId, messages: messages.length, error: errorText(error) })
    return messages.map(({ id }) => id)
  }
}
