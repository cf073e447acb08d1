import type * as z from 'zod'
import type { Channel, Config, Integration, NamedInterval, Policy, RuleEntry } from '../config/config.ts'
import { LIMITS } from '../config/limits.ts'
import { DEFAULT_INTEGRATION, type Sections, sectionsOf } from '../config/sections.ts'
import { readForwarding } from '../forwarding/settings.ts'
import { compareMatchers } from '../matcher/render.ts'
import { capProblems, joinPath, type Problem, under, zodProblems } from '../problem/problem.ts'
import { buildRoute, retarget } from '../routing/route.ts'
import type { SecretBox } from '../secret/seal.ts'
import { inhibitRules, timeIntervals } from './alertmanager-sections.ts'
import { readChannel } from './channels.ts'
import { overLimit, type Parsed, repeated } from './checks.ts'
import { duration } from './fields.ts'
import { integrityProblems } from './integrity.ts'
import * as schema from './native-schema.ts'
import { ruleEntry, rulePolicyProblems, ruleProblems } from './rules.ts'
import { textual, tooDeep } from './text.ts'

/*
 * tocsin.yml: the account as one document. A section that is absent stays as it is, an empty one is
 * emptied, and one problem anywhere refuses the whole. What an import made stays until the next
 * import: its channels are shown among `channels`, but a list without them does not remove them.
 */

/** Sections that Tocsin will have; until then a document that relies on them must not look accepted. */
const LATER = ['users', 'userGroups', 'templates', 'keys', 'silences', 'lifecycle']

const SECTIONS = [
  'integrations',
  'channels',
  'policies',
  'route',
  'rules',
  'inhibitRules',
  'timeIntervals',
  'resolveTimeout',
  'forwarding',
]

type Document = Record<string, unknown>

export function parseNative(document: unknown, current: Config, secrets: SecretBox): Parsed {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return { ok: false, problems: [{ path: '', message: 'expected a mapping of sections' }] }
  }
  if (tooDeep(document)) return { ok: false, problems: [{ path: '', message: 'the document nests too deeply' }] }
  const given = document as Document
  const problems = keyProblems(given)
  const next = applySections(given, current, secrets, problems)
  if (problems.length === 0) {
    const places = {
      ...(has(given, 'policies') ? { policies: 'policies' } : {}),
      ...(has(given, 'route') ? { route: 'route' } : {}),
      channels: 'channels',
      timeIntervals: 'timeIntervals',
    }
    problems.push(...integrityProblems(next, places))
    problems.push(...rulePolicyProblems(next, has(given, 'rules') ? 'rules' : undefined))
  }
  return problems.length === 0 ? { ok: true, next } : { ok: false, problems: capProblems(problems) }
}

function keyProblems(given: Document): Problem[] {
  return Object.keys(given).flatMap((key) => {
    if (SECTIONS.includes(key)) return []
    const path = joinPath('', key)
    if (!LATER.includes(key)) return [{ path, message: 'unknown key' }]
    return schema.isEmpty(given[key]) ? [] : [{ path, message: 'is not supported yet' }]
  })
}

/** The current sections with the document's in their place; what is wrong is added to `problems`. */
function applySections(given: Document, current: Config, secrets: SecretBox, problems: Problem[]): Sections {
  const next = sectionsOf(current)
  if (has(given, 'integrations')) next.integrations = readIntegrations(given, current, problems)
  if (has(given, 'channels')) next.channels = readChannels(given, current, secrets, problems)
  if (has(given, 'policies')) next.policies = readPolicies(given, problems)
  if (has(given, 'rules')) next.rules = readRules(given, problems)
  if (has(given, 'inhibitRules')) {
    next.inhibitRules = readWhole(inhibitRules, textual(given.inhibitRules ?? []), 'inhibitRules', problems) ?? []
  }
  if (has(given, 'timeIntervals')) next.timeIntervals = readIntervals(given, problems)
  if (has(given, 'forwarding')) {
    delete next.forwarding
    const read = readForwarding(given.forwarding, current.forwarding, secrets)
    if (!read.ok) problems.push(...read.problems)
    else if (read.forwarding !== undefined) next.forwarding = read.forwarding
  }
  if (has(given, 'resolveTimeout')) {
    delete next.resolveTimeoutMs
    const ms =
      given.resolveTimeout === null ? undefined : readWhole(duration, given.resolveTimeout, 'resolveTimeout', problems)
    if (ms !== undefined) next.resolveTimeoutMs = ms
  }
  applyRoute(given, next, problems)
  return next
}

