import { MINUTE, type Millis } from '../base/time.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Item, Table } from '../table/port.ts'

/** A code that signs a browser in once. The table knows the hash of the code, and the hash of the key. */
export interface SignIn {
  account: string
  /** The hash of the API key that the session names. */
  key: string
  until: Millis
}

export const SIGN_IN_MS = 10 * MINUTE

const SIGN_IN: BodyShape<SignIn> = bodyShape('a sign-in')

/** Twice is safe: the code is random, so the same code has the same content. */
export async function putSignIn(table: Table, hash: string, signIn: SignIn): Promise<void> {
  const item = { ...keys.instance('sign-in', hash), body: writeBody(SIGN_IN, signIn), expiresAt: signIn.until }
  await table.put(item, 'always')
}

export async function readSignIn(table: Table, hash: string, now: Millis): Promise<SignIn | undefined> {
  return valid(await table.get(keys.instance('sign-in', hash)), now)
}

/** The sign-in, which is then used up: of two requests with one code, one removes the item. */
export async function takeSignIn(table: Table, hash: string, now: Millis): Promise<SignIn | undefined> {
  const key = keys.instance('sign-in', hash)
  const item = await table.get(key)
  const found = valid(item, now)
  if (item === undefined || found === undefined) return undefined
  return (await table.remove(key, { version: item.version })) === 'removed' ? found : undefined
}

/** Clocks of machines differ by less. */
const AHEAD_MS = MINUTE

/**
 * Retention may be late, so the end is compared. A code that has longer than ten minutes was made while a clock was
 * ahead, and would sign in for as long as the clock was ahead.
 */
function valid(item: Item | undefined, now: Millis): SignIn | undefined {
  const found = item && readBody(SIGN_IN, item)
  return found !== undefined && now < found.until && found.until <= now + SIGN_IN_MS + AHEAD_MS ? found : undefined
}
