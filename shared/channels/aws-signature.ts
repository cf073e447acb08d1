import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Millis } from '../base/time.ts'
import type { AwsKeys } from './channel.ts'

export interface AwsRequest {
  url: URL
  service: string
  region: string
  headers: Record<string, string>
  body: string
  at: Millis
}

/** The headers of a POST, signed for one host, region and quarter of an hour (Signature Version 4). */
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

type Data = string | ArrayBuffer | ArrayBufferView

/** SHA-256, or HMAC with a secret, as the signer wants to be given it. */
class Sha256 {
  #secret: Data | undefined
  #hash: Hash | Hmac

  constructor(secret?: Data) {
    this.#secret = secret
    this.#hash = begin(secret)
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    this.#hash = begin(this.#secret)
  }
}

function begin(secret: Data | undefined): Hash | Hmac {
  return secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret))
}

function bytes(data: Data): string | Uint8Array {
  if (typeof data === 'string') return data
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}