function readIntegrations(given: Document, current: Config, problems: Problem[]): Integration[] {
  // Newer than any token that was ever derived for an integration of that name: one that was removed and
  // made again must not revive the URLs it had. Every rotation is a revision, so none is ahead of this.
  const fresh = (Number.parseInt(current.revision, 10) || 0) + 1
  const read = readList(given, 'integrations', LIMITS.integrations, problems, (entry) =>
    parse(schema.integration, entry),
  )
  const integrations = read.map(
    ({ url: _url, previousUrlUntil: _until, statistics: _statistics, ...given }): Integration => {
      const { autoRecoverAfter, name, description, severityMap, custom, ...rest } = given
      return {
        ...rest,
        name: name ?? rest.id,
        ...(description === undefined ? {} : { description }),
        ...(severityMap === undefined ? {} : { severityMap }),
        ...(custom === undefined ? {} : { custom }),
        ...(autoRecoverAfter === undefined ? {} : { autoRecoverAfterMs: autoRecoverAfter }),
        ...tokensOf(current.integrations.find(({ id }) => id === rest.id) ?? { generation: fresh }),
      }
    },
  )
  const always = current.integrations.filter(({ id }) => id === DEFAULT_INTEGRATION)
  return integrations.some(({ id }) => id === DEFAULT_INTEGRATION) ? integrations : [...integrations, ...always]
}

/** Nobody says these in a document: they stay as a rotation left them. */
function tokensOf({ generation, previous }: Pick<Integration, 'generation' | 'previous'>) {
  return previous === undefined ? { generation } : { generation, previous }
}

function readChannels(given: Document, current: Config, secrets: SecretBox, problems: Problem[]): Channel[] {
  const channels = readList(given, 'channels', LIMITS.channels, problems, (entry) => {
    const made = readChannel(entry, current.channels, secrets)
    return made.ok ? { ok: true, value: made.channel } : made
  })
  if (current.route === undefined || dropsRoute(given)) return channels
  const listed = new Set(channels.map(({ id }) => id))
  return [...channels, ...current.channels.filter(({ id, receiver }) => receiver !== undefined && !listed.has(id))]
}

function readPolicies(given: Document, problems: Problem[]): Policy[] {
  const policies = readList(given, 'policies', LIMITS.policies, problems, (entry) => parse(schema.policy, entry))
  return policies.map((policy) => ({ ...policy, match: policy.match.sort(compareMatchers) }))
}

function readRules(given: Document, problems: Problem[]): RuleEntry[] {
  const before = problems.length
  const rules = readList(given, 'rules', LIMITS.rules, problems, (entry) => parse(ruleEntry, entry))
  if (problems.length === before) problems.push(...ruleProblems(rules))
  return rules
}

function readIntervals(given: Document, problems: Problem[]): NamedInterval[] {
  const read = readWhole(timeIntervals, textual(given.timeIntervals ?? []), 'timeIntervals', problems) ?? []
  problems.push(
    ...repeated(
      read.map(({ name }) => name),
      (index) => `timeIntervals[${index}].name`,
    ),
  )
  return read
}

function applyRoute(given: Document, next: Sections, problems: Problem[]): void {
  if (dropsRoute(given)) delete next.route
  else if (has(given, 'route')) {
    const node = readWhole(schema.route, given.route, 'route', problems)
    const built = node === undefined ? undefined : buildRoute(schema.routeDraft(node, 'route'), next.channels)
    if (built?.ok === false) problems.push(...built.problems)
    if (built?.ok) next.route = built.route
  } else if (next.route !== undefined && has(given, 'channels')) next.route = retarget(next.route, next.channels)
}

function dropsRoute(given: Document): boolean {
  return has(given, 'route') && schema.isEmpty(given.route)
}

type Read<T> = { ok: true; value: T } | { ok: false; problems: Problem[] }

function parse<T>(type: z.ZodType<T>, value: unknown): Read<T> {
  const read = type.safeParse(value)
  return read.success ? { ok: true, value: read.data } : { ok: false, problems: zodProblems(read.error) }
}

/** A list of things with ids. Null is an empty list: `channels:` with nothing behind it. */
function readList<T extends { id: string }>(
  given: Document,
  section: string,
  limit: number,
  problems: Problem[],
  read: (entry: unknown) => Read<T>,
): T[] {
  const list = given[section] ?? []
  if (!Array.isArray(list)) {
    problems.push({ path: section, message: 'expected a list' })
    return []
  }
  const tooMany = overLimit(section, list.length, limit)
  problems.push(...tooMany)
  if (tooMany.length > 0) return []
  const results = list.map(read)
  const values: T[] = []
  for (const [index, result] of results.entries()) {
    if (result.ok) values.push(result.value)
    else problems.push(...under(`${section}[${index}]`, result.problems))
  }
  if (values.length === list.length) {
    problems.push(
      ...repeated(
        values.map(({ id }) => id),
        (index) => `${section}[${index}].id`,
      ),
    )
  }
  return values
}

function readWhole<T>(type: z.ZodType<T>, value: unknown, path: string, problems: Problem[]): T | undefined {
  const read = type.safeParse(value)
  if (read.success) return read.data
  problems.push(...zodProblems(read.error, path))
  return undefined
}

function has(given: Document, section: string): boolean {
  return Object.hasOwn(given, section) && given[section] !== undefined
}
