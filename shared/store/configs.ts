import { digest } from '../base/hash.ts'
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
 * A configuration is immutable parts under their hashes, and one pointer that names them. A reader sees
 * the pointer before or after a change and never something between. Each pointer raises the revision by one.
 */

interface Pointer {
  revision: string
  since: Millis
  /** Of each section its pieces in order; a section without content has no entry. */
  parts: Record<string, string[]>
}

/** Three bytes a UTF-16 unit at most: a piece stays below what an item may have. */
const PIECE_CHARS = 100_000
/** What one configuration may come to: every function holds it in memory and parses it when it changes. */
const CONFIG_CHARS = 4_000_000
/** The format of the pointer is the format of its parts too: a part is a piece of text under its hash. */
const POINTER: BodyShape<Pointer> = bodyShape('the configuration of an account')

export interface StoredConfig {
  config: Config
  /** Of the pointer: what `saveConfig` expects. Absent when nothing was saved yet. */
  version: Version | 'absent'
}

/** The configuration as it is now; that of a new account when none was saved. */
export async function readConfig(table: Table, account: string): Promise<StoredConfig> {
  const { pointer, version } = await readPointer(table, account)
  if (pointer === undefined) return { config: defaultConfig(), version }
  return { config: await assemble(table, account, pointer), version }
}

export type SavedConfig =
  | { ok: true; revision: string }
  /** Somebody else's change came first: read again and decide again. */
  | { ok: false; reason: 'lost' }
  | { ok: false; reason: 'too-large'; message: string }

/** Parts first, then the pointer, which holds only if nobody was faster. Without `expectVersion`: than this call. */
export async function saveConfig(
  table: Table,
  account: string,
  sections: Sections,
  { now, expectVersion }: { now: Millis; expectVersion?: Version | 'absent' },
): Promise<SavedConfig> {
  const pieces = Object.entries(sections).flatMap(([section, value]) =>
    value === undefined ? [] : [[section, cut(JSON.stringify(value))] as const],
  )
  const size = pieces.reduce((sum, [, texts]) => sum + texts.reduce((chars, text) => chars + text.length, 0), 0)
  if (size > CONFIG_CHARS) {
    return { ok: false, reason: 'too-large', message: `the configuration is larger than ${CONFIG_CHARS} characters` }
  }
  const { pointer, version } = await readPointer(table, account)
  if (expectVersion !== undefined && expectVersion !== version) return { ok: false, reason: 'lost' }
  const known = new Set(Object.values(pointer?.parts ?? {}).flat())
  const parts: Pointer['parts'] = {}
  for (const [section, texts] of pieces) {
    parts[section] = texts.map((text) => digest([text], 32))
    for (const [index, hash] of parts[section].entries()) {
      if (known.has(hash)) continue
      // Safe twice and late: what lies under a hash has that hash, so a part that is there already is this one.
      await table.put({ ...keys.account(account, 'part', hash), body: texts[index] ?? '' }, 'absent')
      known.add(hash)
    }
  }
  return flip(table, account, { pointer, version }, { now, parts })
}

/** The same parts as a new revision: groups restart their timers, as when Alertmanager reloads. */
export async function reloadConfig(table: Table, account: string, now: Millis): Promise<SavedConfig> {
  const { pointer, version } = await readPointer(table, account)
  if (pointer === undefined) {
    return saveConfig(table, account, sectionsOf(defaultConfig()), { now, expectVersion: 'absent' })
  }
  return flip(table, account, { pointer, version }, { now, parts: pointer.parts })
}

async function flip(
  table: Table,
  account: string,
  { pointer: before, version }: FoundPointer,
  { now, parts }: { now: Millis; parts: Pointer['parts'] },
): Promise<SavedConfig> {
  const revision = String(Number(before?.revision ?? 0) + 1)
  const pointer: Pointer = { revision, since: now, parts }
  // Safe twice and late: the second flip from the same version is lost.
  const item = { ...keys.account(account, 'config'), body: writeBody(POINTER, pointer) }
  const saved = await table.put(item, ifUnchanged(version))
  return saved === 'lost' ? { ok: false, reason: 'lost' } : { ok: true, revision }
}

/** How many accounts one worker keeps compiled. */
const KEPT_ACCOUNTS = 200

/**
 * What handlers read the configuration through. `current` reads the pointer, unless it did within
 * `cacheMs`, and compiles only what it has not compiled yet.
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
      // Put back at the end: the account that was not asked for the longest time is the first.
      kept.delete(account)
      kept.set(account, { readAt: now, revision, compiled })
      const [oldest] = kept.keys()
      if (kept.size > KEPT_ACCOUNTS && oldest !== undefined) kept.delete(oldest)
      return compiled
    },
  }
}

interface FoundPointer {
  pointer: Pointer | undefined
  version: Version | 'absent'
}

async function readPointer(table: Table, account: string): Promise<FoundPointer> {
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
  // An earlier version saved no part for a section that came with a later one.
  return { ...emptySections(), ...(Object.fromEntries(sections) as unknown as Sections), revision, since }
}

async function readPart(table: Table, account: string, hash: string): Promise<string> {
  const item = await table.get(keys.account(account, 'part', hash))
  if (item === undefined)
    throw new Unavailable('table', `read of the configuration of ${account}`, `its part ${hash} is missing`)
  return item.body
}

/** Never through a surrogate pair: half of one is not UTF-8 and would not come back. */
function cut(text: string): string[] {
  const pieces: string[] = []
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + PIECE_CHARS, text.length)
    if (to < text.length && /[\ud800-\udbff]/.test(text.charAt(to - 1))) to--
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}
