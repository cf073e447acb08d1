import { absorbing } from './mutants/absorbing.ts'
import { deciding } from './mutants/deciding.ts'
import { flowPeople } from './mutants/flow-people.ts'
import { flowTimers } from './mutants/flow-timers.ts'
import { flows } from './mutants/flows.ts'
import { keptIncidents } from './mutants/kept-incidents.ts'
import { limits } from './mutants/limits.ts'
import { muting } from './mutants/muting.ts'
import { refreshing } from './mutants/refreshing.ts'
import { regrouping } from './mutants/regrouping.ts'
import { sending } from './mutants/sending.ts'
import { writing } from './mutants/writing.ts'
import type { Edit } from './plant.ts'

/*
 * Planted bugs. Each bug is an edit of the product's source, made in a copy: the product knows nothing of the bugs. A
 * simulator that misses a planted bug proves nothing; an edit whose place is gone fails the test.
 *
 * Bugs of this kind, made harmless by the design, so that no run can notice the bug:
 * - `Failed` of a batch ignored when dispatch sends opened deliveries, or a wake. Dispatch ignores `Failed` indeed: the
 *   table holds the truth, an open delivery is found by its deadline, a wake by sweep.
 * - `Failed` ignored when notify reports an outcome: the outcome is not kept, and the attempt is `ambiguous` at the
 *   deadline.
 * - `Failed` ignored by sweep: sweep finds the same groups a minute later.
 * - a delivery's id by chance: the head keeps the id with the content, and no delivery is sent whose id no head keeps.
 * - a later attempt under the same id with a place of its own: an earlier attempt is sent by its deadline or not at all,
 *   and the receiver knows the id. (The same attempt at two places is planted.)
 * - knowledge contradicted by a doubt moves along as told: the doubt moves along too, and contradicts the knowledge
 *   there.
 * - pages written without their head: no head names the pages. (The other way round is planted.)
 * - a page's name given back by a save that lost, whose pages the save then removes: names hold the version read before
 *   and a number by chance; without either the names repeat, which is planted.
 * - marks of alerts in hand that an unclaim leaves: without a handler nothing is in hand, and the next claim marks anew.
 * - the moment since when nobody has a reopened incident, forgotten: every timer begins with the alerts of the reopened
 *   incident, which begin then.
 */

/**
 * The run that catches the bug: the script of this name, a clean seed, a seed, a seed of flows, or a seed of one machine
 * that keeps refreshes. A script does not depend on chance.
 */
export type Caught = { script: string } | { clean: number } | { seed: number } | { flows: number } | { machine: number }

export interface Mutant extends Edit {
  name: string
  also?: Edit[]
  by: Caught
}

export const MUTANTS: Mutant[] = [
  ...writing,
  ...sending,
  ...deciding,
  ...regrouping,
  ...refreshing,
  ...absorbing,
  ...muting,
  ...keptIncidents,
  ...limits,
  ...flows,
  ...flowTimers,
  ...flowPeople,
]
