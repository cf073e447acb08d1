import type { Labels } from '../../../shared/alert/labels.ts'
import type { Config } from '../../../shared/config/config.ts'
import { routePolicies } from '../../../shared/routing/route.ts'
import { filterParameter } from '../http/filter.ts'

/** The parameter `receiver_matchers` of 0.34, for the OpenAPI document. */
export const receiverMatchers = filterParameter('A matcher of labels of receivers; repeated: every matcher matches')

export function receiverMatchersError(error: string): string {
  return `failed to parse receiver_matchers param: ${error}`
}

/**
 * The labels of every receiver by its name: the receivers of the imported file in the file's order, then those of
 * policies. Alertmanager adds the label `name` to each.
 */
export function receiverLabels({ receivers, policies, route, channels }: Config): Map<string, Labels> {
  const routed = [...policies, ...routePolicies(route)].map(({ receiver }) => receiver)
  const declared = channels.flatMap(({ receiver }) => receiver ?? [])
  const labels = new Map(receivers.map((receiver) => [receiver.name, { ...receiver.labels, name: receiver.name }]))
  for (const name of [...routed, ...declared]) if (!labels.has(name)) labels.set(name, { name })
  return labels
}
