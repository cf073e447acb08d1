import { LIMITS } from '../../base/limits.ts'
import { isObject } from '../../base/value.ts'
import { type Problem, quoted } from '../../problem/problem.ts'
import { overLimit } from '../reading/list.ts'
import { isEmpty } from '../reading/mapping.ts'
import { intervalReferences } from './grouping.ts'
import type { Reference, Shown } from './section.ts'

/*
 * Checks of a route tree as written in tocsin.yml or alertmanager.yml. The checks look at the written text and not
 * at the parsed tree, so that a route with a refused field is checked too.
 */

/** The keys of a route in tocsin.yml or in alertmanager.yml. */
export interface RouteFormat {
  match: readonly string[]
  muteTimes: string
  activeTimes: string
  isTrue(value: unknown): boolean
}

/** Facts and messages from prometheus/alertmanager (Apache-2.0), `config/config.go`. */
export function routeProblems(written: unknown, format: RouteFormat): Problem[] {
  if (!isObject(written)) return []
  const problems = overLimit('', nodesOf(written, '').length, LIMITS.routes)
  const refuse = (path: string, message: string): void => void problems.push({ path, message })
  if (isEmpty(written.receiver)) refuse('receiver', 'root route must specify a default receiver')
  for (const field of format.match) {
    if (!isEmpty(written[field])) refuse(field, 'root route must not have any matchers')
  }
  if (format.isTrue(written.continue)) refuse('continue', 'cannot have continue in root route')
  if (!isEmpty(written[format.muteTimes])) {
    refuse(format.muteTimes, 'root route must not have any mute time intervals')
  }
  if (!isEmpty(written[format.activeTimes])) {
    refuse(format.activeTimes, 'root route must not have any active time intervals')
  }
  return problems
}

/** The time intervals and receivers that the routes name. The path of a reference is the place of the name. */
export function routeReferences(written: unknown, format: RouteFormat): Reference[] {
  return nodesOf(written, '').flatMap(({ node, path }) => {
    const intervals = intervalReferences(node, [format.muteTimes, format.activeTimes]).map((reference) => ({
      ...reference,
      missing: `undefined time interval ${quoted(reference.name)} used in route`,
    }))
    const { receiver: name } = node
    const receivers =
      typeof name === 'string' && name !== ''
        ? [{ path: 'receiver', to: 'receivers', name, missing: `undefined receiver ${quoted(name)} used in route` }]
        : []
    return [...receivers, ...intervals].map((reference) => ({ ...reference, path: joined(path, reference.path) }))
  })
}

/** Every route that is a mapping, parents first. */
function nodesOf(node: unknown, path: string): { node: Shown; path: string }[] {
  if (!isObject(node)) return []
  const routes: unknown[] = Array.isArray(node.routes) ? node.routes : []
  return [{ node, path }, ...routes.flatMap((child, index) => nodesOf(child, joined(path, `routes[${index}]`)))]
}

function joined(base: string, path: string): string {
  return base === '' ? path : `${base}.${path}`
}
