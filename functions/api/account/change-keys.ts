import * as z from 'zod'
import { type ApiKey, addKey, changeKey, removeKey, rotateKey } from '../../../shared/account/key-ring.ts'
import { hashKey, KEY_BYTES, makeKey } from '../../../shared/account/keys.ts'
import { never } from '../../../shared/base/never.ts'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import { quoted, zodProblems } from '../../../shared/problem/problem.ts'
import { changeKeys, type KeysChanged } from '../../../shared/store/api-keys.ts'
import { invalid } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import { RANKS } from '../http/role.ts'
import type { Ask, Refusal } from '../http/route.ts'
import { isRefusal, notFound, refuseWith } from '../http/route.ts'
import { type keyItem, type newKeyItem, showKey, showNewKey } from './key-view.ts'

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

type Shown = z.output<typeof keyItem>
type ShownNew = z.output<typeof newKeyItem>

/**
 * Makes a key. A repeated request after a lost answer makes another key, and the key of the lost answer can be deleted; with
 * an `id` of its own a repeated request is refused.
 */
export async function createKey(
  deps: ApiDeps,
  ask: Ask,
  given: unknown,
  id = deps.randomBytes(ID_BYTES).toString('hex'),
): Promise<ShownNew | Refusal> {
  const settings = await readSettings(deps, ask, given)
  if (isRefusal(settings)) return settings
  const text = makeKey(deps.randomBytes(KEY_BYTES))
  const newHash = hashKey(text)
  const key: ApiKey = { id, ...settings, createdAt: ask.now, texts: [{ hash: newHash }] }
  const made = await changeKeys(deps.table, ask.account, (ring) => addKey(ring, key), { newHash, now: ask.now })
  return made.ok ? showNewKey(made.key, text, ask.now) : refuseChange(made)
}

export async function replaceKey(deps: ApiDeps, ask: Ask, given: unknown): Promise<Shown | Refusal> {
  const settings = await readSettings(deps, ask, given)
  if (isRefusal(settings)) return settings
  const made = await changeKeys(deps.table, ask.account, (ring) => changeKey(ring, ask.param('id'), settings), ask)
  return made.ok ? showKey(made.key, ask.now) : refuseChange(made)
}

/** The refusal, if the key stays. */
export async function deleteKey(deps: ApiDeps, ask: Ask): Promise<Refusal | undefined> {
  const made = await changeKeys(deps.table, ask.account, (ring) => removeKey(ring, ask.param('id')), ask)
  return made.ok ? undefined : refuseChange(made)
}

export async function rotateOneKey(deps: ApiDeps, ask: Ask, overlapMs: Millis): Promise<ShownNew | Refusal> {
  const text = makeKey(deps.randomBytes(KEY_BYTES))
  const { now } = ask
  const to = { hash: hashKey(text), overlapMs, now }
  const by = { newHash: to.hash, now }
  const made = await changeKeys(deps.table, ask.account, (ring) => rotateKey(ring, ask.param('id'), to), by)
  return made.ok ? showNewKey(made.key, text, now) : refuseChange(made)
}

async function readSettings(
  deps: ApiDeps,
  { account }: Ask,
  given: unknown,
): Promise<z.output<typeof keyBody> | Refusal> {
  const read = keyBody.safeParse(given)
  if (!read.success) return invalid(zodProblems(read.error))
  const { user } = read.data
  const { people } = await deps.configs.current(account)
  if (user === undefined || people.user(user) !== undefined) return read.data
  return invalid([{ path: 'user', message: `names a user ${quoted(user)} that does not exist` }])
}

function refuseChange(made: Exclude<KeysChanged, { ok: true }>): Refusal {
  switch (made.reason) {
    case 'unknown':
      return notFound('key')
    case 'exists':
      return refuseWith(409, 'exists', 'this key was made already')
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
