import { createHash } from 'node:crypto'

/** SHA-256 of the parts, hex, cut to `chars`. Parts are length-prefixed, so no two lists collide by concatenation. */
export function digest(parts: readonly string[], chars = 32): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex').slice(0, chars)
}
