import type { Clock, Millis } from '../base/time.ts'
import type { Config } from '../config/config.ts'
import { defaultConfig } from '../config/sections.ts'
import { compilePeople, NOBODY, type People } from '../people/people.ts'
import { type CompiledConfig, compileConfig } from '../routing/compile.ts'
import type { Table } from '../table/port.ts'
import { readParts, readSections } from './config-parts.ts'
import { type Pointer, readPointer } from './config-pointer.ts'
import { readLean } from './stored-users.ts'

/** The number of accounts that a worker keeps compiled. */
const KEPT_ACCOUNTS = 200

interface KeptConfig {
  readAt: Millis
  revision: string
  compiled: CompiledConfig
}

/**
 * The source of the configuration for handlers. `current` reads the pointer, unless the last read is younger than
 * `cacheMs`, and compiles only what changed. `people`: the handler decides who is told, so users without personal data,
 * groups and calendars are read; without, a change of people is no change here.
 */
export function createConfigs({
  table,
  clock,
  cacheMs = 0,
  people = false,
}: {
  table: Table
  clock: Clock
  cacheMs?: number
  people?: boolean
}): { current(account: string): Promise<CompiledConfig> } {
  const kept = new Map<string, KeptConfig>()
  const compile = async (account: string, pointer: Pointer | undefined, known: KeptConfig | undefined) => {
    const revision = pointer === undefined ? '' : `${pointer.revision}@${pointer.since}`
    const routing = known?.revision === revision ? known.compiled : compileConfig(await readRouting(account, pointer))
    const present = people ? await presentPeople(account, pointer, known?.compiled.people) : NOBODY
    return { revision, compiled: present === routing.people ? routing : { ...routing, people: present } }
  }
  const readRouting = async (account: string, pointer: Pointer | undefined): Promise<Config> => {
    if (pointer === undefined) return defaultConfig()
    const { revision, since, parts } = pointer
    return { ...(await readSections(table, account, parts, isRouting)), users: [], revision, since }
  }
  const presentPeople = async (account: string, pointer: Pointer | undefined, known = NOBODY): Promise<People> => {
    const { peopleRevision = NOBODY.revision, parts = {} } = pointer ?? {}
    return known.revision === peopleRevision ? known : await readPeople(table, account, peopleRevision, parts)
  }
  return {
    async current(account) {
      const known = kept.get(account)
      const now = clock.now()
      if (known !== undefined && now - known.readAt < cacheMs && now >= known.readAt) return known.compiled
      const { pointer } = await readPointer(table, account)
      const { revision, compiled } = await compile(account, pointer, known)
      // The account is put back at the end: the first account is the account without a request for the longest time.
      kept.delete(account)
      kept.set(account, { readAt: now, revision, compiled })
      const [oldest] = kept.keys()
      if (kept.size > KEPT_ACCOUNTS && oldest !== undefined) kept.delete(oldest)
      return compiled
    },
  }
}

const OF_PEOPLE: ReadonlySet<string> = new Set(['userGroups', 'calendars'])

function isRouting(section: string): boolean {
  return section !== 'users' && !OF_PEOPLE.has(section)
}

async function readPeople(table: Table, account: string, revision: string, parts: Pointer['parts']): Promise<People> {
  const [{ userGroups, calendars }, texts] = await Promise.all([
    readSections(table, account, parts, (section) => OF_PEOPLE.has(section)),
    readParts(table, account, 'users', parts.users ?? []),
  ])
  const users = texts.length === 0 ? [] : readLean(texts.join(''))
  return compilePeople(revision, { users, userGroups, calendars })
}
