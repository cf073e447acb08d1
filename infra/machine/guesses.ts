import { isIPv6 } from 'node:net'
import { type Clock, type Millis, SECOND } from '../../shared/base/time.ts'

/**
 * Somebody who tries keys, integration URLs or signed links one after the other is answered 429 and no longer
 * why. Only answers that are refusals anyway are replaced: whoever has a right key is served, also from the
 * same address, so nobody can lock others out from behind a shared one. There is nothing to be won by guessing
 * 256 bits; this keeps a sender that runs wild from being answered at length, and shows in its log.
 */
export interface Guesses {
  /** The answer to give instead, if any. */
  judge(address: string, path: string, status: number): Response | undefined
}

/** So many wrong ones in so long; a sender that was left behind by a rotation makes a few a minute. */
const MOST = 100
const WINDOW_MS = 10 * SECOND
/** Of about 100 bytes each. */
const REMEMBERED = 10_000

interface Counted {
  wrong: number
  until: Millis
}

export function createGuesses(clock: Pick<Clock, 'now'>): Guesses {
  const counted = new Map<string, Counted>()
  return {
    judge(address, path, status) {
      if (!isWrong(path, status)) return undefined
      const now = clock.now()
      const from = network(address)
      const known = counted.get(from)
      const { wrong, until } = known !== undefined && now < known.until ? known : { wrong: 0, until: now + WINDOW_MS }
      // Put at the end anew: the first of them is the one that was heard of longest ago.
      counted.delete(from)
      counted.set(from, { wrong: wrong + 1, until })
      if (counted.size > REMEMBERED) counted.delete(counted.keys().next().value as string)
      return wrong < MOST ? undefined : tooMany(until - now)
    },
  }
}

/** Links are answered 404, whatever is wrong with them. */
function isWrong(path: string, status: number): boolean {
  return status === 401 || (status === 404 && path.startsWith('/l/'))
}

function tooMany(waitMs: Millis): Response {
  const error = { code: 'too_many', message: 'too many wrong keys from this address: wait' }
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'retry-after': String(Math.max(1, Math.ceil(waitMs / SECOND))),
  }
  return new Response(JSON.stringify({ error }), { status: 429, headers })
}

/** One household of IPv6 has 2^64 addresses and more: they count as one. */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':')
}
