import { createHash, timingSafeEqual } from 'node:crypto'
import { hashKey } from '../../../shared/account/keys.ts'
import { isCurrent, readToken } from '../../../shared/account/token.ts'
import type { Millis } from '../../../shared/base/time.ts'
import { findKey } from '../../../shared/store/accounts.ts'
import type { ApiDeps } from './deps.ts'
import { atLeast } from './role.ts'
import type { Caller, Refusal } from './route.ts'
import { refuseWith } from './route.ts'
import type { Guard } from './router.ts'

/** Keys that are longer belong to no account, and are not even hashed. */
const LONGEST_KEY = 256

/**
 * The credential alone decides about account and role: an account in the path, the query or the body has no effect.
 */
export function createGuard(deps: ApiDeps): Guard {
  const { origin } = new URL(deps.publicUrl)
  return async (ask, { access }) => {
    switch (access) {
      case 'anyone':
      case 'link':
        return { account: '', role: 'viewer' }
      case 'token':
        return await callerOfToken(deps, ask.param('token'), ask.now)
      default: {
        const { key, kept = false } = givenKey(ask.request)
        if (kept && isForeign(ask.request, origin)) return refuseWith(403, 'forbidden', FOREIGN)
        if (access === 'admin') {
          return isAdmin(key, deps.adminKey) ? { account: '', role: 'owner' } : unauthorized()
        }
        const caller = await callerOfKey(deps, key, ask.now)
        if ('refused' in caller || atLeast(caller.role, access)) return caller
        return refuseWith(403, 'forbidden', `this needs the role ${access}; the key has the role ${caller.role}`)
      }
    }
  }
}

/** The same answer for every kind of wrong key: missing, malformed, unknown. */
function unauthorized(): Refusal {
  const headers = { 'www-authenticate': 'Bearer, Basic realm="Tocsin", charset="UTF-8"' }
  const message = 'send a valid key as "Authorization: Bearer KEY", or as the password of Basic with any user name'
  return refuseWith(401, 'unauthorized', message, { headers })
}

interface GivenKey {
  key?: string
  /** Browsers keep what a person typed for Basic, and send it again by themselves. */
  kept?: boolean
}

/** The key of a request: as Bearer, or as the password of Basic (RFC 7617), where the user name means nothing. */
export function givenKey({ headers }: Request): GivenKey {
  const [, scheme = '', given = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
  if (scheme.toLowerCase() === 'bearer') return given.length > LONGEST_KEY ? {} : { key: given }
  const text = Buffer.from(given, 'base64').toString()
  const colon = text.indexOf(':')
  const key = text.slice(colon + 1)
  return colon < 0 || key === '' || key.length > LONGEST_KEY ? {} : { key, kept: true }
}

const FOREIGN = 'a page of another site may change nothing by a key that the browser keeps'

/**
 * Whether a page of another site made a browser send a request that changes something. Browsers send `Sec-Fetch-Site`
 * to https addresses, and `Origin` with every such request; programs send neither.
 * https://www.w3.org/TR/fetch-metadata/
 */
function isForeign({ method, headers }: Request, own: string): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  return origin !== null && origin !== own
}

async function callerOfKey(deps: ApiDeps, key: string | undefined, now: Millis): Promise<Caller | Refusal> {
  const found = key === undefined ? undefined : await findKey(deps.table, hashKey(key), now)
  if (found === undefined) return unauthorized()
  const { account, role, name, id: keyId, user } = found
  return { account, role, name, keyId, user }
}

/**
 * Both keys are hashed first. The hashes have one length, so the time of the comparison does not show the number of
 * right letters.
 */
function isAdmin(key: string | undefined, adminKey: string | undefined): boolean {
  if (key === undefined || adminKey === undefined || adminKey === '') return false
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(key), digest(adminKey))
}

/**
 * The URL of an integration may post alerts. The routes of this function need `access: full`, which the owner of the
 * integration sets.
 */
async function callerOfToken(deps: ApiDeps, token: string, now: Millis): Promise<Caller | Refusal> {
  const claims = readToken(deps.secrets, token)
  const config = claims === undefined ? undefined : await deps.configs.current(claims.account)
  const integration = claims === undefined ? undefined : config?.integration(claims.integration)
  if (claims === undefined || integration === undefined || !isCurrent(claims, integration, now)) {
    return refuseWith(401, 'unauthorized', 'this integration URL is not valid')
  }
  if (integration.paused) return refuseWith(403, 'paused', 'this integration is paused by its owner')
  if (integration.access !== 'full') {
    return refuseWith(403, 'forbidden', 'this integration may post alerts and nothing else; its access is not full')
  }
  return { account: claims.account, role: 'editor' }
}
