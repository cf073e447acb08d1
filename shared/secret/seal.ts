import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** Seals texts that must not be readable at rest, and makes tokens that can be shown again without being stored. */
export interface SecretBox {
  /** A different text at every call: the nonce is random. */
  seal(text: string): string
  /** Throws when the text was not sealed under this key or was changed. */
  open(sealed: string): string
  isSealed(text: unknown): boolean
  /** HMAC-SHA256 under a key of the purpose; parts are length-prefixed, so no two lists give the same bytes. */
  mac(purpose: string, ...parts: string[]): Buffer
}

const PREFIX = 'sealed:v1:'
const KEY_BYTES = 32
/** AES-GCM's own sizes. A random nonce of 96 bits is good for 2^32 seals under the same key. */
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A single master key. The seal and every purpose of a MAC have derived keys of their own (HKDF). */
export function createSecretBox(key: Buffer, randomBytes: (size: number) => Buffer): SecretBox {
  if (key.length !== KEY_BYTES) throw new Error(`the secrets key has ${key.length} bytes; it needs ${KEY_BYTES}`)
  const derive = (info: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', info, KEY_BYTES))
  const sealKey = derive('tocsin seal v1')
  // A key object: Node looks three times as long at the bytes of a key, at every MAC.
  const macKeys = new Map<string, KeyObject>()
  const macKey = (purpose: string): KeyObject => {
    const known = macKeys.get(purpose) ?? createSecretKey(derive(`tocsin mac v1 ${purpose}`))
    macKeys.set(purpose, known)
    return known
  }
  return {
    seal: (text) => PREFIX + encrypt(sealKey, randomBytes(NONCE_BYTES), text).toString('base64url'),
    open: (sealed) => {
      if (!isSealed(sealed)) throw new Error('not a sealed text')
      return decrypt(sealKey, Buffer.from(sealed.slice(PREFIX.length), 'base64url'))
    },
    isSealed,
    mac: (purpose, ...parts) => {
      const hmac = createHmac('sha256', macKey(purpose))
      for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part)
      return hmac.digest()
    },
  }
}

function isSealed(text: unknown): boolean {
  return typeof text === 'string' && text.startsWith(PREFIX)
}

function encrypt(key: Buffer, nonce: Buffer, text: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

function decrypt(key: Buffer, bytes: Buffer): string {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('a sealed text is too short')
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  const body = bytes.subarray(NONCE_BYTES + TAG_BYTES)
  return Buffer.concat([cipher.update(body), cipher.final()]).toString('utf8')
}
