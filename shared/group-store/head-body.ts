import type { Fingerprint } from '../alert/alert.ts'
import { UNIT_BYTES, unitsOf } from '../alert/labels.ts'
import type { Group, Member, Tombstone } from '../group/group.ts'
import type { TargetState } from '../group/target-state.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import type { ItemKey } from '../table/port.ts'

/*
 * A group is spread over items. The head of a small group contains the whole group. In a larger group, the alerts move
 * to pages by the first bits of their fingerprint. The sets of the targets move to pages of their own, as a single text
 * in pieces: sets of many fingerprints for many targets have no upper bound. A page is never changed: a save writes a
 * page under a new name, and the head names the page. So the head alone decides which pages are true, and a half-done
 * save is invisible.
 */

/** A head is written at every save: above this size the alerts go to pages, unless the table gives another size. */
const WHOLE_BYTES = 8 * 1024
/** Below this size a page does not justify an item of its own. */
const PAGE_BYTES = 4 * 1024
/** The bytes that the name of a page adds to the head. */
const NAME_BYTES = 24
/** 2^12 pages of 32 KiB: far beyond 100,000 alerts in one group. */
const MOST_BITS = 12
/**
 * A piece of the text of the targets. The item escapes the piece once more; the worst characters are three bytes each.
 */
const PIECE_CHARS = 96 * 1024
/** A page stays below the limit of an item of the table; a larger page is divided again. */
const LARGEST_PAGE_BYTES = 380 * 1024
/** The number of bits that are read from a fingerprint; pages are not divided further. */
const LAST_BITS = 32

export interface PackedGroup {
  /** Text of the head item. */
  head: string
  pages: PackedPage[]
  parts: GroupParts
}

interface PackedPage {
  /** `<place>!<writer>`: the place says which alerts the page has, the writer makes the name unique. */
  name: string
  place: string
  body(): string
  part: PagePart
}

/** The content of a page. */
export interface PagePart {
  members: [Fingerprint, Member][]
  tombstones: [Fingerprint, Tombstone][]
  /** Only in a head. */
  targets?: [string, TargetState][]
  /** Only in pages: a piece of the JSON of the targets. */
  text?: string
}

interface GroupParts {
  core: Omit<Group, 'members' | 'tombstones' | 'targets'>
  inline: PagePart
}

/** The JSON of the head, as `parseHead` returns it. */
interface HeadBody extends GroupParts {
  pages: string[]
}

/** A head is written at every save, so empty lists are left out of the text: some ten bytes each, and write units are KiB. */
interface StoredHead {
  core: HeadBody['core']
  inline?: StoredPart
  pages?: string[]
}

type StoredPart = Partial<PagePart>

const HEAD: BodyShape<StoredHead> = bodyShape('the head of a group')
const PAGE: BodyShape<StoredPart> = bodyShape('a page of a group')

export function parseHead(item: ItemKey & { body: string }): HeadBody {
  const { core, inline = {}, pages = [] } = readBody(HEAD, item)
  return { core, inline: filledPart(inline), pages }
}

function headText({ core, inline, pages }: HeadBody): string {
  return writeBody(HEAD, { core, inline: storedPart(inline), pages: unlessEmpty(pages) })
}

export function parsePage(item: ItemKey & { body: string }): PagePart {
  return filledPart(readBody(PAGE, item))
}

/** The JSON of the page. */
export function pageBody(part: PagePart): string {
  return writeBody(PAGE, storedPart(part))
}

function storedPart({ members, tombstones, targets, text }: PagePart): StoredPart {
  return {
    members: unlessEmpty(members),
    tombstones: unlessEmpty(tombstones),
    targets: unlessEmpty(targets),
    text,
  }
}

function filledPart({ members = [], tombstones = [], targets, text }: StoredPart): PagePart {
  return { members, tombstones, targets, text }
}

function unlessEmpty<T>(list: T[] | undefined): T[] | undefined {
  return list?.length === 0 ? undefined : list
}

export function unpackGroup({ parts, pages }: PackedGroup): Group {
  const all = [parts.inline, ...pages.map((page) => page.part)]
  const text = all.map((part) => part.text ?? '').join('')
  const targets = text === '' ? (parts.inline.targets ?? []) : (JSON.parse(text) as [string, TargetState][])
  return {
    ...parts.core,
    members: new Map(all.flatMap((part) => part.members)),
    tombstones: new Map(all.flatMap((part) => part.tombstones)),
    targets: new Map(targets),
  }
}

/**
 * Packs a group into a head and pages. `writer` makes page names unique among racing saves. A page of `before` with
 * unchanged content keeps its name.
 */
