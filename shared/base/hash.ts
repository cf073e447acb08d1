import { hash } from 'node:crypto'

/** SHA-256 of the parts, hex, cut to `chars`. Parts are length-prefixed, so no two lists collide by concatenation. */
export function digest(parts: readonly string[], chars = 32): string {
  let text = ''
  for (const part of parts) text += `${Buffer.byteLength(part)}:${part}`
  return hash('sha256', text).slice(0, chars)
}

/**
 * A UUID derived from a name, the same at every call: version 8, whose bits the application defines (RFC 9562 §5.8).
 */
export function uuidOf(name: string): string {
  const hex = digest([name], 32)
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}
