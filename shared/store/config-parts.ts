import { digest } from '../base/hash.ts'
import { DAY, type Millis } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import { emptySections, type Sections } from '../config/sections.ts'
import { keys } from '../table/keys.ts'
import type { ItemKey, Table } from '../table/port.ts'
import type { PartName, PartVersion, Pointer } from './config-pointer.ts'

/*
 * A part is a piece of the text of a section, under a name that is a function of the text. A part is written once; the
 * pointer of the account names the parts that count.
 */

/** The section of names, numbers and addresses (`stored-users.ts`): its parts lie where only some functions may read. */
export const CONTACTS = 'contacts'

/** The section of whole templates: a part for each, under the hash that messages name. */
export const TEMPLATE_TEXTS = 'templateTexts'

export interface Part {
  section: string
  name: string
  body(): string
}

/** The rules as read from the texts of `rules`, for the function that applies rules. */
export const PARSED_RULES = 'parsedRules'

const IN_TWO_WAYS: ReadonlySet<string> = new Set(['users', CONTACTS, 'templates', TEMPLATE_TEXTS, PARSED_RULES])

type Parts = Pointer['parts']

/** Deliveries name the text of a template for 30 days, and may be replayed. */
const TEXT_MS = 40 * DAY

/** At most three bytes for each UTF-16 unit: a piece stays below the limit of an item. */
const PIECE_CHARS = 100_000

export function partsOfText(section: string, text: string): Part[] {
  return splitText(text).map((piece) => ({ section, name: digest([piece], 32), body: () => piece }))
}

export function namesOf(parts: readonly Part[]): Parts {
  const names: Parts = {}
  for (const { section, name } of parts) {
    names[section] ??= []
    names[section].push(name)
  }
  return names
}

/** Writes the parts that the pointer `named` does not name. */
export async function putParts(table: Table, account: string, parts: readonly Part[], named: Parts): Promise<void> {
  const known = placesOf(named)
  for (const { section, name, body } of parts) {
    const place = placeOf([section, name])
    if (known.has(place)) continue
    known.add(place)
    // Safe twice and late: a name has one text. A part that was superseded loses its end and has a new version, so an
    // end that was decided before is lost.
    await table.put({ ...partKey(account, [section, name]), body: body() }, 'always')
  }
}

/** The text of a part; undefined: the part has come to its end. */
export async function readPart(table: Table, account: string, part: PartName): Promise<string | undefined> {
  return (await table.get(partKey(account, part)))?.body
}

export async function readParts(table: Table, account: string, section: string, names: string[]): Promise<string[]> {
  return await Promise.all(
    names.map(async (name) => {
      const text = await readPart(table, account, [section, name])
      if (text !== undefined) return text
      throw new Unavailable('table', `read of the configuration of ${account}`, `its part ${name} is missing`)
    }),
  )
}

/**
 * Sections as the pointer names the parts, without those that are stored in two ways: `users` and `templates`. An earlier
 * version saved no part for a later section.
 */
export async function readSections(
  table: Table,
  account: string,
  parts: Pointer['parts'],
  wanted: (section: string) => boolean,
): Promise<Omit<Sections, 'users' | 'templates'>> {
  const { users: _users, templates: _templates, ...empty } = emptySections()
  const names = Object.entries(parts).filter(([section]) => !IN_TWO_WAYS.has(section) && wanted(section))
  const read = await Promise.all(
    names.map(async ([section, names]) => {
      const texts = await readParts(table, account, section, names)
      return [section, JSON.parse(texts.join(''))] as const
    }),
  )
  return { ...empty, ...Object.fromEntries(read) }
}

/** The name of the texts of the rules: another text has another name. */
export function rulesName({ rules = [] }: Parts): string {
  return digest(rules, 32)
}

/** Undefined: no form is stored, or the form has come to its end with the pointer that names the form. */
export async function readParsedRules(
  table: Table,
  account: string,
  parts: Parts,
): Promise<{ text: string; of: string } | undefined> {
  const names = parts[PARSED_RULES] ?? []
  const texts = await Promise.all(names.map((name) => readPart(table, account, [PARSED_RULES, name])))
  if (texts.length === 0 || texts.includes(undefined)) return undefined
  return { text: texts.join(''), of: rulesName(parts) }
}

/** The parts that the next pointer names no longer, as the parts are now. Read before that pointer is written. */
export async function supersededParts(
  table: Table,
  account: string,
  { before, next }: { before: Parts; next: Parts },
): Promise<PartVersion[]> {
  const kept = placesOf(next)
  const gone = new Map(
    Object.entries(before)
      .flatMap(([section, names]) => names.map((name): PartName => [section, name]))
      .filter((part) => !kept.has(placeOf(part)))
      .map((part) => [placeOf(part), part]),
  )
  const versions = await Promise.all(
    [...gone.values()].map(async (part): Promise<PartVersion[]> => {
      const item = await table.get(partKey(account, part))
      return item === undefined ? [] : [[...part, item.version]]
    }),
  )
  return versions.flat()
}

/**
 * Gives parts an end. Safe twice and late: a change that names such a part again writes the part first, which gives it
 * another version, so this write is lost.
 */
export async function endParts(
  table: Table,
  account: string,
  parts: readonly PartVersion[],
  endsAt: Millis,
): Promise<void> {
  await Promise.all(
    parts.map(async ([section, name, version]) => {
      const expiresAt = section === TEMPLATE_TEXTS ? endsAt + TEXT_MS : endsAt
      const item = await table.get(partKey(account, [section, name]))
      if (item?.version !== version) return
      await table.put({ partition: item.partition, sort: item.sort, body: item.body, expiresAt }, { version })
    }),
  )
}

function partKey(account: string, [section, name]: PartName): ItemKey {
  return section === CONTACTS ? keys.people(account, 'part', name) : keys.account(account, 'part', name)
}

/** Sections in one partition share a part with one text, such as the empty list. */
function placeOf([section, name]: PartName): string {
  return `${section === CONTACTS} ${name}`
}

function placesOf(parts: Parts): Set<string> {
  return new Set(Object.entries(parts).flatMap(([section, names]) => names.map((name) => placeOf([section, name]))))
}

/** Never splits a surrogate pair: half a pair is not UTF-8 and would not come back. */
function splitText(text: string): string[] {
  const pieces: string[] = []
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + PIECE_CHARS, text.length)
    if (to < text.length && /[\ud800-\udbff]/.test(text.charAt(to - 1))) to--
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}