export function packGroup(
  group: Group,
  before: PackedGroup | undefined,
  writer: string,
  wholeBytes = WHOLE_BYTES,
): PackedGroup {
  const { members, tombstones, targets, ...core } = group
  const whole: PagePart = { members: [...members], tombstones: [...tombstones], targets: [...targets] }
  const bytes = estimate(whole)
  const small = bytes <= 2 * wholeBytes
  const head = small ? headText({ core, inline: whole, pages: [] }) : ''
  if (small && head.length <= wholeBytes) return { head, pages: [], parts: { core, inline: whole } }

  const bits = pageBits(bytes)
  const places = [...targetPieces(targets), ...divide(whole, bits)]
  const old = new Map(before?.pages.map((page) => [page.place, page]))
  const pages = places.map(([place, part]) => keepOrMake(old.get(place), place, part, writer))
  const inline: PagePart = { members: [], tombstones: [] }
  const body: HeadBody = { core, inline, pages: pages.map((page) => page.name) }
  return { head: headText(body), pages, parts: { core, inline } }
}

/** The pieces in order; the head names the pieces in the same order. */
function targetPieces(targets: Group['targets']): [string, PagePart][] {
  const text = JSON.stringify([...targets])
  const count = Math.ceil(text.length / PIECE_CHARS)
  return Array.from({ length: count }, (_, index) => [
    `targets.${index}`,
    { members: [], tombstones: [], text: text.slice(index * PIECE_CHARS, (index + 1) * PIECE_CHARS) },
  ])
}

/**
 * The size in UTF-16 units, counted and not written out: packing must not stringify ten thousand alerts to learn their
 * size.
 */
function estimate({ members, tombstones }: PagePart): number {
  let units = 0
  for (const [, { alert }] of tombstones) units += TOMBSTONE_UNITS + unitsOf(alert.labels)
  for (const [, { alert }] of members) units += MEMBER_UNITS + unitsOf(alert.labels) + unitsOf(alert.annotations)
  return units
}

/** Units of the times, stamp, origin and member names of a member, and of a tombstone. */
const MEMBER_UNITS = 350
const TOMBSTONE_UNITS = 250

/**
 * A save that changes a single alert writes the head and a single page. The sum of both is smallest when the names of
 * the pages together are as long as a page: so a small group has many small pages, and a large group has large pages.
 */
function pageBits(bytes: number): number {
  const pages = Math.min(bytes / PAGE_BYTES, Math.sqrt(bytes / NAME_BYTES))
  return Math.min(MOST_BITS, Math.max(0, Math.ceil(Math.log2(pages))))
}

/** The first bits of a fingerprint. Among prefixes of equal length, ascending prefixes are ascending fingerprints. */
export function prefixOf(fingerprint: Fingerprint, bits: number): number {
  return bits === 0 ? 0 : Number.parseInt(fingerprint.slice(0, LAST_BITS / 4), 16) >>> (LAST_BITS - bits)
}

/** The alerts by place, `<bits>.<prefix>`. A place with a few huge alerts is divided further. */
function divide(whole: PagePart, bits: number): [string, PagePart][] {
  const parts = new Map<number, PagePart>()
  const partOf = (fingerprint: Fingerprint): PagePart => {
    const prefix = prefixOf(fingerprint, bits)
    const part = parts.get(prefix) ?? { members: [], tombstones: [] }
    parts.set(prefix, part)
    return part
  }
  for (const entry of whole.members) partOf(entry[0]).members.push(entry)
  for (const entry of whole.tombstones) partOf(entry[0]).tombstones.push(entry)
  return [...parts].flatMap(([prefix, part]) =>
    bits < LAST_BITS && part.members.length + part.tombstones.length > 1 && isTooLarge(part)
      ? divide(part, bits + 1)
      : [[`${bits}.${prefix}`, part] as [string, PagePart]],
  )
}

/** The part is written out only when the counted units leave a doubt. */
function isTooLarge(part: PagePart): boolean {
  return (
    estimate(part) * UNIT_BYTES > LARGEST_PAGE_BYTES && Buffer.byteLength(JSON.stringify(part)) > LARGEST_PAGE_BYTES
  )
}

function keepOrMake(old: PackedPage | undefined, place: string, part: PagePart, writer: string): PackedPage {
  if (old !== undefined && samePart(old.part, part)) return old
  return { name: `${place}!${writer}`, place, part, body: () => pageBody(part) }
}

/** Alerts and tombstones are replaced, never changed, so identity tells equal parts. */
function samePart(a: PagePart, b: PagePart): boolean {
  if (a.members.length !== b.members.length || a.tombstones.length !== b.tombstones.length) return false
  const members = new Map(a.members)
  const tombstones = new Map(a.tombstones)
  return (
    b.members.every(([fingerprint, member]) => members.get(fingerprint) === member) &&
    b.tombstones.every(([fingerprint, tombstone]) => tombstones.get(fingerprint) === tombstone) &&
    a.text === b.text
  )
}
