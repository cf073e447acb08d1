import type { Millis } from '../../../shared/base/time.ts'
import { DELIVERY_WINDOW_MS } from '../../../shared/delivery/delivery.ts'
import type { OpenDelivery } from '../../../shared/group/target-state.ts'
import type { Outcome } from '../stage.ts'
import { type Known, knownBy } from './known.ts'
import { everyoneIn, mayHearAt } from './oracle.ts'
import type { SavedGroup } from './watch.ts'

/** A delivery that a save opened, with the people and the flow that the save knew. */
interface Opened {
  key: string
  open: OpenDelivery
  now: Millis
  known: Known & { flow: NonNullable<Known['flow']> }
}

function openedBy(run: Outcome, { before, after }: SavedGroup): Opened[] {
  const known = knownBy(run, after)
  const { flow } = known ?? {}
  if (known === undefined || flow === undefined) return []
  return [...after.targets].flatMap(([key, { open }]) => {
    const old = before?.targets.get(key)?.open
    if (open === undefined || (old?.delivery === open.delivery && old.attempt === open.attempt)) return []
    return [{ key, open, now: open.deadline - DELIVERY_WINDOW_MS, known: { ...known, flow } }]
  })
}

/** Beginnings, repeats and ends alike: nothing goes out of a period, nor to whom the flow and the people do not have. */
export function outOfPlace(run: Outcome, saved: SavedGroup): string[] {
  return openedBy(run, saved).flatMap(({ key, open, now, known: { flow, people } }) => {
    const about = `${saved.after.account}/${key} was told at ${new Date(now).toISOString().slice(11)}, ${open.reason}`
    if (!everyoneIn(flow, people).has(key)) return [`gone: ${about}`]
    return mayHearAt(flow, key, people, now) ? [] : [`period: ${about}`]
  })
}
