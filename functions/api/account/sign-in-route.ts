import * as z from 'zod'
import { hashKey, KEY_BYTES, makeKey } from '../../../shared/account/keys.ts'
import { json } from '../../../shared/base/answers.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import { putSignIn, SIGN_IN_MS } from '../../../shared/store/sign-ins.ts'
import { givenKey } from '../http/authenticate.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Route } from '../http/route.ts'
import { time } from '../http/schemas.ts'

const made = z
  .object({ url: z.string().describe('Signs a browser in with this key, once'), until: time })
  .meta({ id: 'SignInLink' })

/** From a terminal to the console without showing the key: the address signs in once, within ten minutes. */
export function signInRoute(deps: ApiDeps): Route {
  return {
    method: 'POST',
    path: '/api/v1/sign-in-links',
    access: 'viewer',
    about: {
      summary: 'Make an address that signs a browser in with the key of this request, once, within ten minutes',
      answers: { 201: { text: 'The address', schema: made } },
    },
    async handle({ account, now, request }) {
      const code = makeKey(deps.randomBytes(KEY_BYTES))
      const until = now + SIGN_IN_MS
      // The guard has let the key in, so the request has one.
      await putSignIn(deps.table, hashKey(code), { account, key: hashKey(givenKey(request).key!), until })
      return json(201, { url: `${deps.publicUrl}/sign-in?code=${code}`, until: toRfc3339(until) })
    },
  }
}
