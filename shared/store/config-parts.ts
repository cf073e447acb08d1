import { digest } from '../base/hash.ts'
import { inSlices, pause } from '../base/steps.ts'
import { DAY, type Millis } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { RuleEntry } from '../config/config.ts'
import { emptySections, type Sections } from '../config/sections.ts'
import { keys } from '../table/keys.ts'
import type { ItemKey, Table } from '../table/port.ts'
import type { PartName, PartVersion, Pointer } from './config-pointer.ts'
import { readEntries, splitText } from './entry-lines.ts'

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

/** The policies that rules name, for the functions that only route: rules may be megabytes. */
export const RULE_POLICIES = 'rulePolicies'

const APART: ReadonlySet<string> = new Set([
  ...['users', CONTACTS, 'templates', TEMPLATE_TEXTS],
  ...['rules', PARSED_RULES, RULE_POLICIES],
])

type Parts = Pointer['parts']

/** Deliveries name the text of a template for 30 days, and may be replayed. */
const TEXT_MS = 40 * DAY

/** Items that are read or written at the same time. On one machine each of them takes a moment of the process. */
const SIDE_BY_SIDE = 16

export function partsOfText(section: string, text: string): Part[] {
  return partsOfPieces(section, splitText(text))
}

export function partsOfPieces(section: string, pieces: readonly string[]): Part[] {
  return pieces.map((piece) => ({ section, name: digest([piece], 32), body: () => piece }))
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
  const unknown = parts.filter(({ section, name }) => {
    const place = placeOf([section, name])
    return !known.has(place) && known.add(place)
  })
  await sideBySide(unknown, async ({ section, name, body }) => {
    // Safe twice and late: a name has one text. A part that was superseded loses its end and has a new version, so an
    // end that was decided before is lost.
    await table.put({ ...partKey(account, [section, name]), body: body() }, 'always')
  })
}

/** Some at a time; on one machine others come first in between. */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let from = 0; from < items.length; from += SIDE_BY_SIDE) {
    if (from > 0) await pause()
    results.push(...(await Promise.all(items.slice(from, from + SIDE_BY_SIDE).map(act))))
  }
  return results
}

/** The text of a part; undefined: the part has come to its end. */
export async function readPart(table: Table, account: string, part: PartName): Promise<string | undefined> {
  return (await table.get(partKey(account, part)))?.body
}

export async function readParts(table: Table, account: string, section: string, names: string[]): Promise<string[]> {
  return await sideBySide(names, async (name) => {
    const text = await readPart(table, account, [section, name])
    if (text !== undefined) return text
    throw new Unavailable('table', `read of the configuration of ${account}`, `its part ${name} is missing`)
  })
}

/**
 * Sections as the pointer names the parts, without those that are stored in two ways: `users`, `templates` and `rules`. An
 * earlier version saved no part for a later section.
 */
export async function readSections(
  table: Table,
  account: string,
  parts: Pointer['parts'],
  wanted: (section: string) => boolean,
): Promise<Omit<Sections, 'users' | 'templates' | 'rules'>> {
  const { users: _users, templates: _templates, rules: _rules, ...empty } = emptySections()
  const names = Object.entries(parts).filter(([section]) => !APART.has(section) && wanted(section))
  const read = await Promise.all(
    names.map(async ([section, names]) => {
      const texts = await readParts(table, account, section, names)
      return [section, JSON.parse(texts.join(''))] as const
    }),
  )
  return { ...empty, ...Object.fromEntries(read) }
}

/** Whole rules, in the order of the document. */
export async function readRules(table: Table, account: string, { rules = [] }: Parts): Promise<RuleEntry[]> {
  const texts = await readParts(table, account, 'rules', rules)
  return (await inSlices(readEntries(texts))) as RuleEntry[]
}

/**
 * The rules that name a policy, without what they match. `of` names the texts of the rules: a list of other texts, which an
 * earlier release may leave, is not used, and the rules are read.
 */
interface RulePolicies {
  of: string
  policies: [rule: string, policy: string][]
}

export async function readRulePolicies(table: Table, account: string, parts: Parts): Promise<RuleEntry[]> {
  const texts = await readParts(table, account, RULE_POLICIES, parts[RULE_POLICIES] ?? [])
  const stored = texts.length === 0 ? undefined : (JSON.parse(texts.join('')) as RulePolicies)
  if (stored?.of === rulesName(parts)) return stored.policies.map(([id, policy]) => ({ id, enabled: true, policy }))
  const rules = await readRules(table, account, parts)
  return rules.flatMap(({ id, policy }) => (policy === undefined ? [] : [{ id, enabled: true, policy }]))
}

export function rulePoliciesText(rules: readonly RuleEntry[], of: string): string {
  const policies = rules.flatMap(({ id, policy }): [string, string][] => (policy === undefined ? [] : [[id, policy]]))
  return JSON.stringify({ of, policies } satisfies RulePolicies)
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
  const texts = await sideBySide(names, (name) => readPart(table, account, [PARSED_RULES, name]))
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
  const versions = await sideBySide([...gone.values()], async (part): Promise<PartVersion[]> => {
    const item = await table.get(partKey(account, part))
    return item === undefined ? [] : [[...part, item.version]]
  })
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
  await sideBySide(parts, async ([section, name, version]) => {
    const expiresAt = section === TEMPLATE_TEXTS ? endsAt + TEXT_MS : endsAt
    const item = await table.get(partKey(account, [section, name]))
    if (item?.version !== version) return
    await table.put({ partition: item.partition, sort: item.sort, body: item.body, expiresAt }, { version })
  })
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
