import { type AlibabaKey, acs3Refusal, hashOf } from './acs3.ts'
import {
  type Provider,
  type ProviderAnswer,
  type ProviderOptions,
  type ProviderRequest,
  parseJson,
  startProvider,
} from './provider.ts'

/*
 * The HTTP trigger of a function of Alibaba Cloud's Function Compute
 * (https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/configure-signature-authentication-for-http-triggers).
 * The gateway's hash of the body is either the hash, or empty as in the examples.
 */

export interface Triggered {
  path: string
  id?: string
  event: unknown
}

interface FunctionComputeOptions extends Omit<ProviderOptions<Triggered>, 'answer' | 'errorBody'> {
  /** Absent: the trigger takes requests without a signature. */
  key?: AlibabaKey
  hashes?: 'body' | 'nothing'
  /** The function fails. */
  fails?: boolean
}

const BODY_BYTES = 32 * 1024 * 1024

export async function startFunctionCompute(options: FunctionComputeOptions): Promise<Provider<Triggered>> {
  const { key, hashes = 'body', fails = false } = options
  const nonces = new Set<string>()
  const answer = (request: ProviderRequest): ProviderAnswer<Triggered> => {
    const { path, headers, text } = request
    if (Buffer.byteLength(text) > BODY_BYTES) return refuse(413, 'PayloadTooLarge')
    if (key !== undefined) {
      const wrong = acs3Refusal(request, key, hashes === 'body' ? hashOf(text) : '')
      if (wrong !== undefined) return refuse(403, wrong === 'SignatureDoesNotMatch' ? 'SignatureNotMatch' : wrong)
      const nonce = headers['x-acs-signature-nonce'] ?? ''
      if (nonce === '' || nonces.has(nonce)) return refuse(403, 'SignatureNonceUsed')
      nonces.add(nonce)
    }
    if (fails)
      return { status: 200, headers: { 'x-fc-error-type': 'UnhandledInvocationError' }, refused: 'failed', body: '' }
    return { status: 200, body: 'done', kept: [{ path, id: headers['webhook-id'] ?? '', event: parseJson(text) }] }
  }
  return await startProvider({ ...options, answer, errorBody: () => ({ Code: 'InternalServerError', Message: 'x' }) })
}

function refuse(status: number, code: string): ProviderAnswer<Triggered> {
  return { status, refused: code, body: { RequestId: '1', Code: code, Message: `the text of ${code}` } }
}
