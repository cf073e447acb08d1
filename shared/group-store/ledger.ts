import type { Millis } from '../base/time.ts'
import type { Delivery, How, Notification, NotifiedAlert } from '../delivery/delivery.ts'
import { partName, partOf, placeInParts } from '../delivery/ledger-place.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Item, Table } from '../table/port.ts'
import type { DeliveryFacts } from './deliveries.ts'
import { type AfterContent, MOST_SAID_BYTES, NAMED_MS, type SaidAlerts } from './said-alerts.ts'
import { keptFingerprints, putWords } from './words.ts'

/*
 * A ledger has the deliveries that one dispatch batch opened, of any groups of an account: a write for all of them, and
 * words that several targets are told once. The attempts are claimed beside the ledger: `ledger-claims.ts`.
 *
 * A ledger is written before the heads that name it, and never changed. A batch that ends in between, or loses a race,
 * leaves deliveries that no head names: no message asks for such deliveries, and the ledger expires. A new decision
 * writes a ledger with a new name.
 */

/** Claims of one ledger are writes to one item: with so many deliveries at most, the claims do not fight. */
export const MOST_DELIVERIES = 10
/** The part of the 400 KiB of an item for the contents of a ledger; the rest is for ids, targets and keys. */
const MOST_BYTES = 370 * 1024
/** The most bytes of the words of one group: who sends one delivery of a ledger may have to read the whole ledger. */
const MOST_GROUP_BYTES = 100 * 1024
/** The most bytes of words that are repeated in each ledger of a group with many targets. */
const MOST_REPEATED_BYTES = 8 * 1024

interface LedgerBody {
  openedAt: Millis
  contents: LedgerContent[]
  deliveries: LedgerEntry[]
  /** Absent: every delivery has the built-in text. */
  hows?: How[]
}

/** What one or more targets of a group are told. */
interface LedgerContent extends Pick<DeliveryFacts, 'group' | 'policy' | 'notification' | 'words'> {
  /** Absent: as the alerts of the notification say, or as the words that lie apart. */
  firing?: readonly string[]
  resolved?: readonly string[]
  /** The alerts of the notification, where an earlier ledger has most of them. */
  after?: AfterContent
}

interface LedgerEntry {
  id: string
  target: string
  /** Index in `contents`. */
  content: number
  /** Index in `hows`. A release that does not know the field writes the built-in text. */
  how?: number
}

/** Format 1: every content has its alerts, or words apart. A release that knows format 1 alone would tell no alerts. */
const WHOLE: BodyShape<LedgerBody> = bodyShape('a ledger of deliveries', { writes: 1, reads: 2 })
const LEDGER: BodyShape<LedgerBody> = bodyShape('a ledger of deliveries', { writes: 2, reads: 2 })

/** A ledger that is to be written. */
interface LedgerDraft {
  name: string
  body: LedgerBody
}

/**
 * Writes the deliveries of a batch into ledgers, and gives the place of the deliveries of each group. Words that are
 * large, or that many ledgers would repeat, lie apart and are written first. The deliveries of a group stay
 * together, unless one ledger cannot hold so many: then the group has ledgers of its own, and the id of a delivery tells
 * its ledger. Twice is safe: `name` belongs to one batch, whose first ledgers of the name stay. `said`: alerts that an
 * earlier ledger has are named.
 */
export async function putLedgers(
  table: Table,
  groups: readonly (readonly Delivery[])[],
  { openedAt, name, expiresAt, said }: { openedAt: Millis; name: string; expiresAt: Millis; said?: SaidAlerts },
): Promise<Map<string, string>> {
  const [account] = groups.flatMap(([first]) => first?.account ?? [])
  const places = new Map<string, string>()
  if (account === undefined) return places
  const written = await Promise.all(
    groups.map(async (deliveries) => {
      const contents = contentsOf(deliveries)
      const size = sizeOf(contents)
      const most = deliveries.length > MOST_DELIVERIES ? MOST_REPEATED_BYTES : MOST_GROUP_BYTES
      if (size <= most) {
        const short = said && mayNameAlerts(deliveries, size) ? named(contents, account, openedAt, said) : contents
        return { deliveries, contents: short, size: short === contents ? size : sizeOf(short) }
      }
      const apart = { ...contents, list: await putApart(table, account, deliveries, contents, expiresAt) }
      return { deliveries, contents: apart, size: sizeOf(apart) }
    }),
  )
  const ledgers = divide(written, openedAt, name, places)
  await Promise.all(
    ledgers.map(async ({ name, body }) => {
      const isNamed = said !== undefined && body.contents.some(isWhole)
      await table.put(
        {
          ...keys.ledger(account, name),
          body: writeBody(body.contents.some(({ after }) => after) ? LEDGER : WHOLE, body),
          list: { name: keys.list(account, 'deliveries'), at: openedAt },
          expiresAt: isNamed ? expiresAt + NAMED_MS : expiresAt,
        },
        'absent',
      )
      // Only a ledger that was surely written is named by a later one.
      for (const [content, one] of body.contents.entries()) {
        const { alerts } = one.notification
        if (isNamed && isWhole(one))
          said.note(account, one.group, { ledger: name, content, at: openedAt, alerts: alerts! })
      }
    }),
  )
  return places
}

