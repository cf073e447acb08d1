import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import { applying, nextSeats } from '../flow/audience.ts'
import type { CompiledFlow } from '../flow/compile.ts'
import type { Reason } from '../reason/reason.ts'
import { askedOf, openingFor } from './asked.ts'
import { type Addressee, audienceNow, situationOf } from './audience.ts'
import { difference } from './compare.ts'
import type { Context } from './context.ts'
import type { Group } from './group.ts'
import { mayThinkFiring } from './heard.ts'
import { stopsRepeats } from './incident.ts'
import { viewOf } from './look.ts'
import { keepsMutedEnds } from './muted-ends.ts'
import { sendsResolved } from './target.ts'
import type { TargetState } from './target-state.ts'
import type { View } from './view.ts'

/*
 * How each target of a group stands, as data: told or not, the reason, and the next person. The standing is found by
 * the comparison that the next look of the group makes, and changes nothing.
 */

/**
 * `told`: knows all news. `pending`: a message is out, or comes at the next look. `failing`: attempts fail and
 * are made again. `held`: would be told, and something holds the message back: a muting, a period, somebody who has the
 * incident in hand. `paused`: nothing is sent any more. `out`: was told, and is not asked for now. `never`: was never told
 * and is not asked for now.
 */
export type StandingWord = 'told' | 'pending' | 'failing' | 'held' | 'paused' | 'out' | 'never'

export interface Standing {
  target: string
  standing: StandingWord
  /** When the newest delivery that arrived was opened. */
  toldAt?: Millis
  /** Why the target is asked for: `always`, or the part of the flow. Absent: no part asks. */
  why?: 'always' | 'primary' | 'escalated' | 'fallback'
  /** The step that names the target, that will name the target, or that would if the step held. */
  step?: string
  /** An alert for which the step's condition holds. */
  alert?: Fingerprint
  /** Why the target is not told. */
  reason?: Reason
  /** The next moment at which the target may be told, if nothing happens until then. */
  next?: { at: Millis; step?: string }
}

export function standingsOf(group: Group, ctx: Context): Standing[] {
  const seen = viewOf(group, ctx)
  const alerts = seen.firingAlerts.map(([, { alert }]) => alert)
  const { tell } = audienceNow(group, ctx, alerts)
  const next = ctx.flow === undefined ? undefined : nextSeats(ctx.flow, situationOf(group, alerts, ctx))
  const named = ctx.flow === undefined ? undefined : namingAlerts(ctx.flow, seen)
  return [...tell].map(([key, addressee]) => {
    const { why, step } = addressee
    const stands = standingOf(group, key, addressee, seen, ctx)
    const later = next?.get(key)
    const place = step ?? later?.step ?? ctx.flow?.everyone.get(key)?.step
    const alert = named?.get(place ?? '')
    return {
      target: key,
      ...toldAt(group.targets.get(key)),
      ...(why === 'out' || why === 'told-before' ? {} : { why }),
      ...(place === undefined ? {} : { step: place }),
      ...(alert === undefined ? {} : { alert }),
      ...(later !== undefined && stands.next === undefined ? { next: later } : {}),
      ...stands,
    }
  })
}

function toldAt(state: TargetState | undefined): { toldAt?: Millis } {
  const { told } = state ?? {}
  return told === undefined ? {} : { toldAt: told.openedAt ?? told.newestAt ?? told.at }
}

type Stands = Pick<Standing, 'standing' | 'reason' | 'next'>

function standingOf(group: Group, key: string, addressee: Addressee, seen: View, ctx: Context): Stands {
  const state = group.targets.get(key) ?? { count: 0 }
  const { open, retry, paused } = state
  if (paused !== undefined) return { standing: 'paused', reason: { code: 'paused', pause: paused.reason } }
  if (retry !== undefined) return { standing: 'failing', next: { at: open?.deadline ?? retry.notBefore } }
  if (open !== undefined) return { standing: 'pending', next: { at: open.deadline } }
  const known = state.told !== undefined || mayThinkFiring(state).length > 0
  const [muting] = seen.muted.values()
  if (seen.alerts.length === 0 && muting !== undefined) return { standing: known ? 'told' : 'held', reason: muting }
  const asked = askedOf({ group, views: new Map() }, addressee, state, seen, ctx)
  if (asked.tells === 'ends') {
    const { because } = asked
    const ends = asked.seen?.resolved ?? []
    const opening = ends.length === 0 ? undefined : openingFor(group, key, ends, ctx)
    if (opening !== undefined) return held({ code: 'end-waits-for-period', opensAt: opening.opensAt })
    if (ends.length > 0) return { standing: 'pending', next: { at: group.nextTick } }
    if (because.code === 'claimed') return { standing: 'held', reason: because }
    if (because.code === 'outside-period') return held(because)
    return { standing: known ? 'out' : 'never', reason: because }
  }
  const rhythm = {
    nominal: group.lastTick ?? group.nextTick,
    repeatIntervalMs: ctx.policy.repeatIntervalMs,
    sendResolved: sendsResolved(addressee.target, ctx),
    keepsMuted: keepsMutedEnds(ctx.policy),
  }
  const news = asked.calls ? 'escalated' : difference(state, asked.seen, rhythm)
  const handler = news === 'repeat' ? stopsRepeats(group, ctx.policy) : undefined
  if (handler !== undefined) return { standing: 'told', reason: { code: 'claimed', handler } }
  if (news !== undefined) return { standing: 'pending', next: { at: Math.max(group.nextTick, ctx.now) } }
  return known ? { standing: 'told' } : { standing: 'never', reason: { code: 'nothing-told-fires' } }
}

function held(reason: Extract<Reason, { opensAt: Millis }>): Stands {
  return { standing: 'held', reason, next: { at: reason.opensAt } }
}

/** By step: an alert for which the condition of the step holds, of the steps that apply. */
function namingAlerts({ steps, stages }: CompiledFlow, { firingAlerts }: View): Map<string, Fingerprint> {
  const alerts = firingAlerts.map(([, { alert }]) => alert)
  const named = new Map<string, Fingerprint>()
  for (const flow of [steps, ...stages.map((stage) => stage.steps)]) {
    for (const { name, holdsFor } of applying(flow, alerts)) {
      const found = firingAlerts.find(([, { alert }]) => holdsFor?.(alert) !== false)
      if (found !== undefined) named.set(name, found[0])
    }
  }
  return named
}
