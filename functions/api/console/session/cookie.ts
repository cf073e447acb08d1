import { timingSafeEqual } from 'node:crypto'
import { DAY, HOUR, type Millis } from '../../../../shared/base/time.ts'
import type { SecretBox } from '../../../../shared/secret/seal.ts'

/*
 * The session of a person in a browser: a signed cookie that names the hash of an API key. There is no table of sessions,
 * and the key is looked up at each request: a role that changes, and a key that is rotated or deleted, count at once.
 */

/** A session that nobody uses ends after so long, and every session ends after seven days. */
const IDLE_MS = 12 * HOUR
const LONGEST_MS = 7 * DAY
/** A session is renewed by a request that comes so long after the last renewal. */
const RENEW_MS = HOUR
const MAC_BYTES = 16

export interface Session {
  /** The hash of the key, in hexadecimal digits. */
  key: string
  /** The end unless the session is renewed, and the end in any case. */
  idleEnd: Millis
  end: Millis
}

export function newSession(key: string, now: Millis): Session {
  return { key, idleEnd: now + IDLE_MS, end: now + LONGEST_MS }
}

/** The session with a later end, if the session is to be renewed now. */
export function renewed(session: Session, now: Millis): Session | undefined {
  const idleEnd = Math.min(now + IDLE_MS, session.end)
  return idleEnd - session.idleEnd >= RENEW_MS ? { ...session, idleEnd } : undefined
}

/** The prefix makes a browser refuse the cookie from another path, another host, or without TLS (RFC 6265bis). */
function cookieName(publicUrl: string): string {
  return isSecure(publicUrl) ? '__Host-tocsin' : 'tocsin'
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:')
}

/** `Lax`: links from chat and mail open; a post of another site comes without the cookie. */
export function setCookie(session: Session, secrets: SecretBox, publicUrl: string, now: Millis): string {
  const seconds = Math.max(0, Math.ceil((session.end - now) / 1000))
  return cookie(publicUrl, writeSession(session, secrets), seconds)
}

export function clearCookie(publicUrl: string): string {
  return cookie(publicUrl, '', 0)
}

function cookie(publicUrl: string, value: string, seconds: number): string {
  const secure = isSecure(publicUrl) ? '; Secure' : ''
  return `${cookieName(publicUrl)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`
}

function writeSession({ key, idleEnd, end }: Session, secrets: SecretBox): string {
  const said = [Buffer.from(key, 'hex').toString('base64url'), idleEnd.toString(36), end.toString(36)]
  return [...said, macOf(said, secrets).toString('base64url')].join('.')
}

function macOf(said: readonly string[], secrets: SecretBox): Buffer {
  return secrets.mac('session', ...said).subarray(0, MAC_BYTES)
}

/** The session of a request; undefined: none, an edited one, or one that has ended. */
export function readSession(request: Request, secrets: SecretBox, publicUrl: string, now: Millis): Session | undefined {
  const [key = '', idle = '', last = '', given = '', ...rest] =
    readCookie(request, cookieName(publicUrl))?.split('.') ?? []
  const mac = Buffer.from(given, 'base64url')
  const right = macOf([key, idle, last], secrets)
  if (rest.length > 0 || mac.length !== right.length || !timingSafeEqual(mac, right)) return undefined
  const session = {
    key: Buffer.from(key, 'base64url').toString('hex'),
    idleEnd: Number.parseInt(idle, 36),
    end: Number.parseInt(last, 36),
  }
  return now < session.idleEnd && now < session.end ? session : undefined
}

export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, value] = [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()]
    if (key === name) return value
  }
  return undefined
}
