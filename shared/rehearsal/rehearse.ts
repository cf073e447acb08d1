import type { Steps } from '../base/steps.ts'
import type { Rehearsal, Rehearsed } from './happening.ts'
import { nextMoment, play, setStage, standingsAtFiring, take, takeDue } from './stage.ts'

/*
 * A rehearsal plays events: the same machine as in dispatch, on a clock that jumps from one moment to the
 * next, with no store and no queue. Targets, messages, moments and reasons are a pure function of the configuration and of what
 * happens.
 */

/** A group that looks every millisecond must not be played for hours. */
const MOST_DECISIONS = 20_000
/** Units of work of a decision, and of each alert and target of its group. */
const UNITS = { decision: 50, alert: 2, target: 2 }
/** Units of work of one rehearsal: about two seconds. */
const MOST_UNITS = 2_000_000

export function* rehearse(rehearsal: Rehearsal): Steps<Rehearsed> {
  const { from, until } = rehearsal
  const stage = setStage(rehearsal)
  const waiting = rehearsal.happenings.toSorted((a, b) => b.at - a.at)
  let [decisions, units, now] = [0, 0, from]
  const result = (end: number): Rehearsed => {
    const { told, noted, groups } = stage
    return { told, noted, groups: [...groups.values()], standings: standingsAtFiring(stage), until: end }
  }
  for (;;) {
    const moment = Math.min(waiting.at(-1)?.at ?? Number.POSITIVE_INFINITY, nextMoment(stage))
    if (moment > until) return result(until)
    now = Math.max(now, moment)
    for (let next = waiting.at(-1); next !== undefined && next.at <= now; next = waiting.at(-1)) {
      waiting.pop()
      take(stage, next, now)
    }
    for (const [id, inputs] of takeDue(stage, now)) {
      const group = play(stage, id, inputs, now)
      const [alerts, targets] = [group?.members.size ?? 0, group?.targets.size ?? 0]
      const done = UNITS.decision + UNITS.alert * alerts + UNITS.target * targets
      yield done
      units += done
      if (++decisions > MOST_DECISIONS || units > MOST_UNITS) return result(now)
    }
  }
}
