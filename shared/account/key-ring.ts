import type { Millis } from '../base/time.ts'
import type { Role } from './keys.ts'

/**
 * The API keys of an account: pure decisions over the whole list. The list is stored in a single item, so two changes
 * at the same moment cannot leave an account without an owner.
 */
export interface ApiKey {
  id: string
  name: string
  role: Role
  /** The user whom the key belongs to. The deeds of the key are deeds of the user. */
  user?: string
  createdAt: Millis
  /** Rounded to the hour: at most a write an hour records the use. */
  lastUsedAt?: Millis
  /** Newest first. Only the newest text has no end; a rotation gives an end to the text before. */
  texts: KeyText[]
}

interface KeyText {
  hash: string
  until?: Millis
}

export type KeyRing = readonly ApiKey[]

/** The list after a decision and the changed key, or the reason of a refusal. */
export type RingChange =
  | { ok: true; ring: KeyRing; key: ApiKey }
  | { ok: false; reason: 'unknown' | 'full' | 'exists' | 'last-owner' }
  | { ok: false; reason: 'overlapping'; until: Millis }

const MOST_KEYS = 100

export function addKey(ring: KeyRing, key: ApiKey): RingChange {
  if (ring.some(({ id }) => id === key.id)) return { ok: false, reason: 'exists' }
  if (ring.length >= MOST_KEYS) return { ok: false, reason: 'full' }
  return { ok: true, ring: [...ring, key], key }
}

/** The whole of what people say of a key is replaced: without a user, the key belongs to nobody from now on. */
export function changeKey(
  ring: KeyRing,
  id: string,
  { name, role, user }: Pick<ApiKey, 'name' | 'role' | 'user'>,
): RingChange {
  return replaceKey(ring, id, ({ user: _before, ...key }) => ({
    ...key,
    name,
    role,
    ...(user === undefined ? {} : { user }),
  }))
}

export function removeKey(ring: KeyRing, id: string): RingChange {
  const key = ring.find((one) => one.id === id)
  if (key === undefined) return { ok: false, reason: 'unknown' }
  return withOwnerLeft(
    ring.filter((one) => one !== key),
    key,
  )
}

/**
 * At most two texts live. While the text before the last rotation still lives, only a rotation without overlap is
 * accepted, which ends both texts. Otherwise a rotation repeated after a lost answer would end the text that clients
 * use, in favour of a text that no client has seen.
 */
export function rotateKey(
  ring: KeyRing,
  id: string,
  { hash, overlapMs, now }: { hash: string; overlapMs: Millis; now: Millis },
): RingChange {
  const found = ring.find((one) => one.id === id)
  const until = found === undefined ? undefined : overlapEnd(found, now)
  if (until !== undefined && overlapMs > 0) return { ok: false, reason: 'overlapping', until }
  return replaceKey(ring, id, (key) => {
    const before = key.texts.slice(0, 1).map((text) => ({ ...text, until: now + overlapMs }))
    return { ...key, texts: [{ hash }, ...(overlapMs > 0 ? before : [])] }
  })
}

/**
 * An owner key whose text the operator chose. The key of that id has only the given text from now on, in place of its
 * earlier texts. A text that already belongs to a key makes that key an owner key.
 */
export function setOwnerKey(
  ring: KeyRing,
  { id, name, hash }: { id: string; name: string; hash: string },
  now: Millis,
): KeyRing {
  const known = keyByHash(ring, hash, now)
  if (known !== undefined) return ring.map((one) => (one === known ? { ...known, role: 'owner' } : one))
  const key: ApiKey = {
    createdAt: now,
    ...ring.find((one) => one.id === id),
    id,
    name,
    role: 'owner',
    texts: [{ hash }],
  }
  return [...ring.filter((one) => one.id !== id), key]
}

/** The keys without the texts that have ended. */
export function withoutEnded(ring: KeyRing, now: Millis): KeyRing {
  return ring.map((key) => ({ ...key, texts: key.texts.filter(({ until }) => until === undefined || until > now) }))
}

/** The end of the text before the newest; undefined when that text has ended. */
export function overlapEnd({ texts }: ApiKey, now: Millis): Millis | undefined {
  return texts.find(({ until }) => until !== undefined && until > now)?.until
}

/** The key to which a text belongs at that moment, by the text's hash. */
export function keyByHash(ring: KeyRing, hash: string, now: Millis): ApiKey | undefined {
  return ring.find(({ texts }) => texts.some((text) => text.hash === hash && (text.until ?? now + 1) > now))
}

function replaceKey(ring: KeyRing, id: string, change: (key: ApiKey) => ApiKey): RingChange {
  const found = ring.find((one) => one.id === id)
  if (found === undefined) return { ok: false, reason: 'unknown' }
  const key = change(found)
  return withOwnerLeft(
    ring.map((one) => (one === found ? key : one)),
    key,
  )
}

function withOwnerLeft(ring: KeyRing, key: ApiKey): RingChange {
  if (!ring.some(({ role }) => role === 'owner')) return { ok: false, reason: 'last-owner' }
  return { ok: true, ring, key }
}
