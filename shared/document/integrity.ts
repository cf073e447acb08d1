import { channelTypes } from '../channels/registry.ts'
import type { Policy } from '../config/config.ts'
import { LIMITS } from '../config/limits.ts'
import type { Sections } from '../config/sections.ts'
import { joinPath, type Problem, shown } from '../problem/problem.ts'
import { routePolicies } from '../routing/route.ts'
import { overLimit } from './checks.ts'

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
  const intervals = new Set(next.timeIntervals.map(({ name }) => name))
  const problems: Problem[] = []
  for (const [index, policy] of next.policies.entries()) {
    const at = (section: string, ...rest: (string | number)[]) =>
      places.policies === undefined ? section : joinPath(places.policies, index, ...rest)
    const who = places.policies === undefined ? `policy ${shown(policy.id)} ` : ''
    for (const { field, place, message } of channelProblems(policy, next)) {
      const rest = field === 'notify' ? [field, place, 'channel'] : [field, place]
      problems.push({ path: at(places.channels, ...rest), message: who + message })
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

interface ChannelProblem {
  field: 'notify' | 'lifecycle'
  place: number
  message: string
}

/** A channel that is told life-cycle events is told nothing else, and others are not told those. */
function channelProblems({ targets, lifecycle }: Policy, { channels }: Sections): ChannelProblem[] {
  const types = new Map(channels.map(({ id, type }) => [id, type]))
  const lists = { notify: targets, lifecycle }
  return (['notify', 'lifecycle'] as const).flatMap((field) =>
    lists[field].flatMap((id, place) => {
      const type = types.get(id)
      const problem = (message: string): ChannelProblem[] => [{ field, place, message }]
      if (type === undefined) return problem(`names a channel ${shown(id)} that does not exist`)
      if (lists[field].indexOf(id) < place) return problem(`names ${shown(id)} twice`)
      const events = channelTypes.get(type)?.kind.events === true
      if (events === (field === 'lifecycle')) return []
      return problem(
        events
          ? `names ${shown(id)}, a channel for life-cycle events: name it in lifecycle`
          : `names ${shown(id)}, a channel that is not for life-cycle events: name it in notify`,
      )
    }),
  )
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
