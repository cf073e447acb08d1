import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { errorText } from '../../shared/base/log.ts'
import { log } from './log.ts'
import { metrics } from './metrics.ts'

export type LambdaFunction<Event, Result> = (event: Event, context: Context) => Promise<Result>

/**
 * The shell around every function. The shell writes the function's counts at the end, and logs a throw (a bug or a lost
 * dependency) with the request's id. `answerError` makes the caller's answer after a throw; without `answerError` the
 * invocation fails, and the invoking service tries again.
 */
export function lambdaShell<Event, Result>(
  run: LambdaFunction<Event, Result>,
  answerError?: (context: Context) => Result,
): LambdaFunction<Event, Result> {
  const shell = middy<Event, Result>({ requestEnd: () => metrics.flush() })
    .onError(({ error, context }) => {
      log('error', 'invocation failed', { requestId: context.awsRequestId, error: errorText(error) })
      return answerError?.(context)
    })
    .handler((event: Event, context: Context) => run(event, context))
  return async (event, context) => (await shell(event, context)) as Result
}
