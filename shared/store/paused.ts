import { DAY, type Millis } from '../base/time.ts'
import type { PauseReason } from '../reason/reason.ts'
import { type BodyShape, bodyShape, readBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { ItemKey, Table } from '../table/port.ts'
import { readItem, updateItem } from '../table/update.ts'

/** The place of a pause: a target of one group. */
export interface PausedPlace {
  target: string
  group: string
  at: Millis
}

/** A channel, or one user on a channel: the number of one user may be wrong although the channel works. */
export interface PausedName {
  channel: string
  user?: string
}

/** The record that people were told about a paused channel, and the places of the pause. */
export interface PausedChannel extends PausedName {
  /** The kind of the channel and the reason of the pause, as in the alert about the pause. */
  kind: string
  reason: string
  /** The same reason for other languages; absent: an earlier release noted the pause. */
  pause?: PauseReason
  since: Millis
  places: PausedPlace[]
}

/** A repaired channel is repaired for every place; beyond this number of places a longer list adds no information. */
const MOST_PLACES = 50
const TRIES = 10
const CHANNELS = 100

const PAUSED: BodyShape<PausedChannel> = bodyShape('a paused channel')

/** Undefined: the channel works, as far as people were told. */
export async function readPaused(table: Table, account: string, name: PausedName): Promise<PausedChannel | undefined> {
  return standing((await readItem(table, keyOf(account, name), PAUSED))?.body)
}

function keyOf(account: string, { channel, user }: PausedName): ItemKey {
  return keys.account(account, 'paused', channel, ...(user === undefined ? [] : [user]))
}

/** Twice is once: a place is noted by its target and group. */
export async function notePaused(
  table: Table,
  account: string,
  { channel, user, kind, reason, pause }: Omit<PausedChannel, 'since' | 'places'>,
  place: PausedPlace,
): Promise<PausedChannel> {
  const name = { channel, ...(user === undefined ? {} : { user }) }
  return await change(table, account, name, place.at, (before) => {
    const { since, places } = before ?? { since: place.at, places: [] }
    const known = places.length >= MOST_PLACES || places.some((one) => isSame(one, place))
    return { ...name, kind, reason, ...(pause && { pause }), since, places: known ? places : [...places, place] }
  })
}

/** Takes places off the list. Twice or late is safe: an absent place is not taken off. */
export async function forgetPaused(
  table: Table,
  account: string,
  paused: PausedChannel,
  gone: readonly PausedPlace[],
  now: Millis,
): Promise<PausedChannel> {
  return await change(table, account, paused, now, (before = paused) => ({
    ...before,
    places: before.places.filter((place) => !gone.some((one) => isSame(one, place))),
  }))
}

export async function listPaused(table: Table, account: string): Promise<PausedChannel[]> {
  const { partition } = keys.account(account, 'paused')
  const { items } = await table.query(partition, 'paused#', { limit: CHANNELS })
  return items.flatMap((item) => standing(readBody(PAUSED, item)) ?? [])
}

export function isSame(a: Omit<PausedPlace, 'at'>, b: Omit<PausedPlace, 'at'>): boolean {
  return a.target === b.target && a.group === b.group
}

/** An item without places is only not removed yet. */
function standing(paused: PausedChannel | undefined): PausedChannel | undefined {
  return paused?.places.length === 0 ? undefined : paused
}

/** A conditional write; after a lost race the item is read and decided again. */
async function change(
  table: Table,
  account: string,
  name: PausedName,
  now: Millis,
  decide: (before: PausedChannel | undefined) => PausedChannel,
): Promise<PausedChannel> {
  const updated = await updateItem(
    table,
    keyOf(account, name),
    PAUSED,
    (stored) => {
      const body = decide(standing(stored?.body))
      return { next: { body, expiresAt: body.places.length === 0 ? now + DAY : undefined } }
    },
    { tries: TRIES },
  )
  if (updated.result === 'lost') throw new Error(`paused channel: lost ${TRIES} races`)
  return updated.decided.next.body
}
