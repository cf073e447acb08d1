import type { Millis } from '../base/time.ts'
import type { Channel, Policy, Route } from '../config/config.ts'
import { LIMITS } from '../config/limits.ts'
import type { Matcher } from '../matcher/matcher.ts'
import { compareMatchers, renderMatchers } from '../matcher/render.ts'
import { type Problem, shown } from '../problem/problem.ts'

/** A node of a route tree as written in the document: an absent receiver, groupBy or timer is inherited. */
export interface RouteDraft {
  path: string
  receiver?: string | undefined
  match: Matcher[]
  continue: boolean
  groupBy?: string[] | 'all' | undefined
  groupWaitMs?: Millis | undefined
  groupIntervalMs?: Millis | undefined
  repeatIntervalMs?: Millis | undefined
  muteTimes: string[]
  activeTimes: string[]
  routes: RouteDraft[]
}

type Inherited = Pick<
  Policy,
  'receiver' | 'groupBy' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs' | 'routeKey'
>

/** Facts from prometheus/alertmanager (Apache-2.0), `dispatch/route.go`: the defaults of a root route. */
const ROOT: Inherited = {
  receiver: '',
  groupBy: [],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 4 * 3_600_000,
  routeKey: '',
}

export type BuiltRoute = { ok: true; route: Route } | { ok: false; problems: Problem[] }

/**
 * The tree with every inherited field filled in. A node inherits receiver, groupBy and timers from the parent;
 * matchers, `continue`, mute times and active times are not inherited. `receivers`: the names that a route may
 * use; absent: every name is allowed.
 */
export function buildRoute(
  root: RouteDraft,
  channels: readonly Channel[],
  receivers?: ReadonlySet<string>,
): BuiltRoute {
  const problems = rootProblems(root)
  const targets = targetsByReceiver(channels)
  const ids = new Set<string>()
  let count = 0
  const build = (draft: RouteDraft, parent: Inherited): Route => {
    count++
    const match = [...draft.match].sort(compareMatchers)
    const receiver = draft.receiver || parent.receiver
    if (receivers !== undefined && receiver !== '' && !receivers.has(receiver)) {
      problems.push({ path: draft.path, message: `undefined receiver ${shown(receiver)} used in route` })
    }
    const routeKey = (parent === ROOT ? '' : `${parent.routeKey}/`) + renderMatchers(match)
    const policy: Policy = {
      id: uniqueId(`am:${routeKey}@${receiver}`, ids),
      name: receiver,
      match,
      groupBy: draft.groupBy ?? parent.groupBy,
      groupWaitMs: draft.groupWaitMs ?? parent.groupWaitMs,
      groupIntervalMs: draft.groupIntervalMs ?? parent.groupIntervalMs,
      repeatIntervalMs: draft.repeatIntervalMs ?? parent.repeatIntervalMs,
      targets: targets.get(receiver) ?? [],
      lifecycle: [],
      muteTimes: draft.muteTimes,
      activeTimes: draft.activeTimes,
      receiver,
      routeKey,
    }
    return { policy, continue: draft.continue, routes: draft.routes.map((child) => build(child, policy)) }
  }
  const route = build(root, ROOT)
  if (count > LIMITS.routes) problems.push({ path: root.path, message: `limit: has more than ${LIMITS.routes} routes` })
  return problems.length === 0 ? { ok: true, route } : { ok: false, problems }
}

/** The same tree with the targets of the receivers as the channels are now. */
export function retarget(route: Route, channels: readonly Channel[]): Route {
  const targets = targetsByReceiver(channels)
  const visit = (node: Route): Route => ({
    policy: { ...node.policy, targets: targets.get(node.policy.receiver) ?? [] },
    continue: node.continue,
    routes: node.routes.map(visit),
  })
  return visit(route)
}

/** The policies of a tree, parents first. */
export function routePolicies(route: Route | undefined): Policy[] {
  return route === undefined ? [] : [route.policy, ...route.routes.flatMap(routePolicies)]
}

function targetsByReceiver(channels: readonly Channel[]): Map<string, string[]> {
  const targets = new Map<string, string[]>()
  for (const { id, receiver } of channels) {
    if (receiver !== undefined) targets.set(receiver, [...(targets.get(receiver) ?? []), id])
  }
  return targets
}

/** A readable and stable id, because groups are keyed by the policy's id. A second route of the same id gets `~2`. */
function uniqueId(id: string, taken: Set<string>): string {
  let unique = id
  for (let n = 2; taken.has(unique); n++) unique = `${id}~${n}`
  taken.add(unique)
  return unique
}

function rootProblems(root: RouteDraft): Problem[] {
  const { path } = root
  const problems: Problem[] = []
  if (!root.receiver) problems.push({ path, message: 'root route must specify a default receiver' })
  if (root.match.length > 0) problems.push({ path, message: 'root route must not have any matchers' })
  if (root.continue) problems.push({ path, message: 'cannot have continue in root route' })
  if (root.muteTimes.length > 0) problems.push({ path, message: 'root route must not have any mute time intervals' })
  if (root.activeTimes.length > 0)
    problems.push({ path, message: 'root route must not have any active time intervals' })
  return problems
}
