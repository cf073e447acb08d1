import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import type { Route } from '../../config/config.ts'
import { zodProblems } from '../../problem/problem.ts'
import { buildRoute, type RouteDraft, retarget, routePolicies } from '../../routing/route.ts'
import { labels } from '../reading/fields.ts'
import { isEmpty } from '../reading/mapping.ts'
import { groupingFields, showGrouping } from './grouping.ts'
import { type RouteFormat, routeProblems, routeReferences } from './route-tree.ts'
import type { Section, Shown } from './section.ts'

/** `route`: the tree that an import made, as shown by `GET /api/v1/config`. An empty value removes the tree. */
export const routeSection: Section<'route'> = {
  key: 'route',
  name: 'route',
  one: 'route',
  limit: LIMITS.routes,
  read(given, { current }) {
    if (isEmpty(given)) return { value: undefined, problems: [] }
    const read = schema.safeParse(given)
    const problems = [...(read.success ? [] : zodProblems(read.error)), ...routeProblems(given, FORMAT)]
    if (!read.success || problems.length > 0) return { value: current.route, problems }
    return { value: buildRoute(draftOf(read.data)), problems }
  },
  show: showRoute,
  get schema() {
    return schema
  },
  entries: (route) => routePolicies(route).map((policy) => [policy.id, policy]),
  // A receiver may have any name here: the route tells the channels with that receiver's name.
  references: (written) => routeReferences(written, FORMAT).filter(({ to }) => to !== 'receivers'),
  settle: ({ route, channels }) => route && retarget(route, channels),
}

const FORMAT: RouteFormat = {
  match: ['match'],
  muteTimes: 'muteTimes',
  activeTimes: 'activeTimes',
  isTrue: (value) => value === true,
}

const fields = {
  ...groupingFields,
  receiver: z.string().max(4096).optional(),
  continue: z.boolean().optional(),
  labels: labels.optional(),
}

interface Written extends z.output<z.ZodObject<typeof fields>> {
  routes?: Written[] | undefined
}

const schema: z.ZodType<Written> = z
  .strictObject({ ...fields, routes: z.lazy(() => z.array(schema)).optional() })
  .meta({ id: 'Route' })

function draftOf(written: Written): RouteDraft {
  return {
    receiver: written.receiver,
    match: written.match ?? [],
    continue: written.continue ?? false,
    groupBy: written.groupBy,
    groupWaitMs: written.groupWait,
    groupIntervalMs: written.groupInterval,
    repeatIntervalMs: written.repeatInterval,
    muteTimes: written.muteTimes ?? [],
    activeTimes: written.activeTimes ?? [],
    labels: written.labels,
    silencedEnds: written.silencedEnds,
    routes: (written.routes ?? []).map(draftOf),
  }
}

function showRoute({ policy, continue: goesOn, routes }: Route): Shown {
  return {
    receiver: policy.receiver,
    ...(goesOn ? { continue: true } : {}),
    ...showGrouping(policy),
    ...(policy.routeLabels === undefined ? {} : { labels: policy.routeLabels }),
    ...(routes.length === 0 ? {} : { routes: routes.map(showRoute) }),
  }
}