function isWhole({ after, words }: LedgerContent): boolean {
  return after === undefined && words === undefined
}

/** Who writes by a content template reads the ledger, and would have to read the earlier one too. */
function mayNameAlerts(deliveries: readonly Delivery[], size: number): boolean {
  return size <= MOST_SAID_BYTES && deliveries.length <= MOST_DELIVERIES && deliveries.every(({ how }) => !how)
}

function named({ list, indexes }: Contents, account: string, now: Millis, said: SaidAlerts): Contents {
  const short = list.map((content): LedgerContent => {
    const { alerts = [], ...about } = content.notification
    const after = said.after(account, content.group, alerts, now)
    return after === undefined ? content : { ...content, notification: about, after }
  })
  return { list: short, indexes }
}

interface Contents {
  list: LedgerContent[]
  /** By delivery: the index of its content in the list. */
  indexes: number[]
}

/** The contents of a group's deliveries, each once: targets that are told the same share the very same object. */
function contentsOf(deliveries: readonly Delivery[]): Contents {
  const known = new Map<Notification, number>()
  const list: LedgerContent[] = []
  const indexes = deliveries.map(({ group, policy, notification, firing, resolved }) => {
    const index = known.get(notification) ?? list.length
    if (index === list.length) {
      known.set(notification, index)
      const shown = firing.length + resolved.length === notification.alerts.length
      const sets = shown ? {} : { firing: keptFingerprints(firing), resolved: keptFingerprints(resolved) }
      list.push({ group, policy, notification, ...sets })
    }
    return index
  })
  return { list, indexes }
}

function sizeOf({ list }: Contents): number {
  return Buffer.byteLength(JSON.stringify(list))
}

/** The contents without their words, which are written apart. Contents with the same alerts share the words. */
async function putApart(
  table: Table,
  account: string,
  deliveries: readonly Delivery[],
  { list, indexes }: Contents,
  expiresAt: Millis,
): Promise<LedgerContent[]> {
  const firsts = list.map((_, index) => deliveries[indexes.indexOf(index)]!)
  return await Promise.all(
    firsts.map(async ({ group, policy, notification, firing, resolved }) => {
      const { alerts, ...about } = notification
      const words = await putWords(table, { account, group }, { alerts, firing, resolved }, expiresAt)
      return { group, policy, notification: about, words }
    }),
  )
}

interface GroupContents {
  deliveries: readonly Delivery[]
  contents: Contents
  size: number
}

function divide(
  groups: readonly GroupContents[],
  openedAt: Millis,
  name: string,
  places: Map<string, string>,
): LedgerDraft[] {
  const ledgers: LedgerDraft[] = []
  let shared: LedgerBody | undefined
  let bytes = 0
  for (const { deliveries, contents, size } of groups) {
    const [first] = deliveries
    if (first === undefined) continue
    const next = partName(name, ledgers.length)
    if (deliveries.length > MOST_DELIVERIES) {
      const parts = partsFor(deliveries)
      for (const [part, numbers] of byPart(deliveries, parts)) {
        const body: LedgerBody = { openedAt, contents: [], deliveries: [] }
        addTo(body, deliveries, contents, numbers)
        ledgers.push({ name: partName(next, part), body })
      }
      places.set(first.group, placeInParts(next, parts))
      continue
    }
    const count = shared?.deliveries.length ?? MOST_DELIVERIES
    if (shared === undefined || count + deliveries.length > MOST_DELIVERIES || bytes + size > MOST_BYTES) {
      shared = { openedAt, contents: [], deliveries: [] }
      bytes = 0
      ledgers.push({ name: next, body: shared })
    }
    bytes += size
    addTo(shared, deliveries, contents, [...deliveries.keys()])
    places.set(first.group, ledgers.findLast(({ body }) => body === shared)!.name)
  }
  return ledgers
}

