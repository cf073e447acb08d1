import { deciding } from './mutants/deciding.ts'
import { regrouping } from './mutants/regrouping.ts'
import { sending } from './mutants/sending.ts'
import { writing } from './mutants/writing.ts'
import type { Edit } from './plant.ts'

/*
 * Planted bugs. Each is an edit of the product's source, made in a copy: the product knows nothing of them.
 * A simulator that does not notice one of these proves nothing; an edit whose place is gone fails the test.
 *
 * Bugs of this kind that the design makes harmless, so that there is nothing to notice:
 * - `Failed` of a batch ignored when dispatch sends what it opened, or a wake. It is ignored: the table holds
 *   the truth, an open delivery is found by its deadline, a wake by sweep.
 * - `Failed` ignored when notify reports an outcome: no outcome by the deadline is `ambiguous`.
 * - `Failed` ignored by sweep: it finds the same a minute later.
 * - a delivery's id by chance: the head keeps it with what it says, and nothing is sent that no head keeps.
 * - what a doubt contradicts moves along as told: the doubt moves along too, and contradicts it there.
 * - pages written without their head: nobody names them. (The other way round is planted.)
 * - a page's name given back by a save that lost, whose pages it then removes: names hold the version that was
 *   read and a number by chance; without either they repeat, which is planted.
 */

/** What catches it: the script of that name, a clean seed, a seed. A script does not depend on chance. */
export type Caught = { script: string } | { clean: number } | { seed: number }

export interface Mutant extends Edit {
  name: string
  also?: Edit[]
  by: Caught
}

export const MUTANTS: Mutant[] = [...writing, ...sending, ...deciding, ...regrouping]
