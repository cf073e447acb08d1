import type { Steps } from '../base/steps.ts'
import type { Policy } from '../config/config.ts'
import type { Flow } from '../config/flow.ts'
import { applying } from '../flow/audience.ts'
import { type CompiledStep, compileFlow } from '../flow/compile.ts'
import type { Subject } from '../flow/fields.ts'
import { groupId, groupLabels } from '../group/identity.ts'
import { compileMatchers } from '../matcher/compile.ts'
import { NOBODY } from '../people/people.ts'

/** How much of what fires a policy takes, and where the steps of its flow hold. */
export interface Matches {
  /** Alerts that the policy takes. */
  alerts: number
  /** Incidents that the alerts would be. */
  incidents: number
  steps: StepMatches[]
}

interface StepMatches {
  /** The place in the policy: `flow[0]`, `escalation[1].flow[0]`. */
  step: string
  /** Incidents for which the step holds: no step before with `end` does. */
  incidents: number
}

/** The parts of a policy that decide. */
export interface Deciding extends Pick<Policy, 'match' | 'groupBy'> {
  flow?: Flow
}

/** Units of work of an alert, and of a step for an alert. */
const UNITS = { alert: 10, step: 10 }

/** Looks at the alerts alone: no silence, and no time. `alerts`: those that fire, each once. */
export function* matchesOf(alerts: readonly Subject[], { match, groupBy, flow }: Deciding): Steps<Matches> {
  const takes = compileMatchers(match)
  const incidents = new Map<string, Subject[]>()
  let count = 0
  for (const alert of alerts) {
    yield UNITS.alert
    if (!takes(alert.labels)) continue
    count++
    const key = groupId('', '', groupLabels({ groupBy }, alert.labels, alert.origin))
    const known = incidents.get(key)
    if (known === undefined) incidents.set(key, [alert])
    else known.push(alert)
  }
  // Nobody is told here, so no person is looked up.
  const compiled = flow && compileFlow(flow, NOBODY)
  const lists = compiled === undefined ? [] : [compiled.steps, ...compiled.stages.map(({ steps }) => steps)]
  const steps: StepMatches[] = []
  for (const list of lists) steps.push(...(yield* stepsOf(list, [...incidents.values()])))
  return { alerts: count, incidents: incidents.size, steps }
}

function* stepsOf(list: readonly CompiledStep[], incidents: readonly Subject[][]): Steps<StepMatches[]> {
  const counts = new Map(list.map(({ name }) => [name, 0]))
  for (const alerts of incidents) {
    yield UNITS.step * alerts.length * list.length
    for (const { name } of applying(list, alerts)) counts.set(name, counts.get(name)! + 1)
  }
  return [...counts].map(([step, incidents]) => ({ step, incidents }))
}
