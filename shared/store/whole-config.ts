import { LIMITS } from '../base/limits.ts'
import { inSlices, type Steps } from '../base/steps.ts'
import { DAY, type Millis } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { Config, RuleEntry } from '../config/config.ts'
import { defaultConfig, type Sections, sectionsOf } from '../config/sections.ts'
import type { User } from '../people/user.ts'
import type { SecretBox } from '../secret/seal.ts'
import type { Table } from '../table/port.ts'
import type { Version } from '../table/version.ts'
import {
  CONTACTS,
  endParts,
  namesOf,
  PARSED_RULES,
  type Part,
  partsOfPieces,
  partsOfText,
  putParts,
  RULE_POLICIES,
  readParsedRules,
  readPart,
  readParts,
  readRules,
  readSections,
  rulePoliciesText,
  rulesName,
  supersededParts,
  TEMPLATE_TEXTS,
} from './config-parts.ts'
import { type Pointer, putPointer, readPointer, type StoredPointer } from './config-pointer.ts'
import { jsonOfEach, LIST, piecesOfEntries } from './entry-lines.ts'
import { leanTemplates, readTemplates, templateParts } from './stored-templates.ts'
import { contactParts, leanText, openShards, readLean } from './stored-users.ts'

/*
 * A configuration is a number of immutable parts, and a pointer that names the parts. A reader sees the pointer before or
 * after a change, and never a state in between, of people neither.
 */

/** Whoever reads or changes the whole document. `secrets` seals the personal data of users. */
export interface ConfigDeps {
  table: Table
  secrets: SecretBox
}

/** The sections of who is told and how; and with sections that decide nothing, those whose change restarts no timers. */
const PEOPLE: ReadonlySet<string> = new Set([
  ...['users', CONTACTS, 'userGroups', 'calendars'],
  ...['templates', TEMPLATE_TEXTS],
])
const QUIET: ReadonlySet<string> = new Set([...PEOPLE, 'views', PARSED_RULES, RULE_POLICIES])
/** A part that no pointer names stays for readers of the pointer before, which take far less. */
const SUPERSEDED_MS = DAY

export interface StoredConfig {
  config: Config
  /** The version of the pointer, which `saveConfig` expects. Absent when no configuration was saved yet. */
  version: Version | 'absent'
  /** The form of the rules that is quick to read, and the name of the texts; undefined: none is stored. */
  parsedRules(): Promise<{ text: string; of: string } | undefined>
}

/**
 * The configuration at this moment; the configuration of a new account when none was saved. `only`: sections that are
 * read; the others are empty. Absent: all.
 */
export async function readConfig(
  deps: ConfigDeps,
  account: string,
  only?: readonly (keyof Sections)[],
): Promise<StoredConfig> {
  const { pointer, version } = await settledPointer(deps.table, account)
  if (pointer === undefined) return { config: defaultConfig(), version, parsedRules: async () => undefined }
  const { revision, since, parts } = pointer
  const wanted = (section: string): boolean => only === undefined || only.some((one) => one === section)
  const sections = await readSections(deps.table, account, parts, wanted)
  const users = wanted('users') ? await readUsers(deps, account, parts) : []
  const templates = wanted('templates') ? await readTemplates(deps.table, account, parts) : []
  const rules = wanted('rules') ? await readRules(deps.table, account, parts) : []
  const parsedRules = () => readParsedRules(deps.table, account, parts)
  return { config: { ...sections, users, templates, rules, revision, since }, version, parsedRules }
}

/** Whole users, in the order of the document. */
async function readUsers(
  { table, secrets }: ConfigDeps,
  account: string,
  { users: lean = [], contacts = [] }: Pointer['parts'],
): Promise<User[]> {
  const [texts, shards] = await Promise.all([
    readParts(table, account, 'users', lean),
    readParts(table, account, CONTACTS, contacts),
  ])
  if (texts.length === 0) return []
  const byId = await inSlices(openShards(shards, secrets))
  return readLean(texts.join('')).map(({ id }) => {
    const user = byId.get(id)
    if (user === undefined) throw new Unavailable('table', `read of the users of ${account}`, 'a user has no contact')
    return user
  })
}

