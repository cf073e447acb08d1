import type { Clock } from '../base/time.ts'
import type { Config, RuleEntry } from '../config/config.ts'
import { defaultConfig } from '../config/sections.ts'
import { compilePeople, NOBODY, type People } from '../people/people.ts'
import type { User } from '../people/user.ts'
import { type CompiledConfig, compileConfig, withPeople } from '../routing/compile.ts'
import type { SecretBox } from '../secret/seal.ts'
import type { Table } from '../table/port.ts'
import { CONTACTS, readParsedRules, readParts, readRulePolicies, readRules, readSections } from './config-parts.ts'
import type { Pointer } from './config-pointer.ts'
import { keepAccounts } from './kept-accounts.ts'
import { readLeanTemplates } from './stored-templates.ts'
import { createPersonReader, readLean } from './stored-users.ts'

/** The configuration of this moment. Its `rules` are the rules that name a policy, without their conditions. */
export interface CurrentConfig extends CompiledConfig {
  /** A whole user; undefined: there is none. */
  person(id: string): Promise<User | undefined>
  /** The rules whole. */
  rules(): Promise<RuleEntry[]>
  /** The form of the rules that is quick to read, and the name of the texts; undefined: none is stored. */
  parsedRules(): Promise<{ text: string; of: string } | undefined>
}

/** Opened shards that a worker keeps. Some 30 KB each. */
const KEPT_SHARDS = 200

interface KeptConfig {
  revision: string
  contacts: string
  /** The configuration without people. */
  routing: CompiledConfig
  current: CurrentConfig
}

export interface ConfigsOptions {
  table: Table
  clock: Clock
  cacheMs?: number
  /**
   * The handler decides who is told and how, so users without personal data, groups, calendars, and templates without
   * texts are read. False: `people` is nobody, and a change of people or templates is no change here.
   */
  people?: boolean
  /** The handler sends to users, so `person` opens the contact of a user. Absent: `person` throws. */
  secrets?: SecretBox
}

/**
 * The source of the configuration for handlers. `current` reads the pointer, unless the last read is younger than
 * `cacheMs`, and compiles only what changed.
 */
export function createConfigs({ table, clock, cacheMs = 0, people = false, secrets }: ConfigsOptions): {
  current(account: string): Promise<CurrentConfig>
} {
  const readPerson = secrets === undefined ? undefined : createPersonReader(table, secrets, KEPT_SHARDS)
  const compile = async (
    account: string,
    pointer: Pointer | undefined,
    known: KeptConfig | undefined,
  ): Promise<KeptConfig> => {
    const revision = pointer === undefined ? '' : `${pointer.revision}@${pointer.since}`
    const same = known?.revision === revision
    const routing = same ? known.routing : compileConfig(await readRouting(account, pointer))
    const { people: who, templates } = people ? await present(account, pointer, known?.current ?? routing) : routing
    const shards = readPerson === undefined ? [] : (pointer?.parts[CONTACTS] ?? [])
    const contacts = shards.join()
    const samePeople = same && known.current.people === who
    if (samePeople && known.contacts === contacts) return known
    const person: CurrentConfig['person'] = async (id) => {
      if (readPerson === undefined) throw new Error('this function may not read contacts')
      return await readPerson(account, shards, id)
    }
    const compiled = samePeople ? known.current : { ...withPeople(routing, who), templates }
    const rules = () => readRules(table, account, pointer?.parts ?? {})
    const parsedRules = () => readParsedRules(table, account, pointer?.parts ?? {})
    return { revision, contacts, routing, current: { ...compiled, person, rules, parsedRules } }
  }
  const readRouting = async (account: string, pointer: Pointer | undefined): Promise<Config> => {
    if (pointer === undefined) return defaultConfig()
    const { revision, since, parts } = pointer
    const [rules, sections] = await Promise.all([
      readRulePolicies(table, account, parts),
      readSections(table, account, parts, isRouting),
    ])
    return { ...sections, rules, users: [], templates: [], revision, since }
  }
  const present = async (
    account: string,
    pointer: Pointer | undefined,
    known: Pick<CompiledConfig, 'people' | 'templates'>,
  ): Promise<Pick<CompiledConfig, 'people' | 'templates'>> => {
    const { peopleRevision = NOBODY.revision, parts = {} } = pointer ?? {}
    if (known.people.revision === peopleRevision) return known
    const [people, templates] = await Promise.all([
      readPeople(table, account, peopleRevision, parts),
      readLeanTemplates(table, account, parts),
    ])
    return { people, templates }
  }
  const current = keepAccounts({ table, clock, cacheMs }, compile)
  return { current: async (account) => (await current(account)).current }
}

const OF_PEOPLE: ReadonlySet<string> = new Set(['userGroups', 'calendars'])

function isRouting(section: string): boolean {
  return section !== 'users' && section !== 'views' && !OF_PEOPLE.has(section)
}

async function readPeople(table: Table, account: string, revision: string, parts: Pointer['parts']): Promise<People> {
  const [{ userGroups, calendars }, texts] = await Promise.all([
    readSections(table, account, parts, (section) => OF_PEOPLE.has(section)),
    readParts(table, account, 'users', parts.users ?? []),
  ])
  const users = texts.length === 0 ? [] : readLean(texts.join(''))
  return compilePeople(revision, { users, userGroups, calendars })
}
