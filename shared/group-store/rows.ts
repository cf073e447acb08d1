import type { Alert, Fingerprint } from '../alert/alert.ts'
import type { Stamp } from '../alert/stamp.ts'
import type { Millis } from '../base/time.ts'
import type { ClosedByHand, Member, Tombstone } from '../group/group.ts'
import type { AlertTexts, TextsItem } from './texts.ts'

/*
 * A row is the part of an alert that changes while the alert is in its group: times and stamp. A row names the item
 * with the texts of the alert. A row has a hundred bytes; the texts of an alert have a thousand.
 */

/** A row in memory. A row is replaced, never changed, so identity tells equal rows. */
export interface Row {
  readonly one: Member | Tombstone
  readonly item: TextsItem
  /** The texts as the item has them: all of them, where a tombstone has only some. */
  readonly texts: AlertTexts
}

/** The fingerprint of an alert, or of a tombstone with a minus before it: an alert that fires anew may have both. */
export type RowKey = string

const TOMBSTONE = '-'

export function memberKey(fingerprint: Fingerprint): RowKey {
  return fingerprint
}

export function tombstoneKey(fingerprint: Fingerprint): RowKey {
  return TOMBSTONE + fingerprint
}

/** The key of the tombstone of an alert, or of the alert of a tombstone. */
export function otherKey(key: RowKey): RowKey {
  return isTombstoneKey(key) ? fingerprintOf(key) : tombstoneKey(key)
}

export function isTombstoneKey(key: RowKey): boolean {
  return key.startsWith(TOMBSTONE)
}

export function isMember(one: Member | Tombstone): one is Member {
  return 'claimedEnd' in one
}

export function fingerprintOf(key: RowKey): Fingerprint {
  return isTombstoneKey(key) ? key.slice(TOMBSTONE.length) : key
}

/** A row in JSON: of an alert, of a tombstone, or only the key: the row is gone, and older rows of the key are void. */
export type StoredRow = MemberRow | TombstoneRow | [RowKey]

/** In the place of a claimed end that is the end of the alert, as it is for most alerts. */
const AS_ENDS_AT = 0

type MemberRow = [
  key: RowKey,
  texts: string,
  startsAt: Millis,
  endsAt: Millis,
  claimedEnd: Millis,
  stampAt: StoredStampAt,
  stampTie: string,
  timeout: 0 | 1,
  compared?: Millis | null,
  closedByHand?: ClosedByHand | null,
  inHand?: Millis,
]

type TombstoneRow = [
  key: RowKey,
  texts: string,
  endsAt: Millis,
  until: Millis,
  stampAt: StoredStampAt,
  stampTie: string,
]

/** A stamp has an order of its own only after the clock was set back. */
type StoredStampAt = Millis | [at: Millis, order: Millis]

function storedStampAt({ at, order }: Stamp): StoredStampAt {
  return order === undefined ? at : [at, order]
}

function readStamp(stored: StoredStampAt, tie: string): Stamp {
  return typeof stored === 'number' ? { at: stored, tie } : { at: stored[0], tie, order: stored[1] }
}

/** `row` undefined: the row is gone. */
export function storedRow(key: RowKey, row: Row | undefined): StoredRow {
  if (row === undefined) return [key]
  const { one, item } = row
  const { tie } = one.stamp
  const at = storedStampAt(one.stamp)
  if (!isMember(one)) return [key, item.name, one.alert.endsAt, one.until, at, tie]
  const { alert, claimedEnd, compared, closedByHand, inHand } = one
  const { startsAt, endsAt, timeout } = alert
  const claimed = claimedEnd === endsAt ? AS_ENDS_AT : claimedEnd
  const times: MemberRow = [key, item.name, startsAt, endsAt, claimed, at, tie, timeout ? 1 : 0]
  if (inHand !== undefined) times.push(compared ?? null, closedByHand ?? null, inHand)
  else if (closedByHand !== undefined) times.push(compared ?? null, closedByHand)
  else if (compared !== undefined) times.push(compared)
  return times
}

/** The name of the item with the texts of the row; undefined: the row is gone. */
export function textsName(stored: StoredRow): string | undefined {
  return stored[1]
}

export function readMember(stored: StoredRow, { generatorURL, annotations = {}, ...texts }: AlertTexts): Member {
  const [, , startsAt, endsAt, claimed, at, tie, timeout, compared, closedByHand, inHand] = stored as MemberRow
  const times = { startsAt, endsAt, timeout: timeout === 1 }
  const alert: Alert = { ...texts, annotations, ...times, ...(generatorURL === undefined ? {} : { generatorURL }) }
  return {
    alert,
    stamp: readStamp(at, tie),
    claimedEnd: claimed === AS_ENDS_AT ? endsAt : claimed,
    ...(typeof compared === 'number' ? { compared } : {}),
    ...(closedByHand === undefined || closedByHand === null ? {} : { closedByHand }),
    ...(inHand === undefined ? {} : { inHand }),
  }
}

export function readTombstone(stored: StoredRow, { labels, origin }: AlertTexts): Tombstone {
  const [, , endsAt, until, at, tie] = stored as TombstoneRow
  return { stamp: readStamp(at, tie), until, alert: { labels, origin, endsAt } }
}
