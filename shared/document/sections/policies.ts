import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { DEFAULTS, type Policy } from '../../config/config.ts'
import { nativeRouteKey } from '../../config/unrouted.ts'
import { lifecycleTarget, notificationTarget } from '../../delivery/target.ts'
import { compareMatchers } from '../../matcher/render.ts'
import { quoted } from '../../problem/problem.ts'
import { id, name } from '../reading/fields.ts'
import { readList } from '../reading/list.ts'
import { isMapping, readEntry, unsupported } from '../reading/mapping.ts'
import { lifecycleChannels, reachesAlone } from './channels.ts'
import { groupingFields, intervalReferences, showGrouping } from './grouping.ts'
import { type Collection, entriesById, type Reference, type Shown, textsOf } from './section.ts'

/** `policies`: every policy that matches takes the alert, in order. */
export const policiesSection: Collection<'policies'> = {
  key: 'policies',
  name: 'policies',
  one: 'policy',
  limit: LIMITS.policies,
  read(given) {
    const list = readList(given, { limit: LIMITS.policies, nameField: 'id' }, (entry) => readEntry(schema, entry))
    return { value: list.entries.map(({ value }) => value), problems: list.problems, names: list.names }
  },
  show: (list) => list.map(showPolicy),
  entries: entriesById,
  references(written, { next, document }) {
    const lifecycle = lifecycleChannels(next.channels, document)
    const lonely = new Set(next.channels.filter((channel) => !reachesAlone(channel)).map(({ id }) => id))
    const list: unknown[] = Array.isArray(written) ? written : []
    return list.flatMap((policy, place) =>
      isMapping(policy) ? referencesOf(policy, place, { lifecycle, lonely }) : [],
    )
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
    notify: z
      .array(z.strictObject({ channel: z.string() }))
      .max(LIMITS.channels)
      .optional(),
    lifecycle: z.array(z.string()).max(LIMITS.channels).nullish(),
    flow: unsupported(),
    escalation: unsupported(),
  })
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
      targets: (given.notify ?? []).map(({ channel }) => notificationTarget(channel)),
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

function showPolicy(policy: Policy): Shown {
  return {
    id: policy.id,
    name: policy.name,
    ...(policy.owner === undefined ? {} : { owner: policy.owner }),
    ...showGrouping(policy),
    ...(policy.repeatWhileClaimed ? { repeatWhileClaimed: true } : {}),
    ...(policy.template === undefined ? {} : { template: policy.template }),
    notify: policy.targets.map(({ channel }) => ({ channel })),
    ...(policy.lifecycle.length === 0 ? {} : { lifecycle: policy.lifecycle.map(({ channel }) => channel) }),
  }
}

/** `lifecycle`: whether each channel is for life-cycle events, by id. `lonely`: channels that reach nobody without a user. */
interface Channels {
  lifecycle: ReadonlyMap<string, boolean>
  lonely: ReadonlySet<string>
}

function referencesOf(policy: Shown, place: number, channels: Channels): Reference[] {
  const entry = typeof policy.id === 'string' ? policy.id : ''
  const notify = Array.isArray(policy.notify) ? policy.notify : []
  const template = typeof policy.template === 'string' ? [policy.template] : []
  const notified = notify.map((target) => (isMapping(target) ? target.channel : undefined))
  return [
    ...channelReferences('notify', notified, channels),
    ...channelReferences('lifecycle', policy.lifecycle, channels),
    ...intervalReferences(policy, ['muteTimes', 'activeTimes']),
    ...template.map((name) => ({ path: 'template', to: 'templates', name })),
  ].map((reference) => ({ ...reference, entry, path: `[${place}].${reference.path}` }))
}

type ChannelList = 'notify' | 'lifecycle'

function channelReferences(field: ChannelList, list: unknown, channels: Channels): Reference[] {
  const seen = new Set<string>()
  return textsOf(list).map(({ place, text: name }) => {
    const path = field === 'notify' ? `${field}[${place}].channel` : `${field}[${place}]`
    const repeated = seen.has(name)
    seen.add(name)
    const misfit = repeated ? `names ${quoted(name)} twice` : kindMisfit(field, name, channels)
    return { path, to: 'channels', name, ...(misfit === undefined ? {} : { misfit }) }
  })
}

/**
 * A channel for life-cycle events gets no notifications, and a channel for notifications gets no life-cycle events. A
 * channel that only users can be told by needs users.
 */
function kindMisfit(field: ChannelList, name: string, { lifecycle, lonely }: Channels): string | undefined {
  if (field === 'notify' && lonely.has(name))
    return `names ${quoted(name)}, a channel that reaches nobody without a user`
  const events = lifecycle.get(name)
  if (events === undefined || events === (field === 'lifecycle')) return undefined
  return events
    ? `names ${quoted(name)}, a channel for life-cycle events: name it in lifecycle`
    : `names ${quoted(name)}, a channel that is not for life-cycle events: name it in notify`
}
