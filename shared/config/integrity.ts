import { joinPath, type Problem, shown } from './problem.ts'
import { routePolicies } from './route.ts'
import { LIMITS, overLimit, type Sections } from './sections.ts'

/** Where a document has its sections, for the paths of problems; absent: that section is not from the document. */
export interface Places {
  policies?: string
  route?: string
  channels: string
  timeIntervals: string
}

/** What no section shows by itself: names that lead nowhere, and too many things in all. */
export function integrityProblems(next: Sections, places: Places): Problem[] {
  return [
    ...overLimit(places.channels, next.channels.length, LIMITS.channels),
    ...policyProblems(next, places),
    ...routeProblems(next, places),
  ]
}

function policyProblems(next: Sections, places: Places): Problem[] {
  const channels = new Set(next.channels.map(({ id }) => id))
  const intervals = new Set(next.timeIntervals.map(({ name }) => name))
  const problems: Problem[] = []
  for (const [index, policy] of next.policies.entries()) {
    const at = (section: string, ...rest: (string | number)[]) =>
      places.policies === undefined ? section : joinPath(places.policies, index, ...rest)
    const who = places.policies === undefined ? `policy ${shown(policy.id)} ` : ''
    for (const [place, id] of policy.targets.entries()) {
      const path = at(places.channels, 'notify', place, 'channel')
      if (!channels.has(id)) problems.push({ path, message: `${who}names a channel ${shown(id)} that does not exist` })
      else if (policy.targets.indexOf(id) < place) problems.push({ path, message: `names ${shown(id)} twice` })
    }
    for (const field of ['muteTimes', 'activeTimes'] as const) {
      for (const [place, name] of policy[field].entries()) {
        if (intervals.has(name)) continue
        const message = `${who}names a time interval ${shown(name)} that does not exist`
        problems.push({ path: at(places.timeIntervals, field, place), message })
      }
    }
  }
  return problems
}

function routeProblems(next: Sections, places: Places): Problem[] {
  const intervals = new Set(next.timeIntervals.map(({ name }) => name))
  const unknown = new Set<string>()
  for (const { muteTimes, activeTimes } of routePolicies(next.route)) {
    for (const name of [...muteTimes, ...activeTimes]) if (!intervals.has(name)) unknown.add(name)
  }
  const path = places.route ?? places.timeIntervals
  return [...unknown].map((name) => ({ path, message: `undefined time interval ${shown(name)} used in route` }))
}
