import { LIMITS } from '../base/limits.ts'
import { inSlices } from '../base/steps.ts'
import { DAY, type Millis } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { Config } from '../config/config.ts'
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
  partsOfText,
  putParts,
  readParts,
  readSections,
  rulesName,
  supersededParts,
  TEMPLATE_TEXTS,
} from './config-parts.ts'
import { type Pointer, putPointer, readPointer, type StoredPointer } from './config-pointer.ts'
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
const QUIET: ReadonlySet<string> = new Set([...PEOPLE, 'views', PARSED_RULES])
/** A part that no pointer names stays for readers of the pointer before, which take far less. */
const SUPERSEDED_MS = DAY

export interface StoredConfig {
  config: Config
  /** The version of the pointer, which `saveConfig` expects. Absent when no configuration was saved yet. */
  version: Version | 'absent'
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
  if (pointer === undefined) return { config: defaultConfig(), version }
  const { revision, since, parts } = pointer
  const wanted = (section: string): boolean => only === undefined || only.some((one) => one === section)
  const sections = await readSections(deps.table, account, parts, wanted)
  const users = wanted('users') ? await readUsers(deps, account, parts) : []
  const templates = wanted('templates') ? await readTemplates(deps.table, account, parts) : []
  return { config: { ...sections, users, templates, revision, since }, version }
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

interface SaveOptions {
  now: Millis
  expectVersion?: Version | 'absent'
  /** The form of the rules that is quick to read, given the name of their texts. Absent: none is stored. */
  parsedRules?(of: string): string
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
  const { users, templates, ...others } = sections
  const texts = Object.entries(others).flatMap(([section, value]) =>
    value === undefined ? [] : [[section, JSON.stringify(value)] as const],
  )
  const contacts = await inSlices(contactParts(users, account, secrets))
  const wholeTemplates = templateParts(templates)
  const bytes = contacts.bytes + wholeTemplates.reduce((sum, part) => sum + Buffer.byteLength(part.body()), 0)
  if (texts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), bytes) > LIMITS.configBytes) {
    const message = `limit: the configuration has more than ${LIMITS.configBytes} bytes`
    return { ok: false, reason: 'too-large', message }
  }
  const made: Part[] = [
    ...texts.flatMap(([section, text]) => partsOfText(section, text)),
    ...partsOfText('users', leanText(users)),
    ...contacts.parts,
    ...partsOfText('templates', JSON.stringify(leanTemplates(templates))),
    ...wholeTemplates,
  ]
  if (parsedRules !== undefined && sections.rules.length > 0) {
    made.push(...partsOfText(PARSED_RULES, parsedRules(rulesName(namesOf(made)))))
  }
  const before = await settledPointer(table, account)
  if (expectVersion !== undefined && expectVersion !== before.version) return { ok: false, reason: 'lost' }
  await putParts(table, account, made, before.pointer?.parts ?? {})
  return await flip(table, account, before, { parts: namesOf(made), now, restart: false })
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
