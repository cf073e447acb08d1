import type { Policy } from '../../shared/config/config.ts'
import { howFor } from '../../shared/config/how.ts'
import type { Target } from '../../shared/delivery/target.ts'
import type { Written } from '../../shared/group/context.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'

/** Alerts of a message that is sent in as many requests: one attempt has to end while its worker still runs. */
const SINGLE_ALERTS = 20

/** How the targets of a policy are written to: by the policy's template, or else by the channel's. */
export function writtenFor(
  { templates, channel, people }: Pick<CompiledConfig, 'templates' | 'channel' | 'people'>,
  policy: Pick<Policy, 'template'>,
): (target: Target) => Written | undefined {
  return ({ kind, channel: id, user }) => {
    const to = kind === 'notification' ? channel(id) : undefined
    if (to === undefined) return undefined
    const reader = user === undefined ? undefined : people.user(user)
    const found = howFor(templates, to, [policy.template, to.template], reader)
    if (found === undefined) return undefined
    const { how, texts } = found
    if (texts.mode === 'single') return { how, partAlerts: SINGLE_ALERTS }
    return texts.limit === undefined ? { how } : { how, mostAlerts: texts.limit }
  }
}
