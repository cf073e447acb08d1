import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { errorText, log } from './log.ts'
import { metrics } from './metrics.ts'

export type LambdaFunction<Event, Result> = (event: Event, context: Context) => Promise<Result>

/**
 * What every function has around it: what it counted is written when it ends, and a throw (a bug or a
 * lost dependency) is logged with the request's id. `answerError` says what the caller then gets;
 * without it the invocation fails, and whoever invoked it does so again.
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
