import { isDeepStrictEqual } from 'node:util'
import type { Sections } from '../config/sections.ts'
import { routePolicies } from '../routing/route.ts'

/** One thing that a document would change: what `?dryRun=true` shows. */
export interface PlannedChange {
  section: keyof Sections
  /** Of inhibit rules the hash, of time intervals the name, of routes the policy's id. */
  id: string
  change: 'added' | 'removed' | 'changed'
}

type Things = [id: string, thing: unknown][]

/** Each thing that differs, by section; secrets that did not change have not changed. */
export function plan(current: Sections, next: Sections): PlannedChange[] {
  const byId = (list: readonly { id: string }[]): Things => list.map((thing) => [thing.id, thing])
  return [
    ...compare('integrations', byId(current.integrations), byId(next.integrations)),
    ...compare('channels', byId(current.channels), byId(next.channels)),
    ...compare('policies', byId(current.policies), byId(next.policies)),
    ...compareRoutes(current, next),
    ...compare('rules', byId(current.rules), byId(next.rules)),
    ...compare('inhibitRules', byId(current.inhibitRules), byId(next.inhibitRules)),
    ...compare('timeIntervals', named(current), named(next)),
    ...compare('resolveTimeoutMs', timeout(current), timeout(next)),
  ]
}

/** Routes in another order, or under another parent, route otherwise though each is the same. */
function compareRoutes(current: Sections, next: Sections): PlannedChange[] {
  const before: Things = routePolicies(current.route).map((policy) => [policy.id, policy])
  const after: Things = routePolicies(next.route).map((policy) => [policy.id, policy])
  const changes = compare('route', before, after)
  if (changes.length > 0 || same(current.route, next.route)) return changes
  return [{ section: 'route', id: next.route?.policy.id ?? '', change: 'changed' }]
}

function compare(section: keyof Sections, before: Things, after: Things): PlannedChange[] {
  const old = new Map(before)
  const now = new Map(after)
  const changes: PlannedChange[] = []
  for (const [id, thing] of now) {
    if (!old.has(id)) changes.push({ section, id, change: 'added' })
    else if (!same(old.get(id), thing)) changes.push({ section, id, change: 'changed' })
  }
  for (const id of old.keys()) if (!now.has(id)) changes.push({ section, id, change: 'removed' })
  return changes
}

function named({ timeIntervals }: Sections): Things {
  return timeIntervals.map((interval) => [interval.name, interval])
}

function timeout({ resolveTimeoutMs }: Sections): Things {
  return resolveTimeoutMs === undefined ? [] : [['resolveTimeout', resolveTimeoutMs]]
}

/** Equal as stored: a key without a value is no key, and the order of keys says nothing. */
function same(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(stored(a), stored(b))
}

function stored(thing: unknown): unknown {
  return thing === undefined ? undefined : JSON.parse(JSON.stringify(thing))
}
