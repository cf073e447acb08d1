import { digest } from '../base/hash.ts'
import { finish, type Steps } from '../base/steps.ts'
import type { User, UserLean } from '../people/user.ts'
import type { SecretBox } from '../secret/seal.ts'
import type { Table } from '../table/port.ts'
import { CONTACTS, type Part, readParts } from './config-parts.ts'

/*
 * Users are stored twice. The section `users` has every user without personal data, for the functions that decide who is
 * told. The section `contacts` has the whole users, in sealed shards: a function that sends to a user reads one shard.
 */

type Settings = Omit<UserLean, 'id'>

/** Most users of an account have equal settings, so settings are listed once. A user is an id and a place in `settings`. */
interface LeanUsers {
  settings: Settings[]
  users: [id: string, place: number][]
}

export function leanText(users: readonly User[]): string {
  const places = new Map<string, number>()
  const list = users.map(({ id, enabled, sms, voice, language, timeZone }): [string, number] => {
    const settings = JSON.stringify({ enabled, sms, voice, language, timeZone } satisfies Settings)
    const place = places.get(settings) ?? places.size
    places.set(settings, place)
    return [id, place]
  })
  return `{"settings":[${[...places.keys()].join()}],"users":${JSON.stringify(list)}}`
}

export function readLean(text: string): UserLean[] {
  const { settings, users } = JSON.parse(text) as LeanUsers
  return users.map(([id, place]) => ({ id, ...settings[place]! }))
}

/** Users of a shard, on average and at most. A whole user has 1 KB at most, 300 bytes mostly. */
const SHARD_USERS = 100

/** A power of two, so a growing account seldom moves its users to other shards. */
function shardCount(users: number): number {
  return users === 0 ? 0 : 2 ** Math.ceil(Math.log2(Math.max(1, users / SHARD_USERS)))
}

/** The place of a user's shard. Keyed, so nobody can choose ids that all fall into one shard. */
function createShardOf(secrets: Pick<SecretBox, 'mac'>, account: string): (id: string, count: number) => number {
  const key = secrets.mac('shard of a user', account).toString('hex')
  return (id, count) => Number.parseInt(digest([key, id], 8), 16) % count
}

/** Characters of a shard for one unit of `Steps`. */
const UNIT_CHARS = 20

/**
 * The shards as parts. The name of a part is a mac: personal data could be guessed from a hash. Sealed texts differ at
 * every call, so a shard that is stored under its name already is not sealed again. `bytes`: of all users in the clear.
 */
export function* contactParts(
  users: readonly User[],
  account: string,
  secrets: SecretBox,
): Steps<{ parts: Part[]; bytes: number }> {
  const shards: User[][] = Array.from({ length: shardCount(users.length) }, () => [])
  const shardOf = createShardOf(secrets, account)
  for (const user of users) shards[shardOf(user.id, shards.length)]!.push(user)
  yield users.length
  const parts: Part[] = []
  let bytes = 0
  for (const shard of shards) {
    const text = JSON.stringify(shard)
    const name = secrets.mac('part of contacts', account, text).toString('hex').slice(0, 32)
    parts.push({ section: CONTACTS, name, body: () => secrets.seal(text) })
    bytes += Buffer.byteLength(text)
    yield text.length / UNIT_CHARS
  }
  return { parts, bytes }
}

/** The whole users of all shards. */
export function* openShards(sealed: readonly string[], secrets: Pick<SecretBox, 'open'>): Steps<Map<string, User>> {
  const users = new Map<string, User>()
  for (const shard of sealed) {
    for (const user of JSON.parse(secrets.open(shard)) as User[]) users.set(user.id, user)
    yield shard.length / UNIT_CHARS
  }
  return users
}

/**
 * Reads one user out of the shard of the user. The name of a shard has one text, so shards that were opened are kept, the
 * latest `most`.
 */
export function createPersonReader(
  table: Table,
  secrets: SecretBox,
  most: number,
): (account: string, shards: readonly string[], id: string) => Promise<User | undefined> {
  const opened = new Map<string, Map<string, User>>()
  return async (account, shards, id) => {
    const name = shards[createShardOf(secrets, account)(id, shards.length)]
    if (name === undefined) return undefined
    const key = `${account} ${name}`
    const users = opened.get(key) ?? finish(openShards(await readParts(table, account, CONTACTS, [name]), secrets))
    opened.delete(key)
    opened.set(key, users)
    const [oldest] = opened.keys()
    if (opened.size > most && oldest !== undefined) opened.delete(oldest)
    return users.get(id)
  }
}
