import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { errorText } from '../../shared/base/log.ts'
import type { InMessage, QueueHandler } from '../../shared/queue/port.ts'
import { invocations } from '../invocations.ts'
import { log } from './log.ts'
import { type LambdaFunction, lambdaShell } from './shell.ts'

/**
 * A function fed by SQS. Needs `ReportBatchItemFailures` on the event source: SQS deletes every message that the answer
 * does not name.
 */
export function lambdaQueue(handle: QueueHandler): LambdaFunction<SQSEvent, SQSBatchResponse> {
  return lambdaShell(async (event, context) => {
    const failed: string[] = []
    for (const messages of invocations(event.Records.map(messageOf))) {
      failed.push(...(await handled(handle, messages, context.awsRequestId)))
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
  })
}

function messageOf(record: SQSRecord): InMessage {
  return {
    id: record.messageId,
    body: record.body,
    receives: Number(record.attributes.ApproximateReceiveCount),
    sentAt: Number(record.attributes.SentTimestamp),
  }
}

/** A throw fails these messages only. Handlers may run twice, so half-done work is simply done again. */
async function handled(handle: QueueHandler, messages: InMessage[], requestId: string): Promise<string[]> {
  try {
    return (await handle(messages)).failed
  } catch (error) {
    log('error', 'messages failed', { requestId, messages: messages.length, error: errorText(error) })
    return messages.map(({ id }) => id)
  }
}
