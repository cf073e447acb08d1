import { type AwsPrincipals, awsRefusal, mayUse } from './aws-gate.ts'
import {
  type Provider,
  type ProviderAnswer,
  type ProviderOptions,
  type ProviderRequest,
  parseJson,
  startProvider,
} from './provider.ts'

/*
 * AWS Lambda, limited to `Invoke` (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). A function that was
 * waited for and failed is answered with 200 and a header.
 */

export interface Invocation {
  functionName: string
  type: string
  event: unknown
}

interface LambdaOptions extends Omit<ProviderOptions<Invocation>, 'answer' | 'errorBody'> {
  region: string
  keys: AwsPrincipals
  /** By name: whether the function fails. */
  functions: Record<string, 'works' | 'fails'>
}

const EVENT_BYTES = 6 * 1024 * 1024
const QUEUED_BYTES = 256 * 1024

export async function startLambda(options: LambdaOptions): Promise<Provider<Invocation>> {
  const { region, keys, functions } = options
  const answer = (request: ProviderRequest): ProviderAnswer<Invocation> => {
    const { method, path, headers, text } = request
    const [, name = ''] = /^\/2015-03-31\/functions\/([^/?]+)\/invocations$/.exec(path) ?? []
    if (method !== 'POST' || name === '') return refuse(404, 'UnknownOperationException')
    const unsigned = awsRefusal(request, { region, service: 'lambda', keys })
    if (unsigned !== undefined) return refuse(403, unsigned)
    const functionName = decodeURIComponent(name)
    if (!mayUse(request, keys, functionName)) return refuse(403, 'AccessDeniedException')
    const behaviour = functions[functionName]
    if (behaviour === undefined) return refuse(404, 'ResourceNotFoundException')
    const type = headers['x-amz-invocation-type'] ?? 'RequestResponse'
    if (type !== 'RequestResponse' && type !== 'Event') return refuse(400, 'InvalidParameterValueException')
    if (Buffer.byteLength(text) > (type === 'Event' ? QUEUED_BYTES : EVENT_BYTES))
      return refuse(413, 'RequestTooLargeException')
    const event = parseJson(text)
    if (event === undefined) return refuse(400, 'InvalidRequestContentException')
    const kept = [{ functionName, type, event }]
    if (type === 'Event') return { status: 202, body: '', kept }
    if (behaviour === 'works') return { status: 200, body: 'null', kept }
    const failed = { 'x-amz-function-error': 'Unhandled' }
    return { status: 200, headers: failed, refused: 'Unhandled', body: '{"errorMessage":"x","errorType":"Error"}' }
  }
  return await startProvider({ ...options, answer, errorBody: () => ({ Reason: 'x', Type: 'User' }) })
}

function refuse(status: number, code: string): ProviderAnswer<Invocation> {
  const headers = { 'x-amzn-errortype': code }
  return { status, headers, refused: code, body: { Type: 'User', Message: `the text of ${code}` } }
}
