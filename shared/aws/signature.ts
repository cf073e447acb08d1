import { SignatureV4 } from '@smithy/signature-v4'
import type { Millis } from '../base/time.ts'
import { Sha256 } from '../secret/sha256.ts'

/** Keys that sign a request to AWS. */
export interface AwsKeys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export interface AwsRequest {
  url: URL
  service: string
  region: string
  headers: Record<string, string>
  body: string
  at: Millis
}

/** The headers of a POST, signed for a single host, region and quarter of an hour (Signature Version 4). */
export async function signAws(keys: AwsKeys, request: AwsRequest): Promise<Record<string, string>> {
  const { url, service, region, headers, body, at } = request
  const signer = new SignatureV4({ service, region, credentials: keys, sha256: Sha256 })
  const { protocol, hostname, host, pathname } = url
  const unsigned = {
    method: 'POST',
    protocol,
    hostname,
    path: pathname,
    query: {},
    headers: { ...headers, host },
    body,
  }
  const signed = await signer.sign(unsigned, { signingDate: new Date(at) })
  return signed.headers
}
