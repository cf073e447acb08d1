import * as z from 'zod'
import { FIRST_KEY, hashKey, KEY_BYTES, makeKey } from '../../../shared/account/keys.ts'
import { json } from '../../../shared/base/answers.ts'
import { zodProblems } from '../../../shared/problem/problem.ts'
import { createAccount } from '../../../shared/store/accounts.ts'
import { invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Answer, Ask, Route } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'

const newAccount = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and -, at most 63'),
    name: z.string().min(1, 'must not be empty').max(200),
  })
  .meta({ id: 'NewAccount' })

const createdAccount = z.object({ id: z.string(), apiKey: z.string() }).meta({ id: 'CreatedAccount' })

export function accountRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/accounts',
      access: 'admin',
      about: {
        summary: 'Create an account and its owner key, which is shown only now',
        body: { schema: newAccount },
        answers: { 201: { text: 'Created', schema: createdAccount }, 409: { text: 'The id is taken' } },
      },
      handle: (ask) => createWithKey(deps, ask),
    },
  ]
}

/** A repeated request after a lost answer is 409: a caller who guesses an id gets no second owner key. */
async function createWithKey(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readJson(ask.request)
  if (!body.ok) return body.refusal
  const read = newAccount.safeParse(body.value)
  if (!read.success) return invalid(zodProblems(read.error))
  const { id, name } = read.data
  const apiKey = makeKey(deps.randomBytes(KEY_BYTES))
  const made = await createAccount(deps.table, { id, name, key: { ...FIRST_KEY, hash: hashKey(apiKey) } }, ask.now)
  if (made.ok) return json(201, { id, apiKey })
  if (made.reason === 'exists') return refuseWith(409, 'exists', `the account ${id} exists already`)
  return invalid([{ path: 'id', message: 'is not an account id' }])
}
