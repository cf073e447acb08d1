import type { Labels } from '../alert/labels.ts'
import type { Millis } from '../base/time.ts'
import type { Channel, Policy, Route } from '../config/config.ts'
import { notificationTarget, type Target } from '../delivery/target.ts'
import type { Matcher } from '../matcher/matcher.ts'
import { compareMatchers, renderMatchers } from '../matcher/render.ts'

/** A node of a route tree as written in the document: an absent receiver, groupBy, timer or silencedEnds is inherited. */
export interface RouteDraft {
  receiver?: string | undefined
  match: Matcher[]
  continue: boolean
  groupBy?: string[] | 'all' | undefined
  groupWaitMs?: Millis | undefined
  groupIntervalMs?: Millis | undefined
  repeatIntervalMs?: Millis | undefined
  muteTimes: string[]
  activeTimes: string[]
  labels?: Labels | undefined
  silencedEnds?: Policy['silencedEnds'] | undefined
  routes: RouteDraft[]
}

type Inherited = Pick<
  Policy,
  | 'receiver'
  | 'groupBy'
  | 'groupWaitMs'
  | 'groupIntervalMs'
  | 'repeatIntervalMs'
  | 'silencedEnds'
  | 'routeKey'
  | 'routeLabels'
>

/** Facts from prometheus/alertmanager (Apache-2.0), `dispatch/route.go`: the defaults of a root route. */
const ROOT: Inherited = {
  receiver: '',
  groupBy: [],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 4 * 3_600_000,
  silencedEnds: 'dropped',
  routeKey: '',
}

/**
 * The tree with every inherited field filled in. A node inherits receiver, groupBy, timers, silencedEnds and labels from
 * the parent; matchers, `continue`, mute times and active times are not inherited. The tree has no targets before
 * `retarget`.
 */
export function buildRoute(root: RouteDraft): Route {
  const ids = new Set<string>()
  const build = (draft: RouteDraft, parent: Inherited): Route => {
    const match = [...draft.match].sort(compareMatchers)
    const receiver = draft.receiver || parent.receiver
    const routeLabels = { ...parent.routeLabels, ...draft.labels }
    const routeKey = (parent === ROOT ? '' : `${parent.routeKey}/`) + renderMatchers(match)
    const policy: Policy = {
      id: uniqueId(`am:${routeKey}@${receiver}`, ids),
      name: receiver,
      match,
      groupBy: draft.groupBy ?? parent.groupBy,
      groupWaitMs: draft.groupWaitMs ?? parent.groupWaitMs,
      groupIntervalMs: draft.groupIntervalMs ?? parent.groupIntervalMs,
      repeatIntervalMs: draft.repeatIntervalMs ?? parent.repeatIntervalMs,
      targets: [],
      lifecycle: [],
      muteTimes: draft.muteTimes,
      activeTimes: draft.activeTimes,
      ...(Object.keys(routeLabels).length === 0 ? {} : { routeLabels }),
      silencedEnds: draft.silencedEnds ?? parent.silencedEnds,
      receiver,
      routeKey,
    }
    return { policy, continue: draft.continue, routes: draft.routes.map((child) => build(child, policy)) }
  }
  return build(root, ROOT)
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

function targetsByReceiver(channels: readonly Channel[]): Map<string, Target[]> {
  const targets = new Map<string, Target[]>()
  for (const { id, receiver } of channels) {
    if (receiver !== undefined) targets.set(receiver, [...(targets.get(receiver) ?? []), notificationTarget(id)])
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