export type SavedConfig =
  | { ok: true; revision: string }
  /** Another change came first: read again and decide again. */
  | { ok: false; reason: 'lost' }
  | { ok: false; reason: 'too-large'; message: string }

/** The form of rules that is quick to read, which this store does not know. */
export interface RuleForm {
  /** The pieces of the form, given the name of the texts of the rules. */
  pieces(of: string): Steps<string[]>
  /** Whether a form that is stored can be read still, by its first piece. */
  isKnown(piece: string): boolean
}

interface SaveOptions {
  now: Millis
  expectVersion?: Version | 'absent'
  /** Absent: no form is stored. */
  parsedRules?: RuleForm
}

/**
 * Writes the parts first, then the pointer, under the condition that no other change was faster since `expectVersion`,
 * or since this call without `expectVersion`.
 */
export async function saveConfig(
  { table, secrets }: ConfigDeps,
  account: string,
  sections: Sections,
  { now, expectVersion, parsedRules }: SaveOptions,
): Promise<SavedConfig> {
  const { users, templates, rules = [], ...others } = sections
  const texts = Object.entries(others).flatMap(([section, value]) =>
    value === undefined ? [] : [[section, JSON.stringify(value)] as const],
  )
  const contacts = await inSlices(contactParts(users, account, secrets))
  const wholeTemplates = templateParts(templates)
  const bytes = contacts.bytes + wholeTemplates.reduce((sum, part) => sum + Buffer.byteLength(part.body()), 0)
  if (texts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), bytes) > LIMITS.configBytes) {
    return tooLarge(`the configuration has more than ${LIMITS.configBytes} bytes, its rules left out`)
  }
  const ruleParts = await inSlices(partsOfRules(rules))
  if (ruleParts === 'too-large') return tooLarge(`the rules have more than ${LIMITS.rulesBytes} bytes`)
  const made: Part[] = [
    ...texts.flatMap(([section, text]) => partsOfText(section, text)),
    ...partsOfText('users', leanText(users)),
    ...contacts.parts,
    ...partsOfText('templates', JSON.stringify(leanTemplates(templates))),
    ...wholeTemplates,
    ...ruleParts,
  ]
  const before = await settledPointer(table, account)
  if (expectVersion !== undefined && expectVersion !== before.version) return { ok: false, reason: 'lost' }
  if (parsedRules !== undefined && rules.length > 0) {
    const of = rulesName(namesOf(ruleParts))
    made.push(...((await keptForm(table, account, before, of, parsedRules)) ?? (await newForm(of, parsedRules))))
  }
  await putParts(table, account, made, before.pointer?.parts ?? {})
  return await flip(table, account, before, { parts: namesOf(made), now, restart: false })
}

function tooLarge(message: string): SavedConfig {
  return { ok: false, reason: 'too-large', message: `limit: ${message}` }
}

/** A short list in one line, as an earlier release wrote every list: the same rules have the same parts. */
const SHORT_CHARS = 100_000

function* partsOfRules(rules: readonly RuleEntry[]): Steps<Part[] | 'too-large'> {
  const entries = yield* jsonOfEach(rules)
  const chars = entries.reduce((sum, { length }) => sum + length + 1, 1)
  const pieces = chars <= SHORT_CHARS ? [`[${entries.join(',')}]`] : yield* piecesOfEntries(entries, LIST)
  let bytes = 0
  const parts: Part[] = []
  for (const piece of pieces) {
    bytes += Buffer.byteLength(piece)
    if (bytes > LIMITS.rulesBytes) return 'too-large'
    parts.push(...partsOfPieces('rules', [piece]))
    yield piece.length / CHARS_HASHED_PER_UNIT
  }
  return [...parts, ...partsOfText(RULE_POLICIES, rulePoliciesText(rules, rulesName(namesOf(parts))))]
}

const CHARS_HASHED_PER_UNIT = 200

