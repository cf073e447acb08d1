import type { Draft, PauseNotice } from './context.ts'
import type { Group } from './group.ts'

/*
 * A group that paused a target tells it nothing more, so the account is told another way: by an alert of its own.
 * The alert is raised after the head with the pause is saved. Whoever saved may have ended before it raised the
 * alert, so the next decision raises the alert again, before it saves the head with the mark `announced`. Raised
 * twice it is one alert. Before the head says that a target is paused nothing is raised: a race that is lost could
 * leave an alert of a pause that never was.
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
