import { basePathOf } from '../../../../shared/account/request-path.ts'
import { findKey } from '../../../../shared/store/accounts.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { atLeast } from '../../http/role.ts'
import { type Anonymous, type Caller, refuseWith } from '../../http/route.ts'
import type { Guard } from '../../http/router.ts'
import { readSession } from './cookie.ts'
import { isForged } from './forgery.ts'
import { askedPath } from './own-path.ts'

const ANYONE: Caller = { account: '', role: 'viewer' }

/** The key of the session of a request, while there is such a key. */
export async function keyOfSession(
  { table, secrets, publicUrl }: Pick<ApiDeps, 'table' | 'secrets' | 'publicUrl'>,
  { request, now }: Pick<Anonymous, 'request' | 'now'>,
): Promise<Caller | undefined> {
  const session = readSession(request, secrets, publicUrl, now)
  const key = session && (await findKey(table, session.key, now))
  if (key === undefined) return undefined
  const { account, id, role, name, user } = key
  return { account, role, name, keyId: id, user, session }
}

/**
 * The guard of pages: the cookie of a session, and nothing else. The cookie opens pages only, never the API. Without a
 * session a page leads to the page for signing in; that is no guess of a key, so it is no 401.
 */
export function createPageGuard(deps: ApiDeps): Guard {
  const base = basePathOf(deps.publicUrl)
  return async ({ request, now }, { access }) => {
    if (isForged(request, deps.publicUrl)) {
      return refuseWith(403, 'forged', 'this form was sent by a page of another site')
    }
    if (access === 'anyone') return ANYONE
    const caller = await keyOfSession(deps, { request, now })
    if (caller === undefined) {
      // Pages that ask again by themselves must not lose what somebody types: they say that the session is over.
      const polls = request.headers.has('hx-request')
      const next = request.method === 'GET' ? `?next=${encodeURIComponent(askedPath(request, base))}` : ''
      if (polls) return refuseWith(403, 'signed_out', 'the session is over')
      return refuseWith(303, 'signed_out', 'the session is over', { headers: { location: `${base}/sign-in${next}` } })
    }
    const { role } = caller
    if (access === 'admin' || access === 'token' || access === 'link' || !atLeast(role, access)) {
      return refuseWith(403, 'forbidden', `this needs the role ${access}; your key has the role ${role}`)
    }
    return caller
  }
}
