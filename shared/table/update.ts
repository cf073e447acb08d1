import { type Chance, type Clock, type Millis, sleep } from '../base/time.ts'
import { type BodyShape, readBody, writeBody } from './body.ts'
import { type ItemKey, ifUnchanged, type Table } from './port.ts'
import type { Version } from './version.ts'

/** A body, and the version that a next write of the body names as its condition. */
export interface StoredBody<Body> {
  body: Body
  version: Version
  expiresAt?: Millis | undefined
}

export interface RetryOptions {
  /** The number of attempts. A caller that loses so often in a row has too many rival writers. */
  tries: number
  /** A random pause before a repetition, longer with each repetition. Absent: no pause. */
  jitter?: { clock: Pick<Clock, 'after'>; chance: Chance; ms: Millis } | undefined
}

/**
 * Repeats an attempt (read, decide, save under the version of the read) until a save is not lost to another writer.
 * `lost`: every attempt was lost. An attempt must be safe to run again after a lost race.
 */
export async function retryLost<T>(
  attempt: () => Promise<T | 'lost'>,
  { tries, jitter }: RetryOptions,
): Promise<T | 'lost'> {
  for (let lost = 0; lost < tries; lost++) {
    if (lost > 0 && jitter) await sleep(jitter.clock, jitter.chance() * jitter.ms * lost)
    const result = await attempt()
    if (result !== 'lost') return result
  }
  return 'lost'
}

export async function readItem<Body extends object>(
  table: Table,
  key: ItemKey,
  shape: BodyShape<Body>,
): Promise<StoredBody<Body> | undefined> {
  const item = await table.get(key)
  return item && { body: readBody(shape, item), version: item.version, expiresAt: item.expiresAt }
}

/** A decision over an item: the next body, if the item is to be written, and further results for the caller. */
export interface Decision<Body> {
  next?: { body: Body; expiresAt?: Millis | undefined } | undefined
}

export type Updated<Body, D> =
  | { result: 'saved'; decided: D; stored: StoredBody<Body> }
  | { result: 'unchanged'; decided: D }
  | { result: 'lost' }

/**
 * Reads an item, decides, and writes the next body under the version of the read; after a lost race the item is read
 * and decided again. `decide` runs once for each attempt. `unchanged`: the decision has no next body, or the text of
 * the next body is the stored text. `before`: the item from an earlier read or write, which spares the first read.
 */
export async function updateItem<Body extends object, D extends Decision<Body>>(
  table: Table,
  key: ItemKey,
  shape: BodyShape<Body>,
  decide: (before: StoredBody<Body> | undefined) => D | Promise<D>,
  options: RetryOptions & { before?: StoredBody<Body> | 'absent' | undefined },
): Promise<Updated<Body, D>> {
  let { before: known } = options
  const attempt = async (): Promise<Updated<Body, D> | 'lost'> => {
    const item = known === undefined ? await table.get(key) : undefined
    const read = item && { body: readBody(shape, item), version: item.version, expiresAt: item.expiresAt }
    const before = known === undefined ? read : known === 'absent' ? undefined : known
    known = undefined
    const decided = await decide(before)
    if (decided.next === undefined) return { result: 'unchanged', decided }
    const { body, expiresAt } = decided.next
    const text = writeBody(shape, body)
    if (text === item?.body) return { result: 'unchanged', decided }
    const version = await table.put({ ...key, body: text, expiresAt }, ifUnchanged(before?.version ?? 'absent'))
    return version === 'lost' ? 'lost' : { result: 'saved', decided, stored: { body, version, expiresAt } }
  }
  // The caller mostly knows an older item than the stored item. So a first write that is lost is no race: no pause.
  const first = known === undefined ? 'lost' : await attempt()
  const updated = first === 'lost' ? await retryLost(attempt, options) : first
  return updated === 'lost' ? { result: 'lost' } : updated
}
