import { digest } from '../base/hash.ts'
import { LIMITS } from '../base/limits.ts'
import type { Clock, Millis } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { Config } from '../config/config.ts'
import { defaultConfig, emptySections, type Sections, sectionsOf } from '../config/sections.ts'
import { type CompiledConfig, compileConfig } from '../routing/compile.ts'
import { type BodyShape, bodyShape, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import { ifUnchanged, type Table } from '../table/port.ts'
import { readItem } from '../table/update.ts'
import type { Version } from '../table/version.ts'

/*
 * A configuration is a number of immutable parts under their hashes, and a pointer that names the parts. A reader sees
 * the pointer before or after a change, and never a state in between. Each pointer raises the revision by one.
 */

interface Pointer {
  revision: string
  since: Millis
  /** The pieces of each section, in order; a section without content has no entry. */
  parts: Record<string, string[]>
}

/** At most three bytes for each UTF-16 unit: a piece stays below the limit of an item. */
const PIECE_CHARS = 100_000
/** The format of the pointer is the format of its parts too: a part is a piece of text under its hash. */
const POINTER: BodyShape<Pointer> = bodyShape('the configuration of an account')

export interface StoredConfig {
  config: Config
  /** The version of the pointer, which `saveConfig` expects. Absent when no configuration was saved yet. */
  version: Version | 'absent'
}

/** The configuration at this moment; the configuration of a new account when none was saved. */
export async function readConfig(table: Table, account: string): Promise<StoredConfig> {
  const { pointer, version } = await readPointer(table, account)
  if (pointer === undefined) return { config: defaultConfig(), version }
  return { config: await assemble(table, account, pointer), version }
}

export type SavedConfig =
  | { ok: true; revision: string }
  /** Another change came first: read again and decide again. */
  | { ok: false; reason: 'lost' }
  | { ok: false; reason: 'too-large'; message: string }

/**
 * Writes the parts first, then the pointer, under the condition that no other change was faster since `expectVersion`,
 * or since this call without `expectVersion`.
 */
export async function saveConfig(
  table: Table,
  account: string,
  sections: Sections,
  { now, expectVersion }: { now: Millis; expectVersion?: Version | 'absent' },
): Promise<SavedConfig> {
  const pieces = Object.entries(sections).flatMap(([section, value]) =>
    value === undefined ? [] : [[section, splitText(JSON.stringify(value))] as const],
  )
  const size = pieces.reduce(
    (sum, [, texts]) => sum + texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0),
    0,
  )
  if (size > LIMITS.configBytes) {
    return {
      ok: false,
      reason: 'too-large',
      message: `limit: the configuration has more than ${LIMITS.configBytes} bytes`,
    }
  }
  const { pointer, version } = await readPointer(table, account)
  if (expectVersion !== undefined && expectVersion !== version) return { ok: false, reason: 'lost' }
  const known = new Set(Object.values(pointer?.parts ?? {}).flat())
  const parts: Pointer['parts'] = {}
  for (const [section, texts] of pieces) {
    parts[section] = texts.map((text) => digest([text], 32))
    for (const [index, hash] of parts[section].entries()) {
      if (known.has(hash)) continue
      // Safe twice and late: the text under a hash has that hash, so a part that is present already is this part.
      await table.put({ ...keys.account(account, 'part', hash), body: texts[index] ?? '' }, 'absent')
      known.add(hash)
    }
  }
  return savePointer(table, account, { pointer, version }, { now, parts })
}

/** Saves the same parts as a new revision: groups restart their timers, as when Alertmanager reloads. */
export async function reloadConfig(table: Table, account: string, now: Millis): Promise<SavedConfig> {
  const { pointer, version } = await readPointer(table, account)
  if (pointer === undefined) {
    return saveConfig(table, account, sectionsOf(defaultConfig()), { now, expectVersion: 'absent' })
  }
  return savePointer(table, account, { pointer, version }, { now, parts: pointer.parts })
}

async function savePointer(
  table: Table,
  account: string,
  { pointer: before, version }: StoredPointer,
  { now, parts }: { now: Millis; parts: Pointer['parts'] },
): Promise<SavedConfig> {
  const revision = String(Number(before?.revision ?? 0) + 1)
  const pointer: Pointer = { revision, since: now, parts }
  // Safe twice and late: the second pointer from the same version is lost.
  const item = { ...keys.account(account, 'config'), body: writeBody(POINTER, pointer) }
  const saved = await table.put(item, ifUnchanged(version))
  return saved === 'lost' ? { ok: false, reason: 'lost' } : { ok: true, revision }
}

/** The number of accounts that a worker keeps compiled. */
const KEPT_ACCOUNTS = 200

/**
 * The source of the configuration for handlers. `current` reads the pointer, unless the last read is younger than
 * `cacheMs`, and compiles only a revision that is not compiled yet.
 */
export function createConfigs({ table, clock, cacheMs = 0 }: { table: Table; clock: Clock; cacheMs?: number }): {
  current(account: string): Promise<CompiledConfig>
} {
  const kept = new Map<string, { readAt: Millis; revision: string; compiled: CompiledConfig }>()
  return {
    async current(account) {
      const known = kept.get(account)
      const now = clock.now()
      if (known !== undefined && now - known.readAt < cacheMs && now >= known.readAt) return known.compiled
      const { pointer } = await readPointer(table, account)
      const revision = pointer === undefined ? '' : `${pointer.revision}@${pointer.since}`
      const compiled =
        known?.revision === revision
          ? known.compiled
          : compileConfig(pointer === undefined ? defaultConfig() : await assemble(table, account, pointer))
      // The account is put back at the end: the first account is the account without a request for the longest time.
      kept.delete(account)
      kept.set(account, { readAt: now, revision, compiled })
      const [oldest] = kept.keys()
      if (kept.size > KEPT_ACCOUNTS && oldest !== undefined) kept.delete(oldest)
      return compiled
    },
  }
}

interface StoredPointer {
  pointer: Pointer | undefined
  version: Version | 'absent'
}

async function readPointer(table: Table, account: string): Promise<StoredPointer> {
  const stored = await readItem(table, keys.account(account, 'config'), POINTER)
  return { pointer: stored?.body, version: stored?.version ?? 'absent' }
}

async function assemble(table: Table, account: string, { revision, since, parts }: Pointer): Promise<Config> {
  const sections = await Promise.all(
    Object.entries(parts).map(async ([section, hashes]) => {
      const texts = await Promise.all(hashes.map((hash) => readPart(table, account, hash)))
      return [section, JSON.parse(texts.join(''))] as const
    }),
  )
  // An earlier version saved no part for a section that came with a later version.
  return { ...emptySections(), ...(Object.fromEntries(sections) as unknown as Sections), revision, since }
}

async function readPart(table: Table, account: string, hash: string): Promise<string> {
  const item = await table.get(keys.account(account, 'part', hash))
  if (item === undefined)
    throw new Unavailable('table', `read of the configuration of ${account}`, `its part ${hash} is missing`)
  return item.body
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
