import type { Fingerprint } from '../alert/alert.ts'
import { type AlertSet, without } from '../group/alert-sets.ts'
import type { Group } from '../group/group.ts'

/*
 * The sets of alerts that the targets of a group know of. Many targets know the same, so each set is stored once, and
 * has a number. A long set is mostly a large part of the group's alerts, or a part of them: so a set of 100,000 alerts
 * has some bytes, or some KiB. The alerts of the group are read with the same head, so both sides know the same alerts.
 */

/** A set in JSON. The order of a set means nothing. */
export type StoredSet = Fingerprint[] | StoredPart | StoredBits

/** The members of the group, or its members and tombstones (`alerts`), without some, and with others. */
interface StoredPart {
  of: 'members' | 'alerts'
  but?: Fingerprint[]
  and?: Fingerprint[]
}

/** A bit for each member and tombstone, ascending by fingerprint, in base64; and alerts that the group has no more. */
interface StoredBits {
  bits: string
  and?: Fingerprint[]
}

/** A set of so few alerts is listed: no other form is shorter by much. */
const LISTED = 2
/** Characters of a fingerprint in JSON, with quotes and comma. */
const FINGERPRINT_CHARS = 19
/** Characters of base64 for a bit. */
const BIT_CHARS = 1 / 6

type GroupAlerts = Pick<Group, 'members' | 'tombstones'>

/** Gives numbers to sets: equal sets have the same number, and a list that comes again is not looked at again. */
export function numberedSets(alerts: GroupAlerts): { sets: StoredSet[]; numberOf: (set: AlertSet) => number } {
  const sets: StoredSet[] = []
  const byList = new Map<AlertSet, number>()
  const byText = new Map<string, number>()
  const sorted = sortedOnce(alerts)
  const numberOf = (set: AlertSet): number => {
    const known = byList.get(set)
    if (known !== undefined) return known
    const stored = storedSet(set, alerts, sorted)
    const text = JSON.stringify(stored)
    const number = byText.get(text) ?? sets.push(stored) - 1
    byText.set(text, number)
    byList.set(set, number)
    return number
  }
  return { sets, numberOf }
}

/** The sets by number: a list for each set. */
export function readSets(sets: readonly StoredSet[], alerts: GroupAlerts): AlertSet[] {
  const sorted = sortedOnce(alerts)
  return sets.map((set) => readSet(set, alerts, sorted))
}

/** The shortest form; of equal sets, the same form. */
function storedSet(set: AlertSet, alerts: GroupAlerts, sorted: () => AlertSet): StoredSet {
  if (set.length <= LISTED) return set.toSorted()
  const [members, all] = [baseOf('members', alerts), baseOf('alerts', alerts)]
  const inMembers = countIn(set, members)
  const inAll = inMembers === set.length ? inMembers : countIn(set, all)
  const forms: [chars: number, form: () => StoredSet][] = [
    [set.length * FINGERPRINT_CHARS, () => set.toSorted()],
    [(members.size + set.length - 2 * inMembers) * FINGERPRINT_CHARS, () => partOf('members', set, members, inMembers)],
    [(all.size + set.length - 2 * inAll) * FINGERPRINT_CHARS, () => partOf('alerts', set, all, inAll)],
    [all.size * BIT_CHARS + (set.length - inAll) * FINGERPRINT_CHARS, () => bitsOf(set, all, inAll, sorted())],
  ]
  return forms.reduce((least, form) => (form[0] < least[0] ? form : least))[1]()
}

/** The alerts that a set is compared with. */
interface Base {
  readonly size: number
  has(one: Fingerprint): boolean
  all(): Fingerprint[]
}

function baseOf(of: StoredPart['of'], { members, tombstones }: GroupAlerts): Base {
  if (of === 'members') return { size: members.size, has: (one) => members.has(one), all: () => [...members.keys()] }
  const only = [...tombstones.keys()].filter((one) => !members.has(one))
  return {
    size: members.size + only.length,
    has: (one) => members.has(one) || tombstones.has(one),
    all: () => [...members.keys(), ...only],
  }
}

function countIn(set: AlertSet, base: Base): number {
  let count = 0
  for (const one of set) if (base.has(one)) count++
  return count
}

function partOf(of: StoredPart['of'], set: AlertSet, base: Base, inBase: number): StoredPart {
  return { of, ...(inBase < base.size && { but: without(base.all(), set).toSorted() }), ...others(set, base, inBase) }
}

function bitsOf(set: AlertSet, base: Base, inBase: number, sorted: AlertSet): StoredBits {
  const wanted = new Set(set)
  const bytes = Buffer.alloc(Math.ceil(sorted.length / 8))
  for (const [index, one] of sorted.entries()) if (wanted.has(one)) bytes[index >> 3]! |= 1 << (index & 7)
  return { bits: bytes.toString('base64'), ...others(set, base, inBase) }
}

/** The alerts of the set that are not in the base. */
function others(set: AlertSet, base: Base, inBase: number): { and?: Fingerprint[] } {
  return inBase === set.length ? {} : { and: set.filter((one) => !base.has(one)).sort() }
}

function readSet(set: StoredSet, alerts: GroupAlerts, sorted: () => AlertSet): AlertSet {
  if (Array.isArray(set)) return set
  const { and = [] } = set
  if ('bits' in set) {
    const bytes = Buffer.from(set.bits, 'base64')
    return [...sorted().filter((_, index) => (bytes[index >> 3]! >> (index & 7)) & 1), ...and]
  }
  return [...without(baseOf(set.of, alerts).all(), set.but), ...and]
}

/** The alerts of the group, ascending. Only a bitmap needs the order. */
function sortedOnce(alerts: GroupAlerts): () => AlertSet {
  let sorted: AlertSet | undefined
  return () => {
    sorted ??= baseOf('alerts', alerts).all().sort()
    return sorted
  }
}
