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
  /** Absent: the request is a GET. */
  body?: string
  at: Millis
}

/** The headers of a request, signed for a single host, region and quarter of an hour (Signature Version 4). */
export async function signAws(keys: AwsKeys, request: AwsRequest): Promise<Record<string, string>> {
  const { url, service, region, headers, body, at } = request
  // S3 takes the path as it is sent; every other service takes the path escaped once more.
  const uriEscapePath = service !== 's3'
  const signer = new SignatureV4({ service, region, credentials: keys, sha256: Sha256, uriEscapePath })
  const { protocol, hostname, host, pathname } = url
  const unsigned = {
    method: body === undefined ? 'GET' : 'POST',
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
