import { createHash } from 'node:crypto'

/** The rights of a key. A role has the rights of the roles behind. */
export type Role = 'owner' | 'editor' | 'responder' | 'viewer'

export const KEY_BYTES = 32

/** An API key from 32 random bytes. The prefix lets secret scanners find a leaked key. */
export function makeKey(random: Uint8Array): string {
  if (random.length < KEY_BYTES) throw new Error(`an API key needs ${KEY_BYTES} random bytes`)
  return `tsk_${Buffer.from(random.subarray(0, KEY_BYTES)).toString('base64url')}`
}

/** The stored form of a key. Keys are random and long, so a plain hash cannot be searched backwards. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Id and name of the key with which an account is created. */
export const FIRST_KEY = { id: 'first', name: 'First key' } as const
