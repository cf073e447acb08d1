import * as z from 'zod'
import { toRfc3339 } from '../../../shared/base/time.ts'
import type { Context } from '../../../shared/group/context.ts'
import type { Group, LogEntry } from '../../../shared/group/group.ts'
import { targetsOf } from '../../../shared/group/log-entry.ts'
import { BODY_BYTES } from '../../../shared/group/parts.ts'
import { type Standing, type StandingWord, standingsOf } from '../../../shared/group/standing.ts'
import { loadMuting } from '../../../shared/muting/load.ts'
import { MAX_DELAY_MS, MESSAGE_LIFE_MS } from '../../../shared/queue/port.ts'
import type { CompiledConfig } from '../../../shared/routing/compile.ts'
import { configuredContext } from '../../../shared/routing/context.ts'
import type { ApiDeps } from '../http/deps.ts'
import { reasonFields, showReason } from '../http/reason.ts'
import { time } from '../http/schemas.ts'

const STANDINGS = ['told', 'pending', 'failing', 'held', 'paused', 'out', 'never'] as const satisfies StandingWord[]

export const targetStanding = z
  .object({
    target: z.string(),
    standing: z
      .enum(STANDINGS)
      .describe(
        'told: knows all · pending: is told at the next look · failing: attempts fail · held: something holds the message back · paused: nothing is sent · out: was told, and is not asked for now · never: was not told, and is not asked for now',
      ),
    toldAt: time.optional(),
    asked: z
      .enum(['always', 'primary', 'escalated', 'fallback'])
      .optional()
      .describe('Why the policy asks for the target now; absent: it does not'),
    step: z.string().optional().describe('The step of the flow that names the target, or that will: `flow[0]`'),
    alert: z.string().optional().describe('Fingerprint of an alert for which the condition of the step holds'),
    reason: reasonFields.reason.optional(),
    why: reasonFields.why.optional(),
    next: z
      .object({ at: time, step: z.string().optional() })
      .optional()
      .describe('When the target may be told next, if nothing happens until then'),
  })
  .meta({ id: 'TargetStanding' })

export type TargetStanding = z.output<typeof targetStanding>

/** How the targets of an open incident stand now, by the comparison that the group itself would make. */
export async function presentStandings(
  deps: ApiDeps,
  config: CompiledConfig,
  group: Group,
  now: number,
): Promise<TargetStanding[]> {
  const policy = config.policy(group.policy)
  if (policy === undefined) return []
  const alerts = [...group.members.values()].map(({ alert }) => alert)
  const { muting } = await loadMuting(deps.table, group.account, config, alerts, now)
  const reasonOf = muting.reasonsOf(policy)
  const ctx: Context = {
    now,
    chance: () => 0,
    ...configuredContext(config, policy, group.labels),
    muted: (fingerprint, { labels }) => reasonOf(fingerprint, labels),
    openGroups: new Map(),
    bodyBytes: BODY_BYTES,
    messageLifeMs: MESSAGE_LIFE_MS,
    maxDelayMs: MAX_DELAY_MS,
  }
  return standingsOf(group, ctx).map(showStanding)
}

function showStanding({ target, standing, toldAt, why, step, alert, reason, next }: Standing): TargetStanding {
  return {
    target,
    standing,
    toldAt: toldAt === undefined ? undefined : toRfc3339(toldAt),
    asked: why,
    step,
    alert,
    ...(reason === undefined ? {} : showReason(reason)),
    next: next && { ...next, at: toRfc3339(next.at) },
  }
}

/**
 * The timeline's last entry of each target: the answer about the past, and about an incident that is over. After the end
 * of the incident no attempt follows for a target that no message has reached.
 */
export function pastStandings(entries: readonly LogEntry[], over: boolean): TargetStanding[] {
  const found = new Map<string, TargetStanding>()
  for (const { at, kind, reason, step, targets, target } of entries) {
    for (const key of targetsOf({ at, kind, reason, targets, target })) {
      const known = found.get(key)
      const toldAt = kind === 'told' ? toRfc3339(at) : known?.toldAt
      const last = PAST.get(kind) ?? (toldAt === undefined ? 'held' : 'out')
      const standing = over && toldAt === undefined && last !== 'paused' ? 'never' : last
      found.set(key, { target: key, standing, toldAt, step: step ?? known?.step, ...showReason(reason) })
    }
  }
  return [...found.values()]
}

const PAST: ReadonlyMap<LogEntry['kind'], StandingWord> = new Map([
  ['told', 'told'],
  ['telling', 'pending'],
  ['refused', 'failing'],
  ['ambiguous', 'failing'],
  ['dead', 'failing'],
  ['paused', 'paused'],
] as const)