async function newForm(of: string, { pieces }: RuleForm): Promise<Part[]> {
  return partsOfPieces(PARSED_RULES, await inSlices(pieces(of)))
}

/** The stored form, if it is of these rules; undefined: it is not. To make a form all rules have to be read. */
async function keptForm(
  table: Table,
  account: string,
  { pointer }: StoredPointer,
  of: string,
  { isKnown }: RuleForm,
): Promise<Part[] | undefined> {
  const { parts = {} } = pointer ?? {}
  const names = parts[PARSED_RULES] ?? []
  if (names.length === 0 || rulesName(parts) !== of) return undefined
  const first = await readPart(table, account, [PARSED_RULES, names[0]!])
  if (first === undefined || !isKnown(first)) return undefined
  // The pointer names the parts, so nothing is written.
  return names.map((name) => ({ section: PARSED_RULES, name, body: () => '' }))
}

/** Saves the same parts as a new revision: groups restart their timers, as when Alertmanager reloads. */
export async function reloadConfig(deps: ConfigDeps, account: string, now: Millis): Promise<SavedConfig> {
  const before = await settledPointer(deps.table, account)
  if (before.pointer === undefined) {
    return saveConfig(deps, account, sectionsOf(defaultConfig()), { now, expectVersion: 'absent' })
  }
  return await flip(deps.table, account, before, { parts: before.pointer.parts, now, restart: true })
}

/** Puts the next pointer, then gives the superseded parts an end. `restart`: the timers of groups, in any case. */
async function flip(
  table: Table,
  account: string,
  { pointer: before, version }: StoredPointer,
  { parts, now, restart }: { parts: Pointer['parts']; now: Millis; restart: boolean },
): Promise<SavedConfig> {
  const superseded = await supersededParts(table, account, { before: before?.parts ?? {}, next: parts })
  const next = { ...revisions(before, parts, { now, restart }), parts }
  const going = { expiresAt: now + SUPERSEDED_MS, parts: superseded }
  const pointer: Pointer = superseded.length === 0 ? next : { ...next, going }
  const saved = await putPointer(table, account, pointer, version)
  if (saved === 'lost') return { ok: false, reason: 'lost' }
  // The change stands. A failure here is made up for by the next reader, as `going` says.
  await settle(table, account, { pointer, version: saved }).catch(() => {})
  return { ok: true, revision: pointer.revision }
}

function revisions(
  before: Pointer | undefined,
  parts: Pointer['parts'],
  { now, restart }: { now: Millis; restart: boolean },
): Omit<Pointer, 'parts'> {
  const { revision = '0', since = now, peopleRevision } = before ?? {}
  const changed = new Set(
    [...new Set([...Object.keys(before?.parts ?? {}), ...Object.keys(parts)])].filter(
      (section) => before?.parts[section]?.join() !== parts[section]?.join(),
    ),
  )
  const people = [...changed].some((section) => PEOPLE.has(section))
  const quiet =
    before !== undefined && changed.size > 0 && [...changed].every((section) => QUIET.has(section)) && !restart
  return {
    ...(quiet ? { revision, since } : { revision: following(revision), since: now }),
    ...(people ? { peopleRevision: following(peopleRevision ?? '0') } : peopleRevision && { peopleRevision }),
  }
}

function following(revision: string): string {
  return String(Number(revision) + 1)
}

/** The pointer, after an earlier change was finished by giving its superseded parts an end. */
async function settledPointer(table: Table, account: string): Promise<StoredPointer> {
  const stored = await readPointer(table, account)
  if (stored.pointer?.going === undefined) return stored
  await settle(table, account, stored)
  return await readPointer(table, account)
}

/** Safe twice and late: an end holds for the version that the pointer names; a lost pointer was settled by another. */
async function settle(table: Table, account: string, { pointer, version }: StoredPointer): Promise<void> {
  if (pointer?.going === undefined) return
  const { going, ...settled } = pointer
  await endParts(table, account, going.parts, going.expiresAt)
  await putPointer(table, account, settled, version)
}