/** As few ledgers as possible, each with at most MOST_DELIVERIES of the deliveries. */
function partsFor(deliveries: readonly Delivery[]): number {
  for (let parts = Math.ceil(deliveries.length / MOST_DELIVERIES); ; parts++) {
    if ([...byPart(deliveries, parts).values()].every(({ length }) => length <= MOST_DELIVERIES)) return parts
  }
}

/** Indexes of deliveries by the number of their ledger. */
function byPart(deliveries: readonly Delivery[], parts: number): Map<number, number[]> {
  return Map.groupBy(deliveries.keys(), (index) => partOf(deliveries[index]!.id, parts))
}

function addTo(body: LedgerBody, deliveries: readonly Delivery[], contents: Contents, numbers: number[]): void {
  const added = new Map<number, number>()
  for (const number of numbers) {
    const { id, target, how } = deliveries[number]!
    const index = contents.indexes[number]!
    const content = added.get(index) ?? body.contents.length
    if (!added.has(index)) {
      added.set(index, content)
      body.contents.push(contents.list[index]!)
    }
    body.deliveries.push({ id, target, content, ...(how === undefined ? {} : { how: placeOfHow(body, how) }) })
  }
}

/** The place of a `How` among those of the ledger: most deliveries of a group are written alike. */
function placeOfHow(body: LedgerBody, how: How): number {
  body.hows ??= []
  const text = JSON.stringify(how)
  const known = body.hows.findIndex((one) => JSON.stringify(one) === text)
  return known >= 0 ? known : body.hows.push(how) - 1
}

/** The deliveries of a ledger; undefined: the ledger is gone. */
export async function readLedger(table: Table, account: string, name: string): Promise<DeliveryFacts[] | undefined> {
  const item = await table.get(keys.ledger(account, name))
  if (item === undefined) return undefined
  const names = new Set(readBody(LEDGER, item).contents.flatMap(({ after }) => (after ? [after.ledger] : [])))
  const earlier = await Promise.all(
    [...names].map(async (name) => [name, await table.get(keys.ledger(account, name))] as const),
  )
  return ledgerDeliveries(account, item, new Map(earlier))
}

type LedgerItem = Pick<Item, 'partition' | 'sort' | 'body'>

/**
 * Deliveries with the same content share the very same `notification` and `words`. A delivery whose earlier ledger is gone
 * is gone too.
 */
export function ledgerDeliveries(
  account: string,
  item: LedgerItem,
  earlier: ReadonlyMap<string, LedgerItem | undefined>,
): DeliveryFacts[] {
  const { openedAt, contents: stored, deliveries, hows = [] } = readBody(LEDGER, item)
  const contents = stored.map((content) => withAlerts(content, earlier))
  return deliveries.flatMap(({ id, target, content, how }): DeliveryFacts[] => {
    const said = contents[content]
    if (said === undefined) return []
    const { group, policy, notification, words, firing, resolved } = said
    const { alerts = [] } = notification
    const facts = {
      ...{ id, account, group, policy, target, openedAt, notification },
      firing: [...(firing ?? fingerprintsOf(alerts.filter(({ endsAt }) => endsAt === undefined)))],
      resolved: [...(resolved ?? fingerprintsOf(alerts.filter(({ endsAt }) => endsAt !== undefined)))],
      ...(words === undefined ? {} : { words }),
      ...(how === undefined ? {} : { how: hows[how]! }),
    }
    return [facts]
  })
}

/** The content with its alerts; undefined: the earlier ledger is gone. */
function withAlerts(
  content: LedgerContent,
  earlier: ReadonlyMap<string, LedgerItem | undefined>,
): LedgerContent | undefined {
  const { after, notification, ...rest } = content
  if (after === undefined) return content
  const item = earlier.get(after.ledger)
  const known = item && readBody(LEDGER, item).contents[after.content]?.notification.alerts
  const alerts = known && after.alerts.flatMap((one) => (typeof one === 'number' ? (known[one] ?? []) : [one]))
  return alerts?.length === after.alerts.length ? { ...rest, notification: { ...notification, alerts } } : undefined
}

function fingerprintsOf(alerts: readonly NotifiedAlert[]): string[] {
  return alerts.map(({ fingerprint }) => fingerprint)
}
