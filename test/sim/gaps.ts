import { groupId, groupLabels } from '../../shared/config/groups.ts'
import type { Sections } from '../../shared/config/sections.ts'
import { matches } from './alertmanager.ts'
import type { Seen } from './sink.ts'
import type { Outcome } from './stage.ts'
import { labelsOf, type Post } from './story.ts'
import { EPOCH } from './world.ts'

/*
 * What the product does not promise yet, told apart so that everything else stays strict. All of it is about
 * alerts that a change of the configuration moves to another group, while messages about them are on their way
 * or before the old group was touched. Seen so far:
 *
 * - A delivery that the old group had opened is taken after the first of the new one: the rule of one open
 *   delivery holds within a group, and the change made them two.
 * - Tombstones do not move along: a late copy of an older firing finds none in the new group.
 * - The new group takes the resolve of an alert, and buries it as unheard, before what its targets have heard
 *   is moved there.
 * - What is moved says that a target was told of the alert, and it has been told of its end since, by the new
 *   group or by another that the alert is also in.
 * - The message that moves an alert comes twice, with the same effect.
 *
 * Scripts check moves without such a race. `--strict` counts these as broken. None lasts: a repeat, or the
 * next thing that happens, tells the truth.
 */

/** A group adapts when it is next touched, and so long a worker may go on with the configuration it read. */
const ADAPTS_MS = 15_000

/** Whether the last word that a target heard of this alert may be wrong. */
export function mayBeWrong(run: Outcome, post: Post): boolean {
  const { changed, changeAtMs, sections } = run.story
  if (changed === undefined || homes(sections, post) === homes(changed, post)) return false
  const about = JSON.stringify(labelsOf(post))
  const known = run.accepted.find((one) => JSON.stringify(labelsOf(one)) === about)
  return known !== undefined && known.at < EPOCH + changeAtMs + ADAPTS_MS
}

/** Whether the same words may come twice from the group that an alert was moved to. */
export function mayComeTwice(run: Outcome, { alerts, at }: Seen): boolean {
  if (run.story.changed === undefined || at < EPOCH + run.story.changeAtMs - ADAPTS_MS) return false
  return alerts.every(({ labels: { name = '', group = '', account = '' } }) => {
    const post = run.accepted.find((one) => one.name === name && one.group === group && one.account === account)
    return post !== undefined && mayBeWrong(run, post)
  })
}

function homes({ policies }: Sections, post: Post): string {
  const labels = labelsOf(post)
  const taking = policies.filter(({ match }) => matches(match, labels))
  return taking.map((policy) => groupId(post.account, policy.id, groupLabels(policy, labels))).join()
}
