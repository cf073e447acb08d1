import type { Flow } from '../../../shared/config/flow.ts'
import type { Group } from '../../../shared/group/group.ts'
import type { Outcome } from '../stage.ts'
import type { Facts } from './oracle.ts'

/** The flow and the people that a saved group knew. */
export interface Known {
  flow: Flow | undefined
  people: Facts['people']
}

export function knownBy(
  { known }: Outcome,
  { account, policy, revision, peopleRevision = '0' }: Group,
): Known | undefined {
  const own = known.filter((one) => one.account === account)
  const config = own.find((one) => one.revision === revision)
  const people = own.find((one) => one.peopleRevision === peopleRevision)
  if (config === undefined || people === undefined) return undefined
  return { flow: config.sections.policies.find(({ id }) => id === policy)?.flow, people: people.sections }
}
