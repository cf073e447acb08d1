import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { isObject } from '../../base/value.ts'
import { DEFAULTS, type Policy } from '../../config/config.ts'
import { nativeRouteKey } from '../../config/unrouted.ts'
import { lifecycleTarget, notificationTarget } from '../../delivery/target.ts'
import { compareMatchers } from '../../matcher/render.ts'
import { type Problem, quoted, under } from '../../problem/problem.ts'
import { whenSound } from '../../problem/when-sound.ts'
import { id, name } from '../reading/fields.ts'
import { readList } from '../reading/list.ts'
import { readEntry } from '../reading/mapping.ts'
import { flowFields, flowOf, flowWarnings, type GivenFlow, plainChannels, refuseFlow, showFlow } from './flow.ts'
import { flowReferences, type Named, namedEntries } from './flow-references.ts'
import { groupingFields, intervalReferences, showGrouping } from './grouping.ts'
import { type Collection, entriesById, type Reference, type Shown, textsOf } from './section.ts'
import { shownWarnings } from './shown-warnings.ts'

/** `policies`: every policy that matches takes the alert, in order. */
export const policiesSection: Collection<'policies'> = {
  key: 'policies',
  name: 'policies',
  one: 'policy',
  limit: LIMITS.policies,
  *read(given) {
    const list = yield* readList(given, { limit: LIMITS.policies, nameField: 'id' }, (entry) =>
      readEntry(schema, entry),
    )
    return {
      value: list.entries.map(({ value }) => value),
      problems: list.problems,
      names: list.names,
      warnings: list.entries.flatMap(({ place, value }) => under(`[${place}]`, warningsOf(value))),
    }
  },
  show: (list) => list.map(showPolicy),
  entryWarnings: (list, id) => list.filter((policy) => policy.id === id).flatMap(warningsOf),
  entries: entriesById,
  references(written, { next, document }) {
    const named = namedEntries(next, document)
    const list: unknown[] = Array.isArray(written) ? written : []
    return list.flatMap((policy, place) => (isObject(policy) ? referencesOf(policy, place, named) : []))
  },
  collection: true,
  get schema() {
    return z.array(schema).max(LIMITS.policies)
  },
  get entry() {
    return schema
  },
}

const schema = z
  .strictObject({
    id: id.refine((text) => !text.startsWith('_'), 'must not start with _: those are built in'),
    name: name.optional(),
    owner: name.optional(),
    ...groupingFields,
    repeatWhileClaimed: z.boolean().default(false),
    template: z.string().optional().describe('Content template of messages. Absent: that of the channel'),
    ...flowFields,
    lifecycle: z.array(z.string()).max(LIMITS.channels).nullish(),
    ...shownWarnings,
  })
  .superRefine(refuseFlow, whenSound(...Object.keys(flowFields)))
  .transform(
    (given): Policy => ({
      id: given.id,
      name: given.name ?? given.id,
      ...(given.owner === undefined ? {} : { owner: given.owner }),
      match: (given.match ?? []).sort(compareMatchers),
      groupBy: given.groupBy ?? [],
      groupWaitMs: given.groupWait ?? DEFAULTS.groupWaitMs,
      groupIntervalMs: given.groupInterval ?? DEFAULTS.groupIntervalMs,
      repeatIntervalMs: given.repeatInterval ?? DEFAULTS.repeatIntervalMs,
      ...tellsBy(given),
      lifecycle: (given.lifecycle ?? []).map(lifecycleTarget),
      muteTimes: given.muteTimes ?? [],
      activeTimes: given.activeTimes ?? [],
      silencedEnds: given.silencedEnds ?? 'told',
      ...(given.repeatWhileClaimed ? { repeatWhileClaimed: true } : {}),
      ...(given.template === undefined ? {} : { template: given.template }),
      receiver: given.id,
      routeKey: nativeRouteKey(given.id),
    }),
  )
  .meta({ id: 'Policy' })

function warningsOf({ flow }: Policy): Problem[] {
  return flow === undefined ? [] : flowWarnings(flow)
}

function tellsBy(given: GivenFlow): Pick<Policy, 'targets' | 'flow'> {
  const flow = flowOf(given)
  return flow === undefined ? { targets: plainChannels(given).map(notificationTarget) } : { targets: [], flow }
}

function showPolicy(policy: Policy): Shown {
  return {
    id: policy.id,
    name: policy.name,
    ...(policy.owner === undefined ? {} : { owner: policy.owner }),
    ...showGrouping(policy),
    ...(policy.repeatWhileClaimed ? { repeatWhileClaimed: true } : {}),
    ...(policy.template === undefined ? {} : { template: policy.template }),
    ...(policy.flow === undefined
      ? { notify: policy.targets.map(({ channel }) => ({ channel })) }
      : showFlow(policy.flow)),
    ...(policy.lifecycle.length === 0 ? {} : { lifecycle: policy.lifecycle.map(({ channel }) => channel) }),
  }
}

function referencesOf(policy: Shown, place: number, named: Named): Reference[] {
  const entry = typeof policy.id === 'string' ? policy.id : ''
  const template = typeof policy.template === 'string' ? [policy.template] : []
  return [
    ...flowReferences(policy, named),
    ...lifecycleReferences(policy.lifecycle, named),
    ...intervalReferences(policy, ['muteTimes', 'activeTimes']),
    ...template.map((name) => ({ path: 'template', to: 'templates', name })),
  ].map((reference) => ({ ...reference, entry, path: `[${place}].${reference.path}` }))
}

/** A channel for life-cycle events gets no notifications, and a channel for notifications gets no life-cycle events. */
function lifecycleReferences(list: unknown, { isForLifecycle }: Named): Reference[] {
  const seen = new Set<string>()
  return textsOf(list).map(({ place, text: name }) => {
    const repeated = seen.has(name)
    seen.add(name)
    const misfit = repeated
      ? `names ${quoted(name)} twice`
      : isForLifecycle(name) === false
        ? `names ${quoted(name)}, a channel that is not for life-cycle events: name it in notify`
        : undefined
    return { path: `lifecycle[${place}]`, to: 'channels', name, ...(misfit === undefined ? {} : { misfit }) }
  })
}
