import { createSecretBox } from '../../../shared/secret/seal.ts'

/** A secret box whose nonces count up: seals differ from each other and are the same in every run. */
export function testBox(fill = 7) {
  let count = 0
  return createSecretBox(Buffer.alloc(32, fill), (size) => {
    const bytes = Buffer.alloc(size)
    bytes.writeUInt32BE(++count)
    return bytes
  })
}
