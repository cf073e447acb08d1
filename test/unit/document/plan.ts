import { finish } from '../../../shared/base/steps.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import { planChanges as inSteps, type PlannedChange } from '../../../shared/document/plan.ts'

/** The plan, made at once. */
export function planChanges(current: Sections, next: Sections): PlannedChange[] {
  return finish(inSteps(current, next))
}
