import { json } from '../base/answers.ts'
import type { AnswerForm } from './answer.ts'
import type { Post, TakeDeps } from './post.ts'

/**
 * The form of the post, or the answers that a Firehose stream asks of an HTTP endpoint: it takes 200 with its own
 * request id for delivered, and sends everything else again for hours, a 202 too.
 * https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html
 */
export function formOf(
  { clock }: Pick<TakeDeps, 'clock'>,
  { request, form }: Pick<Post, 'request' | 'form'>,
): AnswerForm {
  const requestId = request.headers.get('x-amz-firehose-request-id')
  if (requestId === null) return form
  const answer = (status: number, errorMessage?: string): Response =>
    json(status, { requestId, timestamp: clock.now(), errorMessage })
  return {
    accepted: () => answer(200),
    refused: ({ status, message }) => answer(status, message),
    // The other items are in the queue, and the invalid ones are kept for the owner: the same body again helps nobody.
    invalid: () => answer(200),
  }
}
