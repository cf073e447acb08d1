import { randomBytes } from 'node:crypto'
import { createSecretBox, type SecretBox } from '../../shared/secret/seal.ts'
import { parameter } from './parameter.ts'

/** A secret box with the key of the parameter: 32 bytes in base64 (either alphabet). The key itself is never shown. */
export async function secretBox(name: string): Promise<SecretBox> {
  const text = await parameter(name)
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) throw new Error(`the parameter ${name} has to be 32 bytes in base64`)
  return createSecretBox(Buffer.from(text, 'base64'), randomBytes)
}
