import type { Millis } from '../base/time.ts'
import type { ActionWords } from '../delivery/delivery.ts'
import { type Target, targetKey } from '../delivery/target.ts'
import type { CompiledAction, CompiledFlow, CompiledStep } from './compile.ts'
import type { Subject } from './fields.ts'
import { type IncidentMoments, stageMoment } from './moments.ts'

/** A target that a flow names at a moment, and why. */
export interface Seat extends ActionWords {
  target: Target
  why: 'primary' | 'escalated' | 'fallback'
  /** The place of the first step that names the target. */
  step: string
  /** Of an escalation: the moment from which on the stage holds. */
  since?: Millis
  /** Present while no action that names the target is in its period: the first of the periods opens then. */
  opensAt?: Millis
}

export interface Seats {
  /** By `targetKey`. */
  seats: ReadonlyMap<string, Seat>
  /** The next moment at which the seats may change by time alone; absent: never. */
  changesAt?: Millis
}

/** The facts that decide who is to be told. */
export interface Situation {
  /** The alerts that fire and that nothing mutes. */
  alerts: readonly Subject[]
  /** Absent: no incident is open, and no stage holds. */
  incident?: IncidentMoments
  /** Since when nothing arrives at a target: negative infinity if the target is out of reach. Absent: the target is well. */
  failingSince(key: string): Millis | undefined
  now: Millis
  /**
   * Periods open and shifts change so much later: the groups of an account must not all look at 09:00:00. A period ends
   * at its exact moment.
   */
  spreadMs: number
}

/**
 * Who is to be told by a flow now. Nothing is remembered: primary flow, stages, periods, shifts and fallback are a
 * function of the situation.
 */
export function seatsOf({ steps, stages, fallback }: CompiledFlow, situation: Situation): Seats {
  const { alerts, incident, failingSince, now, spreadMs } = situation
  if (alerts.length === 0) return { seats: new Map() }
  const seats = new Map<string, Seat>()
  let changesAt = Number.POSITIVE_INFINITY
  const consider = (at: Millis): void => {
    if (at > now && at < changesAt) changesAt = at
  }
  const give = (actions: readonly CompiledAction[], why: Seat['why'], since?: Millis): void => {
    for (const { name: step, always, onDuty, inPeriod, template, mention, details } of actions) {
      const opensAt = openingOf(inPeriod, now, spreadMs)
      if (opensAt !== undefined) consider(opensAt)
      const targets = [...always]
      for (const { channel, user } of onDuty) {
        const { value, until } = user(now - spreadMs)
        consider(until + spreadMs)
        if (value !== undefined) targets.push({ kind: 'notification', channel, user: value })
      }
      for (const target of targets) {
        const key = targetKey(target)
        const words = { template, details, mention: mention?.(now - spreadMs) }
        const seat: Seat = { target, why, step, since, opensAt, ...words }
        seats.set(key, better(seats.get(key), seat))
      }
    }
  }
  for (const step of applying(steps, alerts)) give(step.actions, 'primary')
  if (fallback !== undefined) {
    const moments = [...seats.keys()].flatMap((key) => (failingSince(key) ?? Number.NaN) + fallback.afterMs)
    for (const at of moments) consider(at)
    if (moments.some((at) => at <= now)) give(fallback.actions, 'fallback')
  }
  for (const stage of stages) {
    const moment = incident && stageMoment(stage, incident)
    if (moment === undefined) continue
    if (moment > now) consider(moment)
    else for (const step of applying(stage.steps, alerts)) give(step.actions, 'escalated', moment)
  }
  return changesAt === Number.POSITIVE_INFINITY ? { seats } : { seats, changesAt }
}

/** The next time at which the flow names a target that the flow does not name now, if nothing happens until then. */
export interface NextSeat {
  at: Millis
  step: string
}

/** By `targetKey`: who is next, by a stage, by a shift that begins, or by a period that opens. */
export function nextSeats({ steps, stages }: CompiledFlow, situation: Situation): Map<string, NextSeat> {
  const { alerts, incident, now, spreadMs } = situation
  const next = new Map<string, NextSeat>()
  const name = (target: Target, at: Millis, step: string): void => {
    const key = targetKey(target)
    if (at > now && at < (next.get(key)?.at ?? Number.POSITIVE_INFINITY)) next.set(key, { at, step })
  }
  const look = (actions: readonly CompiledAction[], from: Millis): void => {
    for (const { name: step, always, onDuty, inPeriod } of actions) {
      const at = openingOf(inPeriod, from, spreadMs) ?? from
      for (const target of always) name(target, at, step)
      for (const { channel, user } of onDuty) {
        const duty = user(from - spreadMs)
        const after = user(duty.until)
        for (const [who, begins] of [[duty.value, at] as const, [after.value, duty.until + spreadMs] as const]) {
          if (who !== undefined) name({ kind: 'notification', channel, user: who }, begins, step)
        }
      }
    }
  }
  for (const step of applying(steps, alerts)) look(step.actions, now)
  for (const stage of stages) {
    const moment = incident && stageMoment(stage, incident)
    if (moment !== undefined)
      for (const step of applying(stage.steps, alerts)) look(step.actions, Math.max(moment, now))
  }
  return next
}

/** The steps that hold for the alerts, up to the first of them with `end`. */
export function applying(steps: readonly CompiledStep[], alerts: readonly Subject[]): CompiledStep[] {
  const found: CompiledStep[] = []
  for (const step of steps) {
    if (!holds(step, alerts)) continue
    found.push(step)
    if (step.end) break
  }
  return found
}

function holds({ over, holdsFor }: CompiledStep, alerts: readonly Subject[]): boolean {
  if (holdsFor === undefined) return alerts.length > 0
  return over === 'any' ? alerts.some(holdsFor) : alerts.length > 0 && alerts.every(holdsFor)
}

/** The moment at which the period opens; undefined: the moment lies in the period. */
function openingOf(inPeriod: CompiledAction['inPeriod'], now: Millis, spreadMs: number): Millis | undefined {
  const { value, until } = inPeriod(now)
  if (!value) return until + spreadMs
  if (spreadMs === 0) return undefined
  const before = inPeriod(now - spreadMs)
  return before.value ? undefined : before.until + spreadMs
}

/** When the period of the first of the actions opens that can name the target; undefined: one is open. */
export function opensAt({ everyone }: CompiledFlow, key: string, now: Millis, spreadMs: number): Millis | undefined {
  const openings = everyone.get(key)?.periods.map((inPeriod) => openingOf(inPeriod, now, spreadMs)) ?? []
  if (openings.length === 0) return undefined
  const waiting = openings.filter((at) => at !== undefined)
  return waiting.length < openings.length ? undefined : Math.min(...waiting)
}

/**
 * The seat of a target that several actions name. An action in its period counts before an action outside of its period.
 * Then a stage counts before the primary flow and the fallback, and of several stages the latest moment.
 */
function better(known: Seat | undefined, seat: Seat): Seat {
  if (known === undefined) return seat
  const [asleep, knownAsleep] = [seat.opensAt !== undefined, known.opensAt !== undefined]
  if (asleep && knownAsleep) return { ...calls(known, seat), opensAt: Math.min(seat.opensAt!, known.opensAt!) }
  if (asleep !== knownAsleep) return asleep ? known : seat
  return calls(known, seat)
}

function calls(known: Seat, seat: Seat): Seat {
  return seat.why === 'escalated' && (known.since ?? Number.NEGATIVE_INFINITY) < seat.since! ? seat : known
}
