import type { Policy } from '../../shared/config/config.ts'
import { howFor, readingOf } from '../../shared/config/how.ts'
import type { Context } from '../../shared/group/context.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'

/** Alerts of a message that is sent in as many requests: one attempt has to end while its worker still runs. */
const SINGLE_ALERTS = 20

/**
 * How the targets of a policy are written to: by the template of the action, else of the policy, else of the channel, with
 * the people whom the action mentions and the page of the incident that the action names.
 */
export function writtenFor(
  { templates, channel, people }: Pick<CompiledConfig, 'templates' | 'channel' | 'people'>,
  policy: Pick<Policy, 'template'>,
): NonNullable<Context['written']> {
  return ({ kind, channel: id, user }, { template, mention, details }) => {
    const to = kind === 'notification' ? channel(id) : undefined
    if (to === undefined) return undefined
    const reader = user === undefined ? undefined : people.user(user)
    const found = howFor(templates, to, [template, policy.template, to.template], reader)
    const more = { ...(mention && { mention }), ...(details && { details }) }
    if (found === undefined) {
      return mention === undefined && details === undefined ? undefined : { how: { ...readingOf(to, reader), ...more } }
    }
    const { texts } = found
    const how = { ...found.how, ...more }
    if (texts.mode === 'single') return { how, partAlerts: SINGLE_ALERTS }
    return texts.limit === undefined ? { how } : { how, mostAlerts: texts.limit }
  }
}
