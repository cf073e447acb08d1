import { isIPv6 } from 'node:net'
import { requestPath } from '../../shared/account/request-path.ts'
import { errorAnswer } from '../../shared/base/answers.ts'
import { type Clock, type Millis, SECOND } from '../../shared/base/time.ts'

/**
 * A client that tries keys, integration URLs or signed links in a row is answered 429, without the reason of the
 * refusal. Only refusals are replaced: a client with a right key is served, even from the same address, so no client
 * can lock others out from behind a shared address. Guessing 256 bits wins nothing; the limit keeps a sender that runs
 * wild from long answers, and shows in the sender's log.
 */
export interface WrongKeyLimit {
  /** The replacement of the answer; undefined: the answer stays. */
  replacementFor(address: string, url: string, status: number): Response | undefined
}

/** The most wrong attempts in the time; a sender with an old URL after a rotation makes a few attempts a minute. */
const MAX_WRONG = 100
const WINDOW_MS = 10 * SECOND
/** An entry takes about 100 bytes. */
const REMEMBERED = 10_000

interface WrongAttempts {
  wrong: number
  until: Millis
}

interface LimitOptions {
  clock: Pick<Clock, 'elapsed'>
  /** The path of the public URL. */
  base: string
  newId(): string
}

export function createWrongKeyLimit({ clock, base, newId }: LimitOptions): WrongKeyLimit {
  const counted = new Map<string, WrongAttempts>()
  return {
    replacementFor(address, url, status) {
      if (!isWrong(url, base, status)) return undefined
      const now = clock.elapsed()
      const from = network(address)
      const known = counted.get(from)
      const { wrong, until } = known !== undefined && now < known.until ? known : { wrong: 0, until: now + WINDOW_MS }
      // Moves the address to the end: the first address is the address idle for the longest time.
      counted.delete(from)
      counted.set(from, { wrong: wrong + 1, until })
      if (counted.size > REMEMBERED) counted.delete(counted.keys().next().value as string)
      return wrong < MAX_WRONG ? undefined : tooMany(until - now, newId())
    },
  }
}

/** Every wrong link is answered 404, independent of the mistake. */
function isWrong(url: string, base: string, status: number): boolean {
  return status === 401 || (status === 404 && requestPath(url, base).path.startsWith('/l/'))
}

function tooMany(waitMs: Millis, requestId: string): Response {
  const retryAfter = String(Math.max(1, Math.ceil(waitMs / SECOND)))
  const message = 'too many wrong keys from this address: wait'
  return errorAnswer(429, 'too_many', message, requestId, undefined, { 'retry-after': retryAfter })
}

/** A single household has 2^64 IPv6 addresses and more: the addresses of a household count as one. */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':')
}
