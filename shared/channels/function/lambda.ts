import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { awsCodes } from '../aws/answers.ts'
import { awsAccess } from '../aws/keys.ts'
import { noKeys, postToAws } from '../aws/post.ts'
import { codeIn } from '../http/body.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'
import { type FunctionSettings, regionOf } from './kind.ts'

/**
 * Invokes a function of AWS Lambda (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). Lambda does not
 * notice an event that comes twice: the function recognises the event by its `id`.
 */
export async function invokeLambda(
  settings: FunctionSettings,
  event: string,
  { giveUpAt }: Pick<ToSend, 'giveUpAt'>,
  deps: Pick<SendDeps, 'clock' | 'request' | 'role'>,
): Promise<Outcome> {
  const { functionName = '', asynchronous } = settings
  const region = settings.region ?? regionOf(functionName) ?? ''
  const access = awsAccess('lambda', region, settings, deps.role)
  if (access === undefined) return noKeys(deps.clock.now())
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`
  const headers = {
    'content-type': 'application/json',
    'x-amz-invocation-type': asynchronous ? 'Event' : 'RequestResponse',
  }
  const asked = { service: 'lambda', region, path, headers, body: event } as const
  const { host, result } = await postToAws(access, asked, giveUpAt, deps)
  return providerOutcome(result, host, deps.clock.now(), lambdaAnswers)
}

/** The function was run and failed. */
const FAILED = { kind: 'refused', reason: 'serverError' } as const

/** Success, and no error of the function: Lambda answers 200 for a function that failed too. */
const lambdaAnswers: ProviderAnswers = {
  read({ status, headers }) {
    const failed = headers['x-amz-function-error']
    if (failed !== undefined) return { code: failed === 'Handled' ? 'Handled' : 'Unhandled' }
    if (status >= 200 && status < 300) return { taken: true }
    const code = codeIn(headers['x-amzn-errortype'])
    return code === undefined ? undefined : { code }
  },
  codes: {
    ...awsCodes,
    Handled: FAILED,
    Unhandled: FAILED,
    // A function that is being updated, or wakes up.
    ResourceConflictException: FAILED,
    ResourceNotReadyException: FAILED,
  },
}
