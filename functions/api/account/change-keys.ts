import * as z from 'zod'
import { type ApiKey, addKey, changeKey, removeKey, rotateKey } from '../../../shared/account/key-ring.ts'
import { hashKey, KEY_BYTES, makeKey } from '../../../shared/account/keys.ts'
import { json } from '../../../shared/base/answers.ts'
import { never } from '../../../shared/base/never.ts'
import { toRfc3339 } from '../../../shared/base/time.ts'
import { quoted, zodProblems } from '../../../shared/problem/problem.ts'
import { changeKeys, type KeysChanged } from '../../../shared/store/api-keys.ts'
import { type BodyRead, invalid, readJson } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { readOverlap } from '../http/overlap.ts'
import { RANKS } from '../http/role.ts'
import type { Answer, Ask, Refusal } from '../http/route.ts'
import { notFound, refuseWith } from '../http/route.ts'
import { showKey, showNewKey } from './key-view.ts'

const ID_BYTES = 8

/** The body of a request about a key. The id and the text of a key are made by Tocsin. */
export const keyBody = z
  .strictObject({
    name: z.string().min(1, 'must not be empty').max(200),
    role: z.enum(RANKS),
    user: z
      .string()
      .max(100)
      .optional()
      .describe('The user whom the key belongs to; what the key does is done by the user'),
  })
  .meta({ id: 'ApiKeySettings' })

/** A repeated request after a lost answer makes another key; the key of the lost answer can be deleted. */
export async function createKey(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readKey(deps, ask)
  if (!body.ok) return body.refusal
  const text = makeKey(deps.randomBytes(KEY_BYTES))
  const id = deps.randomBytes(ID_BYTES).toString('hex')
  const newHash = hashKey(text)
  const key: ApiKey = { id, ...body.value, createdAt: ask.now, texts: [{ hash: newHash }] }
  const made = await changeKeys(deps.table, ask.account, (ring) => addKey(ring, key), { newHash, now: ask.now })
  return made.ok ? json(201, showNewKey(made.key, text, ask.now)) : refuseChange(made)
}

export async function replaceKey(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const body = await readKey(deps, ask)
  if (!body.ok) return body.refusal
  const made = await changeKeys(deps.table, ask.account, (ring) => changeKey(ring, ask.param('id'), body.value), ask)
  return made.ok ? json(200, showKey(made.key, ask.now)) : refuseChange(made)
}

export async function deleteKey(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const made = await changeKeys(deps.table, ask.account, (ring) => removeKey(ring, ask.param('id')), ask)
  return made.ok ? new Response(null, { status: 204 }) : refuseChange(made)
}

export async function rotateOneKey(deps: ApiDeps, ask: Ask): Promise<Answer> {
  const overlap = await readOverlap(ask)
  if (!overlap.ok) return overlap.refusal
  const text = makeKey(deps.randomBytes(KEY_BYTES))
  const { now } = ask
  const to = { hash: hashKey(text), overlapMs: overlap.value, now }
  const by = { newHash: to.hash, now }
  const made = await changeKeys(deps.table, ask.account, (ring) => rotateKey(ring, ask.param('id'), to), by)
  return made.ok ? json(200, showNewKey(made.key, text, now)) : refuseChange(made)
}

async function readKey(deps: ApiDeps, { request, account }: Ask): Promise<BodyRead<z.output<typeof keyBody>>> {
  const body = await readJson(request)
  if (!body.ok) return body
  const read = keyBody.safeParse(body.value)
  if (!read.success) return { ok: false, refusal: invalid(zodProblems(read.error)) }
  const { user } = read.data
  const { people } = await deps.configs.current(account)
  if (user === undefined || people.user(user) !== undefined) return { ok: true, value: read.data }
  const message = `names a user ${quoted(user)} that does not exist`
  return { ok: false, refusal: invalid([{ path: 'user', message }]) }
}

function refuseChange(made: Exclude<KeysChanged, { ok: true }>): Refusal {
  switch (made.reason) {
    case 'unknown':
      return notFound('key')
    case 'full':
      return refuseWith(409, 'limit', 'the account has as many keys as it may have: delete one')
    case 'last-owner':
      return refuseWith(409, 'last_owner', 'an account needs an owner: make another owner key first')
    case 'overlapping': {
      const until = toRfc3339(made.until)
      return refuseWith(
        409,
        'overlapping',
        `the text before this one works until ${until}; an overlap of 0s ends both now`,
      )
    }
    case 'lost':
      return refuseWith(409, 'conflict', 'the keys were changed by others at the same moment: try again')
    default:
      return never(made)
  }
}
