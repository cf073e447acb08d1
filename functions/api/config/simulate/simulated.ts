import * as z from 'zod'
import { type Millis, toRfc3339 } from '../../../../shared/base/time.ts'
import type { Standing } from '../../../../shared/group/standing.ts'
import type { Rehearsed, Told } from '../../../../shared/rehearsal/happening.ts'
import { reasonFields, showReason } from '../../http/reason.ts'
import { labels, time } from '../../http/schemas.ts'

/** Entries of an answer; an answer of Lambda has a limit. */
const MOST_TOLD = 1_000
const MOST_NOT_TOLD = 2_000
/** Alerts of one message that are shown. */
const MOST_ALERTS = 20

const told = z
  .object({
    at: time,
    target: z.string(),
    policy: z.string(),
    incident: z.string().optional(),
    ...reasonFields,
    step: z.string().optional().describe('The step of the flow that names the target, as the policy has it'),
    alerts: z
      .array(z.object({ fingerprint: z.string(), labels, state: z.enum(['firing', 'resolved']) }))
      .describe('At most 20'),
    moreAlerts: z.number().optional(),
  })
  .meta({ id: 'SimulatedTelling' })

const notTold = z
  .object({
    target: z.string(),
    policy: z.string(),
    ...reasonFields,
    step: z.string().optional().describe('The step that would name the target if it held'),
    next: z.object({ at: time, step: z.string().optional() }).optional(),
  })
  .meta({ id: 'SimulatedSilence' })

export const simulated = z
  .object({
    from: time,
    until: time.describe('Earlier than asked for when there are too many decisions to play'),
    told: z.array(told).describe('The first 1,000 messages, in order'),
    notTold: z
      .array(notTold)
      .describe('Targets that the policies can name and that are told nothing, with the reason while alerts fire'),
    complete: z.boolean().describe('False: there is more than the answer has'),
  })
  .meta({ id: 'Simulated' })

export function showSimulated(
  rehearsed: Rehearsed,
  { from, until }: { from: Millis; until: Millis },
): z.output<typeof simulated> {
  const heard = new Set(rehearsed.told.map(({ group, target }) => `${group} ${target}`))
  const silent = rehearsed.standings.flatMap(({ group, policy, targets }) =>
    targets.filter(({ target }) => !heard.has(`${group} ${target}`)).map((one) => showNotTold(policy, one)),
  )
  const tooMany = rehearsed.told.length > MOST_TOLD || silent.length > MOST_NOT_TOLD
  return {
    from: toRfc3339(from),
    until: toRfc3339(rehearsed.until),
    told: rehearsed.told.slice(0, MOST_TOLD).map(showTold),
    notTold: silent.slice(0, MOST_NOT_TOLD),
    complete: !tooMany && rehearsed.until === until,
  }
}

function showTold({ at, target, policy, incident, why, step, alerts }: Told): z.output<typeof told> {
  const shown = alerts.slice(0, MOST_ALERTS)
  const more = alerts.length - shown.length
  return {
    at: toRfc3339(at),
    target,
    policy,
    incident,
    ...showReason({ code: why }),
    step,
    alerts: shown.map(({ fingerprint, labels, ended }) => ({
      fingerprint,
      labels,
      state: ended ? 'resolved' : 'firing',
    })),
    ...(more > 0 ? { moreAlerts: more } : {}),
  }
}

function showNotTold(policy: string, { target, step, reason, next }: Standing): z.output<typeof notTold> {
  return {
    target,
    policy,
    // A target that is owed something when the play ends has no reason.
    ...showReason(reason ?? { code: 'resolved-before-told' }),
    step,
    next: next && { ...next, at: toRfc3339(next.at) },
  }
}
