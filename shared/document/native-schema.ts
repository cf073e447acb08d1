import * as z from 'zod'
import { DEFAULTS, type Policy } from '../config/config.ts'
import { ID, LIMITS } from '../config/limits.ts'
import { nativeRouteKey } from '../config/unrouted.ts'
import { customMapping } from '../integrations/custom-settings.ts'
import { integrations } from '../integrations/registry.ts'
import { severityMap } from '../integrations/setting-fields.ts'
import type { Matcher } from '../matcher/matcher.ts'
import { joinPath } from '../problem/problem.ts'
import type { RouteDraft } from '../routing/route.ts'
import { duration, groupBy, interval, labelName, matcherProblem } from './fields.ts'

/** The pieces of tocsin.yml that are Tocsin's own. Strict: a key that nobody reads is a mistake of somebody. */

const id = z.string().regex(ID, 'has to be 1 to 100 of the characters a-z A-Z 0-9 . _ / -')
const name = z.string().max(200)
const names = z.array(z.string().min(1).max(1000)).max(LIMITS.matchers)

const EMPTY = z
  .unknown()
  .refine(isEmpty, 'is not supported yet')
  .transform(() => undefined)
  .optional()

export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

const formats = [...integrations.keys()].join(', ')
const mapped = [...integrations.values()].flatMap((one) => (one.mapped ? [one.type] : [])).join(' and ')

export const integration = z
  .strictObject({
    id,
    type: z.string().refine((type) => integrations.has(type), `is not supported; supported: ${formats}`),
    name: name.optional(),
    description: z.string().max(2000).optional(),
    autoRecoverAfter: duration.optional(),
    access: z.enum(['post', 'full']).default('post'),
    paused: z.boolean().default(false),
    severityMap: severityMap.optional(),
    custom: customMapping.optional(),
    // Shown beside an integration; they are derived and cannot be chosen.
    url: z.unknown().optional(),
    previousUrlUntil: z.unknown().optional(),
    statistics: z.unknown().optional(),
  })
  .superRefine(({ type, access, severityMap, custom }, context) => {
    const wrong = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message })
    if (access === 'full' && integrations.get(type)?.alertmanagerApi === false) {
      wrong('access', `full is for prometheus; with ${type} it is post`)
    }
    if (severityMap !== undefined && integrations.get(type)?.gives === 'records') {
      wrong('severityMap', `is for what gives alerts; of what comes as ${type} the rules say how bad it is`)
    }
    if (custom !== undefined && integrations.get(type)?.mapped !== true) wrong('custom', `is for ${mapped} only`)
  })

/** What every channel has; the rest are settings of its kind. */
export const channel = z.looseObject({
  id,
  type: z.string(),
  sendResolved: z.boolean().default(true),
  receiver: z.string().min(1).max(4096).optional(),
})

const matcher = z
  .strictObject({
    label: labelName,
    op: z.enum(['=', '!=', '=~', '!~']).default('='),
    value: z.string().max(4096),
  })
  .superRefine(({ op, value }, context) => {
    const message = matcherProblem(op, value)
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['value'], message })
  })
  .transform(({ label, op, value }): Matcher => ({ name: label, op, value }))

const match = z.array(matcher).max(LIMITS.matchers, `limit: at most ${LIMITS.matchers} matchers are allowed`)

/** `groupBy: "..."` alone is fine too. */
const grouping = z.preprocess((value) => (value === '...' ? [value] : value), groupBy)

export const policy = z
  .strictObject({
    id: id.refine((text) => !text.startsWith('_'), 'must not start with _: those are built in'),
    name: name.optional(),
    owner: name.optional(),
    match: match.optional(),
    groupBy: grouping.optional(),
    groupWait: duration.optional(),
    groupInterval: interval.optional(),
    repeatInterval: interval.optional(),
    notify: z
      .array(z.strictObject({ channel: z.string() }))
      .max(LIMITS.channels)
      .optional(),
    muteTimes: names.optional(),
    activeTimes: names.optional(),
    lifecycle: z.array(z.string()).max(LIMITS.channels).nullish(),
    flow: EMPTY,
    escalation: EMPTY,
  })
  .transform(
    (given): Policy => ({
      id: given.id,
      name: given.name ?? given.id,
      ...(given.owner === undefined ? {} : { owner: given.owner }),
      match: given.match ?? [],
      groupBy: given.groupBy ?? [],
      groupWaitMs: given.groupWait ?? DEFAULTS.groupWaitMs,
      groupIntervalMs: given.groupInterval ?? DEFAULTS.groupIntervalMs,
      repeatIntervalMs: given.repeatInterval ?? DEFAULTS.repeatIntervalMs,
      targets: (given.notify ?? []).map((target) => target.channel),
      lifecycle: given.lifecycle ?? [],
      muteTimes: given.muteTimes ?? [],
      activeTimes: given.activeTimes ?? [],
      receiver: given.id,
      routeKey: nativeRouteKey(given.id),
    }),
  )

const routeFields = {
  receiver: z.string().max(4096).optional(),
  match: match.optional(),
  continue: z.boolean().optional(),
  groupBy: grouping.optional(),
  groupWait: duration.optional(),
  groupInterval: interval.optional(),
  repeatInterval: interval.optional(),
  muteTimes: names.optional(),
  activeTimes: names.optional(),
}

/** A node of the imported route tree as `GET /api/v1/config` shows it. */
interface NativeRoute extends z.output<z.ZodObject<typeof routeFields>> {
  routes?: NativeRoute[] | undefined
}

export const route: z.ZodType<NativeRoute> = z.strictObject({
  ...routeFields,
  routes: z.lazy(() => z.array(route)).optional(),
})

export function routeDraft(given: NativeRoute, path: string): RouteDraft {
  return {
    path,
    receiver: given.receiver,
    match: given.match ?? [],
    continue: given.continue ?? false,
    groupBy: given.groupBy,
    groupWaitMs: given.groupWait,
    groupIntervalMs: given.groupInterval,
    repeatIntervalMs: given.repeatInterval,
    muteTimes: given.muteTimes ?? [],
    activeTimes: given.activeTimes ?? [],
    routes: (given.routes ?? []).map((child, index) => routeDraft(child, joinPath(path, 'routes', index))),
  }
}
