import { groupId, groupLabels } from '../../shared/config/groups.ts'
import type { Sections } from '../../shared/config/sections.ts'
import { matches } from './alertmanager.ts'
import type { Seen } from './sink.ts'
import type { Outcome } from './stage.ts'
import { labelsOf, type Post } from './story.ts'
import { EPOCH } from './world.ts'

/*
 * What the product does not promise yet, told apart so that everything else stays strict. All of it is about
 * alerts that a change of the configuration moves to another group while messages about them are on their way
 * (one change in about thirty, under heavy faults). Seen so far:
 *
 * - Tombstones do not move along: a late copy of an older firing finds none in the new group and is told.
 * - An alert comes to the new group by itself before it is moved there: what the old group had opened is then
 *   taken after what the new one tells, or the new group buries it as unheard.
 * - What is moved says that a target was told, and it was told of the end since, by a group that had the alert
 *   all along.
 * - The message that moves an alert comes twice, and the second brings back a doubt that was settled.
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

/** Whether the same words may come twice from the group that alerts were moved to. */
export function mayComeTwice(run: Outcome, { alerts, at }: Seen): boolean {
  if (run.story.changed === undefined || at < EPOCH + run.story.changeAtMs - ADAPTS_MS) return false
  return alerts.some(({ labels: { name = '', group = '', account = '' } }) => {
    const post = run.accepted.find((one) => one.name === name && one.group === group && one.account === account)
    return post !== undefined && mayBeWrong(run, post)
  })
}

function homes({ policies }: Sections, post: Post): string {
  const labels = labelsOf(post)
  const taking = policies.filter(({ match }) => matches(match, labels))
  return taking.map((policy) => groupId(post.account, policy.id, groupLabels(policy, labels))).join()
}
