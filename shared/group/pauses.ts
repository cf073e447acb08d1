import type { Draft, PauseNotice } from './context.ts'
import type { Group } from './group.ts'

/*
 * A group tells a paused target nothing more, so the account hears of the pause another way: by an alert of its own.
 * The alert is raised after the head with the pause is saved. The worker may have ended between the save and the alert,
 * so the next decision raises the alert again, before it saves the head with the mark `announced`. Raised twice is
 * still a single alert. Before the head says that a target is paused no alert is raised: a lost race could leave an
 * alert of a pause that never was.
 */

/** The notices of pauses that the head said already, now marked as announced, and of pauses that this decision made. */
export function announcePauses(
  { group }: Draft,
  before: Group,
): { beforeSave: PauseNotice[]; afterSave: PauseNotice[] } {
  const beforeSave: PauseNotice[] = []
  const afterSave: PauseNotice[] = []
  for (const [target, state] of group.targets) {
    const { paused: pause } = state
    if (pause === undefined || pause.announced === true) continue
    if (before.targets.get(target)?.paused?.at !== pause.at) afterSave.push({ target, pause })
    else {
      beforeSave.push({ target, pause })
      group.targets.set(target, { ...state, paused: { ...pause, announced: true } })
    }
  }
  return { beforeSave, afterSave }
}
