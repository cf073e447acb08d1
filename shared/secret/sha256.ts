import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'

type Data = string | ArrayBuffer | ArrayBufferView

/** SHA-256, or HMAC with a secret, in the shape that the signer of AWS requests expects. */
export class Sha256 {
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
