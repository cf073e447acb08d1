import { type Alert, type Fingerprint, sameOrigin } from '../alert/alert.ts'
import { type Labels, sameLabels, UNIT_BYTES, unitsOf } from '../alert/labels.ts'
import type { Member, Tombstone } from '../group/group.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Item, ItemKey, Table } from '../table/port.ts'

/*
 * The texts of alerts: the parts that a resent or refreshed alert does not change. A save writes the texts of the
 * alerts that are new, or have new texts, to items of their own, and no such item is ever changed. When most alerts of
 * an item left, or have newer texts elsewhere, the rest moves to a new item.
 */

/** Absent annotations: the alert had left already when the group got to know of the alert. */
export type AlertTexts = Pick<Alert, 'labels' | 'origin' | 'generatorURL'> & { readonly annotations?: Labels }

/** An item of texts in memory. */
export interface TextsItem {
  readonly name: string
  /** The number of alerts in the item. */
  readonly alerts: number
}

/** Stands for the head, which has the texts of a small group. */
export const IN_HEAD: TextsItem = { name: '', alerts: 0 }

/** Texts in JSON. */
export type StoredTexts = [Fingerprint, AlertTexts][]

/** Alerts, for their texts. */
export type TextsByFingerprint = Map<Fingerprint, HasTexts>

const TEXTS: BodyShape<{ alerts: StoredTexts }> = bodyShape('texts of alerts')

/** An item of the table holds 400 KiB. A single alert is smaller: `LARGEST_ALERT` in `message/alert-messages.ts`. */
const LARGEST_BYTES = 380 * 1024
/** UTF-16 units of the origin and of the member names. */
const FRAME_UNITS = 200

/** Below this number of missing items each item is read by its key; otherwise the texts of the group are read in pages. */
const SINGLE_READS = 25
const ITEMS_A_PAGE = 200

/** Whether the stored texts of an alert are still its texts. The labels are the same: both have the same fingerprint. */
export function sameTexts(before: AlertTexts, after: AlertTexts): boolean {
  if (!sameOrigin(before.origin, after.origin)) return false
  // An alert that left needs neither annotations nor URL any more.
  if (after.annotations === undefined) return true
  return (
    before.annotations !== undefined &&
    sameLabels(before.annotations, after.annotations) &&
    before.generatorURL === after.generatorURL
  )
}

/**
 * Divides alerts into items of about `chars` characters, ascending by fingerprint: readers of neighbours find the
 * neighbours together.
 */
export function divideTexts<A extends HasTexts>(
  alerts: ReadonlyMap<Fingerprint, A>,
  chars: number,
): [Fingerprint, A][][] {
  const parts: [Fingerprint, A][][] = []
  let [units, bytes] = [0, 0]
  for (const entry of [...alerts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { alert } = entry[1]
    const size = unitsOfTexts(alert)
    // The texts are written out only when the counted units leave a doubt.
    const most = size * UNIT_BYTES
    const part = bytes + most <= LARGEST_BYTES ? most : Buffer.byteLength(JSON.stringify(textsOf(alert)))
    if (parts.length === 0 || units + size > chars || bytes + part > LARGEST_BYTES) {
      parts.push([])
      units = 0
      bytes = 0
    }
    parts.at(-1)!.push(entry)
    units += size
    bytes += part
  }
  return parts
}

interface HasTexts {
  alert: (Member | Tombstone)['alert']
}

export function unitsOfTexts({ labels, annotations, generatorURL = '' }: AlertTexts): number {
  return FRAME_UNITS + unitsOf(labels) + (annotations === undefined ? 0 : unitsOf(annotations)) + generatorURL.length
}

export function storedTexts(alerts: Iterable<readonly [Fingerprint, HasTexts]>): StoredTexts {
  return Array.from(alerts, ([fingerprint, { alert }]) => [fingerprint, textsOf(alert)])
}

export function textsBody(alerts: Iterable<readonly [Fingerprint, HasTexts]>): string {
  return writeBody(TEXTS, { alerts: storedTexts(alerts) })
}

function textsOf({ labels, annotations, generatorURL, origin }: AlertTexts): AlertTexts {
  return { labels, annotations, generatorURL, origin } as AlertTexts
}

/** Reads items of texts of a group. An item that is missing is left out: the group was saved meanwhile. */
export async function readTexts(
  table: Table,
  account: string,
  group: string,
  names: ReadonlySet<string>,
): Promise<Map<string, Map<Fingerprint, AlertTexts>>> {
  const keyed = new Map([...names].map((name) => [name, keys.texts(account, group, name)]))
  const items =
    names.size <= SINGLE_READS ? await readEach(table, keyed.values()) : await readAll(table, account, group)
  const found = new Map<string, Map<Fingerprint, AlertTexts>>()
  for (const [name, { sort }] of keyed) {
    const item = items.get(sort)
    if (item !== undefined) found.set(name, new Map(readBody(TEXTS, item).alerts))
  }
  return found
}

async function readEach(table: Table, wanted: Iterable<ItemKey>): Promise<Map<string, Item>> {
  const items = await Promise.all([...wanted].map((key) => table.get(key)))
  return new Map(items.flatMap((item) => (item === undefined ? [] : [[item.sort, item]])))
}

async function readAll(table: Table, account: string, group: string): Promise<Map<string, Item>> {
  const found = new Map<string, Item>()
  const { partition, sort: prefix } = keys.texts(account, group, '')
  for (let after: string | undefined; ; ) {
    const { items, next } = await table.query(partition, prefix, { limit: ITEMS_A_PAGE, ...(after && { after }) })
    for (const item of items) found.set(item.sort, item)
    if (next === undefined) return found
    after = next
  }
}
